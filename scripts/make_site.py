"""`make site`: a real Frappe site with this app, and the simulator as its Xero, until Ctrl-C.

Everything lives in one folder (`.site` here, or the home of the user `frappe` where root asks,
because bench refuses root): the bench, its own MariaDB and Redis, the simulator's books.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benches import APP, Bench, bench_user, copy_checkout, install_requirements, is_built
from commands import (
    Missing,
    Person,
    Shell,
    checkout,
    end_cleanly_when_told,
    free_port,
    give,
    is_free,
    program,
    wait_for_port,
)
from servers import ROOT_PASSWORD, Servers

FRAPPE = "https://github.com/frappe/frappe"
BRANCH = os.environ.get("FRAPPE_BRANCH", "version-15")
SITE = "xero.localhost"
PASSWORD = "admin"
# Of both sides together; scripts/fill_site.py fills the CRM with its part of the same sample.
SIZES = {"organizations": 60, "products": 60, "invoices": 150, "payments": 80}
_PORTS = ("database", "desk", "socketio")
_ENVIRONMENT = {
    # Frappe v15 still imports pkg_resources, which setuptools 81 took away.
    "PIP_CONSTRAINT": "{folder}/constraints.txt",
    "UV_CONSTRAINT": "{folder}/constraints.txt",
    "UV_BUILD_CONSTRAINT": "{folder}/constraints.txt",
}


@dataclass
class Place:
    """Where the site is made, and by whom."""

    folder: Path
    person: Person
    shell: Shell

    @property
    def bench(self) -> Bench:
        """The bench in this place."""
        return Bench(self.folder / "frappe-bench", self.person)


def main() -> int:
    """Make what is missing, start everything, wait for Ctrl-C."""
    end_cleanly_when_told()
    try:
        place = _place()
        with alone_in(place.folder):
            _check_programs()
            _make_bench(place)
            return _serve(place)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; `make site` starts it again.")
        return 0


def _place() -> Place:
    if os.getuid() != 0:
        person, folder = Person.of(os.getuid()), checkout() / ".site"
    else:
        person = _ordinary_user()
        folder = person.home / "vtiger-xero-site"
    if " " in str(folder):
        raise Missing(f"pip and yarn do not take a folder with a blank in its name: {folder}")
    folder.mkdir(exist_ok=True)
    (folder / "constraints.txt").write_text("setuptools<81\n", encoding="utf-8")
    give(folder, person)
    settings = {key: value.format(folder=folder) for key, value in _ENVIRONMENT.items()}
    return Place(folder, person, Shell(person, folder, settings))


def _ordinary_user() -> Person:
    name = bench_user()
    try:
        return Person.of(pwd.getpwnam(name).pw_uid)
    except KeyError:
        print(f"bench refuses root: making the user {name} for it.")
        subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", name], check=True)
        return Person.of(pwd.getpwnam(name).pw_uid)


def _check_programs() -> None:
    for name, package in (
        ("git", "git"),
        ("node", "nodejs (18 or later)"),
        ("yarn", "yarn 1.22, with `npm install --global yarn`"),
        ("mariadbd", "mariadb-server"),
        ("redis-server", "redis-server"),
    ):
        program(name, package=package)


def _make_bench(place: Place) -> None:
    if is_built(place.bench.folder):
        return
    _check_network(place)
    if place.bench.folder.exists():
        print(f"Taking away what an earlier attempt left of a bench in {place.bench.folder}.")
        shutil.rmtree(place.bench.folder)
    bench = _bench_command(place)
    print(f"Making a bench with Frappe {BRANCH} in {place.folder}; this takes a few minutes.")
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
    options = ("--frappe-branch", BRANCH, "--python", python, "--frappe-path", FRAPPE)
    # Its backups would need cron, and there is nothing here to keep.
    place.shell.run(bench, "init", "--no-backups", *options, "frappe-bench")
    if not is_built(place.bench.folder):
        raise Missing("bench init did not come to its end; see above. `make site` begins anew.")


def _check_network(place: Place) -> None:
    place.shell.settings["GIT_TERMINAL_PROMPT"] = "0"
    wanted = ("timeout", "30", "git", "ls-remote", "--exit-code", "--heads", FRAPPE, BRANCH)
    if place.shell.run(*wanted, quiet=True, check=False) != 0:
        raise Missing(f"This machine cannot reach {FRAPPE} (branch {BRANCH}), so no bench is made.")


def _bench_command(place: Place) -> str:
    own = place.folder / "bench-cli" / "bin" / "bench"
    if not own.exists():
        print("Installing frappe-bench …")
        python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
        place.shell.run(python, "-m", "venv", place.folder / "bench-cli")
        place.shell.run(own.parent / "pip", "install", "--quiet", "frappe-bench")
    place.shell.settings["PATH"] = f"{own.parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    return str(own)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One `make site` at a time: two would share a database and take each other's away."""
    # Opened for reading and writing: whoever comes second reads who came first.
    with (folder / "running").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Missing(
                f"`make site` runs already in {folder} ({lock.read().strip() or 'just started'}): "
                "use that site, or end it first, with Ctrl-C or `kill`."
            ) from None
        _require_no_database(folder / "servers" / "mysql.pid")
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def _require_no_database(pid_file: Path) -> None:
    """A `make site` that was killed hard may have left its database at work."""
    try:
        process = int(pid_file.read_text(encoding="utf-8"))
        os.kill(process, 0)
    except (OSError, ValueError):
        return
    raise Missing(
        f"The database of an earlier `make site` still runs: end it with `kill {process}`."
    )


