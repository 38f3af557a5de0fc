"""The Desk in a browser, as one person uses it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError, expect

from tests.site.web import PASSWORD

WIDE, NARROW = {"width": 1400, "height": 900}, {"width": 375, "height": 812}
_QUIET = "() => window.frappe?.request?.ajax_count === 0 && !document.querySelector('#freeze')"
# A browser says these of any site without HTTPS, or of what was refused on purpose.
_HARMLESS = ("Failed to load resource", "socket.io", "WebSocket", "frappe.exceptions.")
# The bars of the workspace's two charts rise when they are drawn.
GROWN = """() => [...document.querySelectorAll(".chart-container svg")].filter((chart) =>
    [...chart.querySelectorAll("rect.bar")].some((bar) => bar.getBBox().height > 20)).length > 1"""


class Desk:
    """One person, one page. `said` holds what the browser complained about."""

    def __init__(self, context: BrowserContext, address: str, user: str) -> None:
        self.context, self.address, self.user = context, address, user
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(f"{error.message} {error.stack}"))
        self.page.on("console", self._hear)
        self.page.on("response", lambda got: got.status >= 500 and self.said.append(got.url))

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not any(each in message.text for each in _HARMLESS):
            self.said.append(message.text)

    def sign_in(self) -> Desk:
        form = {"usr": self.user, "pwd": PASSWORD}
        answer = self.context.request.post(f"{self.address}/api/method/login", form=form)
        assert answer.ok, answer.text()
        return self

    def theme(self, name: str) -> Desk:
        door = "frappe.core.doctype.user.user.switch_theme"
        form = {"theme": name.capitalize()}
        self.context.request.post(f"{self.address}/api/method/{door}", form=form)
        return self

    def go(self, path: str) -> Desk:
        """A page of the Desk, by its address after /app/."""
        self.page.goto(f"{self.address}/app/{path}")
        return self.settle()

    def settle(self) -> Desk:
        """Until the Desk asks the server nothing more; a page that polls has its own waits."""
        self.page.wait_for_function(_QUIET)
        return self

    def find(self, selector: str, **how: Any) -> Locator:
        """What can be seen of it: Frappe keeps the pages that one has left in the document."""
        return self.page.locator(selector, **how).locator("visible=true")

    def button(self, name: str, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact).locator("visible=true")

    def menu(self, group: str, item: str) -> None:
        """Choose an item of one of the page's drop-down buttons."""
        self.find(".inner-group-button", has_text=group).locator("button").first.click()
        self.find(".inner-group-button .dropdown-item", has_text=item).first.click()

    def menu_items(self, group: str) -> list[str]:
        """What a drop-down button of the page offers, from top to bottom."""
        self.find(".inner-group-button", has_text=group).locator("button").first.click()
        texts = self.find(".inner-group-button .dropdown-item").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [each.strip() for each in texts]

    def run_panel(self) -> Locator:
        return self.page.locator(".xero-run-panel")

    def wait_for_the_run(self, outcome: str = "Completed") -> Locator:
        """Until the run in the corner has ended in this way; its panel."""
        expect(self.run_panel().locator(".xero-run-state")).to_have_text(outcome)
        return self.run_panel()

    def sync_all_the_same(self) -> None:
        """The answer to the question before a first run that would skip much."""
        question = self.dialog("Before the first sync")
        question.get_by_role("button", name="Sync All the Same").click()

    def dialog(self, title: str) -> Locator:
        found = self.find(".modal-dialog", has=self.page.locator(".modal-title", has_text=title))
        expect(found).to_be_visible()
        return found

    def fill(self, field: str, value: str) -> None:
        """A field of the form at hand, as a person types into it."""
        box = self.find(f'[data-fieldname="{field}"] :is(input, textarea)').first
        box.fill(value)
        box.blur()

    def choose(self, field: str, value: str) -> None:
        """A Link field: type, and take the suggestion."""
        box = self.find(f'[data-fieldname="{field}"] input').first
        option = self.find(".awesomplete [role=option]", has_text=value).first
        box.click()
        for _ in range(5):  # Frappe 16 puts back what stood there, a moment after the click
            box.fill(value)
            with suppress(TimeoutError):
                option.wait_for(timeout=3_000)
                break
        option.click()
        self.settle()

    def tab(self, name: str) -> Desk:
        """Another tab of the form at hand."""
        self.find(".form-tabs .nav-link", has_text=name).first.click()
        return self

    def save(self) -> None:
        self.find(".primary-action", has_text="Save").click()
        expect(self.find(".indicator-pill", has_text="Not Saved")).to_have_count(0)
        self.settle()

    def downloads(self, act: Callable[[], object]) -> str:
        """The text of the file that this brings."""
        with self.page.expect_download() as download:
            act()
        return Path(download.value.path()).read_text(encoding="utf-8")

    def shoot(self, name: str, kept_in: str = "SCREENSHOTS", *, whole: bool = False) -> None:
        """A picture for the guide, where SCREENSHOTS names a folder for them.

        LOOKS names one for those that are only to be looked at: dark, narrow, crowded. `whole`
        takes the page and not only the window.
        """
        folder = os.environ.get(kept_in)
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.page.evaluate("() => document.fonts.ready")
        path = str(Path(folder, f"{name}.png"))
        self.page.screenshot(path=path, animations="disabled", full_page=whole)


def search_everywhere(desk: Desk, text: str) -> Locator:
    """The Desk's search for records (Ctrl+G), when it has an answer."""
    desk.go("xero")
    script = "text => frappe.searchdialog.search.init_search(text, 'global_search')"
    desk.page.evaluate(script, text)
    desk.settle()
    dialog = desk.find(".modal-dialog:has(.search-results)")
    expect(dialog).to_be_visible()
    return dialog
