"""An invoice as it is typed: its figures are there before it is saved, and those of the save."""

from __future__ import annotations

import time
from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.office import fresh, new
from tests.contract.world import unique
from xero_simulator import Simulator

ORGANIZATION, PRODUCT, INVOICE = "Vtiger Organization", "Vtiger Product", "Vtiger Invoice"
LINES = 10


@pytest.fixture
def bookkeeper(sit_down: Callable[..., Desk]) -> Desk:
    return sit_down("bookkeeper")


@pytest.fixture
def nail(xero: Simulator) -> str:
    """A product at 41.00 with 15 % GST; its title."""
    tax = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    name = new(
        PRODUCT,
        product_name=unique("Nail"),
        part_number=unique("N")[:30],
        unit_price=41,
        taxes=[{"tax": tax}],
    )
    return fresh(PRODUCT, name, "product_name")


def begin(desk: Desk) -> None:
    customer = unique("Kea")
    new(ORGANIZATION, organization_name=customer)
    desk.go("vtiger-invoice/new")
    desk.choose("organization_name", customer)
    desk.fill("subject", "Nails")


def row(desk: Desk, number: int) -> Locator:
    return desk.find(f'[data-fieldname="items"] .grid-row[data-idx="{number}"]')


def figure(desk: Desk, field: str) -> Locator:
    return desk.find(f'[data-fieldname="{field}"] .control-value').first


def choose_item(desk: Desk, title: str) -> None:
    """Into the cell at hand: type, take the suggestion, all by the keyboard."""
    desk.page.keyboard.type(title)
    expect(desk.find(".awesomplete [role=option]", has_text=title).first).to_be_visible()
    desk.settle()
    desk.page.keyboard.press("Enter")  # the first suggestion is at hand
    expect(desk.find(".awesomplete [role=option]")).to_have_count(0)
    desk.settle()


def type_line(desk: Desk, number: int, title: str, quantity: str) -> None:
    """The cells of a line from its item to its quantity."""
    go_to_item(desk, number)
    choose_item(desk, title)
    desk.page.keyboard.press("Tab")
    expect(row(desk, number).locator('[data-fieldname="quantity"] input')).to_be_focused()
    desk.page.keyboard.type(quantity)


def go_to_item(desk: Desk, number: int) -> None:
    """Into the cell of the item; Frappe itself moves to the first cell of a new line, but late."""
    box = row(desk, number).locator('input[data-fieldname="item_name"]')
    for _ in range(10):
        row(desk, number).locator('.col[data-fieldname="item_name"]').click()
        desk.page.wait_for_timeout(300)
        if box.evaluate("box => box === document.activeElement"):
            return
    raise AssertionError(f"Line {number} cannot be typed in.")


def go_to_next_line(desk: Desk, number: int) -> None:
    """By Tab: after the last cell comes a new line, a moment later."""
    for _ in range(8):
        is_last = desk.page.evaluate("'lastInput' in document.activeElement.dataset")
        desk.page.keyboard.press("Tab")
        if is_last:
            break
    expect(row(desk, number + 1)).to_be_visible()


def test_ten_lines_are_typed_and_add_up_before_the_save(nail: str, bookkeeper: Desk) -> None:
    begin(bookkeeper)
    started = time.monotonic()
    for number in range(1, LINES + 1):
        type_line(bookkeeper, number, nail, str(number))
        if number < LINES:
            go_to_next_line(bookkeeper, number)
    bookkeeper.page.keyboard.press("Tab")
    items = 41 * sum(range(1, LINES + 1))
    total = f"{items * 1.15:,.2f}"
    expect(figure(bookkeeper, "grand_total")).to_contain_text(total)
    expect(figure(bookkeeper, "total_tax")).to_contain_text(f"{items * 0.15:,.2f}")
    expect(row(bookkeeper, 2).locator('.col[data-fieldname="net_price"]')).to_contain_text("94.30")
    bookkeeper.shoot("invoice-typed", "LOOKS")
    bookkeeper.save()
    expect(figure(bookkeeper, "grand_total")).to_contain_text(total)
    assert time.monotonic() - started < 120
    frappe.db.rollback()
    assert frappe.get_last_doc(INVOICE).grand_total == round(items * 1.15, 2)


def test_the_taxes_of_a_line_are_seen_and_changed_at_the_line(nail: str, bookkeeper: Desk) -> None:
    begin(bookkeeper)
    type_line(bookkeeper, 1, nail, "2")
    bookkeeper.page.keyboard.press("Tab")
    expect(figure(bookkeeper, "grand_total")).to_contain_text("94.30")
    row(bookkeeper, 1).locator(".btn-open-row").click()
    taxes = bookkeeper.find('[data-fieldname="line_taxes"]')
    expect(taxes).to_contain_text("15 %")
    expect(taxes).to_contain_text("12.30")
    bookkeeper.button("Edit Taxes").click()
    dialog = bookkeeper.dialog("Taxes of line 1")
    dialog.locator('.grid-row[data-idx="1"] .col[data-fieldname="rate"]').click()
    rate = dialog.locator('.grid-row[data-idx="1"] input[data-fieldname="rate"]')
    rate.fill("10")
    rate.blur()
    bookkeeper.shoot("line-taxes", "LOOKS")
    dialog.get_by_role("button", name="Set Taxes").click()
    expect(taxes).to_contain_text("8.20")
    expect(figure(bookkeeper, "grand_total")).to_contain_text("90.20")


def test_what_a_save_would_refuse_stands_at_the_total(nail: str, bookkeeper: Desk) -> None:
    begin(bookkeeper)
    type_line(bookkeeper, 1, nail, "2")
    bookkeeper.page.keyboard.press("Tab")
    expect(figure(bookkeeper, "grand_total")).to_contain_text("94.30")
    bookkeeper.find(".section-head", has_text="Discount, Charges").click()
    bookkeeper.fill("overall_discount_percent", "200")
    problem = bookkeeper.find('[data-fieldname="grand_total"] [role=alert]')
    expect(problem).to_contain_text("200")
    assert bookkeeper.find(".modal-dialog").count() == 0
    bookkeeper.fill("overall_discount_percent", "50")
    expect(problem).to_have_count(0)
    expect(figure(bookkeeper, "grand_total")).to_contain_text("47.15")
