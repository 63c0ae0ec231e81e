"""The tests of the source, built for Windows and run under Wine, and the only list of those that Wine cannot do."""

import re

from hands import OUT, windows

CHAIN = (
    "Wine's CertCreateCertificateChainEngine refuses the newer structure that a CA file needs (E_INVALIDARG);"
    " docs/windows.md says how to try a CA file on a real Windows"
)
# Each with its reason. One that passes after all is a failure too: then it belongs off this list.
NOT_UNDER_WINE = {
    "network::a_companys_root_is_refused_with_its_name_and_trusted_from_a_file": CHAIN,
    "network::a_proxy_is_used_for_the_world_and_never_for_this_computer": CHAIN,
    "network::a_proxy_that_wants_a_password_gets_it_or_is_named": CHAIN,
    "network::a_trusted_certificate_must_still_be_right": CHAIN,
}
THREADS = 2


def run(check, name):
    """Runs one executable. Every test must pass, except for those of the list, which must fail."""
    ended = windows(OUT / name, f"--test-threads={THREADS}", seconds=800)
    said = ended.stdout + ended.stderr
    (OUT / f"{name}.log").write_text(said)
    results = dict(re.findall(r"^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED|ignored)", said, re.M))
    kinds = {kind: {test for test, result in results.items() if result == kind} for kind in ("ok", "FAILED", "ignored")}
    summary = re.search(r"^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored", said, re.M)
    counted = tuple(len(kinds[kind]) for kind in ("ok", "FAILED", "ignored"))
    check(
        f"{name} runs to its end: {counted[0]} passed, {counted[1]} failed, {counted[2]} ignored",
        summary is not None and tuple(map(int, summary.groups())) == counted and counted[0] > 100,
        f"{summary and summary.group(0)}, {said[-1500:]}",
    )
    if name == "it.exe":
        gone = [test for test in NOT_UNDER_WINE if test not in results]
        check(f"{name}: what is listed as not possible under Wine is a test", not gone, ", ".join(gone))
    listed = {test for test in NOT_UNDER_WINE if test in results}
    for test in sorted(kinds["FAILED"] & listed):
        print(f"         not under Wine: {test}: {NOT_UNDER_WINE[test]}")
    unexpected = kinds["FAILED"] - listed
    check(f"{name}: every test passes that Wine can do", not unexpected, ", ".join(sorted(unexpected)) + f"; see target/windows/{name}.log")
    better = listed - kinds["FAILED"]
    check(f"{name}: what is listed as not possible under Wine still is", not better, ", ".join(sorted(better)))
    return results
