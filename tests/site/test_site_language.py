"""Who reads German is told in German what a run said in English, on every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any, TypeVar

import frappe
import pytest
from frappe import _
from frappe.translate import get_messages_from_file, get_user_lang

from tests.contract.world import unique
from tests.site.shop import INVOICE, Shop
from tests.site.test_site_bell import heard, run
from tests.site.test_site_doctor import choose_everything
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from tests.support import strings
from vtiger_xero import api
from vtiger_xero.crm.language import speaking, translated
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.engine.mapping import drafting
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.messages import _lt, label
from vtiger_xero.runs import jobs
from vtiger_xero.vtiger_xero.report.xero_records.xero_records import execute as xero_records
from xero_simulator import Fault, Simulator

T = TypeVar("T")
TOO_LONG = "Organization Name has 265 characters; Xero takes at most 255."
ZU_LANG = "Organisationsname hat 265 Zeichen; Xero nimmt höchstens 255."
ABHILFE = "Kürzen Sie Organisationsname. Die Synchronisation schneidet keine Texte ab."


def german(*roles: str) -> str:
    person = new_person(*(roles or ("Xero Manager", "System Manager")))
    frappe.db.set_value("User", person, "language", "de")
    frappe.db.commit()
    frappe.clear_document_cache("User", person)
    return person


def read_by(person: str, work: Callable[[], T]) -> T:
    """What a door answers this person."""
    frappe.set_user(person)
    try:
        with speaking(get_user_lang(person)):
            return work()
    finally:
        frappe.set_user("Administrator")


def too_long(world: SiteWorld) -> str:
    return world.insert(organization_name=unique("n").ljust(265, "n"))


def left_out(name: str, which: str) -> dict[str, Any]:
    (row,) = [
        each
        for each in api.sync_entries(which, "Organizations", "Xero", "Skipped")["rows"]
        if each["crm_name"] == name
    ]
    return row


def test_the_log_and_the_panel_tell_each_person_in_their_language(
    xero: Simulator, world: SiteWorld
) -> None:
    person, name = german(), too_long(world)
    with speaking("de"):  # as a run that a German started
        which = run_now().name
    kept = frappe.db.get_value("Xero Sync Entry", {"run": which, "crm_name": name}, "reason")
    assert (kept, left_out(name, which)["reason"]) == (TOO_LONG, TOO_LONG)
    row = read_by(person, lambda: left_out(name, which))
    assert (row["reason"], row["remedy"]) == (ZU_LANG, ABHILFE)
    panel = read_by(person, lambda: api.record_state(ORGANIZATION, name))
    assert panel and (panel["reason"], panel["remedy"]) == (ZU_LANG, ABHILFE)
    assert panel["history"][0]["reason"] == ZU_LANG
    english = api.record_state(ORGANIZATION, name)
    assert english and english["reason"] == TOO_LONG


def test_causes_and_the_report_of_records_are_told(xero: Simulator, world: SiteWorld) -> None:
    person, name = german(), too_long(world)
    run_now()
    (cause,) = read_by(person, api.causes)
    assert cause["cause"] == "Organisationsname hat … Zeichen; Xero nimmt höchstens …."
    assert cause["remedy"] == ABHILFE
    assert cause["records"][0]["reason"] == ZU_LANG
    _, rows = read_by(person, lambda: xero_records({"module": "Organizations"}))
    (row,) = [each for each in rows if each["name"] == name]
    assert (row["state"], row["module"], row["reason"]) == (
        "Übersprungen",
        "Organisationen",
        ZU_LANG,
    )


def test_a_preview_is_told(xero: Simulator, world: SiteWorld) -> None:
    person, name = german(), too_long(world)
    which = run(jobs.PREVIEW, person)
    for reader, reason in ((person, ZU_LANG), ("Administrator", TOO_LONG)):
        found: Any = read_by(reader, lambda: api.preview_result(which))
        rows = [row for each in found["modules"] for row in each["records"]]
        assert [row["reason"] for row in rows if row["crm_name"] == name] == [reason]


def test_a_run_s_message_and_the_bell_are_told(xero: Simulator) -> None:
    person = german()
    xero.faults.add(Fault.day_limit(times=1))
    which = run(jobs.SYNC, person)
    kept = frappe.db.get_value("Xero Sync Run", which, "message")
    assert kept.startswith("Xero allows no more calls today.")
    said = "Xero erlaubt heute keine weiteren Aufrufe."
    assert read_by(person, lambda: api.run_status(which))["message"].startswith(said)
    ((subject, _),) = heard(person)
    assert subject.startswith(
        f"Xero: die Synchronisation wartet und geht automatisch weiter. {said}"
    )
    form = read_by(person, lambda: frappe.get_doc("Xero Sync Run", which).run_method("onload"))
    assert form is None
    assert frappe.db.get_value("Xero Sync Run", which, "message") == kept


def test_findings_are_kept_for_people_of_several_languages(xero: Simulator) -> None:
    person = german()
    choose_everything(sales_account=None)
    found = read_by(person, api.check)
    problem = "In den Xero-Einstellungen fehlt: Erlöskonto."
    assert any(each["problem"].startswith(problem) for each in found)
    held = api.last_findings()
    assert held
    problem = "Sales Account is not set in Xero Settings."
    assert any(each["problem"].startswith(problem) for each in held["found"])


def test_a_refusal_is_told_to_whoever_asked(xero: Simulator) -> None:
    person = german()
    line = Shop().line(1, discount_percent=5, discount_amount=1)
    with pytest.raises(frappe.ValidationError, match="ist zweimal angegeben: als 5 Prozent"):
        read_by(person, lambda: Shop().invoice(line))
    frappe.db.rollback()


def test_cancel_is_a_button_and_a_status() -> None:
    with speaking("de"):
        assert (_("Cancel"), _("Cancel", context=INVOICE)) == ("Abbrechen", "Storniert")
    refused = _lt(
        "The invoice \u201c{0}\u201d is {1}; payments are sent for invoices that are Approved, "
        "Partially Paid or Paid."
    )
    told = translated(refused.format("INV1", label("Cancel")), "de")
    assert told.startswith("Der Status der Rechnung „INV1“ ist Storniert;")


def test_frappes_own_tools_find_the_templates_for_translators() -> None:
    found = {each[1] for each in get_messages_from_file(drafting.__file__)}
    assert found >= set(strings.sentences("engine/mapping/drafting.py"))


def test_a_language_that_nobody_translated_into_stays_english() -> None:
    assert translated(TOO_LONG, "tlh") == TOO_LONG


def test_a_time_in_a_sentence_is_that_of_the_reader() -> None:
    """Found by a user in Auckland: "from 2026-11-30 03:09 UTC" is 16:09 there."""
    moment = datetime(2026, 11, 30, 3, 9, tzinfo=timezone.utc)
    sentence = _lt("The sync resumes automatically, from {0}; locked up to {1}.")
    told = sentence.format(moment, date(2026, 9, 30))
    before = frappe.db.get_default("date_format")
    frappe.db.set_default("date_format", "dd.mm.yyyy")
    frappe.local.user_date_format = None  # Frappe keeps it for a request
    frappe.db.set_value("User", frappe.session.user, "time_zone", "Pacific/Auckland")
    frappe.clear_document_cache("User", frappe.session.user)
    try:
        assert translated(told) == (
            "The sync resumes automatically, from 30.11.2026 16:09; locked up to 30.09.2026."
        )
        today = translated(_lt("{0}").format(CLOCK.now()))
        assert len(today) == len("16:09")
    finally:
        frappe.db.set_default("date_format", before)
        frappe.local.user_date_format = None
        frappe.db.set_value("User", frappe.session.user, "time_zone", None)
        frappe.clear_document_cache("User", frappe.session.user)
