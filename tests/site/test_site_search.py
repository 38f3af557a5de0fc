"""The search of the Desk (Ctrl+G) finds our records, and shows nobody what they may not read."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest
from frappe.utils.global_search import sync_global_search

from tests.contract.world import unique
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop
from tests.site.web import new_person
from vtiger_xero.api.guards import global_search
from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.patches.v0_4 import let_search_find_records

ORGANIZATION, SERVICE = "Vtiger Organization", "Vtiger Service"
SETTINGS = "Global Search Settings"


@pytest.fixture
def known() -> Iterator[dict[tuple[str, str], str]]:
    """What people know of a record, and the record's number."""
    shop = Shop()
    word = unique("Q").replace(" ", "")
    organization = shop.insert(
        ORGANIZATION,
        organization_name=f"{word}name",
        primary_email=f"{word}mail@example.com",
        tax_number=f"12-{word[-3:]}-7",
    )
    product = shop.insert(PRODUCT, product_name=f"{word}bolt", part_number=f"{word}part"[:30])
    service = shop.insert(SERVICE, service_name=f"{word}help", service_code=f"{word}code"[:30])
    invoice = shop.invoice(
        shop.line(9),
        subject=f"{word}order",
        invoice_no=f"INV-{word}",
        organization_name=organization.name,
    )
    payment = shop.pay(invoice, 5, reference=f"{word}reference")
    held = {
        (ORGANIZATION, f"{word}name"): organization.name,
        (ORGANIZATION, f"{word}mail"): organization.name,
        (ORGANIZATION, f"12-{word[-3:]}-7"): organization.name,
        (ORGANIZATION, word[1:6]): organization.name,
        (ORGANIZATION, organization.name): organization.name,
        (PRODUCT, f"{word}bolt"): product.name,
        (PRODUCT, product.part_number): product.name,
        (SERVICE, f"{word}help"): service.name,
        (SERVICE, service.service_code): service.name,
        (INVOICE, f"{word}order"): invoice.name,
        (INVOICE, f"INV-{word}"): invoice.name,
        (INVOICE, organization.name): invoice.name,
        (PAYMENT, f"{word}reference"): payment.name,
        (PAYMENT, payment.name): payment.name,
        (PAYMENT, invoice.name): payment.name,
    }
    frappe.db.commit()  # a FULLTEXT index knows what is committed
    sync_global_search()
    frappe.db.commit()
    yield held
    frappe.set_user("Administrator")
    for doctype in (PAYMENT, INVOICE, SERVICE, PRODUCT, ORGANIZATION):
        for (each, _word), name in held.items():
            if each == doctype and frappe.db.exists(doctype, name):
                frappe.delete_doc(doctype, name, force=True)
    frappe.db.commit()


def found(text: str, doctype: str = "") -> set[tuple[str, str]]:
    return {(row.doctype, row.name) for row in global_search(text, 0, 100, doctype)}


def test_records_are_found_by_what_people_know_of_them(known: dict[tuple[str, str], str]) -> None:
    for (doctype, text), name in known.items():
        assert (doctype, name) in found(text), (doctype, text)
        assert (doctype, name) in found(text, doctype), (doctype, text)


def test_a_record_that_a_person_may_not_read_is_not_found(
    known: dict[tuple[str, str], str],
) -> None:
    person = new_person("Sales User")
    for doctype in DOCTYPES:
        # They may read one record of each, and not these.
        other = frappe.get_all(
            doctype, {"name": ["not in", list(known.values())]}, pluck="name", limit=1
        )
        if other:
            frappe.permissions.add_user_permission(doctype, other[0], person)
    customer = known[ORGANIZATION, next(text for each, text in known if each == ORGANIZATION)]
    stranger = frappe.get_all(ORGANIZATION, {"name": ["!=", customer]}, pluck="name", limit=1)[0]
    frappe.set_user(person)
    assert frappe.has_permission(ORGANIZATION, "read", stranger)
    texts = [text for each, text in known if each in (ORGANIZATION, INVOICE, PAYMENT)]
    shown = {name for text in texts for _doctype, name in found(text)}
    assert not shown & {customer, *(n for (d, _), n in known.items() if d in (INVOICE, PAYMENT))}
    method = frappe.get_hooks("override_whitelisted_methods")["frappe.utils.global_search.search"]
    assert method[-1] == "vtiger_xero.api.guards.global_search"


def test_an_upgrade_lets_the_search_find_them_and_keeps_what_the_site_has_chosen(
    known: dict[tuple[str, str], str],
) -> None:
    settings = frappe.get_single(SETTINGS)
    before = [row.document_type for row in settings.allowed_in_global_search]
    settings.allowed_in_global_search = []
    for doctype in ("ToDo", INVOICE):
        settings.append("allowed_in_global_search", {"document_type": doctype})
    settings.save()
    frappe.db.delete("__global_search", {"doctype": ["in", DOCTYPES]})
    frappe.db.commit()
    assert not any(found(text) for _doctype, text in known)
    let_search_find_records.execute()
    frappe.db.commit()
    assert all((each, name) in found(text) for (each, text), name in known.items())
    rows = [row.document_type for row in frappe.get_single(SETTINGS).allowed_in_global_search]
    assert rows[:2] == ["ToDo", INVOICE]
    assert sorted(rows[1:]) == sorted(DOCTYPES)
    settings = frappe.get_single(SETTINGS)
    settings.allowed_in_global_search = []
    for doctype in before:
        settings.append("allowed_in_global_search", {"document_type": doctype})
    settings.save()
    frappe.db.commit()
