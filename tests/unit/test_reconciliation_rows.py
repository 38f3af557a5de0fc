"""A reconciliation read over the ports, and shown as tables of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import pytest

from tests.support.fakes import NOON
from tests.support.ledgers import (
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    Ledgers,
    add_invoice,
    add_organization,
    add_payment,
    xero_id,
)
from vtiger_xero.engine.links import Link, XeroHead
from vtiger_xero.engine.modules import head_of
from vtiger_xero.engine.reconciliation import (
    Table,
    csv_text,
    plain_text,
    reconcile,
    tables,
)
from vtiger_xero.engine.reconciliation.rows import Column, format_with_currency
from vtiger_xero.engine.records import CrmRecord, Head, Module, XeroRecord

D = Decimal


class Shelves:
    """`Ledgers` behind as much of the ports as reconciling asks for."""

    def __init__(self, ledgers: Ledgers, pending: Sequence[str] = ()) -> None:
        self._ledgers, self._pending = ledgers, pending
        self.largest = 0

    def base_currency(self) -> str:
        return "NZD"

    def heads(self, module: Module) -> Sequence[Head]:
        return [Head(each.name, each.modified) for each in self._ledgers.crm[module].values()]

    def get(self, module: Module, names: Sequence[str]) -> Sequence[CrmRecord]:
        self.largest = max(self.largest, len(names))
        return [self._ledgers.crm[module][name] for name in names]

    def xero_heads(self, module: Module) -> Sequence[XeroHead]:
        return [
            head_of(each, pending=each.id in self._pending)
            for each in self._ledgers.xero[module].values()
        ]

    def xero_records(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        self.largest = max(self.largest, len(ids))
        return [self._ledgers.xero[module][key] for key in ids]

    def links(self, module: Module) -> Sequence[Link]:
        return self._ledgers.links[module]

    def watermark(self, module: Module) -> datetime | None:
        return NOON if module is INVOICES else None


@pytest.fixture
def ledgers() -> Ledgers:
    made = Ledgers()
    add_organization(made, "ACC1", "=Kea")
    add_invoice(made, "INV1", "ACC1", D("1150.00"), D("15.00"), "Partially Paid")
    add_payment(made, "PAY1", "INV1", D("15.00"))
    return made


def by_title(found: Sequence[Table]) -> dict[str, Table]:
    return {table.title: table for table in found}


# Over the ports


def test_books_are_read_in_chunks_and_say_as_of_when(ledgers: Ledgers) -> None:
    for number in range(2, 700):
        add_invoice(ledgers, f"INV{number}", "ACC1", D(number))
    shelves = Shelves(ledgers)
    found = reconcile(shelves, shelves, list(Module))  # type: ignore[arg-type]
    assert found.agrees
    assert shelves.largest == 500
    assert found.as_of[INVOICES] == NOON
    assert found.as_of[PAYMENTS] is None


def test_payments_alone_know_their_customer_and_currency_by_their_invoice(ledgers: Ledgers) -> None:
    shelves = Shelves(ledgers)
    found = reconcile(shelves, shelves, [PAYMENTS])  # type: ignore[arg-type]
    (row,) = found.by_organization
    assert row.owner
    assert (row.owner.title, row.currency, row.crm, row.xero) == ("=Kea", "NZD", 15, 15)


def test_what_xero_changed_since_the_last_run_is_known_from_the_journal(ledgers: Ledgers) -> None:
    ledgers.edit_xero(INVOICES, "INV1", AmountDue=D(1))
    shelves = Shelves(ledgers, pending=[xero_id("INV1")])
    (drift,) = reconcile(shelves, shelves, [INVOICES]).drifts  # type: ignore[arg-type]
    assert "changed in Xero" in drift.reason


def test_contacts_that_were_merged_are_followed_by_their_heads(ledgers: Ledgers) -> None:
    add_organization(ledgers, "ACC2", "Moa")
    ledgers.edit_xero(
        ORGANIZATIONS, "ACC2", ContactStatus="ARCHIVED", MergedToContactID=xero_id("ACC1")
    )
    shelves = Shelves(ledgers)
    found = reconcile(shelves, shelves, [ORGANIZATIONS])  # type: ignore[arg-type]
    assert (found.counts[0].duplicates, found.agrees) == (1, True)


# As text


def test_every_row_has_a_cell_for_each_column(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV1", status="Sent")
    ledgers.add_crm(INVOICES, "INV2", status="Created", grand_total=D(1))
    for table in tables(ledgers.reconciled()):
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_what_agrees_can_be_left_out(ledgers: Ledgers) -> None:
    found = tables(ledgers.reconciled(), only_differences=True)
    assert [table.rows for table in found] == [()] * 5
    ledgers.edit_crm(INVOICES, "INV1", balance=D("1135.01"))
    shown_now = by_title(tables(ledgers.reconciled(), only_differences=True))
    assert [row[0] for row in shown_now["Records"].rows] == ["Invoices"]
    assert [row[2] for row in shown_now["Sums"].rows] == ["Balance"]
    (drift,) = shown_now["What differs"].rows
    assert drift[2:7] == ("Balance", "NZD", "1135.01", "1135.00", "0.01")


def test_a_spreadsheet_computes_no_name_and_keeps_negative_amounts(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV1", grand_total=D(-5))
    table = by_title(tables(ledgers.reconciled()))["Sums by organization"]
    rows = list(csv.reader(io.StringIO(csv_text(table))))
    assert rows[0][:3] == ["Organization", "Module", "Counted as"]
    assert {row[0] for row in rows[1:]} == {"'=Kea"}
    assert "-5.00" in {row[5] for row in rows[1:]}


def test_a_line_of_text_is_no_amount() -> None:
    table = Table("T", (Column("A"),), (("-1+2",), ("-12.30",), ("@x",)))
    assert csv_text(table).split() == ["A", "'-1+2", "-12.30", "'@x"]


def test_a_terminal_gets_aligned_columns() -> None:
    columns = (Column("Record"), Column("CRM", is_number=True))
    table = Table("What differs", columns, (("INV1", "5.00"), ("INV10", "1234.00")))
    assert plain_text(table).splitlines() == [
        "What differs",
        "Record      CRM",
        "INV1       5.00",
        "INV10   1234.00",
    ]


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("5", "NZD", "5.00"),
        ("5.000000000", "NZD", "5.00"),
        ("5.001", "NZD", "5.001"),
        ("1200", "JPY", "1200"),
        ("0.5", "KWD", "0.500"),
        ("1E+3", "NZD", "1000.00"),
        ("0", "NZD", "0.00"),
    ],
)
def test_an_amount_has_its_currencys_decimals_and_hides_none(
    amount: str, currency: str, text: str
) -> None:
    assert format_with_currency(D(amount), currency) == text
