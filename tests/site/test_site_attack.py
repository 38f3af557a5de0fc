"""The attack: endpoints x people x kinds of hostile input, all found by looking; no one is let in.

Each cell of the table is a request. `ATTACK=all` puts every one, for every DocType, which takes
hours. Without it a run takes minutes: a fifth of what forges, and less of what reads and what
disturbs. A cell itself decides whether it is of that part, so that it is always the same one.
`ATTACK=1` puts five times as many, `ATTACK=20` a quarter, `ONLY=savedocs` what fits the pattern.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import frappe
import frappe.config
import pytest

from tests.site.attack import ledger
from tests.site.attack.asking import Writes
from tests.site.attack.doors import LEFT_OUT, OPEN, Door, doors, served
from tests.site.attack.inputs import KINDS, Kind, Target
from tests.site.attack.people import Person, people
from tests.site.attack.verdict import Judge
from tests.site.xero import connect, simulated_xero

ALL = os.environ.get("ATTACK") == "all"
FEWER = 1 if ALL else int(os.environ.get("ATTACK") or 5)
ONLY = re.compile(os.environ.get("ONLY", ""))

Cell = tuple[Door, Person, Kind, str]


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
    # For lists of cards and charts in Frappe 15. It reads every table's size, and so often that
    # MariaDB 10.11 has crashed of it.
    monkeypatch.setattr(frappe.config, "get_all_empty_tables_by_module", dict, raising=False)


def cells(held: ledger.Ledger, found: list[Door], who: list[Person]) -> Iterator[Cell]:
    """The table, as far as this run tries it."""
    for door in found:
        for kind in KINDS:
            if not kind.matters_to(door) or not ONLY.search(f"{door.name}|{kind.title}"):
                continue
            for person in who:
                for doctype in _tried(held, door, person, kind):
                    yield door, person, kind, doctype


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


def test_the_endpoints_are_found() -> None:
    found = {each.name for each in doors()}
    assert sum(each.own for each in doors()) > 30
    assert {
        OPEN,
        "frappe.client.set_value",
        "frappe.desk.form.save.savedocs",
        "frappe.desk.search.get_link_title",
        "frappe.desk.reportview.export_query",
        "frappe.model.rename_doc.update_document_title",
        "PUT /api/resource/<doctype>/<name>",
        "POST /api/resource/<doctype>",
        "GET /printview",
    } <= found
    assert set(LEFT_OUT) & found == set()


def test_what_is_left_out_has_a_reason_and_is_there_or_was() -> None:
    assert all(LEFT_OUT.values())
    assert set(LEFT_OUT) & set(served())


@pytest.mark.timeout(0)
def test_no_one_is_let_in(stays_here: None, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    with simulated_xero() as xero:
        connect(xero)
        held = ledger.make(xero)
        found, who = doors(), people(held.own[ledger.ORGANIZATION])
        frappe.db.commit()
        frappe.clear_cache()
        writes = Writes()
        judge = Judge(writes)
        number, let_in = 0, set()
        with writes.watched():
            for door, person, kind, doctype in cells(held, found, who):
                number += 1
                for what in judge.attack(door, kind, Target(held, person, doctype)):
                    let_in.add(" | ".join((door.name, person.title, kind.title, doctype, what)))
    with capsys.disabled():
        print(
            f"\nAttack on Frappe {frappe.__version__}: {len(found)} endpoints x {len(who)} people "
            f"x {len(KINDS)} kinds of input, {len(ledger.doctypes())} DocTypes: {number} requests, "
            f"{len(let_in)} let in ({time.monotonic() - started:.0f} s)"
        )
        if where := os.environ.get("ATTACK_OUT"):
            with open(where, "w", encoding="utf-8") as file:
                file.write("\n".join(sorted(let_in)))
    assert not let_in, "\n".join(sorted(let_in)[:60])
