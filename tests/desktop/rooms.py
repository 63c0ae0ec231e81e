"""What must be true of the rooms beside the account, in the real window: people, a conference, an agent, the history.

`check.py` starts `rooms`; it brings the window and the tally.
"""

import html.parser
import json
import os
import urllib.parse
import urllib.request

from desk import FIELDS, HOME, PROGRAM, run, wait

AGENT = "ann.lee@contoso.example"


class Form(html.parser.HTMLParser):
    """The last form of a page: where it goes, and what it holds."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields = None, {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.action, self.fields = attributes["action"], {}
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields[attributes["name"]] = attributes["value"]


def walk(address, *answers):
    """Fills in one form after another, as a browser without scripts does. Returns the last page."""
    with urllib.request.urlopen(address, timeout=20) as page:
        text, at = page.read().decode(), page.url
    for answer in answers:
        form = Form(text)
        data = urllib.parse.urlencode({**form.fields, **answer}).encode()
        with urllib.request.urlopen(urllib.parse.urljoin(at, form.action), data, timeout=20) as page:
            text, at = page.read().decode(), page.url
    return text


def applied(profile, tenant):
    """An account of this practice tenant, by the command line."""
    file = os.path.join(HOME, "settings.json")
    cloud = {"custom": {"login_url": tenant["login_url"], "graph_url": tenant["graph_url"]}}
    ids = {key: tenant[key] for key in ("object_id", "tenant_id", "client_id")}
    with open(file, "w") as settings:
        json.dump({"format": 1, "name": "Contoso", **ids, "cloud": cloud, "licensing_mode": "evaluation"}, settings)
    environment = {**os.environ, "LIAISON_CLIENT_SECRET": tenant["client_secret"]}
    run(PROGRAM, "--profile", profile, "apply", file, env=environment)


def write(w, field, text):
    """Types into a field, once it has the focus, and waits for what was typed."""
    w.click(w.field(field))
    wait(f"the focus on {field}", lambda: getattr(w.focused(), "name", None) == field)
    w.type(text)
    wait(f"{text} in {field}", lambda: w.text(field) == text)


def people(w, check):
    w.press("Directory", "page tab")
    w.press("Read the directory")
    everybody = w.find(lambda name: " people · as of " in name, seconds=30)
    check("the people of the tenant are read and counted", int(everybody.name.split()[0]) > 20, everybody)
    write(w, "Search the directory", "zoe angstrom")
    try:
        found = wait("one person", lambda: len(rows := w.all(lambda name: True, "list item")) == 1 and rows[0], 10)
        check("“zoe angstrom” finds Zoë Ångström", found.name.startswith("Zoë Ångström"), found)
    except Exception as error:
        check("“zoe angstrom” finds Zoë Ångström", False, error)
    check("with a way to chat", bool(w.find("Chat with Zoë Ångström", "push button")))
    w.picture("rooms-directory")


def conference(w, check):
    w.press("Conference", "page tab")
    w.press("Invite")
    invitation = "You are invited to customer chat session, would you like to accept (YES/NO)?"
    check("the colleague reads the invitation", bool(w.find(invitation, "label")))
    w.press("YES")
    check("and joins with the positive response", bool(w.find("Zoë Ångström joined the session", "label")))
    write(w, "Message from the customer", "Can you help me?")
    w.key("Return")
    heard = lambda: len(w.all(lambda name: "Can you help me?" in name, "label")) >= 3
    try:
        check("what the customer writes reaches all three", wait("three panes", heard, 10))
    except Exception as error:
        check("what the customer writes reaches all three", False, error)
    write(w, "Message from Zoë Ångström", "bye")
    w.key("Return")
    check("the leave command ends it, whatever its case", bool(w.find("Zoë Ångström left the session", "label")))
    w.picture("rooms-conference")


def agent(w, check):
    w.press("Agents", "page tab")
    w.press("Enable with a device code…")
    told = w.find(lambda name: name.startswith("Open http"), "label").name
    code = w.find(lambda name: len(name) == 9 and name.isalnum() and name.isupper(), "label").name
    walk(told.split()[1], {"user_code": code}, {"account": AGENT}, {"answer": "accept"})
    check("an agent who entered the device code is enabled", bool(w.find(lambda name: AGENT in name, seconds=40)))
    spoken = [node.name + (node.text if node.role in FIELDS else "") for node in w.nodes()]
    check("no screen reader finds a token", not any("eyJ" in text for text in spoken))
    w.picture("rooms-agents")


def history(w, check):
    w.press("History", "page tab")
    whole = w.find(lambda name: "none changed or removed since" in name)
    check("the history is whole", whole.name.split()[0].isdigit(), whole)
    check("and knows of the agent", bool(w.find(lambda name: "gent" in name and "nabled" in name)))
    w.picture("rooms-history")


def rooms(window, profile, tenant, check):
    applied(profile, tenant)
    w = window()
    w.find("Directory", "page tab")
    for room in (people, conference, agent, history):
        room(w, check)
    return w
