"""The doctor looks at a CRM and its journal over their ports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from tests.support.doctor import ACCOUNTS, REFERENCE, SALES, SCOPES, settings
from tests.support.fakes import HandClock
from vtiger_xero.engine.doctor import Finding, Severity, examine, is_healthy, observe
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.reference import Reference

D = Decimal
ORGANIZATIONS, PRODUCTS, INVOICES, PAYMENTS = Module


class Office:
    """A CRM on SQLite with its journal, and the doctor in it."""

    def __init__(self, database: Database) -> None:
        self.crm = EmbeddedCrm(database, HandClock(), base_currency="NZD")
        self.journal = EmbeddedJournal(database, "tenant")
        self.crm.keep_reference(REFERENCE)
        self.organization = self.crm.insert(ORGANIZATIONS, {"organization_name": "Kea"}).name

    def product(self, **fields: Any) -> str:
        held = {"product_name": "Bolt", "part_number": "B1", "xero_sales_account": SALES}
        return self.crm.insert(PRODUCTS, {**held, **fields}).name

    def invoice(self, product: str, **fields: Any) -> str:
        line = {
            "item_type": "Vtiger Product",
            "item_name": product,
            "quantity": D(1),
            "selling_price": D(10),
        }
        held = {
            "subject": "Bolts",
            "organization_name": self.organization,
            "status": "Approved",
            "items": (line,),
        }
        return self.crm.insert(INVOICES, {**held, **fields}).name

    def link(self, module: Module, name: str) -> None:
        self.journal.save_link(Link(module, name, f"x-{name}"))
        self.journal.commit()

    def findings(self, reference: Reference = REFERENCE, **chosen: Any) -> list[Finding]:
        situation = observe(self.crm, self.journal, settings(**chosen), reference, scopes=SCOPES)
        return [each for each in examine(situation) if each.severity is not Severity.FINE]


@pytest.fixture
def office() -> Iterator[Office]:
    with Database.open() as database:
        yield Office(database)


def codes(found: list[Finding]) -> list[str]:
    return [each.code for each in found]


def test_a_crm_in_order_gets_a_clean_bill(office: Office) -> None:
    office.invoice(office.product())
    assert is_healthy(office.findings())


def test_products_are_looked_at_whole(office: Office) -> None:
    name = office.product(part_number="", xero_sales_account="")
    found = office.findings(sales_account="")
    assert [(each.code, each.records) for each in found if each.severity is Severity.ERROR] == [
        ("default-accounts", (name,)),
        ("codes", (name,)),
    ]


def test_invoices_are_dated_where_a_period_is_locked(office: Office) -> None:
    product = office.product()
    sent = office.invoice(product, invoice_date=date(2026, 1, 5))
    waiting = office.invoice(product, invoice_date=date(2026, 1, 6))
    office.invoice(product, invoice_date=date(2026, 5, 1))
    office.link(INVOICES, sent)
    (found,) = office.findings(replace(REFERENCE, period_lock_date=date(2026, 1, 31)))
    assert (found.code, found.records) == ("lock-dates", (waiting,))


def test_a_field_made_mandatory_is_found_with_its_label(office: Office) -> None:
    office.crm.customize(PRODUCTS, "product_category", reqd=1)
    (found,) = office.findings()
    assert found.subject == "Mandatory field: Product Category (Vtiger Product)"
    office.crm.customize(PRODUCTS, "description", reqd=1)
    assert {each.severity for each in office.findings()} == set(Severity) - {Severity.FINE}


def test_what_is_mandatory_out_of_the_box_troubles_nobody(office: Office) -> None:
    assert "mandatory" not in codes(office.findings())


def test_an_account_that_xero_archived_since_is_found_on_the_products(office: Office) -> None:
    name = office.product()
    archived = (replace(ACCOUNTS[0], status="ARCHIVED"), *ACCOUNTS[1:])
    found = office.findings(replace(REFERENCE, accounts=archived))
    assert ("product-accounts", (name,)) in [(each.code, each.records) for each in found]


def test_what_a_person_keeps_out_of_the_sync_cannot_fail(office: Office) -> None:
    for part in ("", "B1", "B1", "B" * 31):
        office.product(part_number=part, do_not_sync=True)
    bolt = office.product(part_number="B1")
    for _ in range(2):
        office.invoice(bolt, invoice_no="A-77", do_not_sync=True)
    office.invoice(bolt, status="Credit Invoice", do_not_sync=True)
    assert office.findings() == []
