"""What Cargo.toml says of the project, for every script in this folder: version, repository, app ID, and the like.

  python3 packaging/project.py             prints it as shell variables: source <(python3 packaging/project.py)
  python3 packaging/project.py fill FILE   prints FILE with each @NAME@ in it replaced; NAME is one of these, or in the environment

A name that does not exist is an error.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parent.parent


def _package():
    command = ["cargo", "metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path", ROOT / "Cargo.toml"]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return next(package for package in found["packages"] if package["name"] == "liaison")


def _copyright():
    """The line of the license, like `Copyright (c) 2026 The Liaison developers`."""
    license_text = (ROOT / "LICENSE-MIT").read_text(encoding="utf-8")
    return re.search(r"^Copyright \(c\) (\d+) (.+)$", license_text, re.MULTILINE).groups()


_PACKAGE = _package()
VERSION = _PACKAGE["version"]
REPOSITORY = _PACKAGE["repository"]
RELEASES = REPOSITORY + "/releases"
SUMMARY = _PACKAGE["description"]
LICENSE = _PACKAGE["license"]
APP_ID = _PACKAGE["metadata"]["liaison"]["app-id"]
YEAR, PUBLISHER = _copyright()

NAMES = ("VERSION", "REPOSITORY", "RELEASES", "SUMMARY", "LICENSE", "APP_ID", "YEAR", "PUBLISHER")


def fill(file):
    """The text of a template. What goes into XML is escaped."""
    known = dict(os.environ) | {name: globals()[name] for name in NAMES}
    xml = pathlib.Path(file).suffix in (".xml", ".wxs", ".plist")

    def value(found):
        if found.group(1) not in known:
            sys.exit(f"{file}: nothing tells what {found.group(0)} is")
        text = known[found.group(1)]
        return escape(text, {'"': "&quot;"}) if xml else text

    return re.sub(r"@([A-Z][A-Z0-9_]*)@", value, pathlib.Path(file).read_text(encoding="utf-8"))


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "fill":
        sys.stdout.write(fill(sys.argv[2]))
    elif len(sys.argv) == 1:
        for name in NAMES:
            print(f"{name}={shlex.quote(globals()[name])}")
    else:
        sys.exit(__doc__)
