"""The attack: endpoints x people x kinds of hostile input, all found by looking; no one is let in.

Each cell of the table is a request. `ATTACK=all` puts every kind of input through every endpoint for
every DocType; without it each endpoint meets each person with each kind of input in a changing
DocType, so that a run takes minutes.
"""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import frappe
import pytest

from tests.site.attack import ledger
from tests.site.attack.asking import Writes
from tests.site.attack.doors import LEFT_OUT, Door, doors, served
from tests.site.attack.inputs import KINDS, Kind, Target
from tests.site.attack.people import Person, people
from tests.site.attack.verdict import Judge
from tests.site.xero import connect, simulated_xero

ALL = os.environ.get("ATTACK") == "all"
FEWER = 1 if ALL else int(os.environ.get("ATTACK") or 1)


@pytest.fixture
def stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this machine, and nothing is queued."""
    find = socket.getaddrinfo

    def near(host: Any, *how: Any, **more: Any) -> Any:
        if host not in (None, "localhost", "127.0.0.1", "::1"):
            raise OSError("this test asks nobody outside")
        return find(host, *how, **more)

    monkeypatch.setattr(socket, "getaddrinfo", near)
    monkeypatch.setattr(frappe, "enqueue", lambda *what, **how: None)


Cell = tuple[Door, Person, Kind, str]


def cells(held: ledger.Ledger, found: list[Door], who: list[Person]) -> Iterator[Cell]:
    """The table. A short run leaves out what is unlikely, and by turns some of the rest.

    Which cells these are is decided by the cell itself, and so always the same.
    """
    for door in found:
        for kind in KINDS:
            if kind.matters_to(door):
                for person in who:
                    yield from ((door, person, kind, each) for each in _tried(held, door, person, kind))


def _tried(held: ledger.Ledger, door: Door, person: Person, kind: Kind) -> list[str]:
    of = ledger.doctypes()
    if ALL:
        return of
    if kind.share == 1:  # to forge takes a right to write
        of = [each for each in of if ledger.is_written_by_people(each)] if person.works else of[:1]
    elif kind.share == 3:  # to read takes something hidden
        of = [each for each in of if held.is_hidden_from(person, each)] if person.works else of[::6]
    else:
        of = [of[_turn(door, person, kind) % len(of)]]
    return [each for each in of if _turn(door, person, kind, each) % (kind.share * FEWER) == 0]


def _turn(door: Door, person: Person, kind: Kind, doctype: str = "") -> int:
    return crc32(f"{door.name}|{person.title}|{kind.title}|{doctype}".encode())


@pytest.mark.timeout(0)
def test_no_one_is_let_in(stays_here: None, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    with simulated_xero() as xero:
        connect(xero)
        held = ledger.make(xero)
        found, who = doors(), people(held.own[ledger.ORGANIZATION])
        frappe.db.commit()
        frappe.clear_cache()
        print("setup", time.monotonic() - started)
        writes = Writes()
        judge = Judge(writes)
        let_in: dict[str, int] = {}
        number = 0
        slow: Counter[str] = Counter()
        with writes.watched():
            for door, person, kind, doctype in cells(held, found, who):
                number += 1
                t = time.monotonic()
                for what in judge.try_(door, kind, Target(held, person, doctype)):
                    let_in[f"{door.name} | {person.title} | {kind.title} | {doctype} | {what}"] = 1
                t = time.monotonic() - t
                slow[door.name] += t
                if t > 2:
                    slow[f"{door.name} | {person.title} | {kind.title} | {doctype}"] = t
    if where := os.environ.get("ATTACK_OUT"):
        Path(where).write_text("\n".join([*sorted(let_in), *map(str, slow.most_common(25)), f"{number} {time.monotonic() - started}"]))
    with capsys.disabled():
        print(f"\nAttack: {len(found)} endpoints x {len(who)} people x {len(KINDS)} kinds of input, {number} requests, {len(let_in)} let in, {time.monotonic() - started:.0f} s")
    assert not let_in, "\n".join(sorted(let_in)[:40])
