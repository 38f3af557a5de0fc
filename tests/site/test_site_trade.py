"""Items, invoices and payments between a site and a Xero, with every module switched on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import frappe
import pytest

from tests.contract.world import INVOICES, PAYMENTS, PRODUCTS, read, unique
from tests.site.shop import item_tax
from tests.site.world import SiteWorld
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.api import record_state
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.stored_text import from_stored
from vtiger_xero.engine.mapping.doctypes import SERVICE
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.runs import jobs
from vtiger_xero.runs.previews import preview
from vtiger_xero.views.log_view import summary
from xero_simulator import Simulator

_COUNTS = [f"{side}_{what}" for side in ("crm", "xero") for what in ("created", "updated")]


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero() as simulator:
        connect(simulator)
        settings = frappe.get_doc("Xero Settings")
        for row in settings.modules:
            row.enable_sync = 1
        settings.update({"sales_account": account("200"), "charges_account": account("200")})
        settings.update({"payment_account": account("090")}).save()
        frappe.db.commit()
        yield simulator


def account(code: str) -> str:
    return str(frappe.db.get_value("Xero Account", {"code": code}))


def synced(trigger: str = jobs.SYNC) -> dict[str, dict[str, int]]:
    """A run, and what it wrote in each module."""
    run = run_now(trigger)
    assert run.status == "Completed", run.message
    skipped = {"run": run.name, "operation": "Skipped"}
    assert frappe.get_all("Xero Sync Entry", skipped, ["record_name", "reason"]) == []
    rows = frappe.get_all("Xero Sync Log", {"run": run.name}, ["module", *_COUNTS])
    return {row.module: {key: row[key] for key in _COUNTS if row[key]} for row in rows}


def nothing_more_to_do() -> bool:
    return not any(synced().values())


def test_a_sale_that_was_entered_in_xero_is_seen_in_the_crm(
    xero: Simulator, world: SiteWorld
) -> None:
    books = xero.organisation
    buyer = books.add_contact_in_xero(Name=unique("Buyer"))
    code = unique("C")[:30]
    books.add_item_in_xero(Code=code, Name="Bolt", SalesDetails={"UnitPrice": 10})
    line = {"ItemCode": code, "Description": "Zinc", "Quantity": 3, "UnitAmount": 10}
    lines = [{**line, "AccountCode": "200", "TaxType": "OUTPUT2"}]
    invoice = books.add_invoice_in_xero(
        Contact={"ContactID": buyer.contact_id},
        Status="AUTHORISED",
        Date="2026-03-01",
        DueDate="2026-03-21",
        InvoiceNumber=unique("INV-"),
        LineItems=lines,
    )
    books.pay_invoice(invoice.document_id, 10)
    wrote = synced()
    assert wrote["Invoices"] == {"crm_created": 1}
    assert wrote["Payments"] == {"crm_created": 1}
    name = frappe.db.get_value("Vtiger Invoice", {"invoice_no": invoice.number})
    fields = read(world, name, INVOICES).fields
    assert (fields["grand_total"], fields["received"]) == (Decimal("34.5"), 10)
    assert fields["status"] == "Partially Paid"
    (row,) = fields["items"]  # type: ignore[misc]
    assert (row["item_comment"], row["xero_sales_account"]) == ("Zinc", account("200"))
    assert nothing_more_to_do()


def applied() -> None:
    """A preview, and a run that carries out just that."""
    run = jobs._new_run(jobs.PREVIEW, frappe.get_doc("Xero Settings").tenant_id)
    frappe.db.commit()
    jobs.run_sync(run, jobs.PREVIEW)
    apply = jobs._new_run(
        jobs.APPLY, frappe.get_doc("Xero Settings").tenant_id, RunFilter(plan=run)
    )
    frappe.db.commit()
    jobs.run_sync(apply, jobs.APPLY, retry=True)
    assert frappe.db.get_value("Xero Sync Run", apply, "status") == "Completed"


@pytest.mark.parametrize("sync", [synced, applied])
@pytest.mark.parametrize("paid", [10, Decimal("11.5")])
def test_a_payment_that_the_sync_brings_leaves_no_invoice_waiting(
    xero: Simulator, world: SiteWorld, sync: Callable[[], Any], paid: Any
) -> None:
    """It moves the invoice's time of change after the invoice had its turn."""
    old, new = (a_sale_in_xero(xero) for _ in range(2))
    xero.organisation.pay_invoice(new.document_id, paid)
    sync()
    states = {each.number: state_of(each) for each in (old, new)}
    assert set(states.values()) == {"In Sync"}
    xero.organisation.pay_invoice(old.document_id, paid)
    sync()
    assert state_of(old) == "In Sync"
    world.edit(name_of(old), INVOICES, subject="Another")
    assert state_of(old) == "Waiting", "a person's change waits"


def a_sale_in_xero(xero: Simulator) -> Any:
    line = {"Description": "Zinc", "Quantity": 1, "UnitAmount": 10}
    return xero.organisation.add_invoice_in_xero(
        Contact={"Name": unique("Buyer")},
        Status="AUTHORISED",
        Date="2026-03-01",
        DueDate="2026-03-21",
        InvoiceNumber=unique("INV-"),
        LineItems=[{**line, "AccountCode": "200", "TaxType": "OUTPUT2"}],
    )


