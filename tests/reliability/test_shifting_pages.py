"""Pages that shift while they are read: people work in Xero in that very moment.

Rows that change move to the end, new ones come, many share a second. After two readings the last
version of every row is known, whatever happened between the calls of the first.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xero.support import INVOICES, ORGANIZATIONS, Desk, desk_at
from vtiger_xero.xero import paging
from xero_simulator import Fault, Simulator

# What happens after a call: how far time goes on (0: within one moment), and whom it concerns.
Deed = tuple[float, str, int]
deeds = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.0, 0.3, 1.0, 5.0]),
        st.sampled_from(["edit", "edit", "add", "archive"]),
        st.integers(0, 30),
    ),
    max_size=4,
)


def do(desk: Desk, deed: Deed, number: int) -> None:
    seconds, kind, which = deed
    books = desk.organisation
    desk.simulator.clock.advance(timedelta(seconds=seconds))
    ids = sorted(books.contacts)
    if kind == "add":
        books.add_contact_in_xero(Name=f"Added {number}")
    elif kind == "archive":
        books.archive_contact(ids[which % len(ids)])
    else:
        books.edit_contact(ids[which % len(ids)], FirstName=f"Edit {number}")


def known(desk: Desk, told: dict[str, Any], since: Any) -> Any:
    for page in desk.ledger().changed_since(ORGANIZATIONS, since):
        for record in page.records:
            told[record.id] = record.updated
        since = page.watermark
    return since


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(1, 30),
    st.sampled_from([0.0, 0.2, 1.0]),
    st.lists(deeds, max_size=8),
    st.integers(10, 14),  # a page is much larger than its margin
)
def test_no_version_is_missed_however_the_pages_shift(
    count: int, apart: float, between: list[list[Deed]], size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, Simulator(minute_limit=10_000) as xero:
        patch.setattr(paging, "PAGE_SIZE", size)
        patch.setattr(paging, "MARGIN", 2)
        desk = desk_at(xero)
        xero.clock.freeze()
        for number in range(count):
            desk.organisation.add_contact_in_xero(Name=f"Contact {number}")
            xero.clock.advance(timedelta(seconds=apart))
        for place, some in enumerate(between):
            xero.faults.add(
                Fault.meanwhile(
                    lambda place=place, some=some: [  # type: ignore[misc]
                        do(desk, deed, 10 * place + n) for n, deed in enumerate(some)
                    ],
                    path="/Contacts",
                    method="GET",
                )
            )
        told: dict[str, Any] = {}
        since = known(desk, told, None)
        xero.faults.clear()
        xero.clock.advance(timedelta(seconds=2))
        known(desk, told, since)
        assert told == {
            each.contact_id: each.updated for each in desk.organisation.contacts.values()
        }


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("moving", [3, 4, 6, 7, 8])
def test_rows_that_move_on_and_on_are_known_in_the_end(
    moving: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than pages have in common, at every call, longer than reading begins anew.

    Rows of one moment come in the order of their ids, so the ids decide who slips by: seeds.
    """
    monkeypatch.setattr(paging, "PAGE_SIZE", 10)
    monkeypatch.setattr(paging, "MARGIN", 2)
    with Simulator(minute_limit=10_000, seed=seed) as xero:
        desk = desk_at(xero)
        xero.clock.freeze()
        for number in range(90):
            desk.organisation.add_contact_in_xero(Name=f"Contact {number}")

        def move() -> None:
            xero.clock.advance(timedelta(seconds=5))
            rows = sorted(desk.organisation.contacts.values(), key=lambda each: each.updated)
            for each in rows[:moving]:
                desk.organisation.edit_contact(each.contact_id, FirstName=str(xero.clock()))

        xero.faults.add(*(Fault.meanwhile(move, path="/Contacts", method="GET") for _ in range(12)))
        told: dict[str, Any] = {}
        since = known(desk, told, None)
        xero.faults.clear()
        xero.clock.advance(timedelta(seconds=20))
        known(desk, told, since)
        assert told == {
            each.contact_id: each.updated for each in desk.organisation.contacts.values()
        }


def test_what_xero_shows_late_is_read_by_the_next_run() -> None:
    """A row may become visible after a later one: whoever wrote it took longer to commit."""
    with Simulator() as xero:
        desk = desk_at(xero)
        xero.clock.freeze()
        late = desk.organisation.add_contact_in_xero(Name="Late").contact_id
        xero.clock.advance(timedelta(seconds=3))
        desk.organisation.add_contact_in_xero(Name="Prompt")
        xero.clock.advance(timedelta(seconds=1))

        def without(payload: dict[str, Any]) -> dict[str, Any]:
            rows = [each for each in payload["Contacts"] if each["ContactID"] != late]
            return {**payload, "Contacts": rows}

        xero.faults.add(Fault.altered(without, path="/Contacts"))
        told: dict[str, Any] = {}
        since = known(desk, told, None)
        assert late not in told
        xero.clock.advance(timedelta(seconds=20))
        known(desk, told, since)
        assert late in told


def test_one_odd_word_in_a_page_of_a_thousand_costs_one_record() -> None:
    with Simulator() as xero:
        desk = desk_at(xero)
        contact = desk.organisation.add_contact_in_xero(Name="Kea").contact_id
        for _ in range(1_000):
            desk.organisation.add_invoice_in_xero(
                Contact={"ContactID": contact},
                LineItems=[{"Description": "a", "Quantity": 1, "UnitAmount": 1}],
            )
            xero.clock.advance(timedelta(seconds=1))

        def odd(payload: dict[str, Any]) -> dict[str, Any]:
            rows = list(payload["Invoices"])
            rows[500] = {**rows[500], "Status": "SLEEPING", "CurrencyCode": "XXX"}
            return {**payload, "Invoices": rows}

        xero.faults.add(Fault.altered(odd, path="/Invoices"))
        ledger = desk.ledger()
        pages = list(ledger.changed_since(INVOICES, None))
        assert sum(len(page.records) for page in pages) == 999
        (notice,) = ledger.notices
        assert "SLEEPING" in notice
