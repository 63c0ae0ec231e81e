"""What must be true of the real window. `run` starts this once for each part, on a bus and with a home of its own."""

import json
import os
import subprocess
import sys
import traceback

import desk
import rooms as other_rooms
from desk import FIELDS, HOME, PROGRAM, Window, call, colours, run, wait

PROFILE = os.path.join(HOME, "profile")
NAME = "Contoso Zürich"
PHONES = ("Business phone", "Mobile phone", "Home phone", "Other phone")
tally = desk.Tally()
check = tally.check
windows = []


def window(*arguments, profile=PROFILE):
    windows.append(Window(profile, *arguments))
    return windows[-1]


def liaison(*arguments):
    return run(PROGRAM, "--profile", PROFILE, *arguments, check=False)


def applied():
    """What the command line says of the account."""
    shown = liaison("show", "--json")
    return json.loads(shown.stdout) if shown.returncode == 0 else None


def profile_bytes():
    found = b""
    for folder, _, files in os.walk(PROFILE):
        for name in files:
            with open(os.path.join(folder, name), "rb") as file:
                found += file.read()
    return found


def hears_secret(w, secret):
    """The controls in which a screen reader would find the secret."""
    return [node for node in w.nodes() if secret in node.name or (node.role in FIELDS and secret in node.text)]


def order(w):
    """The phone types from top to bottom."""
    boxes = w.all(lambda name: name in PHONES, "check box")
    return [box.name for box in sorted(boxes, key=lambda box: box.middle[1])]


def order_becomes(w, expected):
    try:
        return wait("the order", lambda: desk.quietly(lambda: order(w)) == expected, 5)
    except desk.TimeOut:
        return False


# The parts.


def display():
    """Without a display there is a sentence, not a stack of frames."""
    env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    for renderer in ([], ["--renderer", "glow"], ["--renderer", "wgpu"]):
        ended = run(PROGRAM, "--profile", PROFILE, *renderer, check=False, env=env)
        how = " ".join(renderer) or "by itself"
        check(f"no display, {how}: exit status is not 0", ended.returncode > 0, ended.returncode)
        said = "No display is available." in ended.stderr and "panicked" not in ended.stderr
        check(f"no display, {how}: says so, and what to do", said and "liaison --help" in ended.stderr, ended.stderr)
    ended = run(PROGRAM, "--profile", PROFILE, check=False, env={**env, "DISPLAY": ":4099"})
    said = ended.returncode > 0 and ended.stderr.strip() and "panicked" not in ended.stderr
    check("a display that does not answer: a sentence and exit status ≠ 0", said, ended.stderr)


def renderers():
    desk.sit_down()
    for renderer in ("glow", "wgpu"):
        w = window("--renderer", renderer, profile=os.path.join(HOME, renderer))
        w.heard("Add a Microsoft Teams account")
        draws = lambda: colours(w.picture(f"renderer-{renderer}")) > 50
        try:
            check(f"{renderer} draws a picture", wait("a picture", draws, 10))
        except desk.TimeOut as error:
            check(f"{renderer} draws a picture", False, error)
        w.key("ctrl+q")
        check(f"{renderer}: Ctrl+Q closes it at once, with exit status 0", w.closed() == 0)


def fill_in(w, tenant):
    """From the first run to a whole account, by keyboard and by pointer."""
    w.press("Add a Microsoft Teams account")
    w.click(w.field("Name"))
    wait("the focus on Name", lambda: getattr(w.focused(), "name", None) == "Name")
    w.key("ctrl+a")
    with desk.german_keys():
        w.type(NAME)
        wait("the name", lambda: w.text("Name") == NAME)
    for label, value in (
        ("Object ID", tenant["object_id"]),
        ("Directory (Tenant) ID", tenant["tenant_id"]),
        ("Client ID", tenant["client_id"]),
        ("Client Secret", tenant["client_secret"]),
    ):
        w.key("Tab")
        there = lambda: getattr(w.focused(), "name", None) == label
        try:
            reached = wait(f"the focus on {label}", there, 5)
        except desk.TimeOut:
            reached = False
        check(f"Tab reaches {label} in reading order", reached, w.focused())
        if not reached:
            w.click(w.field(label))
        w.type(value)
    ids = {label: w.text(label) for label in ("Name", "Object ID", "Directory (Tenant) ID", "Client ID")}
    wanted = [NAME, tenant["object_id"], tenant["tenant_id"], tenant["client_id"]]
    check("what was typed is in the fields", list(ids.values()) == wanted, ids)
    secret = w.field("Client Secret")
    check("the secret is a password to a screen reader", secret.role == "password text", secret.role)
    check("no screen reader finds the secret", not hears_secret(w, tenant["client_secret"]))
    w.picture(f"{sys.argv[1]}-secret-typed")
    cloud = w.show(lambda name: name.startswith("Cloud"), "combo box", "push button")
    w.click(cloud)
    w.click(
        w.find(
            lambda name: name == "Custom addresses",
            "push button",
            "toggle button",
            "menu item",
            "list item",
            "radio button",
        )
    )
    for label, value in (("Sign-in address", tenant["login_url"]), ("Graph address", tenant["graph_url"])):
        w.click(w.show(label, *FIELDS))
        w.type(value)
        check(f"{label} takes what is typed", w.text(label) == value, w.text(label))


