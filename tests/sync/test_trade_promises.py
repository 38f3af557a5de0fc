"""Random trade on both sides: the sync converges, is idempotent, and loses nobody's edit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.agreement import disagreements
from tests.support.scripts import SCRIPTS, Step, play, shop
from tests.support.shop import INVOICES, PAYMENTS, PRODUCTS
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import RunStatus
from vtiger_xero.engine.settings import ConflictPolicy
from xero_simulator import Fault

D = Decimal
often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(SCRIPTS)
def test_after_a_run_both_sides_agree_and_the_next_writes_nothing(script: list[Step]) -> None:
    with shop() as there:
        play(there, script)
        there.sync()
        assert disagreements(there.stage) == []
        assert there.sync().writes == 0
        assert disagreements(there.stage) == []


@often
@given(
    st.sampled_from(ConflictPolicy),
    st.sampled_from([("subject", "Mine"), ("due_date", None), ("line", "Green")]),
    st.sampled_from(["Reference", "DueDate", "price"]),
)
def test_an_edit_that_only_one_side_made_is_never_lost(
    policy: ConflictPolicy, mine: Any, theirs: str
) -> None:
    with shop() as there:
        there.stage.set(conflicts=policy, sales_account=there.stage.account("200"))
        name = there.invoice(subject="First")
        there.sync()
        edit_here(there, name, *mine)
        edit_there(there, name, theirs, clash=mine[0])
        there.sync()
        check_kept(there, name, mine, theirs)


def edit_here(there: Any, name: str, field: str, value: Any) -> None:
    if field == "line":
        (row,) = there.field(INVOICES, name, "items")
        there.edit(INVOICES, name, items=({**row, "item_comment": value},))
    elif field == "subject":
        there.edit(INVOICES, name, subject=value)
    else:
        there.edit(INVOICES, name, due_date="2027-03-01")


def edit_there(there: Any, name: str, what: str, clash: str) -> None:
    invoice = there.partner(INVOICES, name)
    if what == "price":
        item = there.books.items[there.partner(PRODUCTS, there.bolt)]
        details = {**item.sales, "UnitPrice": D("77")}
        there.books.edit_item(item.item_id, Code=item.code, SalesDetails=details)
    elif what == "Reference" and clash != "subject":
        there.books.edit_invoice(invoice, Reference="Theirs")
    elif what == "DueDate" and clash != "due_date":
        there.books.edit_invoice(invoice, DueDate="2027-02-01")


def check_kept(there: Any, name: str, mine: Any, theirs: str) -> None:
    fields, wire = there.get(INVOICES, name).fields, there.wire(name)
    said = {"subject": "Reference", "due_date": "DueDateString"}
    if mine[0] == "line":
        assert wire["LineItems"][0]["Description"] == "Green"
        assert fields["items"][0]["item_comment"] == "Green"
    elif mine[0] == "subject":
        assert (fields["subject"], wire[said["subject"]]) == ("Mine", "Mine")
    else:
        assert str(fields["due_date"]) == wire["DueDateString"][:10] == "2027-03-01"
    if theirs == "price":
        assert there.field(PRODUCTS, there.bolt, "unit_price") == 77
    elif theirs == "Reference" and mine[0] != "subject":
        assert (fields["subject"], wire["Reference"]) == ("Theirs", "Theirs")


@often
@given(SCRIPTS, st.integers(0, 5))
def test_an_answer_that_is_lost_anywhere_makes_no_duplicate(script: list[Step], which: int) -> None:
    with shop() as there:
        play(there, [step for step in script if step[0] != "sync"])
        before = everything(there)
        there.stage.xero.faults.add(Fault.dropped_after_commit(method="PUT", skip=which))
        there.sync()
        there.stage.xero.faults.clear()
        for _ in range(3):
            there.sync()
        assert disagreements(there.stage) == []
        assert there.sync().writes == 0
        check_doubles(there, before)


def everything(there: Any) -> int:
    return len(there.books.invoices) + len(there.stage.records(INVOICES))


def check_doubles(there: Any, before: int) -> None:
    numbers = [each.number.lower() for each in there.books.invoices.values() if each.number]
    assert len(numbers) == len(set(numbers))
    codes = [each.code.lower() for each in there.books.items.values()]
    assert len(codes) == len(set(codes))
    paid = [link.xero_id for link in there.stage.journal.links(Module.PAYMENTS) if link.xero_id]
    assert len(paid) == len(set(paid))
    at_xero = [each for each in there.books.payments.values() if each.status == "AUTHORISED"]
    assert len(at_xero) <= len(there.stage.records(Module.PAYMENTS))
    assert len(there.books.invoices) <= before


@pytest.mark.parametrize("module", [PRODUCTS, INVOICES, PAYMENTS])
def test_what_was_deleted_and_entered_anew_keeps_its_document(module: Module) -> None:
    with shop() as there:
        invoice = there.invoice(invoice_no="A-77")
        payment = there.pay(invoice, "5", reference="R1")
        there.sync()
        names = {PRODUCTS: there.product("NUT", "Nut"), INVOICES: invoice, PAYMENTS: payment}
        there.sync()
        if module is INVOICES:
            there.crm.trash(PAYMENTS, payment)
            there.sync()
        document = there.partner(module, names[module])
        there.crm.trash(module, names[module])
        again: dict[Module, Callable[[], str]] = {
            PRODUCTS: lambda: there.product("nut", "Nut again"),
            INVOICES: lambda: there.invoice(invoice_no="A-77"),
            PAYMENTS: lambda: there.pay(invoice, "5", reference="R1"),
        }
        name = again[module]()
        assert there.sync().header.status is RunStatus.COMPLETED
        assert there.partner(module, name) == document
        assert disagreements(there.stage) == []
        assert there.sync().writes == 0
