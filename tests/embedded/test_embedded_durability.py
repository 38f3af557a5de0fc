"""What a crash leaves, and one run at a time over real processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from tests.contract.world import ORGANIZATIONS
from vtiger_xero.engine.errors import AnotherRun, RecordRefused
from vtiger_xero.engine.records import Fields, Person

from .conftest import TENANT, EmbeddedWorld, StoppedClock

ROOT = Path(__file__).parents[2]
_START = """
import os, sys
from vtiger_xero.engine.links import Link
from tests.contract.world import ORGANIZATIONS
from tests.embedded.conftest import EmbeddedWorld
from demo.crm import Database
world = EmbeddedWorld(Database.open(sys.argv[1]))
"""
_WRITE = """
with world.journal.record():
    made = world.crm.create(ORGANIZATIONS, {"organization_name": sys.argv[2]})
    world.journal.save_link(Link(ORGANIZATIONS, made.name, "x-" + made.name))
"""


def _run(program: str, *arguments: object) -> int:
    command = [sys.executable, "-c", _START + program, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _left(path: Path) -> tuple[list[str], list[str | None]]:
    """The names and the links that another process finds."""
    with Database.open(path) as database:
        world = EmbeddedWorld(database)
        heads = world.crm.heads(ORGANIZATIONS)
        links = world.journal.links(ORGANIZATIONS)
        return [head.keys["organization_name"] for head in heads], [each.crm_name for each in links]


def test_a_crash_before_the_commit_leaves_nothing(path: Path) -> None:
    assert _run(_WRITE + "os._exit(9)", path, "Kea") == 9
    assert _left(path) == ([], [])


def test_a_crash_within_a_record_leaves_what_was_committed(path: Path) -> None:
    crash = (
        _WRITE
        + "world.journal.commit()"
        + _WRITE.replace("    world.journal.save_link", "    os._exit(9); world.journal.save_link")
    )
    assert _run(crash, path, "Kea") == 9
    assert _left(path) == (["Kea"], ["ACC1"])


def test_a_crash_after_the_commit_loses_nothing(path: Path) -> None:
    assert _run(_WRITE + "world.journal.commit(); os._exit(9)", path, "Kea") == 9
    assert _left(path) == (["Kea"], ["ACC1"])


@contextmanager
def _holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends or it is killed."""
    program = _START + "with world.journal.lock(): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_two_processes_never_run_at_once(world: EmbeddedWorld, path: Path) -> None:
    with _holder(path), pytest.raises(AnotherRun), world.journal.lock():
        pass
    with world.journal.lock():
        pass


def test_a_run_that_was_killed_does_not_block_the_next(world: EmbeddedWorld, path: Path) -> None:
    with _holder(path) as process:
        process.kill()
        process.wait()
        with world.journal.lock():
            pass


def test_people_go_on_working_while_a_run_is_locked(world: EmbeddedWorld, path: Path) -> None:
    with _holder(path):
        assert world.insert(organization_name="Kea") == "ACC1"


def test_a_lock_that_cannot_be_made_is_not_another_run(tmp_path: Path) -> None:
    with Database.open(tmp_path / "crm.sqlite") as database:
        journal = EmbeddedJournal(database, "../\0tenant/")
        database.path = tmp_path / "no such folder" / "crm.sqlite"
        with pytest.raises(Exception, match="unable to open"), journal.lock():
            pass


def test_in_memory_the_lock_is_the_databases_own() -> None:
    with Database.open() as database, EmbeddedJournal(database, TENANT).lock():
        with pytest.raises(AnotherRun), EmbeddedJournal(database, TENANT).lock():
            pass
        with EmbeddedJournal(database, "another").lock():
            pass


def _somebody_else_may_write(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True


def test_nobody_writes_between_a_saves_reading_and_its_writing(
    world: EmbeddedWorld, path: Path
) -> None:
    with world.database.saving():
        assert not _somebody_else_may_write(path)
    assert _somebody_else_may_write(path)


def test_a_refused_save_keeps_nobody_waiting(world: EmbeddedWorld, path: Path) -> None:
    with pytest.raises(RecordRefused):
        world.insert(organization_name="")
    assert _somebody_else_may_write(path)


def test_what_is_deleted_leaves_no_links_behind(world: EmbeddedWorld) -> None:
    world.trash(world.insert(organization_name="Kea", contacts=(Person("Ada"),)))
    assert world.database.rows('SELECT * FROM "Dynamic Link"') == []


def test_a_persons_save_joins_an_open_transaction(world: EmbeddedWorld, path: Path) -> None:
    world.journal.set_watermark(ORGANIZATIONS, None)
    world.insert(organization_name="Kea")
    assert _left(path)[0] == []
    world.journal.commit()
    assert _left(path)[0] == ["Kea"]


def test_many_records_are_loaded_all_or_none(world: EmbeddedWorld) -> None:
    rows: list[Fields] = [
        {"organization_name": "Kea", "contacts": (Person("Ada"),)},
        {"organization_name": ""},
    ]
    with pytest.raises(Exception, match="Organization Name"):
        world.crm.load(ORGANIZATIONS, rows)
    assert list(world.crm.heads(ORGANIZATIONS)) == []
    assert world.crm.load(ORGANIZATIONS, rows[:1]) == ["ACC1"]


def test_time_may_stand_still_or_go_back(world: EmbeddedWorld, clock: StoppedClock) -> None:
    crm = EmbeddedCrm(world.database, clock)
    name = world.insert(organization_name="Kea")
    versions = []
    for day in (1, 1, 2, 1, 1):
        clock.time = clock.time.replace(day=day)
        versions.append(crm.edit(ORGANIZATIONS, name, fax=str(day)).modified)
    assert versions == sorted(set(versions))
