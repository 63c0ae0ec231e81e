"""What the Python peers share: checks that tell what went wrong, and the first line of `liaison practice`."""

import base64
import json
import sys

failed = []
count = 0


def check(what, holds, seen=None):
    global count
    count += 1
    if not holds:
        failed.append(what)
        print(f"FAILED: {what}" + ("" if seen is None else f"\n  seen: {str(seen)[:2000]}"))


def read_details(path):
    return json.loads(path.read_text().splitlines()[0])


def claims(answer):
    """What the access token says."""
    body = answer["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def done(peer):
    print(f"{peer}: {count - len(failed)} of {count} checks hold")
    if failed:
        sys.exit(1)
