"""Invoices on a site: the figures are the engine's, whoever saves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.exceptions import PermissionError

from tests.contract.world import unique
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop, figures, item_tax, whole_tax
from tests.site.web import new_person


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


# Totals


def test_numbers_are_vtigers(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(10))
    assert invoice.name.startswith("INV")
    assert invoice.invoice_no == invoice.name
    assert shop.bolt.startswith("PRO")
    assert frappe.db.get_value(PRODUCT, shop.bolt, "product_number") == shop.bolt
    assert shop.pay(invoice, 1).payment_no.startswith("PAY")
    service = shop.insert("Vtiger Service", service_name=unique("Help"))
    assert service.service_number == service.name
    assert service.name.startswith("SER")


def test_a_number_that_xero_gave_is_kept(shop: Shop) -> None:
    assert shop.invoice(shop.line(10), invoice_no="OIT-0001").reload().invoice_no == "OIT-0001"


def test_individual_taxes_stand_on_their_lines(shop: Shop) -> None:
    taxes = [item_tax(shop.vat), item_tax(shop.levy), item_tax(shop.vat, 2)]
    lines = [shop.line(100, 2, discount_percent=10), shop.line(0.25, 3)]
    invoice = shop.invoice(*lines, taxes=taxes).reload()
    first, second = invoice.items
    assert (first.total, first.discount, first.total_after_discount) == (200, 20, 180)
    assert (first.tax, first.net_price) == (27, 207)
    assert (second.total, second.tax, second.net_price) == (0.75, 0.08, 0.83)
    assert [row.amount for row in invoice.taxes] == [18, 9, 0.08]
    assert (invoice.items_total, invoice.pre_tax_total) == (207.83, 180.75)
    assert (invoice.tax, invoice.grand_total, invoice.balance) == (0, 207.83, 207.83)


def test_group_taxes_stand_on_the_whole(shop: Shop) -> None:
    invoice = shop.invoice(
        shop.line(6000), shop.line(4000), tax_mode="Group", taxes=[whole_tax(shop.vat, rate=11)]
    ).reload()
    assert (invoice.items_total, invoice.tax, invoice.grand_total) == (10000, 1100, 11100)
    assert [row.tax for row in invoice.items] == [0, 0]


def test_everything_at_once_adds_up(shop: Shop) -> None:
    kept = shop.tax("Kept back", 2, method="Deducted")
    on_top = shop.tax("On top", 10, method="Compound", compounds_on=[{"tax": shop.vat}])
    taxes = [whole_tax(shop.vat), whole_tax(on_top), whole_tax(kept)]
    invoice = shop.invoice(
        shop.line(1000),
        tax_mode="Group",
        taxes=[*taxes, {"applies_to": "Charges", "tax": shop.levy}],
        overall_discount_percent=10,
        shipping_and_handling=50,
        adjustment=-0.5,
    ).reload()
    assert (invoice.overall_discount, invoice.charges, invoice.pre_tax_total) == (100, 50, 950)
    assert [row.amount for row in invoice.taxes] == [90, 99, 18, 2.5]
    assert (invoice.tax, invoice.taxes_on_charges, invoice.deducted_taxes) == (189, 2.5, 18)
    assert invoice.grand_total == 900 + 50 + 2.5 + 189 - 18 - 0.5


def test_a_tax_that_has_no_effect_in_this_mode_leaves_the_invoice(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), taxes=[item_tax(shop.vat)])
    invoice.tax_mode = "Group"
    invoice.save().reload()
    assert invoice.taxes == []
    assert invoice.grand_total == 100


@pytest.mark.parametrize(
    ("currency", "tax", "total"),
    [("NZD", 0.12, 1.35), ("JPY", 0, 1), ("KWD", 0.123, 1.357)],
)
def test_each_currency_rounds_to_its_own_decimals(
    shop: Shop, currency: str, tax: float, total: float
) -> None:
    line = shop.line(1.2341)
    invoice = shop.invoice(line, taxes=[item_tax(shop.vat)], currency=currency).reload()
    assert (invoice.items[0].tax, invoice.grand_total) == (tax, total)


def test_a_price_keeps_eight_decimals(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(0.00000125, 1_000_000)).reload()
    assert invoice.items[0].selling_price == 0.00000125
    assert invoice.grand_total == 1.25


def test_a_rate_follows_its_tax_unless_somebody_gave_one(shop: Shop) -> None:
    taxes = [item_tax(shop.vat), item_tax(shop.levy, rate=0)]
    invoice = shop.invoice(shop.line(100), taxes=taxes)
    assert [row.rate for row in invoice.reload().taxes] == [10, 0]
    frappe.get_doc("Vtiger Tax", shop.vat).update({"rate": 20}).save()
    assert invoice.save().reload().grand_total == 110


def test_an_invoice_keeps_how_its_taxes_were_computed(shop: Shop) -> None:
    on_top = shop.tax("On top", 10, method="Compound", compounds_on=[{"tax": shop.vat}])
    taxes = [item_tax(shop.vat), item_tax(on_top)]
    invoice = shop.invoice(shop.line(100), taxes=taxes)
    frappe.get_doc("Vtiger Tax", on_top).update({"method": "Simple"}).save()
    assert invoice.save().reload().grand_total == 121


def test_taxes_follow_their_line_when_lines_move_and_go(shop: Shop) -> None:
    invoice = shop.invoice(
        shop.line(1), shop.line(10), shop.line(100), taxes=[item_tax(shop.vat, 3)]
    )
    one, _, three = invoice.items
    one.idx, three.idx = 2, 1
    invoice.set("items", [three, one])
    invoice.append("items", shop.line(1000))
    invoice.save().reload()
    assert [row.line_no for row in invoice.items] == [3, 1, 4]
    assert [row.tax for row in invoice.items] == [10, 0, 0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"taxes": [{"applies_to": "Item", "line": 7}]}, "there is no such line"),
        ({"overall_discount_percent": 1, "overall_discount_amount": 1}, "given twice"),
        ({"tax_mode": "Neither"}, "not one of Individual, Group"),
    ],
)
def test_what_contradicts_itself_is_refused_with_a_sentence(
    shop: Shop, wrong: dict[str, Any], said: str
) -> None:
    for row in wrong.get("taxes", ()):
        row["tax"] = shop.vat
    with pytest.raises(frappe.ValidationError, match=said):
        shop.invoice(shop.line(1), **wrong)


def test_an_invoice_without_lines_is_refused(shop: Shop) -> None:
    with pytest.raises(frappe.MandatoryError):
        shop.invoice()


def test_addresses_and_currency_are_the_organizations(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(1))
    assert (invoice.billing_city, invoice.shipping_code) == ("Napier", "4110")
    assert invoice.currency == "NZD"
    own = shop.invoice(shop.line(1), billing_city="Hastings")
    assert (own.billing_city, own.shipping_code) == ("Hastings", "4110")


def test_a_contact_brings_its_organization(shop: Shop) -> None:
    links = [{"link_doctype": "Vtiger Organization", "link_name": shop.organization}]
    contact = shop.insert("Contact", first_name="Ada", links=links, image="/none.png")
    invoice = shop.invoice(shop.line(1), organization_name=None, contact_name=contact.name)
    assert invoice.organization_name == shop.organization


def test_a_compound_tax_stands_on_simple_ones(shop: Shop) -> None:
    on_top = shop.tax("On top", 10, method="Compound", compounds_on=[{"tax": shop.vat}])
    with pytest.raises(frappe.ValidationError, match="Choose them"):
        shop.tax("Alone", 1, method="Compound")
    with pytest.raises(frappe.ValidationError, match="not a simple tax"):
        shop.tax("Higher", 1, method="Compound", compounds_on=[{"tax": on_top}])
    with pytest.raises(frappe.ValidationError, match="so it stays simple"):
        frappe.get_doc("Vtiger Tax", shop.vat).update({"method": "Deducted"}).save()


def test_a_product_tax_takes_its_rate_from_the_tax(shop: Shop) -> None:
    product = frappe.get_doc(PRODUCT, shop.product("Nut", taxes=[{"tax": shop.levy}]))
    assert product.taxes[0].rate == 5


# Who may


@pytest.mark.parametrize("role", ["Sales User", "Xero User"])
def test_a_user_makes_invoices_and_payments_but_deletes_none(shop: Shop, role: str) -> None:
    person = new_person(role)
    shop = Shop()
    frappe.set_user(person)
    invoice = shop.invoice(shop.line(100, taxes=[]), taxes=[item_tax(shop.vat)])
    payment = shop.pay(invoice, 110)
    assert figures(invoice)[0] == 110
    for document in (payment, invoice):
        with pytest.raises(PermissionError):
            document.delete()
    with pytest.raises(PermissionError):
        shop.tax("Mine", 1)


@pytest.mark.parametrize("role", ["Sales Manager", "Xero Manager"])
def test_a_manager_deletes_too(role: str) -> None:
    person = new_person(role)
    shop = Shop()
    frappe.set_user(person)
    payment = shop.pay(shop.invoice(shop.line(100)), 100)
    payment.delete()
    frappe.get_doc(INVOICE, payment.related_to).delete()
    assert not frappe.db.exists(INVOICE, payment.related_to)


def test_whoever_has_no_role_sees_nothing() -> None:
    person = new_person()
    shop = Shop()
    invoice = shop.invoice(shop.line(100))
    frappe.set_user(person)
    for doctype in (INVOICE, PAYMENT, PRODUCT, "Vtiger Service", "Vtiger Tax"):
        assert not frappe.has_permission(doctype, "read")
    with pytest.raises(PermissionError):
        frappe.get_doc(INVOICE, invoice.name).check_permission("read")
