"""`make test-site`: the site tests on a new site of a bench, with servers of their own."""

from __future__ import annotations

import base64
import os
import shutil
import sys
from pathlib import Path
from uuid import uuid4

from benches import Bench, copy_checkout, find, install_requirements, stand_apart, working_folder
from browsers import build_scripts, chromium, why_none
from commands import Missing, Shell, checkout, end_cleanly_when_told
from servers import ROOT_PASSWORD, Servers

_TOLD = ("CI", "ATTACK", "ONLY")  # what the tests themselves read
_PICTURES = ("SCREENSHOTS", "LOOKS")  # folders for what the browser tests show
NO_BENCH = (
    "no bench that has this app was found (FRAPPE_BENCH names one that has it not); `make site` "
    "makes one, where Frappe's public address can be reached."
)


def main(arguments: list[str]) -> int:
    """Run the site tests; `--if-found` makes a missing bench a note instead of a failure."""
    optional = "--if-found" in arguments
    chosen = [each for each in arguments if each != "--if-found"]
    end_cleanly_when_told()
    try:
        bench = find()
        if bench is None:
            print(f"Site tests left out: {NO_BENCH}" if optional else f"No site tests: {NO_BENCH}")
            return 0 if optional else 2
        print(f"Site tests on Frappe {bench.frappe_version()} in {bench.folder}", flush=True)
        return _run(bench, chosen)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; everything that was started is gone.")
        return 130


def _run(found: Bench, chosen: list[str]) -> int:
    with working_folder(found.person) as folder:
        copy = copy_checkout(folder, found.person)
        shell = Shell(found.person, found.folder)
        lacking = why_none(found)
        install_requirements(shell, found, copy, extra="test" if lacking else "browser")
        bench = stand_apart(found, folder, copy)
        servers = Servers(shell, folder)
        site = f"vtiger-xero-{uuid4().hex[:8]}.localhost"
        try:
            servers.start_all()
            shell.settings = {**servers.environment(), "PYTHONPATH": str(copy)}
            if not lacking:
                build_scripts(shell, bench)
                shell.settings["CHROMIUM"] = chromium()
            new_site(shell, bench, site, servers)
            return _pytest(shell, bench, folder, site, chosen)
        finally:
            servers.stop_all()
            _keep_pictures(folder)
            if lacking:
                print(f"Browser tests left out: {lacking}")


def new_site(shell: Shell, bench: Bench, site: str, servers: Servers) -> None:
    """A site with this app, whose databases are these servers'."""
    print("Making a new site …", flush=True)
    # Frappe's own commands, for the bench command need not be on anybody's path.
    frappe = (bench.python, "-m", "frappe.utils.bench_helper", "frappe")
    shell.folder = bench.sites
    shell.run(
        *(*frappe, "new-site", site, "--admin-password", "admin"),
        *("--db-host", "127.0.0.1", "--db-port", servers.database_port),
        *("--db-root-username", "root", "--db-root-password", ROOT_PASSWORD),
        *("--mariadb-user-host-login-scope", "%"),
        quiet=True,
    )
    cache, queue = (f"redis://127.0.0.1:{port}" for port in servers.redis_ports)
    settings = {"redis_cache": cache, "redis_queue": queue, "redis_socketio": cache}
    # Frappe makes the key when it first encrypts, and another process may not have read it yet.
    settings["encryption_key"] = base64.urlsafe_b64encode(os.urandom(32)).decode()
    for key, value in {**settings, "allow_tests": "1", "developer_mode": "0"}.items():
        # One encryption key in 64 begins like an option.
        shell.run(*frappe, "--site", site, "set-config", "--", key, value, quiet=True)
    shell.run(*frappe, "--site", site, "install-app", "vtiger_xero", quiet=True)


def _pytest(shell: Shell, bench: Bench, folder: Path, site: str, chosen: list[str]) -> int:
    shell.folder = copy = folder / "app"
    shell.settings |= {"FRAPPE_BENCH": str(bench.folder), "FRAPPE_SITE": site}
    shell.settings["DATABASE_ROOT_PASSWORD"] = ROOT_PASSWORD  # for a second site, in one test
    shell.settings |= {name: os.environ[name] for name in _TOLD if name in os.environ}
    for pictures in _PICTURES:
        if pictures in os.environ:
            shell.settings[pictures] = str(folder / pictures.lower())
    # Frappe's own development requirements bring a debugger that not every version can import.
    options = ("-p", "no:cacheprovider", "-p", "no:debugging")
    tests = chosen or [each for each in ("tests/site", "tests/browser") if (copy / each).is_dir()]
    return shell.run(bench.python, "-m", "pytest", *options, *tests, check=False)


def _keep_pictures(folder: Path) -> None:
    """In the folders that were named: the bench's own person may not write there."""
    for pictures in _PICTURES:
        made, wanted = folder / pictures.lower(), os.environ.get(pictures)
        if wanted and made.is_dir():
            shutil.copytree(made, checkout() / wanted, dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