def connect(w):
    w.key("ctrl+t")
    verdict = w.find(lambda name: name.startswith(("Connected", "Error")), seconds=40)
    check(
        "Ctrl+T: the practice tenant connects, and a screen reader hears it",
        verdict.name.startswith("Connected"),
        verdict,
    )
    w.picture(f"{sys.argv[1]}-connected")


def put_in_order(w):
    """Moves Home phone up by pointer, and Business phone down by keyboard. Returns the new order."""
    w.show("Other phone", "check box")
    before = order(w)
    check("the phone types start in their default order", before == list(PHONES), before)
    home, mobile = w.find("Home phone", "check box"), w.find("Mobile phone", "check box")
    grip = home.box[0] - 19  # The handle stands before the check box and has no name: the keyboard does not need it.
    w.drag((grip, home.middle[1]), (grip, mobile.middle[1] - 6))
    expected = ["Business phone", "Home phone", "Mobile phone", "Other phone"]
    check("dragging the handle moves the type under it", order_becomes(w, expected), order(w))
    w.find("Business phone", "check box").accessible.get_component_iface().grab_focus()
    wait("the focus on Business phone", lambda: (node := w.focused()) and node.name == "Business phone", 5)
    w.key("alt+Down")
    expected = ["Home phone", "Business phone", "Mobile phone", "Other phone"]
    check("Alt+Down moves the focused type", order_becomes(w, expected), order(w))
    check("the move is announced", bool(w.heard("Business phone moved to position 2 of 4")))
    focus = w.focused()
    check("the focus stays on the moved type", focus is not None and focus.name == "Business phone", focus)
    w.picture(f"{sys.argv[1]}-order")
    return expected


def asks_before_closing(w):
    """Ctrl+Q with unsaved changes asks, and keeps the window."""
    w.key("ctrl+q")
    w.heard("Close with unsaved changes?")
    check("closing with unsaved changes asks", True)
    w.picture(f"{sys.argv[1]}-asks")
    w.press("Keep editing")
    wait("the dialog to go", lambda: not w.all("Close with unsaved changes?"))
    check("Keep editing keeps the window", w.process.poll() is None)


def reads_back(w, tenant, phones):
    """The second window shows what the first applied."""
    w.field("Object ID")
    fields = {label: w.text(label) for label in ("Name", "Object ID", "Directory (Tenant) ID", "Client ID")}
    wanted = [NAME, tenant["object_id"], tenant["tenant_id"], tenant["client_id"]]
    check("after a restart the fields are as applied", list(fields.values()) == wanted, fields)
    frame = w.find("Liaison", "frame")
    check("the window's accessible name is Liaison", frame.name == "Liaison")
    for label, key in (("Sign-in address", "login_url"), ("Graph address", "graph_url")):
        w.show(label, *FIELDS)
        check(f"after a restart {label} is as applied", w.text(label) == tenant[key], w.text(label))
    w.show("Other phone", "check box")
    check("after a restart the phone types are in their new order", order(w) == phones, order(w))
    check("no screen reader finds the secret after a restart", not hears_secret(w, tenant["client_secret"]))
    w.picture(f"{sys.argv[1]}-restarted")


def shown_by_the_command_line(tenant, phones, secret_stored):
    account = applied() or {}
    wanted = {
        "name": NAME,
        "object_id": tenant["object_id"],
        "tenant_id": tenant["tenant_id"],
        "client_id": tenant["client_id"],
        "cloud": {"custom": {"login_url": tenant["login_url"], "graph_url": tenant["graph_url"]}},
        "licensing_mode": "evaluation",
    }
    shown = {key: account.get(key) for key in wanted}
    check("liaison show --json tells the applied values", shown == wanted, shown)
    types = [option["type"] for option in account.get("directory_options", [])]
    check("and the new order", types == [phone.split()[0].lower() for phone in phones], types)
    check(
        f"and that the secret is {'' if secret_stored else 'not '}stored",
        account.get("secret_stored") is secret_stored,
        account,
    )
    check("and never the secret", tenant["client_secret"] not in json.dumps(account))


