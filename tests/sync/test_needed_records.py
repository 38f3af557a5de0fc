"""What a document of Xero needs and the sync does not have is asked for by its id (rule G14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.rules import applies, spares
from tests.support.settling import settles
from tests.support.shop import (
    DAY,
    DUE,
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    PRODUCTS,
    Shop,
)
from tests.support.stage import counts, skipped
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.errors import BatchRefused, ConfigurationError, RequestFailed, SyncError
from vtiger_xero.engine.records import Direction, Side
from vtiger_xero.engine.report import RunStatus
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.settings import ModuleSettings
from vtiger_xero.xero import XeroLedger
from xero_simulator.wire import wire_date


def customers_only(shop: Shop, direction: Direction = Direction.BOTH) -> None:
    shop.stage.set(direction, customers_only=True)


OLD = "/Date(1262304000000+0000)/"  # long before whatever the sync has read


def old_contact(shop: Shop, name: str, **fields: Any) -> str:
    """A contact whose time of change has passed already: no reading of changes shows it."""
    # Where Xero moves it with the first invoice, something else has kept the row from being read.
    shop.books.readings = replace(shop.books.readings, stamps_new_customers=False)
    key = shop.books.new_id()
    row = {"ContactID": key, "Name": name, "UpdatedDateUTC": OLD, **fields}
    shop.books.load_contacts([row])
    return str(key)


def old_invoice(shop: Shop, contact: str) -> str:
    key = shop.books.new_id()
    row = {
        "InvoiceID": key,
        "Type": "ACCREC",
        "InvoiceNumber": "INV-OLD",
        "Status": "AUTHORISED",
        "Contact": {"ContactID": contact},
        "Date": wire_date(DAY),
        "DueDate": wire_date(DUE),
        "LineAmountTypes": "Exclusive",
        "LineItems": [{**shop.xero_line(), "LineAmount": 10, "TaxAmount": "1.5"}],
        "UpdatedDateUTC": OLD,
    }
    shop.books.load_invoices([row])
    return str(key)


def pay_quietly(shop: Shop, invoice: str) -> str:
    """A payment that comes while its invoice does not."""
    held = shop.books.invoices[invoice]
    payment = shop.books.pay_invoice(invoice, "5")
    paid = replace(shop.books.invoices[invoice], updated=held.updated)
    shop.books.invoices.save(paid, quietly=True)
    return str(payment.payment_id)


def calls(shop: Shop, **options: Any) -> int:
    return shop.sync(**options).header.calls


def names(shop: Shop) -> set[str]:
    return {r.fields["organization_name"] for r in shop.stage.records(ORGANIZATIONS)}


# Who becomes a customer later


def test_a_contact_that_was_no_customer_comes_with_its_first_invoice(shop: Shop) -> None:
    customers_only(shop)
    moa, weka = shop.contact("Moa Ltd"), shop.contact("Weka Ltd")
    shop.sync()
    assert names(shop) == {"Kea Ltd"}
    before = shop.books.contacts[moa].updated
    invoice = shop.xero_invoice(contact=moa)
    shop.books.pay_invoice(invoice, "5")
    is_moved = shop.books.contacts[moa].updated != before
    assert is_moved is shop.books.readings.stamps_new_customers  # it comes either way
    report = settles(shop)
    assert names(shop) == {"Kea Ltd", "Moa Ltd"}
    assert shop.here(INVOICES, invoice).fields["received"] == 5
    assert not skipped(report, INVOICES) and not skipped(report, PAYMENTS)
    assert shop.books.contacts[weka].name not in names(shop)


@pytest.mark.parametrize("archived", [False, True])
def test_a_preview_foretells_who_became_a_customer(shop: Shop, archived: bool) -> None:
    customers_only(shop)
    moa = shop.contact("Moa Ltd")
    settles(shop)
    shop.xero_invoice(contact=moa)
    if archived:
        shop.books.archive_contact(moa)
    foreseen = {plan.module: plan.counts for plan in shop.stage.preview()}
    report = shop.sync()
    for module in (ORGANIZATIONS, INVOICES):
        told = {f"{side.name} {done.value}": n for (side, done), n in foreseen[module].items()}
        assert told == counts(report, module)
    assert ("Moa Ltd" in names(shop)) is not archived


@pytest.mark.parametrize("direction", [Direction.TO_CRM, Direction.BOTH])
def test_a_voided_invoice_makes_no_customer(shop: Shop, direction: Direction) -> None:
    customers_only(shop, direction)
    moa = shop.contact("Moa Ltd")
    shop.sync()
    shop.books.void_invoice(shop.xero_invoice(contact=moa))
    held = shop.books.contacts[moa]
    fields = {k: v for k, v in held.fields.items() if k != "IsCustomer"}
    shop.books.contacts.save(replace(held, fields=fields), quietly=True)
    shop.sync()
    assert "Moa Ltd" not in names(shop)


def test_chosen_invoices_bring_who_became_a_customer(shop: Shop) -> None:
    customers_only(shop)
    moa = shop.contact("Moa Ltd")
    shop.sync()
    invoice = shop.xero_invoice(contact=moa)
    shop.sync(run_filter=RunFilter().plus(INVOICES, (), [invoice]))
    assert names(shop) == {"Kea Ltd", "Moa Ltd"}
    assert shop.here(INVOICES, invoice)


def test_where_invoices_only_go_to_xero_their_customers_come_all_the_same(shop: Shop) -> None:
    customers_only(shop)
    to_xero = ModuleSettings(direction=Direction.TO_XERO)
    modules = {**shop.stage.settings.modules, INVOICES: to_xero}
    shop.stage.settings = replace(shop.stage.settings, modules=modules)
    moa = shop.contact("Moa Ltd")
    shop.sync()
    shop.xero_invoice(contact=moa)
    shop.sync()
    assert names(shop) == {"Kea Ltd", "Moa Ltd"}


# What was never read


@applies("G14")
def test_a_customer_that_was_never_read_is_asked_for_by_its_id(shop: Shop) -> None:
    settles(shop)
    idle = calls(shop)
    moa = old_contact(shop, "Moa Ltd")
    assert "Moa Ltd" not in names(shop)
    invoice = shop.xero_invoice(contact=moa)
    assert calls(shop) == idle + 1
    assert shop.here(INVOICES, invoice).fields["organization_name"]
    assert names(shop) == {"Kea Ltd", "Moa Ltd"}
    settles(shop)
    assert calls(shop) == idle


def test_many_that_were_never_read_are_asked_for_forty_at_a_time(shop: Shop) -> None:
    settles(shop)
    idle = calls(shop)
    for number in range(41):
        shop.xero_invoice(contact=old_contact(shop, f"Moa {number} Ltd"))
    assert calls(shop) == idle + 2
    assert len(names(shop)) == 42


def test_an_invoice_that_was_never_read_comes_with_its_payment(shop: Shop) -> None:
    shop.invoice()
    settles(shop)
    idle = calls(shop)
    moa = old_contact(shop, "Moa Ltd")
    invoice = old_invoice(shop, moa)
    assert calls(shop) == idle
    payment = pay_quietly(shop, invoice)
    # The invoice, its customer, and the second look that every new payment takes.
    assert calls(shop) == idle + 3
    assert shop.here(INVOICES, invoice).fields["received"] == 5
    assert shop.here(PAYMENTS, payment)
    settles(shop)


def test_a_preview_asks_for_them_and_its_run_does_not_again(shop: Shop) -> None:
    settles(shop)
    idle = calls(shop)
    invoice = shop.xero_invoice(contact=old_contact(shop, "Moa Ltd"))
    plans = {plan.module: plan.counts for plan in shop.stage.preview()}
    assert plans[INVOICES] == {(Side.CRM, Operation.CREATED): 1}
    assert calls(shop) == idle
    assert shop.here(INVOICES, invoice)


def test_chosen_payments_bring_what_was_never_read(shop: Shop) -> None:
    shop.invoice()
    settles(shop)
    moa = old_contact(shop, "Moa Ltd")
    invoice = old_invoice(shop, moa)
    payment = pay_quietly(shop, invoice)
    shop.sync(run_filter=RunFilter().plus(PAYMENTS, (), [payment]))
    assert shop.here(PAYMENTS, payment) and shop.here(INVOICES, invoice)


def test_an_archived_customer_that_was_never_read_is_named_as_archived(shop: Shop) -> None:
    settles(shop)
    moa = old_contact(shop, "Moa Ltd")
    shop.xero_invoice(contact=moa)
    held = shop.books.contacts[moa]
    fields = {**held.fields, "ContactStatus": "ARCHIVED"}
    shop.books.contacts.save(replace(held, fields=fields), quietly=True)
    entry = shop.skip(INVOICES)
    assert "Restore the contact in Xero" in entry.remedy


def test_what_xero_does_not_know_is_asked_for_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    settles(shop)
    asked: list[Sequence[str]] = []
    monkeypatch.setattr(XeroLedger, "read_by_ids", lambda _, module, ids: asked.append(ids) or [])
    moa = old_contact(shop, "Moa Ltd")
    shop.xero_invoice(contact=moa)
    shop.sync()
    shop.sync()
    assert asked == [[moa]]
    assert "Moa Ltd" in shop.skip(INVOICES).reason
    shop.sync(retry=True)
    assert asked == [[moa], [moa]]


@pytest.mark.parametrize(
    "error",
    [
        BatchRefused("Xero refused it."),
        ConfigurationError("Xero refused to list its records."),
        RequestFailed("Xero had an internal error.", after=timedelta(minutes=7)),
    ],
)
def test_a_request_that_xero_refuses_stops_nothing_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: SyncError
) -> None:
    settles(shop)
    shop.xero_invoice(contact=old_contact(shop, "Moa Ltd"))
    shop.add(ORGANIZATIONS, organization_name="Weka Ltd")

    def refused(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(XeroLedger, "read_by_ids", refused)
    report = shop.sync()
    assert report.header.status is RunStatus.COMPLETED, report.header.message
    assert error.message in report.header.notices
    assert "Moa Ltd" in shop.stage.reasons(report, INVOICES)[0]
    assert "Weka Ltd" in {each.name for each in shop.books.contacts.values()}
    monkeypatch.undo()
    shop.sync(retry=True)
    assert "Moa Ltd" in names(shop)


@spares("G14")
@pytest.mark.parametrize("direction", [Direction.TO_XERO])
def test_nothing_is_asked_for_that_does_not_come(shop: Shop, direction: Direction) -> None:
    shop.stage.set(direction)
    shop.sync()
    idle = calls(shop)
    shop.xero_invoice(contact=old_contact(shop, "Moa Ltd"))
    assert calls(shop) == idle


# Merged contacts


@pytest.mark.parametrize("xero_names_the_old_one", [False, True])
@pytest.mark.parametrize("customers", [False, True])
def test_the_invoices_of_a_contact_that_was_merged_are_those_of_the_other(
    shop: Shop, xero_names_the_old_one: bool, customers: bool
) -> None:
    """What Xero's invoices name after a merge is not documented: either reading must do."""
    shop.stage.set(customers_only=customers)
    mine = shop.invoice()
    settles(shop)
    moa, kea = shop.contact("Moa Ltd"), shop.partner(ORGANIZATIONS, shop.customer)
    theirs = shop.xero_invoice(contact=kea)
    settles(shop)
    shop.books.merge_contacts(kea, moa)
    later = shop.xero_invoice(contact=moa)
    if xero_names_the_old_one:
        for each in (shop.partner(INVOICES, mine), theirs, later):
            held = shop.books.invoices[each]
            shop.books.invoices.save(replace(held, contact_id=kea), quietly=True)
    report = shop.sync()
    assert not skipped(report, INVOICES), shop.stage.reasons(report, INVOICES)
    name = shop.here(INVOICES, later).fields["organization_name"]
    assert shop.partner(ORGANIZATIONS, name) == moa
    shop.edit(INVOICES, mine, subject="Nuts")
    report = shop.sync()
    (changed,) = [entry.changes for entry in report.entries if entry.changes]
    assert [each.field for each in changed] == ["subject"]
    assert shop.sync().writes == 0


