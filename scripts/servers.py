"""MariaDB and Redis of our own: own folder, own ports, gone when the script ends."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from commands import Missing, Shell, free_port, program, stop, wait_for_port

ROOT_PASSWORD = "root"  # of a database that only listens on this machine and holds only a demo

_MARIADB = """[mysqld]
datadir={data}
socket={folder}/mysql.sock
pid-file={folder}/mysql.pid
tmpdir={folder}
port={port}
bind-address=127.0.0.1
character-set-server=utf8mb4
collation-server=utf8mb4_unicode_ci
skip-log-bin
innodb_flush_log_at_trx_commit=2
"""


@dataclass
class Servers:
    """Servers in `folder`, run by the shell's person."""

    shell: Shell
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    logs: dict[int, Path] = field(default_factory=dict)
    database_port: int = 0
    redis_ports: tuple[int, int] = (0, 0)

    def start_all(self, database_port: int = 0) -> None:
        """MariaDB, and the two Redis that Frappe asks for."""
        self.database_port = database_port or free_port()
        self._database()
        self.redis_ports = (self._redis("cache"), self._redis("queue"))

    def stop_all(self) -> None:
        """End everything that was started here."""
        stop(self.running)
        self.running = []

    def start(self, name: str, *command: object) -> tuple[subprocess.Popen[bytes], Path]:
        """Start one more server; returns it and the file of its log."""
        log = self.folder / f"{name}.log"
        server = self.shell.start(log, *command)
        self.running.append(server)
        self.logs[server.pid] = log
        return server, log

    def wait_until_one_ends(self) -> None:
        """Wait; when a server ends by itself, say which and what it printed last."""
        while all(server.poll() is None for server in self.running):
            time.sleep(1)
        ended = next(server for server in self.running if server.poll() is not None)
        log = self.logs[ended.pid]
        raise Missing(f"{log.stem} ended:\n{log.read_text(errors='replace')[-1500:]}")

    def environment(self) -> dict[str, str]:
        """How Frappe finds these servers."""
        cache, queue = (f"redis://127.0.0.1:{port}" for port in self.redis_ports)
        return {
            "FRAPPE_DB_HOST": "127.0.0.1",
            "FRAPPE_DB_PORT": str(self.database_port),
            "FRAPPE_REDIS_CACHE": cache,
            "FRAPPE_REDIS_QUEUE": queue,
        }

    def _database(self) -> None:
        data, settings = self.folder / "database", self.folder / "mariadb.cnf"
        text = _MARIADB.format(data=data, folder=self.folder, port=self.database_port)
        new = not data.exists()
        self.shell.run("/bin/sh", "-c", 'printf %s "$1" > "$2"', "-", text, settings)
        if new:
            self._new_database(settings)
        daemon = program("mariadbd", package="mariadb-server")
        server, log = self.start("mariadb", daemon, f"--defaults-file={settings}")
        wait_for_port(self.database_port, server, "MariaDB", log)
        if new:
            client = program("mariadb", package="mariadb-client")
            change = f"ALTER USER root@localhost IDENTIFIED BY '{ROOT_PASSWORD}'"
            socket = self.folder / "mysql.sock"
            self.shell.run(client, "--no-defaults", f"--socket={socket}", "-uroot", "-e", change)

    def _new_database(self, settings: Path) -> None:
        installer = program("mariadb-install-db", package="mariadb-server")
        options = ("--auth-root-authentication-method=normal", "--skip-test-db")
        self.shell.run(installer, f"--defaults-file={settings}", *options, quiet=True)

    def _redis(self, name: str) -> int:
        port = free_port()
        options = ("--save", "", "--bind", "127.0.0.1", "--dir", self.folder)
        daemon = program("redis-server", package="redis-server")
        server, log = self.start(f"redis-{name}", daemon, "--port", port, *options)
        wait_for_port(port, server, "Redis", log)
        return port