def ends(w):
    w.key("ctrl+q")
    check("Ctrl+Q closes without a question when all is applied, with exit status 0", w.closed() == 0)


def keychain():
    desk.sit_down()
    desk.keyring()
    tenant = desk.practice()
    w = window()
    fill_in(w, tenant)
    connect(w)
    phones = put_in_order(w)
    asks_before_closing(w)
    w.key("ctrl+s")
    notice = w.find(lambda name: name.startswith(("Applied", "Not applied.")), seconds=30)
    check("Ctrl+S applies", notice.name == "Applied", notice)
    w.picture("keychain-applied")
    ends(w)
    shown_by_the_command_line(tenant, phones, secret_stored=True)
    check("the profile holds no secret", tenant["client_secret"].encode() not in profile_bytes())
    tested = liaison("test", "--json")
    check(
        "another process tests with the secret of the keychain", tested.returncode == 0, tested.stdout + tested.stderr
    )
    check("and its report does not tell the secret", tenant["client_secret"] not in tested.stdout + tested.stderr)
    again = window()
    reads_back(again, tenant, phones)
    again.key("ctrl+t")
    verdict = again.find(lambda name: name.startswith(("Connected", "Error")), seconds=40)
    check("the second window connects with the kept secret", verdict.name.startswith("Connected"), verdict)
    ends(again)


def no_keychain():
    owner = "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"
    desk.sit_down()
    check("there is no keychain on this bus", "false" in call(*owner, "string:org.freedesktop.secrets"))
    tenant = desk.practice()
    w = window()
    fill_in(w, tenant)
    connect(w)
    phones = put_in_order(w)
    w.key("ctrl+s")
    w.heard("The keychain does not keep the secret", seconds=30)
    check("without a keychain a dialog says so", True)
    check("nothing is saved until the person decides", applied() is None)
    w.picture("no-keychain-dialog")
    w.press("Apply, keep it for this session")
    notice = w.find(lambda name: name.startswith(("Applied", "Not applied.")), seconds=30)
    check("the account is applied, the secret for this session only", "for this session only" in notice.name, notice)
    kept = w.show(lambda name: "kept for this session only" in name and not name.startswith("Applied"), "label")
    check(
        "the secret's row says so, and how the secret begins",
        kept.name.startswith(f"starts with {tenant['client_secret'][:3]}"),
        kept,
    )
    check("and no more of it", not hears_secret(w, tenant["client_secret"]))
    w.picture("no-keychain-applied")
    ends(w)
    shown_by_the_command_line(tenant, phones, secret_stored=False)
    check("the profile holds no secret", tenant["client_secret"].encode() not in profile_bytes())
    again = window()
    reads_back(again, tenant, phones)
    tested = liaison("test", "--json")
    check("without a stored secret a test does not pass", tested.returncode in (1, 2), tested.returncode)
    ends(again)


def rooms():
    desk.sit_down()
    desk.keyring()
    tenant = desk.practice()
    w = other_rooms.rooms(window, PROFILE, tenant, check)
    found = profile_bytes()
    check("the profile holds no secret", tenant["client_secret"].encode() not in found)
    check("and no token", not any(start in found for start in (b"eyJ0eXAi", b"eyJhbGci")))
    ends(w)


if __name__ == "__main__":
    part = sys.argv[1]
    try:
        parts = {"display": display, "renderers": renderers, "keychain": keychain, "no-keychain": no_keychain, "rooms": rooms}
        parts[part]()
    except (desk.TimeOut, subprocess.SubprocessError, desk.GLib.Error, OSError, ValueError) as error:
        check(f"{part} goes on to its end", False, error)
        traceback.print_exc()
        for index, w in enumerate(windows):
            if w.process.poll() is None:
                path = w.picture(f"failed-{part}-{index}")
                with open(path.replace(".png", ".txt"), "w") as file:
                    w.dump(file)
                print(f"  see {path} and the tree beside it")
        if os.path.exists(os.path.join(HOME, "window.log")):
            print(open(os.path.join(HOME, "window.log"), errors="replace").read()[-4000:])
    finally:
        desk.finish(tally)