# Items


def test_an_item_made_while_xero_was_read_is_no_item_without_a_name(shop: Shop) -> None:
    """Invoices are read after items: one of them may name an item that was not there yet."""
    settles(shop)
    engine = shop.stage.engine()
    ledger = engine._ports.ledger
    read = ledger.changed_since

    def with_an_item_later(module: Any, since: Any) -> Any:
        answer = read(module, since)
        if module is PRODUCTS:
            nut = {"Code": "NUT", "Name": "Nut", "SalesDetails": {"UnitPrice": 10}}
            shop.books.add_item_in_xero(**nut)
            shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
        return answer

    ledger.changed_since = with_an_item_later
    engine.run()
    ledger.changed_since = read
    settles(shop)
    (invoice,) = shop.stage.records(INVOICES)
    (line,) = invoice.fields["items"]
    (product,) = shop.crm.get(PRODUCTS, [line["item_name"]])
    assert product.fields["product_name"] == "Nut"


def test_a_line_whose_item_xero_no_longer_has_comes_in_the_same_run(shop: Shop) -> None:
    """The items are read once more to know it, and not in the runs that follow."""
    settles(shop)
    idle = calls(shop)
    shop.books.add_item_in_xero(Code="NUT", Name="Nut")
    invoice = shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    (nut,) = [item.item_id for item in shop.books.items.values() if item.code == "NUT"]
    shop.books.delete_item(nut)
    made_just_now = replace(shop.books.invoices[invoice], updated=shop.stage.clock.now())
    shop.books.invoices.save(made_just_now, quietly=True)
    report = shop.stage.engine().run()
    assert not skipped(report, INVOICES)
    assert report.header.calls == idle + 1
    (row,) = shop.here(INVOICES, invoice).fields["items"]
    assert shop.field(PRODUCTS, row["item_name"], "product_name") == "??????"
    settles(shop)


def test_contacts_that_were_left_out_come_once_all_contacts_may(shop: Shop) -> None:
    customers_only(shop)
    shop.sync()
    shop.books.add_contact_in_xero(Name="Supplier Ltd")
    for _ in range(2):
        assert counts(shop.sync(), ORGANIZATIONS) == {}
    shop.stage.set(customers_only=False)
    assert counts(shop.sync(), ORGANIZATIONS) == {"CRM Created": 1}


def test_a_contact_that_was_left_out_may_be_a_new_organization(shop: Shop) -> None:
    customers_only(shop)
    shop.books.add_contact_in_xero(Name="Supplier Ltd", EmailAddress="ada@kea.nz")
    for _ in range(2):
        shop.sync()
    shop.stage.crm.insert(
        ORGANIZATIONS, {"organization_name": "Kea Works", "primary_email": "ada@kea.nz"}
    )
    skips = skipped(shop.sync(), ORGANIZATIONS)
    assert {each.rule for each in skips} == {"G6"}
    assert {each.side for each in skips} == set(Side)
