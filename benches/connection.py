"""How long `liaison test` takes, with all its nine checks and as a whole process.

    python3 benches/connection.py path/to/liaison [path/to/a/python/with/msal]

The longest way of dependent answers is three: the token, one person, that person's presence. Every answer of the practice
tenant waits 50 ms, so that the sum of its own delays is 150 ms; the whole process may take 1.2 times that. Then, without a
delay and over https, against MSAL for Python getting nothing but the token, in turns. `tests/peers/run` makes a Python with
MSAL in target/peers/venv. Ends with status 1 where a figure misses its bound.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

LIAISON = os.path.realpath(sys.argv[1])
PYTHON = sys.argv[2] if len(sys.argv) > 2 else None
DELAY, LONGEST = 50, 3
TURNS = 15
HERE = pathlib.Path(__file__).resolve().parent
missed = []

TOKEN = """
import sys, msal
login, graph, tenant, client, secret, ca = sys.argv[1:]
app = msal.ConfidentialClientApplication(
    client, client_credential=secret, authority=f"{login}/{tenant}", instance_discovery=False, verify=ca
)
answer = app.acquire_token_for_client([f"{graph}/.default"])
sys.exit("access_token" not in answer)
"""


def practice(*words):
    server = subprocess.Popen([LIAISON, "practice", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return server, json.loads(server.stdout.readline())


def wall(command, **environment):
    began = time.perf_counter()
    done = subprocess.run(
        command, env={"PATH": os.environ["PATH"], "HOME": HOME, **environment}, stdin=subprocess.DEVNULL, capture_output=True
    )
    took = (time.perf_counter() - began) * 1000
    if done.returncode != 0:
        sys.exit(f"{command[:2]}: {done.stdout.decode()}{done.stderr.decode()}")
    return took


def account(name, details):
    """A profile with this tenant's account; its secret comes with each command."""
    folder = f"{HOME}/{name}"
    settings = {
        "format": 1,
        "name": name,
        **{key: details[key] for key in ("object_id", "tenant_id", "client_id")},
        "cloud": {"custom": {"login_url": details["login_url"], "graph_url": details["graph_url"]}},
    }
    file = pathlib.Path(HOME, f"{name}.json")
    file.write_text(json.dumps(settings))
    wall([LIAISON, "--profile", folder, "apply", str(file)])
    return folder


def row(what, ours, floor, bound, good):
    if not good:
        missed.append(what)
    print(f"| {what} | {ours} | {floor} | {bound} |{'' if good else ' **missed**'}", flush=True)


def far_away():
    server, details = practice("--delay", str(DELAY))
    try:
        folder = account("far", details)
        command = [LIAISON, "--profile", folder, "test", "--json"]
        took = [wall(command, LIAISON_CLIENT_SECRET=details["client_secret"]) for _ in range(TURNS)]
    finally:
        server.terminate()
        server.wait()
    ours, sum_of_delays = statistics.median(took), DELAY * LONGEST
    ratio = ours / sum_of_delays
    what = f"`liaison test`, nine checks, whole process, {DELAY} ms before each answer"
    row(what, f"{ours:.0f} ms ({ratio:.2f} ×)", f"{sum_of_delays} ms", "1.2 ×", ratio <= 1.2)


def beside_msal():
    subprocess.run([PYTHON, str(HERE.parent / "tests/peers/make_certificates.py"), HOME], check=True)
    server, details = practice("--cert", f"{HOME}/leaf.pem", "--key", f"{HOME}/leaf.key")
    secret, ca = details["client_secret"], f"{HOME}/ca.pem"
    try:
        folder = account("near", details)
        wall([LIAISON, "--profile", folder, "network", "--ca-file", ca])
        test = [LIAISON, "--profile", folder, "test", "--json"]
        names = ("login_url", "graph_url", "tenant_id", "client_id")
        token = [PYTHON, "-c", TOKEN, *(details[name] for name in names), secret, ca]
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(wall(test, LIAISON_CLIENT_SECRET=secret))
            theirs.append(wall(token))
    finally:
        server.terminate()
        server.wait()
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    what = "`liaison test`, nine checks, over https, beside MSAL for Python getting the token only"
    row(what, f"{ours:.0f} ms ({ours / theirs:.2f} ×)", f"{theirs:.0f} ms", "1 ×", ours < theirs)


with tempfile.TemporaryDirectory() as HOME:
    print("| what | Liaison | floor | bound |\n|---|---|---|---|")
    far_away()
    if PYTHON:
        beside_msal()
    else:
        print("Not measured beside MSAL: name a Python that has it.", file=sys.stderr)
sys.exit(bool(missed))
