"""What the Desk is given: a Sync menu on every list, and links that lead to the right record."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest
from frappe.desk.form.meta import get_meta

from tests.contract.world import unique
from tests.site.shop import PRODUCT, Shop
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Entry, RunHeader
from vtiger_xero.views import log_view

SERVICE = "Vtiger Service"


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_every_list_has_the_sync_menu_beside_its_own_script(doctype: str) -> None:
    script = get_meta(doctype, cached=False).get("__list_js")
    assert f'vtiger_xero.add_list_menu("{doctype}")' in script
    if doctype != "Vtiger Organization":
        own = f'frappe.listview_settings["{doctype}"] = {{'
        assert -1 < script.index(own) < script.index("add_list_menu"), "the menu is hung into it"


def test_the_log_names_products_and_services_each_by_its_doctype(shop: Shop) -> None:
    journal = SiteJournal("tenant")
    run = journal.start_run(RunHeader("tenant", CLOCK.now()))
    service = shop.insert(SERVICE, service_name=unique("Help")).name
    what = (Module.PRODUCTS, Side.XERO, Operation.CREATED)
    entries = [Entry(*what, "Item", name, "x") for name in (shop.bolt, service, None)]
    journal.log(run, Module.PRODUCTS, entries)
    rows = log_view.entries(run, "Products/Services", "Xero", "Created")
    assert [(row["crm_doctype"], row["crm_name"], row["exists"]) for row in rows] == [
        (PRODUCT, shop.bolt, True),
        (SERVICE, service, True),
        (PRODUCT, None, False),
    ]


@pytest.mark.parametrize(
    ("module", "page"),
    [
        (Module.ORGANIZATIONS, "/Contacts/View/x-1"),
        (Module.PRODUCTS, "/Accounts/Inventory/"),
        (Module.INVOICES, "/AccountsReceivable/View.aspx?InvoiceID=x-1"),
        (Module.PAYMENTS, "/Bank/ViewTransaction.aspx?bankTransactionID=x-1"),
    ],
)
def test_the_log_leads_to_the_document_in_xero(module: Module, page: str) -> None:
    journal = SiteJournal("tenant")
    run = journal.start_run(RunHeader("tenant", CLOCK.now()))
    entry = Entry(module, Side.CRM, Operation.CREATED, "It", None, "x-1")
    journal.log(run, module, [entry])
    (row,) = log_view.entries(run, module.value, "Vtiger CRM", "Created")
    assert row["xero_address"].endswith(page)
    frappe.db.rollback()


def test_the_workspace_leads_to_the_reconciliation() -> None:
    workspace = frappe.get_doc("Workspace", "Xero")
    reports = {link.link_to for link in workspace.links if link.link_type == "Report"}
    assert reports == {
        *("Xero Reconciliation", "Xero Records"),
        *("Receivables by Customer", "Customer Statement"),
    }
