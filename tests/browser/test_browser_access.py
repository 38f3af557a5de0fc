"""For every eye and every hand: screen readers, keyboards, phones, dark rooms."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import edit, enable_everything, new
from tests.site.xero import run_now
from xero_simulator import Simulator

ORGANIZATION, PRODUCT = "Vtiger Organization", "Vtiger Product"
HOSTILE = '"Rimu" & O\'Hara شركة الأمل ' + "with a very long name " * 8
PAGES = ["xero-log", "xero-skipped", "xero-conflicts", "xero-matches", "xero-preview"]


@pytest.fixture
def full(xero: Simulator) -> str:
    """A shop that has something on every page, with a name that is hard to show."""
    enable_everything(conflicts="Ask")
    name = new(ORGANIZATION, organization_name=HOSTILE, billing_city="Napier")
    new(PRODUCT, product_name=HOSTILE[:100], unit_price=1)
    run_now()
    edit(ORGANIZATION, name, billing_city="Hastings")
    contact = xero.organisation.contacts.in_order()[-1]
    address = {"AddressType": "POBOX", "City": "<b>Taradale</b>"}
    xero.organisation.edit_contact(contact.contact_id, Addresses=[address])
    run_now()
    return name


def complaints(desk: Desk, *where: str) -> list[str]:
    """What axe finds in our parts of the page."""
    found = Axe().run(desk.page, context={"include": [[each] for each in where]})
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]


def fits(desk: Desk) -> bool:
    """Whether nobody has to scroll sideways."""
    wide: bool = desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return wide


def brightness(desk: Desk, selector: str) -> float:
    """The relative luminance of what something is filled with, as WCAG defines it: 0 to 1."""
    colour = desk.find(selector).first.evaluate("each => getComputedStyle(each).backgroundColor")
    shares = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def visit(desk: Desk, page: str) -> None:
    """Go there; a preview is made first."""
    desk.go(page)
    if page == "xero-preview":
        desk.page.evaluate("vtiger_xero.preview()")
        expect(desk.find(".xero-plan-rows")).to_be_visible()
        expect(desk.run_panel()).to_have_count(0)  # the page shows the outcome itself
    expect(desk.find(".xero-page")).not_to_be_empty()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_every_page_is_read_aloud_and_has_enough_contrast(
    full: str, sit_down: Callable[..., Desk], theme: str
) -> None:
    desk = sit_down("manager", theme=theme)
    for page in PAGES:
        visit(desk, page)
        assert complaints(desk, ".xero-page") == [], page
        desk.shoot(f"{page}-{theme.lower()}", "LOOKS")
    desk.go("xero-log").button("Sync Now").click()
    desk.wait_for_the_run()
    assert complaints(desk, ".xero-run-panel") == []
    desk.go(f"vtiger-organization/{full}")
    expect(desk.page.locator(".xero-record")).to_contain_text("What the sync did")
    desk.tab("Xero")
    assert complaints(desk, ".xero-record") == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_every_page_fits_a_phone(full: str, sit_down: Callable[..., Desk], theme: str) -> None:
    phone = sit_down("manager", narrow=True, theme=theme)
    for page in PAGES:
        visit(phone, page)
        assert fits(phone), page
        phone.shoot(f"phone-{page}-{theme.lower()}", "LOOKS")


@pytest.mark.parametrize(("theme", "brighter"), [("Light", False), ("Dark", True)])
def test_what_is_done_stands_out_from_what_is_left(
    full: str, sit_down: Callable[..., Desk], theme: str, brighter: bool
) -> None:
    desk = sit_down("manager", theme=theme).go("xero-settings")
    desk.page.get_by_role("tab", name="Health").click()
    done = brightness(desk, ".xero-progress .progress-bar")
    left = brightness(desk, ".xero-progress")
    assert (done > left) == brighter
    assert (max(done, left) + 0.05) / (min(done, left) + 0.05) >= 3  # WCAG 1.4.11


def test_a_phone_shows_how_each_record_stands_and_all_of_the_modules(
    full: str, sit_down: Callable[..., Desk]
) -> None:
    phone = sit_down("manager", narrow=True).go("vtiger-organization")
    expect(phone.find(".list-row .indicator-pill", has_text="Conflict")).to_be_visible()
    phone.shoot("phone-list", "LOOKS")
    phone.go("xero-settings").page.get_by_role("tab", name="Synchronisation").click()
    directions = phone.find('[data-fieldname="modules"] .rows [data-fieldname="sync_direction"]')
    expect(directions).to_have_count(4)
    for each in directions.all():
        box = each.bounding_box()
        assert box and box["x"] + box["width"] <= 375
    sign, text = (phone.find(f".form-message {each}") for each in (".close-message svg", "div"))
    told, close = text.first.bounding_box(), sign.bounding_box()
    assert told and close and told["x"] + told["width"] <= close["x"]
    phone.shoot("phone-settings", "LOOKS")


def test_a_conflict_is_decided_with_the_keyboard_alone(full: str, manager: Desk) -> None:
    manager.go("xero-conflicts")
    manager.find(".xero-keep-all").first.focus()
    keyboard = manager.page.keyboard
    focused = manager.page.locator(":focus")
    keyboard.press("Enter")
    keyboard.press("Tab")  # the other side's button
    keyboard.press("Tab")  # the radio buttons of the field
    expect(focused).to_have_attribute("type", "radio")
    expect(focused).to_be_checked()
    keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("value", "Xero")
    for _ in range(3):  # the record's rule, Save, Save and Sync
        keyboard.press("Tab")
    expect(focused).to_have_text("Save and Sync")
    keyboard.press("Enter")
    manager.wait_for_the_run()
    expect(manager.find(".xero-empty")).to_be_visible()


def test_the_log_is_walked_with_the_keyboard_alone(full: str, manager: Desk) -> None:
    manager.go("xero-log")
    manager.find(".xero-count").first.focus()
    manager.page.keyboard.press("Tab")
    focused = manager.page.locator(":focus")
    expect(focused).to_have_class(re.compile("xero-count"))
    assert focused.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    manager.page.keyboard.press("Enter")
    expect(manager.find(".modal-dialog .xero-records")).to_be_visible()
    assert complaints(manager, ".modal-dialog .xero-records") == []
    manager.page.keyboard.press("Escape")
    expect(manager.find(".modal-dialog")).to_have_count(0)
    expect(focused).to_have_class(re.compile("xero-count"))
