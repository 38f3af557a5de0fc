"""Every rule that keeps a record from being written: its reason, its remedy, and its opposite."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.fakes import NOON
from tests.support.rules import applies, spares
from vtiger_xero.engine.actions import Create, Pair, Skip, Update
from vtiger_xero.engine.conditions import Context
from vtiger_xero.engine.decide import decide
from vtiger_xero.engine.mapping.organizations import TABLE
from vtiger_xero.engine.records import CrmRecord, Direction, Module, Person, Side, XeroRecord
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.settings import ModuleSettings, Settings

ORGANIZATIONS = Module.ORGANIZATIONS


def context(mandatory: dict[str, str] | None = None, **settings: Any) -> Context:
    direction = settings.pop("direction", Direction.BOTH)
    modules = {ORGANIZATIONS: ModuleSettings(direction=direction)}
    reference = Reference("Kea", "NZD", currencies=frozenset({"NZD", "EUR"}))
    chosen = Settings("tenant", modules, assigned_to="ann@example.com", **settings)
    return Context(chosen, reference, mandatory or {})


def crm(**fields: Any) -> CrmRecord:
    return CrmRecord(ORGANIZATIONS, "ACC1", NOON, {"organization_name": "Kea", **fields})


def xero(**document: Any) -> XeroRecord:
    whole = {"ContactID": "x1", "Name": "Kea", "ContactStatus": "ACTIVE", **document}
    return XeroRecord(ORGANIZATIONS, "x1", NOON, whole)


def only_skip(pair: Pair, given: Context | None = None) -> Skip:
    (skip,) = decide(ORGANIZATIONS, pair, given or context()).actions
    assert isinstance(skip, Skip)
    return skip


TO_XERO = {
    "G1-xero": ({"organization_name": " "}, {"organization_name": "Kea"}),
    "X-length": ({"organization_name": "K" * 300}, {"organization_name": "K" * 255}),
    "X-brackets": ({"organization_name": "Kea <NZ>"}, {"organization_name": "Kea (NZ)"}),
    "X-email": ({"primary_email": "nobody"}, {"primary_email": "ann@example.com"}),
    "X-person": (
        {"contacts": (Person("A" * 256), Person("Bo"))},
        {"contacts": (Person("A" * 255), Person("Bo"))},
    ),
    "X-country": ({"billing_country": "Côte d'Ivoire"}, {"billing_country": "New Zealand"}),
    "G5-contact": ({"currency": "JPY"}, {"currency": "EUR"}),
}


@applies(
    "G1-xero",
    "X-length",
    "X-brackets",
    "X-email",
    "X-person",
    "X-country",
    "G5-contact",
)
@spares(
    "G1-xero",
    "X-length",
    "X-brackets",
    "X-email",
    "X-person",
    "X-country",
    "G5-contact",
)
@pytest.mark.parametrize("code", TO_XERO)
def test_what_xero_would_refuse_is_skipped_before_it_is_sent(code: str) -> None:
    bad, good = TO_XERO[code]
    skip = only_skip(Pair(crm(**bad), None))
    assert (skip.side, skip.rule) == (Side.XERO, code)
    assert skip.reason
    assert skip.remedy
    (action,) = decide(ORGANIZATIONS, Pair(crm(**good), None), context()).actions
    assert isinstance(action, Create)


@applies("X-unique")
@spares("X-unique")
def test_a_name_that_another_contact_holds_is_skipped() -> None:
    given = replace(context(), names_at_xero={"kea": "x2"})
    skip = only_skip(Pair(crm(), None), given)
    assert skip.rule == "X-unique"
    own = Pair(crm(tax_number="2"), replace(xero(), id="x2"))
    assert not decide(ORGANIZATIONS, own, given).skips


def test_all_that_is_wrong_with_a_record_is_said_at_once() -> None:
    skip = only_skip(Pair(crm(primary_email="nobody", currency="JPY"), None))
    assert "is not an e-mail address" in skip.reason
    assert "does not use the currency JPY" in skip.reason


@applies("X-archived")
def test_an_archived_contact_is_skipped_with_the_way_out() -> None:
    pair = Pair(crm(), xero(ContactStatus="ARCHIVED"))
    assert only_skip(pair).remedy == "Restore it in Xero."


@spares("X-archived")
def test_an_archived_contact_that_need_not_change_is_left_in_peace() -> None:
    base = TABLE.comparable(crm().fields)
    assert (
        decide(
            ORGANIZATIONS, Pair(crm(), xero(ContactStatus="ARCHIVED"), base=base), context()
        ).skips
        == ()
    )


def test_an_erased_contact_is_skipped() -> None:
    assert "privacy" in only_skip(Pair(crm(), xero(ContactStatus="GDPRREQUEST"))).reason


def test_a_mandatory_field_that_xero_leaves_empty_skips_and_is_named() -> None:
    given = context(mandatory={"fax": "Fax"})
    skip = only_skip(Pair(None, xero()), given)
    assert skip.reason == "Fax is mandatory in the CRM and empty in Xero."
    (action,) = decide(
        ORGANIZATIONS,
        Pair(None, xero(Phones=[{"PhoneType": "FAX", "PhoneNumber": "12"}])),
        given,
    ).actions
    assert isinstance(action, Create)


def test_a_mandatory_field_that_xero_does_not_have_says_so() -> None:
    skip = only_skip(Pair(None, xero()), context(mandatory={"industry": "Industry"}))
    assert skip.reason == "Industry is mandatory in the CRM, and Xero has no such field."
    assert "default value" in skip.remedy


def test_a_mandatory_field_is_not_emptied_by_xero() -> None:
    pair = Pair(crm(fax="12"), xero(), base={**TABLE.comparable(crm(fax="12").fields)})
    assert only_skip(pair, context(mandatory={"fax": "Fax"})).rule == "G1-crm"


@applies("G5-crm")
@spares("G5-crm")
def test_a_currency_that_is_no_iso_code_is_skipped() -> None:
    assert only_skip(Pair(None, xero(DefaultCurrency="kiwi"))).rule == "G5-crm"
    (action,) = decide(ORGANIZATIONS, Pair(None, xero(DefaultCurrency="EUR")), context()).actions
    assert isinstance(action, Create)


def test_the_sixth_contact_person_is_skipped_by_name_and_the_rest_travel() -> None:
    people = tuple(Person(f"P{n}", "Lee") for n in range(8))
    decision = decide(ORGANIZATIONS, Pair(crm(contacts=people), None), context())
    (action,) = decision.actions
    assert isinstance(action, Create)
    assert len(action.document["ContactPersons"]) == 5
    assert [person.first_name for person in decision.people_left_out] == ["P6", "P7"]


def test_only_customers_come_in_when_the_settings_say_so() -> None:
    given = context(customers_only=True)
    assert decide(ORGANIZATIONS, Pair(None, xero(IsCustomer=False)), given).actions == ()
    (action,) = decide(ORGANIZATIONS, Pair(None, xero(IsCustomer=True)), given).actions
    assert isinstance(action, Create)


def test_an_unchanged_bad_value_does_not_stop_another_fields_update() -> None:
    """Xero holds what it holds; only what would be sent is looked at."""
    held = xero(EmailAddress="nobody", TaxNumber="1")
    fields = {"primary_email": "nobody", "tax_number": "2"}
    base = {**TABLE.comparable(crm(**fields).fields), "tax_number": "1"}
    (action,) = decide(ORGANIZATIONS, Pair(crm(**fields), held, base=base), context()).actions
    assert isinstance(action, Update)
    assert action.document == {"ContactID": "x1", "TaxNumber": "2"}
