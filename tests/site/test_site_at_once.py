"""Two who save at once: a person and the sync, or two persons. Nobody undoes the other's."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from threading import Event
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.saving_doors import CHANGES, whole
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop, at_once, committed_shop
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.engine.errors import RecordChanged
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

INVOICES = Module.INVOICES


@pytest.fixture
def shop() -> Iterator[Shop]:
    with committed_shop() as shop:
        yield shop


@pytest.fixture
def invoice(shop: Shop) -> str:
    made = shop.invoice(shop.line(100), status="Approved")
    frappe.db.commit()
    return str(made.name)


def by_sync(name: str, **fields: Any) -> None:
    """What a run writes, on the version that it read."""
    crm = SiteCrm("Administrator")
    (seen,) = crm.get(INVOICES, [name])
    crm.update(INVOICES, name, fields, seen.modified)
    frappe.db.commit()


def test_a_form_that_was_open_while_the_sync_wrote_undoes_nothing(invoice: str) -> None:
    opened = whole(INVOICE, invoice, {"subject": "Nuts"})
    by_sync(invoice, received_otherwise=Decimal(70))
    with pytest.raises(frappe.TimestampMismatchError):
        frappe.get_doc(opened).save()
    frappe.db.rollback()
    assert frappe.db.get_value(INVOICE, invoice, "received_otherwise") == 70


def test_the_sync_writes_over_no_save_that_it_has_not_seen(invoice: str) -> None:
    crm = SiteCrm("Administrator")
    (seen,) = crm.get(INVOICES, [invoice])
    CHANGES["resource"](INVOICE, invoice, {"subject": "Nuts"})
    with pytest.raises(RecordChanged):
        crm.update(INVOICES, invoice, {"received_otherwise": Decimal(70)}, seen.modified)


@pytest.mark.parametrize("door", ["resource", "set_value", "save", "bulk_update"])
def test_a_person_and_the_sync_save_at_the_same_time(invoice: str, door: str) -> None:
    (seen,) = SiteCrm("Administrator").get(INVOICES, [invoice])
    done: set[str] = set()

    def person() -> None:
        try:
            CHANGES[door](INVOICE, invoice, {"subject": "Nuts", "received_otherwise": 9})
            done.add("person")
        except frappe.TimestampMismatchError:
            frappe.db.rollback()

    def sync() -> None:
        fields = {"received_otherwise": Decimal(70)}
        try:
            SiteCrm("Administrator").update(INVOICES, invoice, fields, seen.modified)
            done.add("sync")
        except RecordChanged:
            frappe.db.rollback()

    frappe.db.commit()
    at_once(person, sync)
    held = frappe.get_doc(INVOICE, invoice)
    assert done, "one of the two at least"
    assert held.received_otherwise == (70 if "sync" in done else 0)
    if door != "bulk_update":  # that one keeps what was refused to itself
        assert held.subject == ("Nuts" if "person" in done else "Bolts")


@pytest.mark.parametrize("door", ["resource", "document_of_v2"])
def test_a_request_that_waited_for_a_payment_counts_it(shop: Shop, invoice: str, door: str) -> None:
    """It reads the invoice as it is by now, but everything else as it was when it began."""
    began, paid = Event(), Event()

    def request() -> None:
        frappe.get_all(PAYMENT, limit=1)  # the transaction sees the payments of this moment
        began.set()
        assert paid.wait(30)
        CHANGES[door](INVOICE, invoice, {"subject": "Nuts"})

    def payment() -> None:
        assert began.wait(30)
        shop.pay(frappe.get_doc(INVOICE, invoice), 30)
        frappe.db.commit()
        paid.set()

    at_once(request, payment)
    held = frappe.get_doc(INVOICE, invoice)
    assert (held.subject, held.received, held.balance) == ("Nuts", 30, 70)
    assert held.status == "Partially Paid"


def test_settings_that_were_open_while_somebody_connected_keep_the_connection(
    xero: Simulator,
) -> None:
    opened = whole("Xero Settings", "Xero Settings", {"conflicts": "Ask", "tenant_id": "other"})
    before = frappe.db.get_single_value("Xero Settings", "tenant_id")
    settings = frappe.get_doc("Xero Settings")
    settings.flags.connecting = True
    settings.update({"short_code": "!new"}).save()
    with pytest.raises(frappe.TimestampMismatchError):
        frappe.get_doc(opened).save()
    frappe.get_doc("Xero Settings").update({"tenant_id": "other", "conflicts": "Ask"}).save()
    held = frappe.get_doc("Xero Settings")
    assert (held.tenant_id, held.short_code, held.conflicts) == (before, "!new", "Ask")


def test_stock_that_was_sold_meanwhile_is_not_written_back(shop: Shop) -> None:
    opened = whole(PRODUCT, shop.bolt, {"description": unique("Of steel")})
    shop.invoice(shop.line(1, 3), status="Approved")
    with pytest.raises(frappe.TimestampMismatchError):
        frappe.get_doc(opened).save()
    assert shop.stock() == 97
