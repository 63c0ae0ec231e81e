"""What must be true of Liaison on Windows. `run` starts this once for each part, in one Wine and on one screen."""

import codecs
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
import traceback

import hands
import suites
from hands import DRIVE_C, OUT, WINE, WORK, geometry, host, key, liaison, picture, titles, type_text, wait, window_named, windows

SECRET = "LIAISON_CLIENT_SECRET"
KEY = r"HKLM\Software\Policies\Liaison"
tally = hands.Tally()
check, ended = tally.check, tally.ended
BOX = "^(Liaison|No graphics|The window)"


def unit():
    suites.run(check, "unit.exe")


def integration():
    suites.run(check, "it.exe")


# Settings files and paths.


def files():
    tenant = hands.practice()
    text = hands.settings(tenant)
    crlf = text.replace("\n", "\r\n")
    encodings = {
        "CRLF": crlf.encode(),
        "a byte order mark": codecs.BOM_UTF8 + crlf.encode(),
        "UTF-16 LE": codecs.BOM_UTF16_LE + crlf.encode("utf-16-le"),
    }
    for number, (what, content) in enumerate(encodings.items()):
        file, profile = WORK / f"settings-{number}.json", f"C:\\encoding-{number}"
        file.write_bytes(content)
        applied = liaison(profile, "apply", file, **{SECRET: tenant["client_secret"]})
        ended(f"a settings file with {what} is applied", applied, 0, "Saved “Contoso Zürich”")
        check("and its name is whole", shown(profile).get("name") == "Contoso Zürich", shown(profile))
    line = codecs.BOM_UTF16_LE + f"{tenant['client_secret']}\r\n".encode("utf-16-le")
    profile = r"C:\secret from standard input"
    ended("--secret-stdin takes UTF-16", liaison(profile, "apply", "--secret-stdin", file, stdin=line), 0, "in the keychain")
    ended("and it is the right secret: the test passes", liaison(profile, "test"), 0)
    long = "C:\\" + "\\".join(["a folder with spaces", "Prøfil ü 日本 #%", *["ä" * 40] * 6])
    long += "\\" + "z" * (295 - len(long))
    assert len(long) == 296
    verbatim = r"\\?\C:\verbatim"
    for what, path in (("a data folder of 296 characters with spaces and umlauts", long), (r"a data folder as \\?\C:\…", verbatim)):
        applied = liaison(path, "apply", file, **{SECRET: tenant["client_secret"]})
        ended(f"{what} is made", applied, 0)
        check("and is read again", shown(path).get("secret_stored") is True, shown(path))
        ended("and the stored secret works", liaison(path, "test"), 0)
    check("the folder is where it should be", (DRIVE_C / "verbatim/liaison.sqlite3").is_file(), os.listdir(DRIVE_C))
    portable(file, tenant)


def portable(file, tenant):
    program = hands.install("portable", "liaison.exe")
    (DRIVE_C / "portable/liaison-data").mkdir(exist_ok=True)
    ended("portable: applies", windows(program, "apply", file, **{SECRET: tenant["client_secret"]}), 0)
    database = DRIVE_C / "portable/liaison-data/liaison.sqlite3"
    check("portable: liaison-data beside the program is the data folder", database.is_file(), os.listdir(database.parent))
    usual = windows(OUT / "liaison.exe", "show", "--json")
    ended("portable: another copy of the program does not see that account", usual, 3, "null")


def shown(profile):
    """What the command line says of the account."""
    said = liaison(profile, "show", "--json")
    return json.loads(said.stdout) if said.returncode == 0 else {"said": said.stderr}


# The command line.


def cmd(line):
    """Runs a line as the Task Scheduler and batch files do. Quotation marks survive in a file, but not on Wine's own command line."""
    batch = WORK / "line.cmd"
    batch.write_text(f"@{line}\r\n@exit /b %ERRORLEVEL%\r\n")
    return windows("cmd", "/c", batch)


