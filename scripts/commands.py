"""Running programs as the user who owns a bench, and saying in one sentence what is missing."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


class Missing(Exception):
    """Something that this machine lacks; the message is the sentence for the reader."""


@dataclass(frozen=True)
class Person:
    """The operating system's user under whom bench runs: bench refuses root."""

    name: str
    uid: int
    gid: int
    home: Path

    @staticmethod
    def of(uid: int) -> Person:
        """The user with this id."""
        held = pwd.getpwuid(uid)
        return Person(held.pw_name, held.pw_uid, held.pw_gid, Path(held.pw_dir))


@dataclass
class Shell:
    """Runs programs as `person`, in `folder`, with `settings` added to the environment."""

    person: Person
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The environment of a fresh login: what root had set must not leak into a bench.

        What the person's own profile sets is kept: certificates, mirrors and the like.
        """
        profile = subprocess.run(
            ["/bin/bash", "-lc", "env -0"],
            env={"HOME": str(self.person.home), "USER": self.person.name, "LANG": "C.UTF-8"},
            capture_output=True,
            cwd=self.person.home,
            check=True,
            **self._identity(),
        )
        lines = profile.stdout.decode().split("\0")
        return {**dict(line.split("=", 1) for line in lines if "=" in line), **self.settings}

    def run(self, *command: object, quiet: bool = False, check: bool = True) -> int:
        """Run to the end; a failure shows what was printed and ends the script."""
        try:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=self.folder,
                env=self.environment(),
                stdout=subprocess.PIPE if quiet else None,
                stderr=subprocess.STDOUT if quiet else None,
                check=False,
                **self._identity(),
            )
        except FileNotFoundError as error:
            raise Missing(f"{command[0]} is not there: install it, or mend the path.") from error
        if done.returncode and check:
            sys.stdout.buffer.write(done.stdout or b"")
            shown = " ".join(str(part) for part in command[:4])
            raise Missing(f"'{shown} …' ended with status {done.returncode}; see above.")
        return done.returncode

    def start(self, log: Path, *command: object) -> subprocess.Popen[bytes]:
        """Start a server whose output goes to `log`."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [str(part) for part in command],
                cwd=self.folder,
                env=self.environment(),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                **self._identity(),
            )

    def _identity(self) -> dict[str, object]:
        if os.getuid() != 0 or self.person.uid == 0:
            return {}
        return {"user": self.person.uid, "group": self.person.gid, "extra_groups": []}


def give(path: Path, person: Person) -> None:
    """Make a folder the person's own, with everything in it."""
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", f"{person.uid}:{person.gid}", str(path)], check=True)


def program(name: str, *, package: str) -> str:
    """The path of a program, or one sentence on how to get it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not found:
        raise Missing(f"{name} is not installed: install the package {package}.")
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_for_port(port: int, server: subprocess.Popen[bytes], what: str, log: Path) -> None:
    """Wait until a server answers; say what it printed where it never does."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    tail = log.read_text(errors="replace")[-1500:]
    raise Missing(f"{what} did not start on port {port}:\n{tail}")


def stop(servers: Sequence[subprocess.Popen[bytes]]) -> None:
    """End servers with all their children, one by one, the last one first.

    A worker signs off at Redis and a site at its database: those must still be there then. An
    impatient second Ctrl-C must not leave half of them running.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for server in reversed(servers):
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def end_cleanly_when_told() -> None:
    """A closed terminal or a cancelled job must take down what was begun, as Ctrl-C does."""
    for ended in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ended, lambda number, _: sys.exit(128 + number))


def checkout() -> Path:
    """The folder of this checkout."""
    return Path(__file__).resolve().parent.parent
