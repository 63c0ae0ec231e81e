"""Prism stands before the practice tenant and refuses every answer that Microsoft's metadata do not allow.

Arguments: the folder of `run`, the metadata as OpenAPI. Prism is at $PRISM. It answers 500 with a list of violations, in place of
the tenant, when a request or an answer is not as the metadata say, and 422 when it does not even send a request on.
"""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import secrets
import socket
import subprocess
import sys
import threading
import time

import requests

from checks import check, done, read_details
from pages import agree, way_back

folder = pathlib.Path(sys.argv[1])
metadata = sys.argv[2]
details = read_details(folder / "http.json")
AGENT, COLLEAGUE, UNLICENSED = (f"{name}@contoso.example" for name in ("ann.lee", "adele.vance", "olena.shevchenko"))
RETURN = "http://localhost:1/liaison"
processes = []


def prism(upstream):
    """Starts Prism in front of a server and gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(folder / f"prism-{port}.log", "w")
    command = ["node", os.environ["PRISM"], "proxy", "-h", "127.0.0.1", "-p", str(port), "--errors", metadata, upstream]
    processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
    for _ in range(600):
        if processes[-1].poll() is not None:
            break
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    sys.exit(f"Prism did not start:\n{pathlib.Path(log.name).read_text()}")


def token_endpoint(form, details=details):
    url = f"{details['login_url']}/{details['tenant_id']}/oauth2/v2.0/token"
    answer = requests.post(url, data={"client_id": details["client_id"], "client_secret": details["client_secret"]} | form)
    answer.raise_for_status()
    return answer.json()["access_token"]


def of_the_app(details=details):
    form = {"grant_type": "client_credentials", "scope": f"{details['graph_url']}/.default"}
    return token_endpoint(form, details)


def of_a_person(account, scope):
    """Walks the sign-in pages as a browser does."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    page = requests.get(
        f"{details['login_url']}/{details['tenant_id']}/oauth2/v2.0/authorize",
        params={
            "client_id": details["client_id"],
            "response_type": "code",
            "redirect_uri": RETURN,
            "scope": scope,
            "state": "state",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        },
    )
    code = way_back(agree(requests.Session(), page, account))["code"]
    return token_endpoint(
        {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "code_verifier": verifier}
    )


def ask(base, token, status, method, path, body=None, **headers):
    """One request through Prism, whose answer must have this status and no violation."""
    headers = {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = requests.request(method, base + path, json=body, headers=headers)
    what = f"{method} {path[:100]} gives {status} as the metadata say"
    check(what, answer.status_code == status and "stoplight" not in answer.text, f"{answer.status_code} {answer.text}")
    return answer.json() if answer.text.startswith("{") else {}


def directory(base, token):
    users = ask(base, token, 200, "GET", "/users?$top=100")["value"]
    names = "id,displayName,department,accountEnabled,userType,faxNumber,imAddresses,proxyAddresses,assignedPlans"
    ask(base, token, 200, "GET", f"/users?$top=999&$select={names}")
    ask(base, token, 200, "GET", "/users?$top=5&$filter=startsWith(displayName,'ann')")
    ask(base, token, 200, "GET", '/users?$search="displayName:ann"&$count=true', ConsistencyLevel="eventual")
    ask(base, token, 200, "GET", f"/users/{users[0]['id']}")
    ask(base, token, 200, "GET", f"/users/{AGENT}?$select={names}")
    ask(base, token, 404, "GET", "/users/nobody@contoso.example")
    ask(base, token, 400, "GET", "/users?$top=1000")
    ids = [one["id"] for one in users]
    ask(base, token, 200, "POST", "/communications/getPresencesByUserId", {"ids": ids})
    ask(base, token, 400, "POST", "/communications/getPresencesByUserId", {"ids": []})


def application(base, token):
    ask(base, token, 200, "GET", "/applications")
    ask(base, token, 200, "GET", f"/applications?$filter=appId eq '{details['client_id']}'")
    ask(base, token, 200, "GET", f"/applications/{details['object_id']}")
    ask(base, token, 200, "GET", f"/applications/{details['object_id']}?$select=id,passwordCredentials,keyCredentials")
    ask(base, token, 404, "GET", f"/applications/{details['client_id']}")


def chats(base, token, app):
    def member(name):
        return {
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "roles": ["owner"],
            # Graph's own address, not Prism's.
            "user@odata.bind": f"{details['graph_url']}/v1.0/users('{name}')",
        }

    one = {"chatType": "oneOnOne", "members": [member(AGENT), member(COLLEAGUE)]}
    chat = ask(base, token, 201, "POST", "/chats", one).get("id", "missing")
    ask(base, token, 201, "POST", "/chats", {"chatType": "group", "topic": "Order 12"} | one | {"chatType": "group"})
    ask(base, token, 403, "POST", "/chats", {"chatType": "oneOnOne", "members": [member(AGENT), member(UNLICENSED)]})
    ask(base, token, 400, "POST", "/chats", {"chatType": "oneOnOne", "members": [member(AGENT)]})
    ask(base, token, 200, "GET", "/chats")
    ask(base, token, 200, "GET", f"/chats/{chat}")
    ask(base, token, 200, "GET", f"/chats/{chat}/members")
    ask(base, token, 201, "POST", f"/chats/{chat}/messages", {"body": {"content": "Would you like to accept (YES/NO)?"}})
    html_body = {"contentType": "html", "content": "<p>Hello</p>"}
    ask(base, token, 201, "POST", f"/chats/{chat}/messages", {"body": html_body})
    # By then the colleague has answered, and the system's message has a kind that was asked for.
    time.sleep(2.5)
    messages = ask(base, token, 200, "GET", f"/chats/{chat}/messages?$top=50")
    check("a colleague has answered", any("YES" in one["body"]["content"] for one in messages["value"][:-3]), messages)
    kinds = ask(base, token, 200, "GET", f"/chats/{chat}/messages", Prefer="include-unknown-enum-members")
    check("the system speaks, too", kinds["value"][-1]["messageType"] == "systemEventMessage", kinds)
    ask(base, token, 404, "GET", "/chats/19:nobody@unq.gbl.spaces")
    ask(base, app, 403, "POST", f"/chats/{chat}/messages", {"body": html_body})
    ask(base, app, 200, "GET", f"/chats/{chat}/messages")


def in_trouble(name, status, path):
    """The refusals of a tenant in a scenario have the shape of all others."""
    tenant = read_details(folder / f"{name}.json")
    ask(prism(f"{tenant['graph_url']}/v1.0"), of_the_app(tenant), status, "GET", path)


def control():
    """A judge who never objects proves nothing: a server that answers wrongly must be caught."""

    class Wrong(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"value": [{"id": 7, "businessPhones": "none"}]}).encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Wrong)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = prism(f"http://127.0.0.1:{server.server_address[1]}")
    answer = requests.get(f"{base}/users", headers={"Authorization": "Bearer x"})
    check("a wrong answer is caught", answer.status_code == 500 and "VIOLATIONS" in answer.text, answer.text)
    server.shutdown()


try:
    control()
    through = prism(f"{details['graph_url']}/v1.0")
    app_token = of_the_app()
    directory(through, app_token)
    application(through, app_token)
    chats(through, of_a_person(AGENT, "User.Read Chat.ReadWrite ChatMessage.Send"), app_token)
    ask(through, "not-a-token", 401, "GET", "/users")
    in_trouble("throttled_hard", 429, "/users")
    in_trouble("payment_required", 402, "/chats/any/messages")
finally:
    for process in processes:
        process.kill()
        process.wait()
done("Prism with Microsoft's metadata")
