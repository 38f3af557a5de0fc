"""Run the whole-sync tests under each other reading of docs/xero.md, one after the other.

`make readings` runs all; `make readings ARGS="L5 R8"` those; what is not survived is listed.
"""

from __future__ import annotations

import subprocess
import sys
import time

from vtiger_xero.simulator.readings import ALTERNATIVES

TESTS = ("tests/sync", "tests/xero")
# This one runs under every reading by itself.
WITHOUT = "--ignore=tests/sync/test_readings.py"


def main(wanted: list[str]) -> int:
    """Try them, print how each one ended; 1 if a test failed."""
    known = {each.id for each in ALTERNATIVES}
    if unknown := set(wanted) - known:
        sys.exit(f"no other reading of {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    failed = []
    for each in ALTERNATIVES:
        if wanted and each.id not in wanted:
            continue
        began = time.monotonic()
        print(f"{each.id}: {each.says}", flush=True)
        command = [sys.executable, "-m", "pytest", *TESTS, WITHOUT, "--reading", each.id]
        if subprocess.run(command, check=False).returncode:
            failed.append(each.id)
        print(f"{each.id}: {time.monotonic() - began:.0f} s\n", flush=True)
    print(f"not survived: {', '.join(failed)}" if failed else "every reading is survived")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
