"""Signs people in with headless Chromium, and in all the ways in which a sign-in must be refused.

Only Python's own library: the browser is told what to do over WebDriver, which is HTTP.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

PROGRAM = os.environ["LIAISON_PROGRAM"]
MODULES = os.environ.get("NODE_MODULES", "")
HOME = os.environ["HOME"]
HERE = os.path.dirname(os.path.abspath(__file__))
ADELE = "adele.vance@contoso.example"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
started = []
heard = []


def start(*command, **options):
    """Starts a process that the end of this one ends."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    process = subprocess.Popen(command, **options)
    started.append(process)
    return process


def wait(what, condition, seconds=30):
    """The first true answer of `condition`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def call(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    try:
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {url}: {error.read().decode()[:600]}") from error


class Browser:
    """A fresh Chromium that knows nobody."""

    driver = None

    def __init__(self):
        if Browser.driver is None:
            port = free_port()
            start("chromedriver", f"--port={port}", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            Browser.driver = f"http://127.0.0.1:{port}"
            wait("chromedriver", lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        arguments += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server"]
        capabilities = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments}}
        session = call("POST", f"{Browser.driver}/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.at = f"{Browser.driver}/session/{session['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        call("DELETE", self.at)

    def open(self, url):
        call("POST", f"{self.at}/url", {"url": url})

    def url(self):
        return call("GET", f"{self.at}/url")

    def find(self, selector):
        return call("POST", f"{self.at}/elements", {"using": "css selector", "value": selector})

    def text(self, selector="body"):
        found = self.find(selector)
        try:
            return call("GET", f"{self.at}/element/{found[0][ELEMENT]}/text") if found else ""
        except AssertionError:
            # The page went between the two questions; whoever waits for a text asks again.
            return ""

    def click(self, selector):
        found = wait(selector, lambda: self.find(selector))
        call("POST", f"{self.at}/element/{found[0][ELEMENT]}/click", {})

    def type(self, selector, text):
        found = wait(selector, lambda: self.find(selector))
        call("POST", f"{self.at}/element/{found[0][ELEMENT]}/value", {"text": text})

    def sees(self, text):
        try:
            wait(f"“{text}”", lambda: text in self.text())
        except AssertionError as error:
            raise AssertionError(f"{error}; the page says {self.text()!r} at {self.url().split('?')[0]}") from None

    def consent(self):
        self.click(f"button[value='{ADELE}']")
        self.sees("would like to")
        self.click("button[value=accept]")


class SignIn:
    """`liaison agents add`, as far as the line with the page."""

    def __init__(self, profile, *words):
        self.process = start(PROGRAM, "--profile", profile, "agents", "add", *words)
        first = self.process.stdout.readline()
        assert "Open this page" in first, (first, self.process.stderr.read())
        self.said = first
        self.page = self.process.stdout.readline().strip()

    def parameters(self):
        return dict(parse_qsl(urlsplit(self.page).query))

    def ends(self, exit, words):
        out, err = self.process.communicate(timeout=60)
        heard.extend([self.said, out, err])
        assert self.process.returncode == exit, (self.process.returncode, out, err)
        assert words in out + err, (words, out, err)


def changed(url, **changes):
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | changes)))


def liaison(profile, *words, exit=0, **environment):
    done = subprocess.run(
        [PROGRAM, "--profile", profile, *words],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    heard.extend([done.stdout, done.stderr])
    assert done.returncode == exit, (words, done)
    return done.stdout


def profile(tenant, name):
    """A profile with the account of this tenant, its secret in the keychain."""
    path = os.path.join(HOME, name)
    settings = {key: tenant[key] for key in ("object_id", "tenant_id", "client_id")}
    addresses = {key: tenant[key] for key in ("login_url", "graph_url")}
    settings |= {"format": 1, "name": "Contoso", "cloud": {"custom": addresses}}
    file = os.path.join(HOME, f"{name}.json")
    with open(file, "w") as to:
        json.dump(settings, to)
    liaison(path, "apply", file, LIAISON_CLIENT_SECRET=tenant["client_secret"])
    return path


def signs_in(place, tenant):
    """The page of the sign-in is walked, and the redirect arrives."""
    sign_in = SignIn(place)
    with Browser() as browser:
        browser.open(sign_in.page)
        browser.consent()
        browser.sees("Adele Vance is signed in")
        back = browser.url()
        assert back.startswith("http://localhost:") and "/liaison?code=" in back, back
        sign_in.ends(0, "enabled Teams integration")
        # The address is worth nothing any more, and nobody listens there.
        port = urlsplit(back).port
        wait("the end of the listener", lambda: socket.socket().connect_ex(("127.0.0.1", port)) != 0)
    listed = json.loads(liaison(place, "agents", "list", "--json"))["agents"]
    assert [(one["user_principal_name"], one["state"]) for one in listed] == [(ADELE, "enabled")], listed
    signs_in.code = dict(parse_qsl(urlsplit(back).query))["code"]


def refuses_another_state(place, tenant):
    """An answer with another state changes nothing; the right one still counts."""
    sign_in = SignIn(place)
    with Browser() as browser:
        browser.open(changed(sign_in.page, state="another"))
        browser.consent()
        browser.sees("This answer belongs to another sign-in")
        assert sign_in.process.poll() is None
        browser.open(sign_in.page)
        browser.consent()
        browser.sees("Adele Vance is signed in")
    sign_in.ends(0, "enabled Teams integration")


def refuses_a_replayed_code(place, tenant):
    """A code that was redeemed before, brought with the right state."""
    sign_in = SignIn(place)
    given = sign_in.parameters()
    with Browser() as browser:
        browser.open(given["redirect_uri"] + "?" + urlencode({"code": signs_in.code, "state": given["state"]}))
        browser.sees("was used before")
    sign_in.ends(1, "AADSTS54005")


def refuses_another_verifier(place, tenant):
    """A code that belongs to somebody else's challenge."""
    sign_in = SignIn(place)
    with Browser() as browser:
        browser.open(changed(sign_in.page, code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"))
        browser.consent()
        browser.sees("The answer belongs to another sign-in")
    sign_in.ends(1, "AADSTS501481")


def notices_a_cancel(place, tenant):
    """The person changes their mind."""
    sign_in = SignIn(place)
    with Browser() as browser:
        browser.open(sign_in.page)
        browser.click("button[value=cancel]")
        browser.sees("The sign-in was cancelled in the browser")
    sign_in.ends(1, "cancelled in the browser")


def gives_up_on_a_closed_browser(place, tenant):
    """The window with the page is closed, and nothing ever comes."""
    sign_in = SignIn(place, "--wait", "3")
    with Browser() as browser:
        browser.open(sign_in.page)
        browser.sees("Pick an account")
    sign_in.ends(1, "Nobody finished the sign-in in the browser in time.")


def signs_in_with_a_device_code(place, tenant):
    """The code is entered in a browser that knows nothing of this computer."""
    sign_in = SignIn(place, "--device")
    code = re.search(r"code (\S+) within", sign_in.said)[1]
    with Browser() as browser:
        browser.open(sign_in.page)
        browser.type("#code", code)
        browser.click("button.go")
        browser.consent()
        browser.sees("You may now close this window")
    sign_in.ends(0, "enabled Teams integration")


# A JSON Web Token; and the practice tenant's codes and refresh tokens.
TOKENS = re.compile(rb"eyJ[\w-]{20,}\.[\w-]{20,}|1\.[\w-]{150,}")


def leaves_no_token_behind(place, tenant):
    """Neither in any file of the profile nor in anything that was said."""
    form = {"grant_type": "client_credentials", "client_id": tenant["client_id"], "client_secret": tenant["client_secret"]}
    form["scope"] = tenant["graph_url"] + "/.default"
    url = f"{tenant['login_url']}/{tenant['tenant_id']}/oauth2/v2.0/token"
    with opener.open(url, urlencode(form).encode()) as answer:
        assert TOKENS.search(answer.read()), "the search finds a token where there is one"
    assert TOKENS.search(signs_in.code.encode()), "and a code"
    files = [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names]
    assert any(name.endswith(".sqlite3") for name in files), files
    for file in files:
        with open(file, "rb") as content:
            assert not TOKENS.search(content.read()), f"a token in {file}"
    assert len(heard) > 10 and not TOKENS.search("\n".join(heard).encode()), "a token was said"


def disables(place, tenant):
    """And nobody is left."""
    liaison(place, "agents", "remove", ADELE)
    assert json.loads(liaison(place, "agents", "list", "--json")) == {"agents": []}


def foreign_server():
    """oidc-provider, a certified OpenID provider, laid out on Entra's paths."""
    port = free_port()
    foreign = {
        "login_url": f"http://localhost:{port}",
        "graph_url": f"http://localhost:{port}",
        "tenant_id": "6f89cf12-978b-4d23-ac18-9ef0c127cf87",
        "client_id": "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928",
        "object_id": "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90",
        "client_secret": "peer-secret~value",
    }
    environment = {**os.environ, "PORT": str(port), "ACCOUNT": json.dumps(foreign)}
    server = start("node", os.path.join(HERE, "foreign.mjs"), MODULES, env=environment, stderr=subprocess.DEVNULL)
    assert server.stdout.readline() == "ready\n"
    return foreign


def signs_in_to_a_foreign_server(place, tenant):
    """A server that is neither Microsoft's nor ours takes the same requests, in the browser and with a device code."""
    for words in ([], ["--device"]):
        sign_in = SignIn(place, *words)
        with Browser() as browser:
            browser.open(sign_in.page)
            if words:
                browser.type("input[name=user_code]", re.search(r"code (\S+) within", sign_in.said)[1])
                browser.click("button[type=submit]")
                browser.click("button[type=submit]")
            browser.click("#sign-in")
            browser.sees("Sign-in Success" if words else "Foreign Person is signed in")
        sign_in.ends(0, "Foreign Person (person@foreign.example) enabled Teams integration.")


def main():
    keyring = start("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", stdin=subprocess.PIPE)
    keyring.stdin.write("test")
    keyring.stdin.close()
    tenant = json.loads(start(PROGRAM, "practice").stdout.readline())
    place = profile(tenant, "practice")
    checks = [
        signs_in,
        refuses_another_state,
        refuses_a_replayed_code,
        refuses_another_verifier,
        notices_a_cancel,
        gives_up_on_a_closed_browser,
        signs_in_with_a_device_code,
        leaves_no_token_behind,
        disables,
    ]
    work = [(check, place, tenant) for check in checks]
    if MODULES:
        foreign = foreign_server()
        work.append((signs_in_to_a_foreign_server, profile(foreign, "foreign"), foreign))
    failed = 0
    for check, where, whose in work:
        began = time.monotonic()
        try:
            check(where, whose)
            print(f"  ok      {check.__doc__.splitlines()[0]} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are still worth looking at
            failed += 1
            print(f"  FAILED  {check.__doc__.splitlines()[0]}\n          {error!r}", flush=True)
    print(f"{len(work) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        for process in reversed(started):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
