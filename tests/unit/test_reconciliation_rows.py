"""A reconciliation read over the ports, and shown as tables of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
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
from tests.support.shelved import Shelved
from vtiger_xero.engine.reconciliation import (
    Table,
    csv_text,
    plain_text,
    reconcile,
    tables,
)
from vtiger_xero.engine.reconciliation.rows import Column, format_with_currency
from vtiger_xero.engine.records import Module

D = Decimal


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


def many_invoices() -> Ledgers:
    made = Ledgers()
    add_organization(made, "ACC1")
    for number in range(700):
        add_invoice(made, f"INV{number}", "ACC1", D(number))
    return made


def test_pairs_that_agree_are_never_loaded_whole() -> None:
    ledgers = many_invoices()
    shelved = Shelved(ledgers)
    shelved.journal.set_watermark(INVOICES, NOON)
    with shelved.whole_loads() as loads:
        found = reconcile(shelved.crm, shelved.journal, list(Module))
    assert found.agrees
    assert {counts.module: counts.crm_linked for counts in found.counts}[INVOICES] == 700
    assert loads == []
    assert found.as_of[INVOICES] == NOON
    assert found.as_of[PAYMENTS] is None


def test_records_of_pairs_that_differ_are_loaded_in_chunks() -> None:
    ledgers = many_invoices()
    for number in range(100, 700):
        ledgers.edit_crm(INVOICES, f"INV{number}", balance=D(0))
    shelved = Shelved(ledgers)
    with shelved.whole_loads() as loads:
        found = reconcile(shelved.crm, shelved.journal, [INVOICES])
    assert len(found.drifts) == 600
    assert loads == [500, 100]  # of the documents, the journal knows how they are booked


def test_records_of_one_side_are_never_loaded_whole() -> None:
    ledgers = many_invoices()
    ledgers.links[INVOICES].clear()
    shelved = Shelved(ledgers)
    with shelved.whole_loads() as loads:
        found = reconcile(shelved.crm, shelved.journal, [INVOICES])
    assert (len(found.alone), loads) == (1400, [])


def test_payments_alone_know_their_customer_and_currency_by_their_invoice(ledgers: Ledgers) -> None:
    shelved = Shelved(ledgers)
    found = reconcile(shelved.crm, shelved.journal, [PAYMENTS])
    (row,) = found.by_organization
    assert row.owner
    assert (row.owner.title, row.currency, row.crm, row.xero) == ("=Kea", "NZD", 15, 15)


def test_what_xero_changed_since_the_last_run_is_known_from_the_journal(ledgers: Ledgers) -> None:
    ledgers.edit_xero(INVOICES, "INV1", AmountDue=D(1))
    shelved = Shelved(ledgers, pending=[xero_id("INV1")])
    (drift,) = reconcile(shelved.crm, shelved.journal, [INVOICES]).drifts
    assert "changed in Xero" in drift.reason


def test_contacts_that_were_merged_are_followed_by_their_heads(ledgers: Ledgers) -> None:
    add_organization(ledgers, "ACC2", "Moa")
    ledgers.edit_xero(
        ORGANIZATIONS, "ACC2", ContactStatus="ARCHIVED", MergedToContactID=xero_id("ACC1")
    )
    shelved = Shelved(ledgers)
    found = reconcile(shelved.crm, shelved.journal, [ORGANIZATIONS])
    assert (found.counts[0].duplicates, found.agrees) == (1, True)


# As text


def test_every_row_has_a_cell_for_each_column(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV1", status="Sent")
    ledgers.add_crm(INVOICES, "INV2", status="Created", grand_total=D(1))
    for table in tables(ledgers.reconciled()):
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_what_agrees_can_be_left_out_but_the_totals(ledgers: Ledgers) -> None:
    totals, *others = tables(ledgers.reconciled(), only_differences=True)
    assert [row[:5] for row in totals.rows] == [
        ("Invoices", "NZD", "1150.00", "1150.00", "0.00"),
        ("Payments", "NZD", "15.00", "15.00", "0.00"),
    ]
    assert [table.rows for table in others] == [()] * 5
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
    table = Table("What differs", columns, (("INV1", "5.00"), ("INV10", "-1234567.00")))
    assert plain_text(table).splitlines() == [
        "What differs",
        "Record            CRM",
        "INV1             5.00",
        "INV10   -1,234,567.00",
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
