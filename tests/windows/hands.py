"""Hands for Windows under Wine: starts Windows programs, types with xdotool, and takes pictures.

Wine has no accessibility bus, so what came of the typing is read from the command line and from the profile.
"""

import json
import os
import pathlib
import re
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path(os.environ["DESK_OUT"])
WORK = pathlib.Path(os.environ["DESK_WORK"])
PICTURES = OUT / "pictures"
DRIVE_C = OUT / "prefix/drive_c"
WINE = str(HERE / "wine")
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
        time.sleep(0.1)


def host(*command, check=True):
    """Runs a program of this machine, not of Windows."""
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def windows(*command, stdin=b"", seconds=120, **variables):
    """Runs a Windows command to its end; a path with / is one of this machine."""
    ended = subprocess.run(
        [WINE, *map(str, command)], input=stdin, capture_output=True, timeout=seconds, env={**os.environ, **variables}
    )
    ended.stdout, ended.stderr = (text.decode("utf-8", "replace") for text in (ended.stdout, ended.stderr))
    return ended


def start(*command, **options):
    """Starts a process that `stop_everything` ends."""
    process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, **options)
    started.append(process)
    return process


def stop_everything():
    for process in reversed(started):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def install(folder, *names):
    """A folder of C: with the programs of these names, and the path of the first one for Windows."""
    path = DRIVE_C / folder
    path.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (path / name).exists():
            os.link(OUT / name, path / name)
    return "C:\\" + folder.replace("/", "\\") + "\\" + names[0]


def liaison(profile, *arguments, **options):
    return windows(OUT / "liaison.exe", "--profile", profile, *arguments, **options)


def practice(*arguments):
    """A practice tenant, served by the .exe, and what it says of itself."""
    server = start(WINE, OUT / "liaison.exe", "practice", *arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(server.stdout.readline())


def settings(tenant, **changes):
    """A settings file for a practice tenant, as text."""
    return json.dumps(
        {
            "format": 1,
            "name": "Contoso Zürich",
            **{key: tenant[key] for key in ("object_id", "tenant_id", "client_id")},
            "cloud": {"custom": {"login_url": tenant["login_url"], "graph_url": tenant["graph_url"]}},
            "licensing_mode": "evaluation",
            **changes,
        },
        ensure_ascii=False,
        indent=2,
    )


def sit_down():
    """A window manager without keys of its own. It draws title bars, as Windows does."""
    rc = WORK / "openbox.xml"
    rc.write_text('<openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard/><mouse/></openbox_config>')
    start("openbox", "--config-file", rc, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait("a window manager", lambda: "window id" in host("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", check=False).stdout)


def titles():
    """The titles of all windows on the screen, by their IDs."""
    found = host("xdotool", "search", "--onlyvisible", "--name", "^.+$", check=False).stdout.split()
    named = {window: host("xdotool", "getwindowname", window, check=False).stdout.strip() for window in found}
    return {window: name for window, name in named.items() if name and name != "Default IME"}


def window_named(pattern, seconds=30):
    """Waits for a window whose title fits, gives it the focus, and returns its ID."""
    fits = lambda: next((window for window, name in titles().items() if re.search(pattern, name)), None)
    window = wait(f"a window named {pattern}", fits, seconds)
    host("xdotool", "windowfocus", "--sync", window, check=False)
    time.sleep(1)  # The first frames.
    return window


def gone(pattern, seconds=20):
    wait(f"{pattern} to close", lambda: not any(re.search(pattern, name) for name in titles().values()), seconds)


def key(*keys):
    for one in keys:
        host("xdotool", "key", "--clearmodifiers", one)
        time.sleep(0.15)


def type_text(text):
    host("xdotool", "type", "--clearmodifiers", "--delay", "15", text)
    time.sleep(0.3)


def geometry(window):
    """x, y, width and height of what is inside the frame."""
    told = host("xwininfo", "-id", window).stdout
    number = lambda what: int(re.search(rf"{what}:\s+(-?\d+)", told)[1])
    return number("Absolute upper-left X"), number("Absolute upper-left Y"), number("Width"), number("Height")


def picture(name):
    path = PICTURES / f"{name}.png"
    host("import", "-window", "root", str(path), check=False)
    return path


class Tally:
    """Counts what was checked and says each as it happens."""

    def __init__(self):
        self.failed = 0
        self.counts = open(os.environ["DESK_COUNTS"], "a")

    def check(self, what, good, more=""):
        print(f"  {'ok    ' if good else 'FAILED'} {what}" + (f": {more}" if not good else ""), flush=True)
        print("ok" if good else "failed", file=self.counts, flush=True)
        self.failed += not good
        return good

    def ended(self, what, process, status, *said):
        """A command ended with this status, and said these words."""
        both = process.stdout + process.stderr
        good = process.returncode == status and all(words in both for words in said)
        return self.check(what, good, f"status {process.returncode}, {both.strip()[-800:]!r}")
