"""What a run must know of the organisation: what it costs, and what an odd row of it costs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from tests.xero.support import Desk, desk_at
from vtiger_xero.engine.errors import ConfigurationError, RetryLater
from vtiger_xero.engine.reference import Account, TaxRate
from vtiger_xero.engine.xero_totals import TaxComponent
from vtiger_xero.xero import SCOPES, Tokens, books
from xero_simulator import Fault, NewOrganisation, Simulator

ID = "bd2270c3-8706-4c11-9cfb-000b551c3f51"
RATE = {
    "TaxType": "OUTPUT2",
    "Name": "15% GST on Income",
    "Status": "ACTIVE",
    "EffectiveRate": Decimal("15.0000"),
    "CanApplyToRevenue": True,
    "TaxComponents": [{"Name": "GST", "Rate": Decimal("15.0000"), "IsCompound": False}],
}


def jwt(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{payload}.signature"


def tokens(access_token: str, *scopes: str) -> Tokens:
    return Tokens(access_token, "refresh", datetime(2026, 1, 5, tzinfo=timezone.utc), scopes)


# -- what it costs ---------------------------------------------------------------------------


def test_without_books_it_costs_two_calls_and_is_read_once_a_run(desk: Desk) -> None:
    ledger = desk.ledger()
    first, second = ledger.reference(books=False), ledger.reference(books=False)
    assert first is second
    assert ledger.calls == 2 == len(desk.api_calls())
    assert first.organisation == desk.organisation.name
    assert first.base_currency == "NZD"
    assert first.country == "NZ"
    assert first.short_code
    assert "NZD" in first.currencies
    assert first.accounts == first.tax_rates == ()


def test_with_books_it_costs_four_calls_and_is_read_once_a_run(desk: Desk) -> None:
    ledger = desk.ledger()
    first, second = ledger.reference(), ledger.reference()
    assert first is second
    assert ledger.calls == 4 == len(desk.api_calls())
    assert first.accounts
    assert first.tax_rates
    assert ledger.notices == []


def test_books_that_are_asked_for_later_cost_the_two_missing_calls(desk: Desk) -> None:
    ledger = desk.ledger()
    before = ledger.reference(books=False)
    after = ledger.reference(books=True)
    asked = [call.path.rpartition("/")[2] for call in desk.api_calls()]
    # Two at once, and then two: which of them arrives first is nobody's business.
    assert sorted(asked[:2]) == ["Currencies", "Organisation"]
    assert sorted(asked[2:]) == ["Accounts", "TaxRates"]
    assert replace(after, accounts=(), tax_rates=()) == before
    assert ledger.reference(books=False) is after


def test_a_connection_without_an_organisation_says_what_to_do(desk: Desk) -> None:
    desk.simulator.faults.add(
        Fault.altered(lambda payload: {**payload, "Organisations": []}, path="/Organisation")
    )
    with pytest.raises(ConfigurationError, match="returned no organisation"):
        desk.ledger().reference()


@pytest.mark.parametrize("path", ["/Organisation", "/Currencies", "/Accounts", "/TaxRates"])
def test_an_answer_without_its_list_is_a_passing_fault_and_not_an_empty_list(
    desk: Desk, path: str
) -> None:
    desk.simulator.faults.add(
        Fault.altered(lambda payload: {"Status": "OK"}, path=path, times=None)
    )
    with pytest.raises(RetryLater):
        desk.ledger().reference()


# -- what it says ----------------------------------------------------------------------------


def test_accounts_are_told_as_xero_has_them_archived_ones_too(desk: Desk) -> None:
    found = {account.code: account for account in desk.ledger().reference().accounts}
    bank, sales, old, suspense = (found[code] for code in ("090", "200", "205", "850"))
    assert bank == Account(
        id="ac993f75-035b-433c-82e0-7b7a2d40802c",
        code="090",
        name="Business Bank Account",
        type="BANK",
        account_class="ASSET",
        tax_type="NONE",
        currency="NZD",
    )
    assert (sales.account_class, sales.tax_type) == ("REVENUE", "OUTPUT2")
    assert old.status == "ARCHIVED"
    assert not old.is_active
    assert suspense.enable_payments
    assert found["860"].system_account == "ROUNDING"
    assert not bank.fault_for_payments and not suspense.fault_for_payments
    assert sales.fault_for_payments


def test_tax_rates_are_told_with_their_components_deleted_ones_too(desk: Desk) -> None:
    found = {rate.tax_type: rate for rate in desk.ledger().reference().tax_rates}
    assert found["OUTPUT2"] == TaxRate(
        tax_type="OUTPUT2",
        name="15% GST on Income",
        components=(TaxComponent("GST", Decimal(15)),),
        applies_to=frozenset({"ASSET", "EQUITY", "LIABILITY", "REVENUE"}),
        report_tax_type="OUTPUT",
    )
    assert found["GSTONIMPORTS"].applies_to == {"LIABILITY"}
    assert found["OUTPUT"].status == "DELETED"


def test_a_compound_rate_is_never_flattened() -> None:
    country = NewOrganisation("Rue Cler", country="CA", currency="CAD")
    with Simulator(organisations=[country]) as simulator:
        reference = desk_at(simulator).ledger().reference()
    (quebec,) = (each for each in reference.tax_rates if each.tax_type == "TAX002")
    assert quebec.components == (
        TaxComponent("GST", Decimal(5)),
        TaxComponent("QST", Decimal("9.5"), compound=True),
    )
    assert quebec.rate.effective == Decimal("14.975")


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demo_company_is_known_as_one(is_demo: bool) -> None:
    with Simulator(organisations=[NewOrganisation("Kea", is_demo=is_demo)]) as simulator:
        reference = desk_at(simulator).ledger().reference(books=False)
    assert reference.is_demo is is_demo


@pytest.mark.parametrize("said", [{}, {"IsDemoCompany": None}, {"IsDemoCompany": "false"}])
def test_what_xero_does_not_call_a_demo_company_is_none(said: dict[str, Any]) -> None:
    assert not books.organisation(said, [], frozenset(), print).is_demo


def test_lock_dates_are_days_whatever_the_server_stands_in(desk: Desk) -> None:
    reference = desk.ledger().reference(books=False)
    assert reference.period_lock_date == date(2009, 9, 30)
    assert reference.year_lock_date is None
    late = {"EndOfYearLockDate": "/Date(1774915200000+1300)/"}  # midnight UTC all the same
    desk.simulator.faults.add(
        Fault.altered(
            lambda payload: {
                **payload,
                "Organisations": [{**payload["Organisations"][0], **late}],
            },
            path="/Organisation",
        )
    )
    reference = desk.ledger().reference(books=False)
    assert reference.year_lock_date == reference.lock_date == date(2026, 3, 31)


def test_a_lock_date_that_cannot_be_read_is_told_and_stops_nothing() -> None:
    told: list[str] = []
    found = books.organisation({"PeriodLockDate": "soon"}, [], frozenset(), told.append)
    assert found.lock_date is None
    assert len(told) == 1 and "PeriodLockDate" in told[0]


# -- odd rows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd", [{"Name": "Nobody"}, {"AccountID": "x"}, {"AccountID": None}, "text", None, 7]
)
def test_an_odd_account_costs_itself_and_a_notice(odd: Any) -> None:
    told: list[str] = []
    found = books.accounts([{"AccountID": ID, "Code": "200"}, odd], told.append)
    assert [account.code for account in found] == ["200"]
    assert len(told) == 1 and "left out" in told[0]


@pytest.mark.parametrize(
    "change",
    [
        {"TaxType": None},
        {"TaxType": ""},
        {"TaxComponents": [{"Name": "GST", "Rate": "a lot"}]},
        {"TaxComponents": [{"Name": "GST", "Rate": True}]},
        {"TaxComponents": [{"Name": "GST", "Rate": "NaN"}]},
        {"TaxComponents": [{"Name": "GST"}]},
        {"TaxComponents": ["GST"]},
        {"TaxComponents": "GST"},
        {"TaxComponents": None},  # a rate of 15% would add nothing
        {"TaxComponents": []},
    ],
)
def test_an_odd_tax_rate_costs_itself_and_a_notice(change: dict[str, Any]) -> None:
    told: list[str] = []
    found = books.tax_rates([{**RATE, **change}, {**RATE, "TaxType": "GOOD"}], told.append)
    assert [rate.tax_type for rate in found] == ["GOOD"]
    assert len(told) == 1 and "15% GST on Income" in told[0]


def test_a_rate_of_nothing_needs_no_components() -> None:
    bare = {"TaxType": "NONE", "EffectiveRate": Decimal("0.0000")}
    (found,) = books.tax_rates([bare], pytest.fail)
    assert found.components == ()
    assert found.applies_to == frozenset()


def test_an_odd_row_does_not_keep_a_run_from_its_reference(desk: Desk) -> None:
    def spoilt(payload: dict[str, Any]) -> dict[str, Any]:
        return {**payload, "Accounts": [{"Name": "Odd"}, *payload["Accounts"], None]}

    desk.simulator.faults.add(Fault.altered(spoilt, path="/Accounts"))
    ledger = desk.ledger()
    assert len(ledger.reference().accounts) == len(desk.organisation.books.accounts)
    assert len(ledger.notices) == 2
    assert "\u201cOdd\u201d" in ledger.notices[0]


# -- scopes ----------------------------------------------------------------------------------


def test_scopes_are_those_that_came_with_the_tokens(desk: Desk) -> None:
    assert desk.ledger().reference(books=False).scopes == frozenset(SCOPES)


def test_scopes_that_were_not_kept_are_read_from_the_access_token(desk: Desk) -> None:
    desk.tokens.save(replace(desk.tokens.load(), scopes=()))
    assert desk.ledger().reference(books=False).scopes == frozenset(SCOPES)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (lambda: tokens("opaque", "a", "b"), {"a", "b"}),
        (lambda: tokens(jwt({"scope": ["a", "b"]}), "c"), {"c"}),
        (lambda: tokens(jwt({"scope": ["a", "b"]})), {"a", "b"}),
        (lambda: tokens(jwt({"scope": "a b"})), {"a", "b"}),
        (lambda: tokens(jwt({"scope": None})), set()),
        (lambda: tokens(jwt({})), set()),
        (lambda: tokens(jwt(["scope"])), set()),
        (lambda: tokens("opaque"), set()),
        (lambda: tokens("eyJ.eyJ.x"), set()),
        (lambda: tokens("a.ü.c"), set()),
    ],
)
def test_what_nobody_knows_is_no_scope(held: Callable[[], Tokens], expected: set[str]) -> None:
    assert held().granted == expected