def commands():
    program = hands.install("Program Files/Liaison", "liaison.exe", "liaisonw.exe")
    said = windows(program, "--version")
    ended("--version names the system", said, 0, "x86_64-pc-windows-gnu")
    file = WORK / "settings.json"
    for status, scenario in ((0, "healthy"), (1, "expiring_in_9_days")):
        tenant = hands.practice("--scenario", scenario)
        file.write_text(hands.settings(tenant))
        applied = liaison("C:\\" + scenario, "apply", file, **{SECRET: tenant["client_secret"]})
        ended(f"{scenario}: applies", applied, 0)
        line = f'"{program}" --profile C:\\{scenario} status --refresh'
        ended(f"cmd /c: status ends with {status}", cmd(line), status, "client secret expires")
    ended("cmd /c: status without an account ends with 3", cmd(f'"{program}" --profile C:\\none status'), 3)
    ended("cmd /c: a mistake ends with 2", cmd(f'"{program}" --profile C:\\none apply C:\\none.json'), 2)
    line = f'"{program}" --profile C:\\expiring_in_9_days status || echo soon'
    ended("cmd /c: || runs what stands behind it", cmd(line), 1, "soon")
    csv = liaison(r"C:\healthy", "history", "--csv").stdout
    check("the history as CSV is there", "Contoso" in csv, csv)
    status, seconds = interrupted()
    check("Ctrl-C at the console ends the practice tenant with 0", status == 0 and seconds < 8, f"status {status}, {seconds:.1f} s")


