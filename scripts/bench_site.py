"""The site's part of `make bench`, on a new site of a bench, with servers of its own.

What `benchmarks.site` prints, it prints in JSON; the last line is the result.
"""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import uuid4

from benches import Bench, copy_checkout, find, install_requirements, stand_apart, working_folder
from commands import Missing, Shell, end_cleanly_when_told, give
from servers import Servers
from test_site import NO_BENCH, new_site


def main(arguments: list[str]) -> int:
    """Run `benchmarks.site` with these arguments; its result goes to the file named first."""
    end_cleanly_when_told()
    result, *options = arguments
    try:
        bench = find()
        if bench is None:
            print(f"The site is left out: {NO_BENCH}", file=sys.stderr)
            return 3
        return _run(bench, Path(result), options)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2


def _run(found: Bench, result: Path, options: list[str]) -> int:
    with working_folder(found.person) as folder:
        copy = copy_checkout(folder, found.person)
        shell = Shell(found.person, found.folder)
        install_requirements(shell, found, copy, extra="test")
        bench = stand_apart(found, folder, copy)
        servers = Servers(shell, folder)
        site = f"vtiger-xero-{uuid4().hex[:8]}.localhost"
        try:
            servers.start_all()
            shell.settings = {**servers.environment(), "PYTHONPATH": str(copy)}
            new_site(shell, bench, site, servers)
            shell.settings |= {"FRAPPE_SITE": site, "FRAPPE_VERSION": found.frappe_version()}
            shell.folder = bench.sites
            made = folder / "result.json"
            made.write_text("{}", encoding="utf-8")
            give(made, found.person)
            status = shell.run(bench.python, "-m", "benchmarks.site", made, *options, check=False)
            result.write_text(made.read_text(encoding="utf-8"), encoding="utf-8")
            return status
        finally:
            servers.stop_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
