"""What customers get on paper, and what they owe: to the cent, in their language, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run as run_report
from frappe.permissions import add_user_permission
from frappe.utils import add_days, nowdate

from tests.contract.world import unique
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop, item_tax, whole_tax
from tests.site.web import new_person
from vtiger_xero import cards
from vtiger_xero.api import connections, papers
from vtiger_xero.views import receivables
from vtiger_xero.views.seller import WORDS

ORGANIZATION, SETTINGS = "Vtiger Organization", "Xero Settings"
FORMAT, RECEIPT = "Vtiger Invoice", "Vtiger Payment Receipt"
SELLER = {
    "seller_name": "Tui Tools Limited",
    "seller_address": "1 Queen Street\nAuckland 1010",
    "seller_tax_number": "123-456-789",
    "bank_details": "ANZ 01-0123-0123456-00",
    "payment_terms": "Goods stay ours until they are paid.",
    "country": "NZ",
}
REPORT, STATEMENT = "Receivables by Customer", "Customer Statement"

pytestmark = pytest.mark.usefixtures("in_new_zealand", "seller")


def set_up(**fields: Any) -> None:
    """Fields of the settings, past their own rules."""
    frappe.db.set_single_value(SETTINGS, fields)
    frappe.clear_document_cache(SETTINGS, SETTINGS)


@pytest.fixture
def seller() -> Iterator[None]:
    set_up(**SELLER)
    yield
    frappe.db.rollback()
    frappe.set_user("Administrator")
    frappe.clear_document_cache(SETTINGS, SETTINGS)


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    frappe.db.set_value(
        ORGANIZATION,
        shop.organization,
        {
            "tax_number": "98-765-432",
            "billing_address": "5 Marine Parade",
            "primary_email": "pay@buyer.example.com",
        },
    )
    return shop


def text_of(html: str) -> str:
    """What stands on the paper, each cell apart, without what Frappe's page has around it."""
    (paper,) = html.split('<div class="vtiger-paper">')[1:]
    paper = re.sub(r"<script.*", "", paper, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", paper)).strip()


def printed(document: Any, language: str = "en") -> str:
    with frappe.translate.print_language(language):
        name = FORMAT if document.doctype == INVOICE else RECEIPT
        return text_of(frappe.get_print(document.doctype, document.name, name))


def sold(shop: Shop, status: str = "Approved", **fields: Any) -> Any:
    """20 bolts at 5.125 with 10 % off, and one at 7.00 without tax; freight of 10.00 with tax."""
    given = {"status": status, "invoice_date": "2026-03-01", "due_date": "2026-03-21", **fields}
    return shop.invoice(
        shop.line(5.125, 20, discount_percent=10, purchase_cost=3.33),
        shop.line(7, 1, no_taxes=1, item_comment="Painted\nred"),
        taxes=[item_tax(shop.vat), {"applies_to": "Charges", "tax": shop.vat}],
        shipping_and_handling=10,
        **given,
    )


# The invoice


def test_an_invoice_prints_what_a_tax_invoice_must_say(shop: Shop) -> None:
    invoice = sold(shop, invoice_no=unique("T-"))
    shop.pay(invoice, 50)
    paper = printed(invoice)
    name = frappe.db.get_value(ORGANIZATION, shop.organization, "organization_name")
    for told in (
        *("Tax Invoice", "Tui Tools Limited", "1 Queen Street", "GST Number: 123-456-789"),
        *(invoice.invoice_no, name, "5 Marine Parade", "Napier", "Tax Number: 98-765-432"),
        *("ANZ 01-0123-0123456-00", "Goods stay ours until they are paid.", "Painted red"),
        frappe.db.get_value(PRODUCT, shop.bolt, "product_name"),
    ):
        assert told in paper, told
    for inside in ("Purchase Cost", "3.33", "Xero", "Commission", shop.bolt):
        assert inside not in paper, inside


def test_every_figure_is_the_records_own(shop: Shop) -> None:
    invoice = sold(shop)
    shop.pay(invoice, 50)
    invoice.reload()
    paper = printed(invoice)
    assert (invoice.pre_tax_total, invoice.total_tax, invoice.grand_total) == (
        109.25,
        10.23,
        119.48,
    )
    for told in (
        *("20 5.125 10.25 (10%)", "92.25", f"{shop.vat} 10%", "7.00"),
        *("Shipping & Handling 10.00", "Total without Tax 109.25", "Total Tax 10.23"),
        *("Total NZD 119.48", "Paid -50.00", "Amount Due NZD 69.48"),
        *(f"{shop.vat} 10% 102.25 10.23", "No tax 7.00 0.00"),
    ):
        assert told in paper.replace("&amp;", "&"), f"{told} in {paper}"


def test_taxes_of_the_whole_are_printed_once(shop: Shop) -> None:
    taxes = [whole_tax(shop.vat), whole_tax(shop.levy)]
    invoice = shop.invoice(shop.line(100, 3), tax_mode="Group", status="Approved", taxes=taxes)
    paper = printed(invoice)
    assert f"{shop.vat} 10% 300.00 30.00 {shop.levy} 5% 300.00 15.00" in paper
    assert "Total Tax 45.00 Total NZD 345.00 Amount Due NZD 345.00" in paper


@pytest.mark.parametrize(
    ("status", "heading", "notice"),
    [
        ("Created", "Draft Invoice", "This is a draft. It is not an invoice yet."),
        ("AutoCreated", "Draft Invoice", "This is a draft. It is not an invoice yet."),
        ("Sent", "Draft Invoice", "This draft waits for approval. It is not an invoice yet."),
        ("Approved", "Tax Invoice", ""),
        ("Overdue", "Tax Invoice", ""),
        ("Initiated", "Tax Invoice", ""),
        ("In Progress", "Tax Invoice", ""),
        ("Partially Paid", "Tax Invoice", ""),
        ("Paid", "Tax Invoice", ""),
        ("Credit Invoice", "Credit Note", ""),
        ("Cancel", "Cancelled Invoice", "This invoice was cancelled. Nothing is to be paid."),
    ],
)
def test_each_status_prints_as_what_it_is(
    shop: Shop, status: str, heading: str, notice: str
) -> None:
    paper = printed(sold(shop, status))
    assert paper.startswith(heading)
    assert notice in paper
    assert ("Amount Due" in paper) == (heading == "Tax Invoice")
    assert ("How to Pay" in paper) == (heading == "Tax Invoice")
    assert ("PAID" in paper) == (status == "Paid")
    assert ("Total Credit" in paper) == (status == "Credit Invoice")


@pytest.mark.parametrize(
    ("country", "invoice", "credit", "number"),
    [
        ("NZ", "Tax Invoice", "Credit Note", "GST Number: 123"),
        ("AU", "Tax Invoice", "Adjustment Note", "ABN: 123"),
        ("GB", "VAT Invoice", "Credit Note", "VAT Number: 123"),
        ("US", "Invoice", "Credit Note", "Tax Number: 123"),
    ],
)
def test_a_country_has_its_own_words(
    shop: Shop, country: str, invoice: str, credit: str, number: str
) -> None:
    set_up(country=country)
    paper = printed(sold(shop))
    assert paper.startswith(f"{invoice} ")
    assert number in paper
    assert printed(sold(shop, "Credit Invoice")).startswith(f"{credit} ")


@pytest.mark.parametrize("country", WORDS)
def test_who_has_no_tax_number_issues_no_tax_invoice(shop: Shop, country: str) -> None:
    set_up(country=country, seller_tax_number="")
    paper = printed(sold(shop))
    assert paper.startswith("Invoice ")
    assert "Number: " not in paper.replace("Tax Number: 98", "")


def test_where_nothing_is_known_of_the_seller_the_name_in_xero_is_printed(shop: Shop) -> None:
    set_up(**dict.fromkeys(SELLER, ""), organisation_name="Tui at Xero")
    assert "Tui at Xero" in printed(sold(shop))


def test_a_german_customer_reads_german(shop: Shop) -> None:
    frappe.db.set_value(ORGANIZATION, shop.organization, "language", "de")
    frappe.clear_document_cache(ORGANIZATION, shop.organization)
    invoice = sold(shop)
    assert frappe.get_doc(INVOICE, invoice.name).as_dict().language == "de"
    paper = printed(invoice, "de")
    for told in ("Rechnung (Tax Invoice)", "Menge", "Netto", "Zu zahlen NZD", "Fälligkeitsdatum"):
        assert told in paper, paper
    for english in (
        "Amount",
        "Total",
        "Date",
        "Quantity",
        "How to",
        "Terms",
        "Billed",
        "Description",
    ):
        assert english not in paper, english
    draft = printed(sold(shop, "Created"), "de")
    assert "Dies ist ein Entwurf und noch keine Rechnung." in draft


@pytest.mark.parametrize(("rate", "told"), [(0.5, "20.46"), (1, "")])
def test_tax_of_another_currency_is_told_in_the_base_where_the_rate_is_known(
    shop: Shop, rate: float, told: str
) -> None:
    frappe.db.set_value("Currency", "USD", "enabled", 1)
    invoice = frappe.get_doc(INVOICE, sold(shop).name)
    invoice.flags.currency_chosen = True
    invoice.update({"currency": "USD", "conversion_rate": rate}).save()
    paper = printed(invoice)
    assert "Total USD 119.48" in paper
    assert (f"Total tax in NZD: {told} (1 NZD = 0.5 USD)." in paper) == bool(told)


def test_hostile_text_is_text(shop: Shop) -> None:
    set_up(seller_name="<b>Tui</b>", bank_details="<script>alert(1)</script>")
    invoice = sold(shop, subject="<img src=x onerror=alert(1)>", purchase_order="<i>7</i>")
    html = frappe.get_print(INVOICE, invoice.name, FORMAT)
    for risky in ("<script>alert", "<img src=x", "<b>Tui", "<i>7"):
        assert risky not in html


def test_it_is_what_frappe_prints_by_itself() -> None:
    assert frappe.get_meta(INVOICE).default_print_format == FORMAT
    assert frappe.get_meta(PAYMENT).default_print_format == RECEIPT


def test_a_print_of_many_lines_asks_for_their_items_together(
    shop: Shop, counted: list[str]
) -> None:
    """Of what the app does for a print; Frappe itself asks for the title of each."""

    def statements(lines: int) -> int:
        rows = [shop.line(1, item_name=shop.product("P")) for _ in range(lines)]
        invoice = frappe.get_doc(INVOICE, shop.invoice(*rows, status="Approved").name)
        counted.clear()
        invoice.run_method("before_print")
        return len(counted)

    few, many = statements(2), statements(12)
    assert many <= few, counted


# The receipt


def test_a_payment_prints_as_a_receipt(shop: Shop) -> None:
    invoice = sold(shop, invoice_no=unique("T-"))
    payment = shop.pay(
        invoice, 50, payment_date="2026-03-02", payment_mode="Cash", reference="till 4"
    )
    paper = printed(payment)
    assert paper.startswith("Payment Receipt")
    for told in ("This Payment NZD 50.00", "till 4", f"{invoice.invoice_no}", "119.48 50.00 69.48"):
        assert told in paper, paper
    assert "Zahlungsquittung" in printed(payment, "de")


@pytest.mark.parametrize("status", ["Pending", "In Progress", "Failure", "Refunded"])
def test_what_was_not_received_is_no_receipt(shop: Shop, status: str) -> None:
    paper = printed(shop.pay(sold(shop), 50, status))
    assert not paper.startswith("Payment Receipt")
    assert "This is no receipt." in paper


# The e-mail


def test_an_e_mail_is_proposed_in_the_customers_language(shop: Shop) -> None:
    invoice = sold(shop, invoice_no=unique("T-"))
    letter = papers.letter(INVOICE, invoice.name)
    assert letter["recipients"] == ["pay@buyer.example.com"]
    assert letter["subject"] == f"Tax Invoice {invoice.invoice_no}, Tui Tools Limited"
    assert "119.48 NZD" in letter["message"]
    assert "It is due on" in letter["message"]
    german = papers.letter(INVOICE, invoice.name, "de")
    assert "Im Anhang finden Sie" in german["message"]
    form = frappe.get_doc(INVOICE, invoice.name)
    form.run_method("onload")
    assert form.get_onload("recipients") == ["pay@buyer.example.com"]
    payment = shop.pay(invoice, 5)
    assert "5.00 NZD" in papers.letter(PAYMENT, payment.name)["message"]


# What customers owe


def owing(shop: Shop, days: int, amount: float, **fields: Any) -> Any:
    day = add_days(nowdate(), -days)
    given = {"status": "Approved", "invoice_date": add_days(day, -20), "due_date": day, **fields}
    return shop.invoice(shop.line(amount, no_taxes=1), **given)


def in_dollars(invoice: Any, rate: float) -> Any:
    frappe.db.set_value("Currency", "USD", "enabled", 1)
    invoice.flags.currency_chosen = True
    return invoice.update({"currency": "USD", "conversion_rate": rate}).save()


@pytest.fixture
def owes(shop: Shop) -> Shop:
    """120.10 to come, 50 of 70 for 31 days, 7.05 for 100, 60 dollars, and what nobody owes."""
    owing(shop, -5, 120.10)
    shop.pay(owing(shop, 31, 70), 20, payment_date=add_days(nowdate(), -3))
    owing(shop, 100, 7.05)
    in_dollars(owing(shop, 1, 60), 0.6)
    for status in ("Created", "Sent", "Paid", "Cancel", "Credit Invoice"):
        owing(shop, 9, 1000, status=status)
    return shop


def rows_of(customer: str, **filters: Any) -> list[dict[str, Any]]:
    found = run_report(REPORT, filters or {}, ignore_prepared_report=True)["result"]
    return [row for row in found if row.get("organization") == customer]


def test_receivables_are_by_customer_age_and_currency(owes: Shop) -> None:
    ages = ("not_due", "to_30", "to_60", "to_90", "over_90", "total", "in_base")
    found = {row["currency"]: [row[age] for age in ages] for row in rows_of(owes.organization)}
    assert found == {
        "NZD": [120.10, 0, 50, 0, 7.05, 177.15, 177.15],
        "USD": [0, 60, 0, 0, 0, 60, 100],
    }


def test_they_are_the_figures_of_the_workspace(owes: Shop) -> None:
    found = run_report(REPORT, {}, ignore_prepared_report=True)
    chart = cards.owed()["datasets"][0]["values"]
    assert [float(each) for each in receivables.Receivables().sums.values()] == chart
    total, overdue = (each["value"] for each in found["report_summary"])
    assert round(total, 2) == round(sum(chart), 2)
    assert round(overdue, 2) == round(sum(chart[1:]), 2)
    in_base = sum(row["in_base"] for row in found["result"])
    assert round(in_base, 2) == round(sum(chart), 2)


def test_one_customers_invoices_are_listed_and_come_to_the_same(owes: Shop) -> None:
    found = run_report(REPORT, {"organization": owes.organization}, ignore_prepared_report=True)
    rows = [row for row in found["result"] if row.get("invoice")]
    assert [(row["total"], row["currency"]) for row in rows] == [
        (7.05, "NZD"),
        (50, "NZD"),
        (60, "USD"),
        (120.10, "NZD"),
    ]
    assert round(sum(row["in_base"] for row in rows), 2) == found["report_summary"][0]["value"]
    dollars = rows_of(owes.organization, organization=owes.organization, currency="USD")
    assert [row["total"] for row in dollars] == [60]


def test_the_organization_says_what_it_owes(owes: Shop) -> None:
    glance = papers.at_a_glance(owes.organization)
    assert glance["owing"] == [
        {"open": "NZD 177.15", "overdue": "NZD 57.05"},
        {"open": "USD 60.00", "overdue": "USD 60.00"},
    ]
    assert glance["paid"].startswith("NZD 20.00")
    assert papers.open_balances([owes.organization]) == {owes.organization: glance["owing"]}
    nothing = owes.insert(ORGANIZATION, organization_name=unique("New")).name
    assert papers.at_a_glance(nothing) == {"owing": [], "paid": ""}


def test_many_customers_cost_no_more_statements_than_one(shop: Shop, counted: list[str]) -> None:
    def statements() -> int:
        run_report(REPORT, {}, ignore_prepared_report=True)
        counted.clear()
        run_report(REPORT, {}, ignore_prepared_report=True)
        return len(counted)

    owing(shop, 3, 5)
    few = statements()
    for _ in range(8):
        other = shop.insert(ORGANIZATION, organization_name=unique("Many"), billing_city="x")
        owing(shop, 3, 5, organization_name=other.name)
    assert statements() <= few


# The statement


def test_a_statement_runs_to_the_open_balance(owes: Shop) -> None:
    filters = {"organization": owes.organization, "from_date": add_days(nowdate(), -60)}
    filters |= {"to_date": nowdate(), "currency": "NZD"}
    found = run_report(STATEMENT, filters, ignore_prepared_report=True)["result"]
    assert (found[0]["what"], found[0]["balance"]) == ("Opening Balance", 7.05)
    assert (found[-1]["what"], round(found[-1]["balance"], 2)) == ("Closing Balance", 177.15)
    both = run_report(STATEMENT, {**filters, "currency": ""}, ignore_prepared_report=True)["result"]
    assert [row["balance"] for row in both if row["is_sum"]][-1] == 60


def page_of(customer: str, **given: str) -> str:
    papers.statement(customer, **given)
    html = frappe.local.response.pop("filecontent")
    for key in ("type", "filename", "content_type", "display_content_as"):
        frappe.local.response.pop(key)
    return str(html)


def test_a_statement_prints_in_the_customers_language(owes: Shop) -> None:
    first = add_days(nowdate(), -60)
    paper = text_of(page_of(owes.organization, from_date=first))
    assert "Statement Tui Tools Limited" in paper
    assert "Closing Balance 177.15" in paper
    assert "ANZ 01-0123-0123456-00" in paper
    frappe.db.set_value(ORGANIZATION, owes.organization, "language", "de")
    german = text_of(page_of(owes.organization, from_date=first))
    assert "Kontoauszug" in german
    assert "Endsaldo" in german
    assert "Balance" not in german


def test_a_statement_is_mailed_as_a_file_of_the_persons_own(owes: Shop) -> None:
    letter = papers.statement_letter(owes.organization)
    assert letter["recipients"] == ["pay@buyer.example.com"]
    assert letter["subject"] == "Statement from Tui Tools Limited"
    file = frappe.get_doc("File", letter["attachment"]["name"])
    assert file.is_private
    assert not file.attached_to_name
    frappe.delete_doc("File", file.name)


@pytest.mark.parametrize("dates", [("x", ""), ("2026-05-01", "2026-04-01"), ("9999999-1-1", "")])
def test_a_period_that_is_none_is_refused_in_words(owes: Shop, dates: tuple[str, str]) -> None:
    with pytest.raises(frappe.ValidationError, match=r"is no date|ends before"):
        papers.statement(owes.organization, *dates)


# Who may see it


@pytest.fixture
def restricted(owes: Shop) -> Iterator[str]:
    """A salesperson who may read one other organization, and what is of it."""
    mine = owes.insert(ORGANIZATION, organization_name=unique("Mine"), billing_city="x").name
    owing(owes, 3, 11, organization_name=mine)
    person = new_person("Sales User")
    add_user_permission(ORGANIZATION, mine, person)
    frappe.set_user(person)
    yield mine
    frappe.set_user("Administrator")


def test_of_others_a_restricted_person_sees_nothing(owes: Shop, restricted: str) -> None:
    found = run_report(REPORT, {}, ignore_prepared_report=True)
    assert [row["organization"] for row in found["result"]] == [restricted]
    assert found["report_summary"][0]["value"] == 11
    assert rows_of(owes.organization, organization=owes.organization) == []
    assert papers.open_balances([owes.organization, restricted]).keys() == {restricted}
    for refused in (papers.at_a_glance, papers.statement, papers.statement_letter):
        with pytest.raises(frappe.PermissionError):
            refused(owes.organization)
    filters = {"organization": owes.organization, "from_date": "", "to_date": ""}
    report = run_report(STATEMENT, filters, ignore_prepared_report=True)
    assert report["result"] == []
    assert "may not read" in report["message"]
    invoice = frappe.get_all(INVOICE, {"organization_name": owes.organization}, pluck="name")[0]
    with pytest.raises(frappe.PermissionError):
        papers.letter(INVOICE, invoice)


def test_a_statement_is_whole_or_refused(owes: Shop) -> None:
    """With an invoice left out its balance would be wrong, and the customer gets it."""
    invoice = frappe.get_all(INVOICE, {"organization_name": owes.organization}, pluck="name")[0]
    person = new_person("Sales User")
    add_user_permission(INVOICE, invoice, person)
    frappe.set_user(person)
    with pytest.raises(frappe.PermissionError, match="the balance would be wrong"):
        papers.statement(owes.organization)


def test_an_organization_that_one_may_not_read_is_not_named_on_paper(owes: Shop) -> None:
    other = owes.insert(ORGANIZATION, organization_name=unique("Other")).name
    name, tax_number = frappe.db.get_value(
        ORGANIZATION, owes.organization, ["organization_name", "tax_number"]
    )
    invoice = sold(owes)
    person = new_person("Sales User")
    add_user_permission(ORGANIZATION, other, person, applicable_for=ORGANIZATION)
    frappe.set_user(person)
    paper = printed(invoice)
    assert owes.organization in paper
    assert name not in paper
    assert tax_number not in paper
    letter = papers.letter(INVOICE, invoice.name)
    assert letter["recipients"] == []


# Connections


def test_an_organization_and_an_item_lead_to_their_invoices(owes: Shop) -> None:
    def count(doctype: str, name: str) -> dict[str, int]:
        found = connections.get_open_count(doctype, name)["count"]["external_links_found"]
        return {row["doctype"]: row["count"] for row in found}

    assert count(ORGANIZATION, owes.organization) == {INVOICE: 9, PAYMENT: 1}
    assert count(PRODUCT, owes.bolt) == {INVOICE: 9}
    invoice = frappe.get_all(PAYMENT, {"organization_name": owes.organization}, pluck="related_to")
    assert count(INVOICE, invoice[0]) == {PAYMENT: 1}


def test_connections_count_what_one_may_read(owes: Shop) -> None:
    invoice = frappe.get_all(INVOICE, {"organization_name": owes.organization}, pluck="name")[0]
    person = new_person("Sales User")
    add_user_permission(INVOICE, invoice, person)
    frappe.set_user(person)
    for doctype, name in ((ORGANIZATION, owes.organization), (PRODUCT, owes.bolt)):
        found = connections.get_open_count(doctype, name)["count"]["external_links_found"]
        assert {row["doctype"]: row["count"] for row in found}[INVOICE] == 1


def test_who_may_read_no_invoices_is_owed_nothing(owes: Shop) -> None:
    frappe.set_user(new_person())
    assert list(receivables.owed()) == []
    frappe.set_user("Administrator")
