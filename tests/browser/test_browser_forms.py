"""The forms and lists of the five DocTypes as people find, fill and read them."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from frappe.utils.global_search import sync_global_search
from playwright.sync_api import expect

from tests.browser.desk import Desk, search_everywhere
from tests.browser.office import account, fresh, new
from tests.contract.world import unique
from tests.site.xero import run_now
from vtiger_xero.engine.modules import DOCTYPES
from xero_simulator import Simulator

ORGANIZATION, PRODUCT, SERVICE = "Vtiger Organization", "Vtiger Product", "Vtiger Service"
INVOICE, PAYMENT = "Vtiger Invoice", "Vtiger Payment"
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
TABS = {
    ORGANIZATION: ["Details", "Address", "More", "Xero"],
    PRODUCT: ["Details", "Stock", "More", "Xero"],
    SERVICE: ["Details", "More", "Xero"],
    INVOICE: ["Details", "Address", "More", "Xero"],
    PAYMENT: ["Details", "More", "Xero"],
}
COLUMNS = {
    ORGANIZATION: ["Organization Name", "Xero Status", "Primary Phone", "Primary Email"],
    PRODUCT: ["Product Name", "Status", "Xero Status", "Part Number", "Unit Price"],
    SERVICE: ["Service Name", "Status", "Xero Status", "Service Code", "Price"],
    INVOICE: [
        *("Invoice No", "Status", "Xero Status", "Organization Name"),
        *("Due Date", "Grand Total", "Balance"),
    ],
    PAYMENT: ["Payment No", "Status", "Xero Status", "Related To", "Organization Name", "Amount"],
}


@pytest.fixture
def trade(xero: Simulator) -> dict[str, str]:
    """A customer, what is sold to them, an invoice that is late, and a payment for it."""
    tax = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    customer = new(
        ORGANIZATION,
        organization_name="Rimu & Sons Timber Merchants of the Upper Hutt Valley",
        primary_email="accounts@rimu.example.com",
        primary_phone="+64 4 555 0199",
        website="https://rimu.example.com",
        tax_number="123-456-789",
        type="Customer",
        billing_address="12 Mill Road",
        billing_city="Upper Hutt",
        billing_country="New Zealand",
    )
    sold = {"xero_sales_account": account("200"), "taxes": [{"tax": tax}]}
    product = new(
        PRODUCT,
        product_name="Framing timber 90 × 45",
        part_number=unique("T")[:30],
        product_category="Hardware",
        unit_price=12.95,
        description="Radiata pine, H1.2",
        **sold,
    )
    service = new(SERVICE, service_name="Delivery", service_code=unique("D")[:30], price=80, **sold)
    invoice = new(
        INVOICE,
        organization_name=customer,
        subject="Framing of the upper storey",
        status="Approved",
        invoice_date="2026-03-01",
        due_date="2026-03-21",
        items=[
            {"item_type": PRODUCT, "item_name": product, "quantity": 24},
            {"item_type": SERVICE, "item_name": service, "quantity": 1},
        ],
    )
    given = {"payment_status": "Received", "xero_account": account("090")}
    payment = new(PAYMENT, related_to=invoice, amount=100, payment_date="2026-03-02", **given)
    run_now()
    return {
        ORGANIZATION: customer,
        PRODUCT: product,
        SERVICE: service,
        INVOICE: invoice,
        PAYMENT: payment,
    }


def route(doctype: str) -> str:
    return doctype.lower().replace(" ", "-")


def titles_of_columns(desk: Desk) -> list[str]:
    return [
        text.strip()
        for text in desk.find(".list-row-head .list-row-col").all_inner_texts()
        if text.strip()
    ]


def is_wide_enough(desk: Desk) -> bool:
    """Whether nobody has to scroll sideways."""
    fits: bool = desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return fits


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_each_form_has_its_tabs_and_nothing_is_cut_off(
    trade: dict[str, str], sit_down: Callable[..., Desk], theme: str, narrow: bool
) -> None:
    desk = sit_down("manager", theme=theme)
    desk.page.set_viewport_size(PHONE if narrow else LAPTOP)
    kind = f"{theme.lower()}-{'narrow' if narrow else 'wide'}"
    for doctype in DOCTYPES:
        desk.go(route(doctype))
        expect(desk.find(".list-row").first).to_be_visible()
        expect(desk.find(".list-row").first).to_contain_text("In Sync")
        desk.shoot(f"{route(doctype)}-list-{kind}", "LOOKS")
        assert is_wide_enough(desk), doctype
        desk.go(f"{route(doctype)}/{trade[doctype]}")
        tabs = desk.find(".form-tabs .nav-link")
        expect(tabs).to_have_text(TABS[doctype])
        for tab in TABS[doctype]:
            desk.tab(tab)
            desk.shoot(f"{route(doctype)}-{tab.lower()}-{kind}", "LOOKS", whole=True)
            assert is_wide_enough(desk), (doctype, tab)


def test_a_laptop_shows_the_columns_that_a_bookkeeper_reads(
    trade: dict[str, str], sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("bookkeeper")
    desk.page.set_viewport_size(LAPTOP)
    for doctype in DOCTYPES:
        desk.go(route(doctype))
        expect(desk.find(".list-row").first).to_be_visible()
        shown = titles_of_columns(desk)
        assert [each for each in COLUMNS[doctype] if each not in shown] == [], (doctype, shown)


def test_an_invoice_that_is_late_is_overdue_in_red_and_its_links_say_its_number(
    trade: dict[str, str], manager: Desk
) -> None:
    manager.go("vtiger-invoice")
    late = manager.find(".list-row .indicator-pill.red").first
    expect(late).to_have_text("Overdue")
    late.click()
    expect(manager.find(".list-row")).to_have_count(1)
    assert fresh(INVOICE, trade[INVOICE], "status") == "Partially Paid"
    manager.go("vtiger-payment")
    number = fresh(INVOICE, trade[INVOICE], "invoice_no")
    expect(manager.find(".list-row").first).to_contain_text(number)


def test_a_price_shows_the_decimals_that_it_has_and_keeps_them(
    trade: dict[str, str], manager: Desk
) -> None:
    price = '[data-fieldname="unit_price"] input'
    manager.go(f"vtiger-product/{trade[PRODUCT]}")
    expect(manager.find(price).first).to_have_value("12.95")
    expect(manager.find('[data-fieldname="purchase_cost"] input').first).to_have_value("0.00")
    manager.fill("unit_price", "0.12345678")
    manager.save()
    assert fresh(PRODUCT, trade[PRODUCT], "unit_price") == 0.12345678
    expect(manager.find(price).first).to_have_value("0.12345678")


def test_a_line_says_product_or_service(trade: dict[str, str], manager: Desk) -> None:
    manager.go(f"vtiger-invoice/{trade[INVOICE]}")
    items = manager.find('.frappe-control[data-fieldname="items"]').first
    kinds = items.locator('.grid-body [data-fieldname="item_type"] .static-area')
    expect(kinds).to_have_text(["Product", "Service"])
    kinds.first.click()
    offered = items.locator('[data-fieldname="item_type"] select option')
    expect(offered).to_have_text(["Product", "Service"])
    assert [row.item_type for row in frappe.get_doc(INVOICE, trade[INVOICE]).items] == [
        PRODUCT,
        SERVICE,
    ]


def test_choosing_the_customer_fills_in_their_address_and_the_due_date_of_last_time(
    trade: dict[str, str], manager: Desk
) -> None:
    manager.go("vtiger-invoice/new")
    manager.choose("organization_name", "Rimu")
    today = frappe.utils.getdate()
    due = manager.page.evaluate("() => cur_frm.doc.due_date")
    assert (frappe.utils.getdate(due) - today).days == 20
    assert manager.page.evaluate("() => cur_frm.doc.billing_city") == "Upper Hutt"
    other = new(ORGANIZATION, organization_name="Totara Ltd", billing_city="Napier")
    manager.choose("organization_name", "Totara")
    assert manager.page.evaluate("() => cur_frm.doc.billing_city") == "Napier"
    assert not manager.page.evaluate("() => cur_frm.doc.billing_address")
    assert manager.page.evaluate("() => cur_frm.doc.organization_name") == other
    manager.tab("Address").fill("billing_city", "Hastings")
    manager.tab("Details").choose("organization_name", "Rimu")
    assert manager.page.evaluate("() => cur_frm.doc.billing_city") == "Hastings"


@pytest.mark.parametrize(
    ("doctype", "fields"),
    [
        (ORGANIZATION, {"organization_name": "Quick Ltd", "tax_number": "99"}),
        (PRODUCT, {"product_name": "Quick", "part_number": "QUICK", "unit_price": "7"}),
        (SERVICE, {"service_name": "Quick help", "service_code": "QH", "price": "7"}),
    ],
)
def test_what_is_new_is_entered_in_a_small_window(
    xero: Simulator, manager: Desk, doctype: str, fields: dict[str, str]
) -> None:
    manager.go(route(doctype))
    manager.find(".primary-action").first.click()
    dialog = manager.dialog(f"New {doctype}")
    for field, value in fields.items():
        dialog.locator(f'[data-fieldname="{field}"] input').fill(value)
    manager.shoot(f"quick-{route(doctype)}", "LOOKS")
    with manager.page.expect_response(lambda each: "client.save" in each.url) as saved:
        dialog.get_by_role("button", name="Save").click()
    assert saved.value.ok, saved.value.text()
    expect(dialog).to_have_count(0)
    assert fresh(doctype, fields, "name")


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_a_report_view_has_the_menu_too(trade: dict[str, str], manager: Desk, doctype: str) -> None:
    manager.go(f"{route(doctype)}/view/report")
    expect(manager.find(".datatable .dt-row").first).to_be_visible()
    assert "Sync Now" in manager.menu_items("Sync")


def test_the_search_of_the_desk_finds_records(trade: dict[str, str], manager: Desk) -> None:
    sync_global_search()
    frappe.db.commit()
    for text, doctype in (
        ("Rimu", ORGANIZATION),
        ("123-456-789", ORGANIZATION),
        (fresh(PRODUCT, trade[PRODUCT], "part_number"), PRODUCT),
        ("storey", INVOICE),
    ):
        answer = search_everywhere(manager, text)
        expect(answer).to_contain_text(trade[doctype])
        expect(answer).not_to_contain_text("undefined")
    manager.shoot("global-search", "LOOKS")


def test_a_manager_imports(trade: dict[str, str], manager: Desk) -> None:
    manager.go("data-import/new?reference_doctype=Vtiger Organization")
    expect(manager.find('[data-fieldname="import_type"]').first).to_be_visible()
    manager.page.evaluate("() => cur_frm.set_value('import_type', 'Insert New Records')")
    manager.save()
    expect(manager.find('[data-fieldname="import_file"]').first).to_be_visible()


def test_a_duplicate_is_merged_by_one_button_and_only_by_who_may(
    xero: Simulator, sit_down: Callable[..., Desk]
) -> None:
    first, second = (new(ORGANIZATION, organization_name="Twice Ltd") for _ in range(2))
    run_now()
    bruno = sit_down("bookkeeper").go(f"vtiger-organization/{second}")
    expect(bruno.find(".form-message").first).to_contain_text("asks a Xero Manager")
    assert f"Merge into {first}" not in bruno.menu_items("Xero")
    mere = sit_down("manager").go(f"vtiger-organization/{second}")
    expect(mere.find(".form-message").first).to_contain_text(f"Merge into {first}")
    mere.shoot("duplicate", "LOOKS")
    mere.menu("Xero", f"Merge into {first}")
    dialog = mere.dialog("Confirm")
    dialog.get_by_role("button", name="Yes").click()
    mere.page.wait_for_url(f"**/vtiger-organization/{first}")
    mere.settle()
    assert not fresh(ORGANIZATION, second, "name")


def test_the_forms_are_german_to_a_german(trade: dict[str, str], german: Desk) -> None:
    german.page.set_viewport_size(LAPTOP)
    for doctype in DOCTYPES:
        german.go(f"{route(doctype)}/{trade[doctype]}")
        tabs = german.find(".form-tabs .nav-link")
        expect(tabs.nth(-2)).to_have_text("Mehr")
        german.shoot(f"{route(doctype)}-german", "LOOKS", whole=True)
        german.tab("Mehr").shoot(f"{route(doctype)}-more-german", "LOOKS", whole=True)


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_a_report_of_a_list_opens_and_has_the_menu(
    xero: Simulator, manager: Desk, doctype: str
) -> None:
    """Found by trying: a report has no columns yet when a list's script looks at them."""
    manager.go(f"{doctype.lower().replace(' ', '-')}/view/report")
    expect(manager.find(".page-title .title-text")).to_be_visible()
    assert "Sync Now" in manager.menu_items("Sync")
