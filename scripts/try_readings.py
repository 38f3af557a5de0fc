"""Run the whole-sync tests under each other reading of docs/xero.md, one after the other.

`make readings` runs all; `make readings ARGS="L5 R8"` those; what is not survived is listed. A
first run under the simulator's own readings notes which ones each test asks for. A test that never
asks for a reading is the same under the other one, and is not run again.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from xero_simulator.readings import ALTERNATIVES

TESTS = ("tests/sync", "tests/xero")
# This one runs under every reading by itself.
WITHOUT = "--ignore=tests/sync/test_readings.py"
NO_TESTS = 5  # pytest's word for it


def main(wanted: list[str]) -> int:
    """Try them, print how each one ended; 1 if a test failed."""
    known = {each.id for each in ALTERNATIVES}
    if unknown := set(wanted) - known:
        sys.exit(f"no other reading of {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    with TemporaryDirectory() as folder:
        return _try(wanted, str(Path(folder, "asked.json")))


def _try(wanted: list[str], asked: str) -> int:
    if _pytest("--note-asked", asked):
        sys.exit("the tests fail under the simulator's own readings")
    failed = []
    for each in ALTERNATIVES:
        if wanted and each.id not in wanted:
            continue
        began = time.monotonic()
        print(f"{each.id}: {each.says}", flush=True)
        if _pytest("--reading", each.id, "--asked-in", asked) not in (0, NO_TESTS):
            failed.append(each.id)
        print(f"{each.id}: {time.monotonic() - began:.0f} s\n", flush=True)
    print(f"not survived: {', '.join(failed)}" if failed else "every reading is survived")
    return 1 if failed else 0


def _pytest(*options: str) -> int:
    command = [sys.executable, "-m", "pytest", *TESTS, WITHOUT, *options]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