def interrupted():
    """Presses Ctrl-C at a terminal, which Wine makes a Windows console of. Returns the status and how long it took."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(WINE, [WINE, str(OUT / "liaison.exe"), "practice"])
    said, pressed, deadline = b"", 0.0, time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                said += os.read(terminal, 4096)
            except OSError:
                break
        if b"to stop it" in said and not pressed:
            time.sleep(0.5)
            os.write(terminal, b"\x03")
            pressed = time.monotonic()
    else:
        os.kill(process, 15)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), time.monotonic() - pressed


# Policies.


def policy(root, name, kind, value):
    added = windows("reg", "add", root, "/v", name, "/t", kind, "/d", value, "/f")
    assert added.returncode == 0, added.stderr


def policies():
    user = KEY.replace("HKLM", "HKCU")
    network = lambda: json.loads(liaison(r"C:\policies", "network", "--json").stdout)
    check("without a policy nothing is set", network()["set_by_organization"] == [], network())
    policy(user, "Proxy", "REG_SZ", "proxy.example.com:8080")
    said = network()
    check("HKCU sets the proxy", "proxy.example.com:8080" in said["proxy"] and said["set_by_organization"] == ["proxy"], said)
    policy(KEY, "Proxy", "REG_SZ", "none")
    said = network()
    check("HKLM goes before HKCU", said["proxy"] == "none" and said["set_by_organization"] == ["proxy"], said)
    ended("what is set cannot be changed", liaison(r"C:\policies", "network", "--proxy", "system"), 2)
    policy(KEY, "PracticeTenant", "REG_DWORD", "0")
    ended("the practice tenant is off", liaison(r"C:\policies", "practice"), 2, "Your organization turned off the practice tenant.")
    policy(KEY, "Cloud", "REG_SZ", "mars")
    said = liaison(r"C:\policies", "network", "--json")
    check("an unusable value is named on standard error", "Cloud" in said.stderr and "mars" in said.stderr, said.stderr)
    check("and counts as not set, the others still count", json.loads(said.stdout)["proxy"] == "none", said.stdout)
    hands.sit_down()
    policy(KEY, "Renderer", "REG_SZ", "glow")
    window = open_window(r"C:\policies")
    picture("policies")
    window.close()
    for root in (KEY, user):
        windows("reg", "delete", root, "/f")
    check("without the keys nothing is set again", network()["set_by_organization"] == [], network())


# The window.


class open_window:
    """A running Liaison with the focus."""

    def __init__(self, profile, *arguments):
        self.log = open(WORK / "window.log", "ab")
        self.process = hands.start(WINE, OUT / "liaison.exe", "--profile", profile, *arguments, stdout=self.log, stderr=self.log)
        self.id = window_named("^Liaison$")

    def close(self):
        """Ctrl+Q; the exit status."""
        key("ctrl+q")
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            return "none: the window did not close"


def window():
    hands.sit_down()
    host("setxkbmap", "us")
    tenant = hands.practice()
    profile = r"C:\users\root\Desktop\Prøfil ü"
    w = open_window(profile, "--renderer", "glow")
    imports(tenant)
    fills_in(w, tenant)
    key("ctrl+s")
    try:
        account = wait("the account", lambda: (said := shown(profile)).get("secret_stored") and said, 30)
    except hands.TimeOut:
        account = shown(profile)
    picture("window-applied")
    wanted = {key: tenant[key] for key in ("object_id", "tenant_id", "client_id")} | {
        "name": "Contoso Chicago",
        "cloud": {"custom": {"login_url": tenant["login_url"], "graph_url": tenant["graph_url"]}},
    }
    said = {key: account.get(key) for key in wanted}
    check("Ctrl+S applies what was typed", said == wanted, account)
    keeps_the_secret(profile, tenant)
    comes_back(w, profile)


def imports(tenant):
    """The file dialog, with a file whose IDs are not yet the right ones."""
    other = "11111111-2222-4333-8444-555555555555"
    (WORK / "import.json").write_text(hands.settings(tenant, name="Imported", object_id=other, tenant_id=other, client_id=other))
    key("shift+Tab", "shift+Tab", "space")
    try:
        window_named("^Import settings")
        check("Import settings opens the system's file dialog", True)
    except hands.TimeOut as error:
        check("Import settings opens the system's file dialog", False, f"{error}: {titles()}")
    picture("window-file-dialog")
    type_text("Z:" + str(WORK / "import.json").replace("/", "\\"))
    key("Return")
    hands.gone("^Import settings")
    window_named("^Liaison$")
    picture("window-imported")


def fills_in(w, tenant):
    """The pointer goes into Name, the keyboard does the others."""
    host("xdotool", "mousemove", "--window", w.id, "903", "112", "click", "1")
    time.sleep(0.3)
    for value in ("Contoso Chicago", tenant["object_id"], tenant["tenant_id"], tenant["client_id"], tenant["client_secret"]):
        key("ctrl+a")
        type_text(value)
        if value != tenant["client_secret"]:
            key("Tab")
    picture("window-filled-in")


def keeps_the_secret(profile, tenant):
    entries = windows("reg", "query", r"HKCU\Software\Wine\Credential Manager", "/s").stdout
    check("the Credential Manager has an entry “Liaison: …”", "Liaison: " in entries, entries[-800:])
    ended("another process tests with that secret", liaison(profile, "test"), 0)
    folder = DRIVE_C / "users/root/Desktop/Prøfil ü"
    found = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    secret = tenant["client_secret"]
    check("the profile holds no secret", secret.encode() not in found and secret.encode("utf-16-le") not in found)


def comes_back(w, profile):
    host("xdotool", "windowsize", "--sync", w.id, "1250", "700", check=False)
    time.sleep(1)
    check("Ctrl+Q closes it, with exit status 0", w.close() == 0, w.process.returncode)
    remembered = DRIVE_C / "users/root/Desktop/Prøfil ü/window.ron"
    check("window.ron remembers the size", "1250" in remembered.read_text(), remembered.read_text()[:600])
    again = open_window(profile, "--renderer", "glow")
    check("the next window has that size", geometry(again.id)[2:] == (1250, 700), geometry(again.id))
    key("ctrl+t")
    time.sleep(4)
    picture("window-again")
    tested = shown(profile).get("last_test")
    check("Ctrl+T in the second window tests with the kept secret", bool(tested), shown(profile))
    check("and it closes without a question", again.close() == 0, again.process.returncode)


# The launcher.


def launcher():
    hands.sit_down()
    program = hands.install("launched", "liaison.exe", "liaisonw.exe")
    start = lambda name, *more: hands.start(WINE, "start", program.replace("liaison.exe", name), *more, "--renderer", "glow")
    start("liaison.exe", "--profile", r"C:\console")
    window_named("^Liaison$")
    both = titles()
    check("liaison.exe, started from a menu, has a console window (so that the next check can fail)", len(both) == 2, both)
    picture("launcher-console")
    windows("taskkill", "/f", "/im", "liaison.exe")
    wait("no window", lambda: not titles())
    start("liaisonw.exe", "--profile", r"C:\data of the launcher")
    window_named("^Liaison$")
    picture("launcher")
    check("liaisonw.exe opens the window and no console", list(titles().values()) == ["Liaison"], titles())
    key("ctrl+q")
    hands.gone("^Liaison$")
    passed = DRIVE_C / "data of the launcher/window.ron"
    check("liaisonw.exe passes its arguments on", passed.is_file(), os.listdir(DRIVE_C))
    boxes()


def boxes():
    """What keeps the window from opening is said in a message box."""
    alone = hands.install("alone", "liaisonw.exe")
    usual = str(DRIVE_C / "launched/liaisonw.exe")
    for name, command in (("missing", [alone]), ("nonsense", [usual, "--renderer", "nonsense"])):
        process = hands.start(WINE, *command)
        try:
            window_named("^Liaison could not start$")
            box = titles()
        except hands.TimeOut:
            box = titles()
        picture(f"launcher-{name}")
        check(f"liaisonw.exe, {name}: a message box", list(box.values()) == ["Liaison could not start"], box)
        key("Return")
        check(f"liaisonw.exe, {name}: then ends with 1", process.wait(20) == 1, process.returncode)


# The first window on the usual screens.


def screens():
    hands.sit_down()
    screen = os.environ["LIAISON_SCREEN"]
    width, height = map(int, screen.split("x"))
    for dpi in (96, 144) if width > 1900 else (96,):
        added = windows("reg", "add", r"HKCU\Control Panel\Desktop", "/v", "LogPixels", "/t", "REG_DWORD", "/d", str(dpi), "/f")
        assert added.returncode == 0, added.stderr
        scale, name = dpi / 96, f"{screen} at {dpi * 100 // 96} %"
        shutil.rmtree(DRIVE_C / f"screen-{screen}-{dpi}", ignore_errors=True)
        w = open_window(f"C:\\screen-{screen}-{dpi}", "--renderer", "glow")
        # Wine makes the window at 100 % and tells the scale afterwards.
        try:
            wait("the window at its scale", lambda: geometry(w.id)[2] >= 1100 * scale)
        except hands.TimeOut as error:
            print(f"         {error}: {geometry(w.id)}")
        # The first button of the first run: Add a Microsoft Teams account.
        key(*["shift+Tab"] * 5, "space")
        time.sleep(1)
        picture(f"screen-{screen}-{dpi}")
        x, y, wide, high = geometry(w.id)
        # 48 points are the task bar of Windows 11.
        check(f"{name}: the window ends above the task bar", y + high <= height - 48 * scale, (x, y, wide, high))
        check(f"{name}: it is as wide as asked for, and on the screen", x >= 0 and 1100 * scale <= wide <= width - x, (x, y, wide, high))
        key("ctrl+q")
        time.sleep(1)
        w.process.terminate()
        windows("taskkill", "/f", "/im", "liaison.exe")


if __name__ == "__main__":
    try:
        globals()[sys.argv[1]]()
    except (hands.TimeOut, subprocess.SubprocessError, OSError, ValueError, AssertionError, KeyError) as error:
        check(f"{sys.argv[1]} goes on to its end", False, error)
        traceback.print_exc(file=sys.stdout)
        picture(f"failed-{sys.argv[1]}")
    finally:
        hands.stop_everything()
    sys.exit(1 if tally.failed else 0)