def _serve(place: Place) -> int:
    bench_command = _bench_command(place)
    (place.folder / "servers").mkdir(exist_ok=True)
    give(place.folder / "servers", place.person)
    servers = Servers(place.shell, place.folder / "servers")
    place.shell.folder = place.bench.folder
    try:
        ports = {name: kept_port(place.folder, name) for name in _PORTS}
        servers.start_all(ports["database"])
        place.shell.settings |= servers.environment()
        _install_app(place)
        _make_site(place, bench_command, servers)
        xero = _start_simulator(place, servers, ports["desk"])
        _prepare(place, bench_command, xero, servers, ports)
        _start_desk(place, bench_command, servers, ports["desk"])
        _tell(ports["desk"], xero)
        servers.wait_until_one_ends()
    finally:
        servers.stop_all()
    return 1


def kept_port(folder: Path, name: str) -> int:
    """A port that stays the same from start to start, unless somebody else has taken it."""
    kept = folder / f"{name}-port"
    if kept.exists():
        port = int(kept.read_text(encoding="utf-8"))
        if is_free(port):
            return port
        print(f"Port {port} of the {name} is taken by another program: choosing another one.")
    port = free_port()
    kept.write_text(str(port), encoding="utf-8")
    return port


def _install_app(place: Place) -> None:
    """This checkout as the bench's app, as `bench get-app` would put it there."""
    target = place.bench.folder / "apps" / APP
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(place.folder / "app", ignore_errors=True)
    copy_checkout(place.folder, place.person).rename(target)
    install_requirements(place.shell, place.bench, target)
    listed = place.bench.sites / "apps.txt"
    names = listed.read_text(encoding="utf-8").split()
    if APP not in names:
        listed.write_text("\n".join([*names, APP]) + "\n", encoding="utf-8")
    place.shell.settings["PYTHONPATH"] = str(target)


def _make_site(place: Place, bench: str, servers: Servers) -> None:
    shell, database = place.shell, ("--db-host", "127.0.0.1", "--db-port", servers.database_port)
    if not (place.bench.sites / SITE).exists():
        print("Making the site …")
        shell.run(
            *(bench, "new-site", SITE, "--admin-password", PASSWORD, *database),
            *("--db-root-username", "root", "--db-root-password", ROOT_PASSWORD),
            *("--mariadb-user-host-login-scope", "%"),
            quiet=True,
        )
        shell.run(bench, "--site", SITE, "install-app", APP, quiet=True)
    shell.run(bench, "--site", SITE, "migrate", quiet=True)
    shell.run(bench, "build", "--app", APP, quiet=True)


def _start_simulator(place: Place, servers: Servers, desk: int) -> str:
    port = free_port()
    back = f"http://{SITE}:{desk}/api/method/vtiger_xero.api.callback"
    books = place.folder / "servers" / "xero.sqlite"
    sizes = [part for name, number in SIZES.items() for part in (f"--{name}", number)]
    options = ("--port", port, "--state", books, "--redirect-uri", back, *sizes)
    command = (place.bench.python, "-m", "xero_simulator", *options)
    server, log = servers.start("simulator", *command)
    wait_for_port(port, server, "The simulator", log)
    return f"http://localhost:{port}"


def _prepare(
    place: Place, bench: str, xero: str, servers: Servers, ports: Mapping[str, int]
) -> None:
    cache, queue = (f"redis://127.0.0.1:{port}" for port in servers.redis_ports)
    address = f"http://{SITE}:{ports['desk']}"
    # A Xero of one's own is for sites on which things are tried out.
    settings = {"xero_address": xero, "host_name": address, "allow_tests": "1"}
    for key, value in settings.items():
        place.shell.run(bench, "--site", SITE, "set-config", key, value, quiet=True)
    shared = {"redis_cache": cache, "redis_queue": queue, "redis_socketio": cache}
    shared |= {"socketio_port": str(ports["socketio"])}
    for key, value in shared.items():
        place.shell.run(bench, "set-config", "-g", key, value, quiet=True)
    fill = Path(__file__).with_name("fill_site.py")
    copy = place.folder / "fill_site.py"
    shutil.copy(fill, copy)
    give(copy, place.person)
    place.shell.run(place.bench.python, copy, SITE, place.bench.sites)


def _start_desk(place: Place, bench: str, servers: Servers, port: int) -> None:
    place.shell.settings["DEV_SERVER"] = "1"
    server, log = servers.start("web", bench, "serve", "--noreload", "--port", port)
    servers.start("socketio", program("node", package="nodejs"), "apps/frappe/socketio.js")
    servers.start("worker", bench, "worker", "--queue", "long,default,short")
    wait_for_port(port, server, "The web server", log)


def _tell(port: int, xero: str) -> None:
    print(
        f"\nThe site:      http://{SITE}:{port}/app/vtiger-organization\n"
        f"Login:         Administrator / {PASSWORD}\n"
        f"Its Xero:      {xero} (the simulator; Xero Settings holds its client id and secret)\n"
        "To connect:    Sync → Configure → Authenticate your Xero Account → Allow access\n"
        "Ctrl-C stops everything; the site and its books are kept.",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
