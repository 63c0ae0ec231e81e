"""Hands and ears for the window: xdotool types and points, AT-SPI tells what a screen reader would hear.

Controls are found by accessible name and role, never by position. Everything waits for a condition with a deadline.
"""

import contextlib
import json
import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PROGRAM = os.environ["DESK_PROGRAM"]
PICTURES = os.environ["DESK_PICTURES"]
HOME = os.environ["HOME"]
FIELDS = ("entry", "text", "password text")
started = []


class TimeOut(Exception):
    """What was waited for did not come."""


def wait(what, condition, seconds=20):
    """The first true answer of `condition`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeOut(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def start(*command, **options):
    """Starts a process that `stop_everything` ends."""
    process = subprocess.Popen(command, stdin=options.pop("stdin", subprocess.DEVNULL), **options)
    started.append(process)
    return process


def stop_everything():
    """Ends what was started, the last first."""
    for process in reversed(started):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run(*command, check=True, **options):
    """Runs a command to its end and returns what came of it."""
    return subprocess.run(
        command, check=check, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **options
    )


def quietly(ask):
    """What it answers; nothing while the other side is busy or the thing asked about is gone."""
    try:
        return ask()
    except GLib.Error:
        return None


def call(destination, path, method, *arguments):
    """A call on the session bus; true where it was answered."""
    command = ["dbus-send", "--session", "--print-reply", f"--dest={destination}", path, method, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
    return done.stdout if done.returncode == 0 else ""


def sit_down():
    """A window manager without keys of its own, and the accessibility bus as with a screen reader on."""
    rc = os.path.join(HOME, "openbox.xml")
    with open(rc, "w") as file:
        file.write(
            '<openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard/><mouse/><applications><application class="*">'
            "<decor>no</decor><focus>yes</focus><position force='yes'><x>40</x><y>40</y></position>"
            "</application></applications></openbox_config>"
        )
    start("openbox", "--config-file", rc, stderr=subprocess.DEVNULL)
    managed = lambda: "window id" in run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", check=False).stdout
    wait("a window manager", managed)
    launcher = next(
        p
        for p in ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
        if os.path.exists(p)
    )
    start(launcher, "--launch-immediately", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait(
        "the accessibility bus",
        lambda: call(
            "org.a11y.Bus",
            "/org/a11y/bus",
            "org.freedesktop.DBus.Properties.Set",
            "string:org.a11y.Status",
            "string:IsEnabled",
            "variant:boolean:true",
        ),
    )
    Atspi.init()


def keyring():
    """A gnome-keyring, unlocked, on this bus only."""
    daemon = start(
        "gnome-keyring-daemon",
        "--foreground",
        "--unlock",
        "--components=secrets",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    daemon.stdin.write(b"test")
    daemon.stdin.close()
    locked = ("string:org.freedesktop.Secret.Collection", "string:Locked")
    path = "/org/freedesktop/secrets/aliases/default"
    ask = lambda: call("org.freedesktop.secrets", path, "org.freedesktop.DBus.Properties.Get", *locked)
    wait("an unlocked keychain", lambda: "boolean false" in ask())


def practice():
    """A practice tenant, and what it says of itself."""
    server = start(PROGRAM, "practice", "--port", "0", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(server.stdout.readline())


@contextlib.contextmanager
def german_keys():
    """A keyboard with umlauts. Whatever is typed must have arrived before it is put back."""
    run("setxkbmap", "de")
    try:
        yield
    finally:
        run("setxkbmap", "us")


class Node:
    """A control as a screen reader knows it, at one moment."""

    def __init__(self, accessible, parent=None):
        self.accessible = accessible
        self.parent = parent
        self.name = accessible.get_name() or ""
        self.role = accessible.get_role_name()

    @property
    def box(self):
        """x, y, width, height on the screen."""
        component = self.accessible.get_component_iface()
        box = component.get_extents(Atspi.CoordType.SCREEN) if component else None
        return (box.x, box.y, box.width, box.height) if box else (0, 0, 0, 0)

    @property
    def middle(self):
        x, y, width, height = self.box
        return x + width // 2, y + height // 2

    @property
    def text(self):
        """What is written in a field."""
        text = self.accessible.get_text_iface()
        return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text else ""

    def has(self, state):
        return self.accessible.get_state_set().contains(getattr(Atspi.StateType, state))

    def __repr__(self):
        return f"{self.role} “{self.name}”"


class Window:
    """A running Liaison."""

    def __init__(self, profile, *arguments):
        self.log = open(os.path.join(HOME, "window.log"), "ab")
        self.process = start(PROGRAM, "--profile", profile, *arguments, stdout=self.log, stderr=self.log)
        self.pid = self.process.pid
        self.id = wait("a window on the screen", self._window)
        run("xdotool", "windowfocus", "--sync", self.id)

    def _window(self):
        if self.process.poll() is not None:
            raise TimeOut(f"the window ended with {self.process.returncode}")
        found = run("xdotool", "search", "--onlyvisible", "--pid", str(self.pid), "--name", "^Liaison$", check=False)
        return found.stdout.split()[0] if found.stdout.split() else None

    def nodes(self):
        """Every control that a screen reader finds now."""
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        found = []

        def walk(accessible, parent):
            accessible.clear_cache()
            node = Node(accessible, parent)
            found.append(node)
            for index in range(accessible.get_child_count()):
                child = accessible.get_child_at_index(index)
                if child is not None:
                    walk(child, node)

        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None and quietly(application.get_process_id) == self.pid:
                quietly(lambda: walk(application, None))
        return found

    def all(self, name, *roles):
        """The controls with this name, or whose name fits where it is a function."""
        fits = name if callable(name) else lambda said: said == name
        return [node for node in self.nodes() if fits(node.name) and (not roles or node.role in roles)]

    def find(self, name, *roles, seconds=20):
        what = f"{'/'.join(roles) or 'anything'} named {name if isinstance(name, str) else 'as expected'}"
        return wait(what, lambda: next(iter(self.all(name, *roles)), None), seconds)

    def field(self, name):
        return self.find(name, *FIELDS)

    def text(self, name):
        return quietly(lambda: self.field(name).text)

    def heard(self, name, seconds=20):
        """Waits until something with this name is there."""
        return self.find(name, seconds=seconds)

    def click(self, node):
        x, y = node.middle
        run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def press(self, name, *roles):
        self.click(self.find(name, *(roles or ("push button", "button"))))

    def key(self, *keys):
        run("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text):
        run("xdotool", "type", "--clearmodifiers", "--delay", "12", text)

    def focused(self):
        return quietly(
            lambda: next((node for node in self.nodes() if node.has("FOCUSED") and node.role != "frame"), None)
        )

    def show(self, name, *roles):
        """Turns the wheel over the pane until this control is in the middle part of the window, and returns it."""
        left, top, width, height = self.find("Liaison", "frame").box
        pane = left + width - 120, top + height // 2
        low, high = top + 110, top + height - 110

        def seen():
            found = next(iter(self.all(name, *roles)), None)
            return found if found and low < found.middle[1] < high else None

        def turn(button):
            run("xdotool", "mousemove", str(pane[0]), str(pane[1]), "click", "--repeat", "4", "--delay", "10", button)

        for button, times in (("5", 30), ("4", 30), ("5", 30)):
            for _ in range(times):
                node = quietly(seen)
                if node:
                    return self._at_rest(name, *roles)
                turn(button)
                time.sleep(0.08)
        raise TimeOut(f"{name} cannot be scrolled to")

    def _at_rest(self, name, *roles):
        """The control, once it has stopped moving: scrolling is smooth."""
        last = [None]

        def still():
            node = next(iter(self.all(name, *roles)), None)
            box = quietly(lambda: node.box) if node else None
            same = box is not None and box == last[0]
            last[0] = box
            return node if same else None

        return wait(f"{name} to rest", still)

    def drag(self, start_at, end_at):
        """Presses, moves in small steps as a hand does, lets go."""
        (x0, y0), (x1, y1) = start_at, end_at
        run("xdotool", "mousemove", str(x0), str(y0))
        time.sleep(0.1)
        run("xdotool", "mousedown", "1")
        for step in range(1, 21):
            run("xdotool", "mousemove", str(x0 + (x1 - x0) * step // 20), str(y0 + (y1 - y0) * step // 20))
            time.sleep(0.02)
        time.sleep(0.2)
        run("xdotool", "mouseup", "1")

    def closed(self, seconds=20):
        """Waits for the end and returns the exit status."""
        wait("the window to close", lambda: self.process.poll() is not None, seconds)
        return self.process.returncode

    def picture(self, name):
        path = os.path.join(PICTURES, name + ".png")
        run("import", "-window", "root", "-crop", self._crop(), "+repage", path, check=False)
        return path

    def _crop(self):
        shown = dict(line.split("=") for line in run("xdotool", "getwindowgeometry", "--shell", self.id).stdout.split())
        return f"{shown['WIDTH']}x{shown['HEIGHT']}+{shown['X']}+{shown['Y']}"

    def dump(self, file):
        """The whole tree, for whoever looks into a failure."""
        for node in self.nodes():
            depth, up = 0, node.parent
            while up:
                depth, up = depth + 1, up.parent
            text = quietly(lambda: node.text) if node.role in FIELDS else ""
            print("  " * depth, node, quietly(lambda: node.box), repr(text) if text else "", file=file)


def colours(picture):
    """How many different colours a picture has."""
    return int(run("identify", "-format", "%k", picture).stdout)


class Tally:
    """Counts what was checked and says each as it happens."""

    def __init__(self):
        self.failed = 0
        self.counts = open(os.environ["DESK_COUNTS"], "a")

    def check(self, what, good, more=""):
        print(f"  {'ok    ' if good else 'FAILED'} {what}" + (f": {more}" if more and not good else ""), flush=True)
        print("ok" if good else "failed", file=self.counts, flush=True)
        self.failed += not good
        return good


def finish(tally):
    stop_everything()
    sys.exit(1 if tally.failed else 0)
