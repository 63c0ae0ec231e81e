#!/usr/bin/env python3
"""Figures of the directory, in one run on one machine, printed as a table in Markdown.

    benches/directory.py [--peers JSON]

Builds both programs with the release profile first. The practice tenant is served by a second process. With `--peers`, another
server is measured too, for instance one that sends pages serialised beforehand, so that the client alone counts; the object has
the members of the one that `liaison practice` prints.

Load: a whole process, from its start to its end, that reads 100,000 people, makes them searchable, sorts and keeps them in
SQLite; against a whole process that reads the same pages into typed values and keeps them in memory; in turns, medians.
Memory: the most that the process ever held, above a process of the same program that does nothing, for each person.
Search: each keystroke of five texts among a million people, against memchr's scan of the same bytes for the same word.
Frames: one picture of the Directory screen, from input to triangles, over a million rows against a hundred; in turns, medians.
`benches/run` measures the first picture over 100,000 kept people. Ends with status 1 where a figure misses its bound.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
LIAISON, PEOPLE = "target/release/liaison", "target/release/examples/people"
ROUNDS = 7
missed = []
work = tempfile.mkdtemp(prefix="liaison-bench.")


def row(what, ours, floor, bound, good):
    if not good:
        missed.append(what)
    print(f"| {what} | {ours} | {floor} | {bound} | {'yes' if good else '**no**'} |", flush=True)


def run(*words):
    """What it prints, and how many milliseconds the process took."""
    began = time.perf_counter()
    done = subprocess.run([PEOPLE, *map(str, words)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout), (time.perf_counter() - began) * 1000


class Tenant:
    def __init__(self, people):
        command = [LIAISON, "practice", "--people", str(people)]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.address = self.server.stdout.readline().decode()

    def __enter__(self):
        return self.address

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


def load(name, address):
    ours, bare, peaks, bare_peaks = [], [], [], []
    for number in range(ROUNDS + 1):
        folder = os.path.join(work, f"load-{name}-{number}")
        said, took = run("load", address, folder)
        least, least_took = run("bare", address)
        assert said["people"] == least["people"] == 100_000, (said, least)
        shutil.rmtree(folder)
        if number == 0:
            continue  # The page cache is warm from here on.
        ours.append(took)
        bare.append(least_took)
        peaks.append(said["peak_kib"])
        bare_peaks.append(least["peak_kib"])
    empty = run("empty")[0]["peak_kib"]
    a, b = statistics.median(ours), statistics.median(bare)
    each = lambda peaks: (statistics.median(peaks) - empty) * 1024 / 100_000
    row(
        f"100,000 people from {name}: loaded, searchable, sorted and kept",
        f"{a:.0f} ms ({a / b:.2f} ×)",
        f"{b:.0f} ms",
        "≤ 1.25 ×",
        a <= 1.25 * b,
    )
    row(
        f"memory for each person, from {name}",
        f"{each(peaks):.0f} bytes ({statistics.median(peaks) / 1024:.0f} MiB in all)",
        f"{each(bare_peaks):.0f} bytes",
        "≤ 400 bytes",
        each(peaks) <= 400,
    )


def search(address, folder):
    said, _ = run("search", address, folder)
    worst = max(said["searches"], key=lambda one: one["ratio"])
    slowest = max(said["searches"], key=lambda one: one["ms"])
    for what, one in (("dearest", worst), ("slowest", slowest)):
        row(
            f"a keystroke among {said['people']:,} people, the {what} of {len(said['searches'])}: “{one['typed']}”, {one['how']}",
            f"{one['ms']:.1f} ms ({one['ratio']:.2f} ×, {one['found']:,} found)",
            f"{one['scan_ms']:.1f} ms",
            "≤ 3 ×",
            one["ratio"] <= 3,
        )
    middle = statistics.median(one["ratio"] for one in said["searches"])
    print(f"| the same, median of all | {middle:.2f} × | | | |")


def frames(many, few):
    figures = {"idle_ms": ([], []), "scrolled_ms": ([], [])}
    for _ in range(3):
        for at, (address, folder) in enumerate((many, few)):
            said, _ = run("frames", address, folder)
            for key, both in figures.items():
                both[at].append(said[key])
    for key, (a, b) in figures.items():
        a, b = statistics.median(a), statistics.median(b)
        what = "standing still" if key == "idle_ms" else "scrolling"
        row(f"a picture of a million rows, {what}", f"{a:.2f} ms ({a / b:.2f} ×)", f"{b:.2f} ms (100 rows)", "≤ 1.2 ×", a <= 1.2 * b)


def machine():
    lines = open("/proc/cpuinfo").read().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} × {model}, load {os.getloadavg()[0]:.1f}"


subprocess.run(["cargo", "build", "--release", "--bin", "liaison", "--example", "people"], check=True)
print(f"Medians of {ROUNDS} processes each, in turns; release build. {machine()}.\n")
print("| what | Liaison | floor | bound | met |")
print("|---|---|---|---|---|")
try:
    with Tenant(100_000) as address:
        load("the practice tenant", address)
    if "--peers" in sys.argv:
        load("a server of ready pages", sys.argv[sys.argv.index("--peers") + 1])
    with Tenant(1_000_000) as million, Tenant(100) as hundred:
        folders = [os.path.join(work, name) for name in ("million", "hundred")]
        run("load", million, folders[0])
        run("load", hundred, folders[1])
        search(million, folders[0])
        frames((million, folders[0]), (hundred, folders[1]))
finally:
    shutil.rmtree(work, ignore_errors=True)
sys.exit(1 if missed else 0)
