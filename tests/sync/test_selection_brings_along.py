"""What chosen records cannot go without goes with them, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from tests.support.stage import skipped
from tests.sync.choosing import at_xero, collections, of, sync, written
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.settings import ModuleSettings

D = Decimal


def test_an_invoice_brings_its_customer_and_its_products_along(shop: Shop) -> None:
    shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    shop.product("NUT", "Nut")
    other = shop.invoice()
    name = shop.invoice()
    report = sync(shop, of(INVOICES, name))
    assert written(report) == [
        ("XERO", "Created", "Kea Ltd"),
        ("XERO", "Created", "Bolt"),
        ("XERO", "Created", shop.field(INVOICES, name, "invoice_no")),
    ]
    first, *asked = collections(shop)
    assert (first, {*asked[:2]}) == ("GET Invoices", {"GET Contacts", "GET Items"})
    assert asked[2:] == ["PUT Contacts", "PUT Items", "PUT Invoices"]
    assert sync(shop, of(INVOICES, name)).writes == 0
    assert collections(shop) == ["GET Invoices"]
    sync(shop, of(INVOICES, other))
    assert collections(shop) == ["GET Invoices", "PUT Invoices"]
    assert {log.module for log in report.logs} == {ORGANIZATIONS, PRODUCTS, INVOICES}


def test_a_payment_brings_its_invoice_along_and_that_ones_customer(shop: Shop) -> None:
    invoice = shop.invoice()
    other = shop.pay(invoice, "2")
    payment = shop.pay(invoice, "5")
    report = sync(shop, of(PAYMENTS, payment))
    assert [each[2] for each in written(report)][:2] == ["Kea Ltd", "Bolt"]
    assert shop.wire(invoice)["AmountPaid"] == D(5)
    (held,) = shop.stage.journal.xero_records(INVOICES, [shop.partner(INVOICES, invoice)])
    assert held.document["AmountPaid"] == D(5)
    links = {each.crm_name for each in shop.stage.journal.links(PAYMENTS)}
    assert (payment in links, other in links) == (True, False)
    assert sync(shop, of(PAYMENTS, payment)).writes == 0
    assert collections(shop) == ["GET Payments"]


def test_an_invoice_of_xero_brings_its_contact_and_its_items_along(shop: Shop) -> None:
    for code in ("NUT", "ROD"):
        shop.books.add_item_in_xero(Code=code, Name=code.title())
    shop.contact("Weka Ltd")
    contact = shop.contact("Moa Ltd")
    invoice = shop.xero_invoice(shop.xero_line(ItemCode="nut"), contact=contact)
    other = shop.xero_invoice(contact=contact)
    sync(shop, at_xero(INVOICES, invoice))
    assert shop.here(INVOICES, invoice).fields["items"][0]["item_name"] != shop.bolt
    here = {r.fields["organization_name"] for r in shop.stage.records(ORGANIZATIONS)}
    assert here == {"Kea Ltd", "Moa Ltd"}
    codes = {r.fields["part_number"] for r in shop.stage.records(PRODUCTS)}
    assert codes == {"BOLT", "NUT"}
    assert len(shop.books.contacts.values()) == 2
    assert other not in {each.xero_id for each in shop.stage.journal.links(INVOICES)}
    assert sync(shop, at_xero(INVOICES, invoice)).writes == 0
    assert collections(shop) == ["GET Invoices"]


def test_a_payment_of_xero_brings_its_invoice_along(shop: Shop) -> None:
    invoice = shop.xero_invoice(shop.xero_line("10"))
    payment = shop.books.pay_invoice(invoice, "4").payment_id
    sync(shop, at_xero(PAYMENTS, payment))
    assert shop.here(INVOICES, invoice).fields["received"] == D(4)
    assert shop.sync(run_filter=at_xero(PAYMENTS, payment)).writes == 0


def test_a_new_customer_of_an_invoice_that_xero_has_is_brought_along(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    shop.edit(INVOICES, name, organization_name=moa)
    sync(shop, of(INVOICES, name))
    assert shop.wire(name)["Contact"]["Name"] == "Moa Ltd"


def test_a_new_contact_of_an_invoice_that_the_crm_has_is_brought_along(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    partner = shop.partner(INVOICES, name)
    shop.books.edit_invoice(partner, Contact={"ContactID": shop.contact("Moa Ltd")})
    sync(shop, of(INVOICES, name))
    organization = shop.field(INVOICES, name, "organization_name")
    assert shop.field(ORGANIZATIONS, organization, "organization_name") == "Moa Ltd"


def test_a_customer_that_is_skipped_is_told_with_its_invoice(shop: Shop) -> None:
    shop.edit(ORGANIZATIONS, shop.customer, organization_name="Kea <Ltd>")
    report = sync(shop, of(INVOICES, shop.invoice()))
    told = [(entry.module, entry.rule) for entry in report.entries if entry.reason]
    assert told == [(ORGANIZATIONS, "X-brackets"), (INVOICES, "I1-contact")]


def test_a_customer_whose_module_is_off_is_not_brought_along(shop: Shop) -> None:
    on = {each: ModuleSettings() for each in Module if each is not ORGANIZATIONS}
    shop.stage.settings = replace(shop.stage.settings, modules=on)
    (entry,) = skipped(sync(shop, of(INVOICES, shop.invoice())), INVOICES)
    assert entry.remedy == "Enable sync for Organizations in Xero Settings."
    assert "GET Contacts" not in collections(shop)


def test_items_whose_module_is_off_are_not_asked_for(shop: Shop) -> None:
    shop.sync()
    on = {each: ModuleSettings() for each in Module if each is not PRODUCTS}
    shop.stage.settings = replace(shop.stage.settings, modules=on)
    shop.books.add_item_in_xero(Code="NUT", Name="Nut")
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    sync(
        shop, at_xero(INVOICES, shop.xero_invoice(shop.xero_line(ItemCode="NUT"), contact=contact))
    )
    assert collections(shop) == ["GET Invoices"]


def test_organizations_alone_need_no_books(shop: Shop) -> None:
    sync(shop, of(ORGANIZATIONS, shop.customer))
    asked = {call.path.rpartition("/")[2] for call in shop.stage.xero.calls}
    assert not {"Accounts", "TaxRates"} & asked


def test_the_product_of_lines_that_name_none_brings_nothing_along(shop: Shop) -> None:
    contact = shop.contact()
    invoice = shop.xero_invoice(contact=contact)
    shop.sync()
    sync(shop, of(INVOICES, shop.here(INVOICES, invoice).name))
    assert collections(shop) == ["GET Invoices"]


def test_payments_that_were_not_chosen_take_nothing_of_what_is_open(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.pay(invoice, "10")
    payment = shop.pay(invoice, "11.50")
    assert not skipped(sync(shop, of(PAYMENTS, payment)), PAYMENTS)
    assert shop.wire(invoice)["AmountPaid"] == D("11.50")


def test_invoices_of_another_base_currency_are_told_of_and_left(shop: Shop) -> None:
    shop.crm._base_currency = "EUR"
    report = sync(shop, of(INVOICES, shop.invoice()))
    assert "invoices and payments do not sync" in report.header.notices[0]
    assert report.logs == []
