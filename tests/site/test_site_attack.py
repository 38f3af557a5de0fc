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

# One request in so many of the whole table is put, chosen by the cell itself and so always the same.
ONE_IN = 1 if os.environ.get("ATTACK") == "all" else int(os.environ.get("ATTACK") or 1)


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


def cells(found: list[Door], who: list[Person], of: list[str]) -> Iterator[tuple[Door, Person, Kind, str]]:
    """The table's cells; each with the DocType whose turn it is, or with all of them."""
    for door in found:
        for person in who:
            for kind in KINDS:
                turn = crc32(f"{door.name} {person.title} {kind.title}".encode())
                chosen = of if ONE_IN == 1 and os.environ.get("ATTACK") == "all" else [of[turn % len(of)]]
                if turn % ONE_IN:
                    continue
                for doctype in chosen:
                    yield door, person, kind, doctype


@pytest.mark.timeout(0)
def test_no_one_is_let_in(stays_here: None, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    with simulated_xero() as xero:
        connect(xero)
        held = ledger.make(xero)
        found, who, of = doors(), people(held.own[ledger.ORGANIZATION]), ledger.doctypes()
        frappe.db.commit()
        frappe.clear_cache()
        writes = Writes()
        judge = Judge(writes)
        let_in: Counter[str] = Counter()
        number = 0
        slow: Counter[str] = Counter()
        with writes.watched():
            for door, person, kind, doctype in cells(found, who, of):
                number += 1
                t = time.monotonic()
                for what in judge.try_(door, kind, Target(held, person, doctype)):
                    let_in[f"{door.name} | {person.title} | {kind.title} | {doctype} | {what}"] += 1
                slow[door.name] += time.monotonic() - t
    if where := os.environ.get("ATTACK_OUT"):
        Path(where).write_text("\n".join([*sorted(let_in), *map(str, slow.most_common(25)), f"{number} {time.monotonic() - started}"]))
    with capsys.disabled():
        print(f"\nAttack: {len(found)} endpoints x {len(who)} people x {len(KINDS)} kinds of input, {number} requests, {len(let_in)} let in, {time.monotonic() - started:.0f} s")
    assert not let_in, "\n".join(sorted(let_in)[:40])
