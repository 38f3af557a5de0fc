"""The scripts of `make site` and `make test-site`: what is half there never ends in a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "scripts"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield
    for name in ("benches", "make_site", "commands", "servers", "test_site", "browsers"):
        sys.modules.pop(name, None)


@pytest.fixture
def benches() -> ModuleType:
    import benches

    return benches


@pytest.fixture
def make_site() -> ModuleType:
    import make_site

    return make_site


PARTS = ("env/bin/python", "sites/apps.txt", "apps/frappe/frappe/__init__.py")
LAST = "sites/assets/assets.json"


def bench_with(folder: Path, *parts: str) -> Path:
    for part in parts:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        text = "frappe\nvtiger_xero\n" if part.endswith("apps.txt") else ""
        (folder / part).write_text(text, encoding="utf-8")
    return folder


class Person:
    """A shell that writes down what it is asked to run; `init` does what `bench init` would."""

    def __init__(self, bench: Path, *made: str) -> None:
        self.ran: list[tuple[str, ...]] = []
        self.settings: dict[str, str] = {}
        self._bench, self._made = bench, made

    def run(self, *command: object, **_how: object) -> int:
        self.ran.append(tuple(map(str, command)))
        if "init" in self.ran[-1]:
            assert not self._bench.exists(), "bench init does nothing where a folder is"
            bench_with(self._bench, *self._made)
        return 0


def place_of(make_site: ModuleType, folder: Path, *made: str) -> tuple[Any, Person]:
    shell = Person(folder / "frappe-bench", *made)
    (folder / "bench-cli/bin").mkdir(parents=True)
    (folder / "bench-cli/bin/bench").touch()
    return make_site.Place(folder, None, shell), shell


# Finding one


@pytest.mark.parametrize("lacking", PARTS)
def test_a_half_made_bench_in_a_usual_place_is_none(
    benches: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    monkeypatch.delenv("FRAPPE_BENCH", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SITE_USER", "nobody-of-this-name")
    monkeypatch.setattr(benches, "checkout", lambda: tmp_path / "checkout")
    bench_with(tmp_path / "frappe-bench", *(part for part in PARTS if part != lacking))
    assert benches.find() is None


def test_a_half_made_bench_that_is_named_is_said_in_a_sentence(
    benches: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAPPE_BENCH", str(bench_with(tmp_path / "half", PARTS[0])))
    with pytest.raises(benches.Missing, match="never finished: it lacks"):
        benches.find()


@pytest.mark.parametrize("optional", [True, False])
def test_the_site_tests_are_left_out_beside_a_half_made_bench(
    tmp_path: Path, optional: bool
) -> None:
    bench_with(tmp_path / "frappe-bench", PARTS[0])
    environment = {"HOME": str(tmp_path), "SITE_USER": "nobody-of-this-name", "PATH": os.defpath}
    copy = tmp_path / "checkout" / "scripts"
    copy.mkdir(parents=True)
    for script in SCRIPTS.glob("*.py"):
        (copy / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, str(copy / "test_site.py"), *(["--if-found"] if optional else [])]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0 if optional else 2, "")
    assert "no bench that has this app was found" in done.stdout


# Making one


def test_a_bench_that_was_made_is_left_alone(make_site: ModuleType, tmp_path: Path) -> None:
    place, shell = place_of(make_site, tmp_path)
    bench_with(place.bench.folder, *PARTS, LAST)
    make_site._make_bench(place)
    assert shell.ran == []


@pytest.mark.parametrize("left", [PARTS[:1], PARTS[2:], PARTS])
def test_what_a_failed_attempt_left_is_taken_away_first(
    make_site: ModuleType, tmp_path: Path, left: tuple[str, ...]
) -> None:
    place, shell = place_of(make_site, tmp_path, *PARTS, LAST)
    bench_with(place.bench.folder, *left, "apps/old")
    make_site._make_bench(place)
    assert not (place.bench.folder / "apps/old").exists()
    assert [command[1] for command in shell.ran if "init" in command] == ["init"]


def test_no_cron_is_needed(make_site: ModuleType, tmp_path: Path) -> None:
    place, shell = place_of(make_site, tmp_path, *PARTS, LAST)
    make_site._make_bench(place)
    assert "--no-backups" in shell.ran[-1]


def test_a_bench_that_is_half_made_once_more_is_said(make_site: ModuleType, tmp_path: Path) -> None:
    place, _ = place_of(make_site, tmp_path, *PARTS)
    with pytest.raises(make_site.Missing, match="did not come to its end"):
        make_site._make_bench(place)


# Running it


def test_a_second_one_leaves_the_first_alone_and_names_it(
    make_site: ModuleType, tmp_path: Path
) -> None:
    with (
        make_site.alone_in(tmp_path),
        pytest.raises(make_site.Missing, match=f"process {os.getpid()}"),
        make_site.alone_in(tmp_path),
    ):
        pass
    with make_site.alone_in(tmp_path):
        pass  # the first has ended


def test_a_database_that_was_left_behind_is_named(make_site: ModuleType, tmp_path: Path) -> None:
    bench_with(tmp_path, "servers/mysql.pid")
    (tmp_path / "servers/mysql.pid").write_text(f"{os.getpid()}\n", encoding="utf-8")
    with (
        pytest.raises(make_site.Missing, match=f"kill {os.getpid()}"),
        make_site.alone_in(tmp_path),
    ):
        pass


def test_a_port_is_kept_until_somebody_else_has_it(make_site: ModuleType, tmp_path: Path) -> None:
    port = make_site.kept_port(tmp_path, "desk")
    assert make_site.kept_port(tmp_path, "desk") == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        another = make_site.kept_port(tmp_path, "desk")
    assert another != port
    assert make_site.kept_port(tmp_path, "desk") == another
