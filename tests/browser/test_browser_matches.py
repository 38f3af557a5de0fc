"""Possible matches: both records side by side, and what a person answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import enable_everything, fresh, new
from tests.site.xero import run_now
from xero_simulator import Simulator

ORGANIZATION = "Vtiger Organization"
EMAIL = "a@example.com"
HOSTILE = "Rimu <img src=x onerror='window.ran=1'>"


@pytest.fixture
def alike(xero: Simulator) -> str:
    """An organization and a contact of Xero with one e-mail; the contact's name is hostile."""
    enable_everything()
    name = new(ORGANIZATION, organization_name="Rimu Ltd", primary_email=EMAIL)
    xero.organisation.add_contact_in_xero(Name=HOSTILE, EmailAddress=EMAIL)
    run_now()
    return name


def contacts(xero: Simulator) -> int:
    return sum("Rimu" in each.name for each in xero.organisation.contacts.in_order())


def test_a_person_answers_one_and_the_next_run_links_them(
    xero: Simulator, alike: str, manager: Desk
) -> None:
    manager.go("xero-matches")
    card = manager.find(".xero-match")
    expect(card).to_contain_text("the same e-mail")
    expect(card).to_contain_text(EMAIL)
    expect(card).to_contain_text("onerror")
    assert not manager.page.evaluate("window.ran")
    card.locator(".xero-answer[value=One]").click()
    expect(manager.find(".xero-answers")).to_contain_text("Rimu")
    run_now()
    assert fresh("Xero Link", {"crm_name": alike}, "xero_id")
    assert contacts(xero) == 1


def test_ticked_pairs_are_answered_at_once_and_an_answer_can_be_taken_back(
    alike: str, manager: Desk
) -> None:
    manager.go("xero-matches")
    expect(manager.find(".xero-match")).to_be_visible()
    manager.find(".xero-tick-all").check()
    manager.find(".xero-ticked .xero-answer[value=Two]").click()
    expect(manager.find(".xero-answers li")).to_have_count(1)
    expect(manager.find(".xero-match")).to_have_count(0)
    manager.find(".xero-take-back").click()
    expect(manager.find(".xero-match")).to_have_count(1)