def name_of(invoice: Any) -> str:
    return str(frappe.db.get_value("Vtiger Invoice", {"invoice_no": invoice.number}))


def state_of(invoice: Any) -> str:
    return str(frappe.db.get_value("Vtiger Invoice", name_of(invoice), "xero_state"))


@pytest.mark.parametrize("trigger", [jobs.SYNC, jobs.ON_SAVE])
def test_a_sale_that_was_entered_in_the_crm_reaches_xero(
    xero: Simulator, world: SiteWorld, trigger: str
) -> None:
    """With all that it needs, be it found by comparing all records or by what was saved."""
    assert synced() is not None  # brings the taxes
    buyer = world.insert(organization_name=unique("Buyer"))
    code = unique("C")[:30]
    bolt = world.insert(PRODUCTS, product_name="Bolt", part_number=code, unit_price=10)
    help_ = world.insert(
        PRODUCTS, item_type=SERVICE, product_name="Help", part_number=unique("H")[:30]
    )
    tax = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    number = unique("OIT")
    invoice = world.insert(
        INVOICES,
        subject="Bolts",
        invoice_no=number,
        organization_name=buyer,
        status="Approved",
        invoice_date="2026-03-01",
        due_date="2026-03-21",
        items=[
            {"item_name": bolt, "quantity": 3, "selling_price": 10},
            {"item_type": SERVICE, "item_name": help_, "quantity": 1, "selling_price": 5},
        ],
        taxes=[item_tax(tax), item_tax(tax, 2)],
    )
    world.insert(PAYMENTS, related_to=invoice, amount=10, payment_status="Received")
    wrote = synced(trigger)
    assert wrote["Products/Services"]["xero_created"] == 2
    assert wrote["Invoices"]["xero_created"] == 1
    assert wrote["Payments"]["xero_created"] == 1
    kinds = frappe.get_all(
        "Xero Link", {"module": "Products/Services"}, ["crm_name", "link_doctype"]
    )
    assert {row.crm_name: row.link_doctype for row in kinds}[help_] == SERVICE
    (theirs,) = (each for each in in_xero(xero) if each.number == number)
    assert (theirs.total, theirs.outstanding) == (Decimal("40.25"), Decimal("30.25"))
    assert nothing_more_to_do()


@pytest.mark.parametrize("name", ["<bolt>", "<script>x</script>"])
def test_an_item_whose_name_is_a_tag_comes_with_this_name(xero: Simulator, name: str) -> None:
    """Frappe would empty the first, and find that nothing was given."""
    code = unique("C")[:30]
    xero.organisation.add_item_in_xero(Code=code, Name=name)
    run = run_now()
    assert not frappe.db.count("Xero Sync Entry", {"run": run.name, "operation": "Skipped"})
    kept = frappe.db.get_value("Vtiger Product", {"part_number": code}, "product_name")
    assert from_stored(kept) == name


def test_a_preview_names_each_record_by_its_doctype(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(
        PRODUCTS, item_type=SERVICE, product_name=unique("Help"), part_number=unique("H")[:30]
    )
    run = jobs._new_run(jobs.PREVIEW, frappe.get_doc("Xero Settings").tenant_id)
    frappe.db.commit()
    jobs.run_sync(run, jobs.PREVIEW)
    plans = {plan["module"]: plan["records"] for plan in preview(run)["modules"]}
    (row,) = plans["Products/Services"]
    assert (row["crm_doctype"], row["crm_name"], row["side"]) == (SERVICE, name, "Xero")


def in_xero(xero: Simulator) -> list[Any]:
    return list(xero.organisation.invoices.in_order())


def test_a_sync_from_the_command_line_says_by_its_exit_status_how_it_went(xero: Simulator) -> None:
    world = SiteWorld()
    world.insert(PRODUCTS, product_name=unique("Coded"), part_number=unique("C")[:30])
    assert summary(jobs.run_here(jobs.SYNC))[0] == 0
    world.insert(PRODUCTS, product_name=unique("Codeless"))
    status, lines = summary(jobs.run_here(jobs.SYNC))
    assert status == 1
    assert any("Products/Services" in line and "skipped" in line for line in lines)
    settings = frappe.get_doc("Xero Settings")
    settings.client_secret = "wrong"
    settings.save()
    SiteTokens().forget()
    assert summary(jobs.run_here(jobs.SYNC))[0] == 2


def test_a_records_own_form_says_why_it_is_not_in_xero(xero: Simulator) -> None:
    world = SiteWorld()
    coded = world.insert(PRODUCTS, product_name=unique("Coded"), part_number=unique("C")[:30])
    codeless = world.insert(PRODUCTS, product_name=unique("Codeless"))
    assert record_state("Vtiger Product", codeless)["state"] == "Not Linked"
    run_now()
    held = record_state("Vtiger Product", codeless)
    assert held
    assert held["state"] == "Skipped"
    assert "Part Number is empty" in held["reason"]
    assert "Fill in Part Number" in held["remedy"]
    held = record_state("Vtiger Product", coded)
    assert held
    assert (held["state"], held["reason"]) == ("In Sync", "")
    assert held["xero_address"].startswith("https://go.xero.com/")
    frappe.set_user("Guest")
    with pytest.raises(frappe.PermissionError):
        record_state("Vtiger Product", coded)
