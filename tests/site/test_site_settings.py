"""Xero Settings: what may be chosen there, what the engine is told, and what an upgrade adds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe
import pytest

import vtiger_xero
from tests.site.shop import Shop
from tests.site.test_site_doctor import LINE_ACCOUNTS
from tests.site.test_site_records import a_sales_account
from tests.site.web import new_person
from tests.site.xero import ALLOWED, connect, consented
from vtiger_xero import api
from vtiger_xero.connection import consent
from vtiger_xero.connection.budget import SiteBudget, budget_view
from vtiger_xero.connection.connect import ledger
from vtiger_xero.connection.settings import ACCOUNTS, engine_settings
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.times import CLOCK, to_site
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.run_filter import EVERYTHING, RunFilter
from vtiger_xero.patches.v0_2 import add_modules
from vtiger_xero.xero.budget import BudgetState
from xero_simulator import Fault, Simulator

SETTINGS = "Xero Settings"


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


def choose(**values: Any) -> Any:
    return frappe.get_doc(SETTINGS).update(values).save()


# Accounts

BANK: dict[str, Any] = {"type": "BANK"}
ARCHIVED = {"status": "ARCHIVED"}
REMOVED = {"status": "REMOVED"}
SYSTEM = {"type": "CURRENT", "system_account": "DEBTORS"}
STOCK = {"type": "INVENTORY"}
PAYABLE = {"type": "EQUITY", "enable_payments": 1}


@pytest.mark.parametrize("field", LINE_ACCOUNTS)
@pytest.mark.parametrize(
    ("account", "said"),
    [
        (BANK, "is a bank account, which an invoice line cannot use"),
        (SYSTEM, "is a system account of Xero"),
        (STOCK, "is an inventory account"),
        (ARCHIVED, "is not an active account of Xero"),
        (REMOVED, "is not an active account of Xero"),
    ],
)
def test_lines_are_not_booked_to_every_account(
    shop: Shop, field: str, account: dict[str, Any], said: str
) -> None:
    with pytest.raises(frappe.ValidationError, match=said) as refused:
        choose(**{field: a_sales_account(shop, **account)})
    label = frappe.get_meta(SETTINGS).get_label(field)
    assert str(refused.value).startswith(f"{label}: 200 \u2013 Sales ")


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({}, "cannot receive payments"),
        ({**BANK, **ARCHIVED}, "is not an active account of Xero"),
    ],
)
def test_payments_are_not_booked_to_every_account(
    shop: Shop, account: dict[str, Any], said: str
) -> None:
    with pytest.raises(frappe.ValidationError, match=said):
        choose(payment_account=a_sales_account(shop, **account))


@pytest.mark.parametrize("account", [BANK, PAYABLE])
def test_what_xero_accepts_is_taken(shop: Shop, account: dict[str, Any]) -> None:
    sales = dict.fromkeys(LINE_ACCOUNTS, a_sales_account(shop))
    choose(**sales, payment_account=a_sales_account(shop, **account))


def test_an_account_that_xero_archived_later_keeps_nobody_from_saving(shop: Shop) -> None:
    account = a_sales_account(shop)
    choose(sales_account=account)
    frappe.db.set_value("Xero Account", account, "status", "ARCHIVED")
    assert choose(enabled=0).sales_account == account


def test_accounts_of_another_organisation_are_forgotten_on_connecting(xero: Simulator) -> None:
    tenant = frappe.db.get_single_value(SETTINGS, "tenant_id")
    revenue = {"type": "REVENUE", "status": "ACTIVE"}
    one, other = frappe.get_all("Xero Account", revenue, pluck="name", order_by="code asc")[:2]
    choose(sales_account=one, charges_account=other)
    frappe.db.set_value("Xero Account", other, "tenant", "another")
    frappe.db.commit()
    books = xero.organisation.books  # what it lists is its own, whatever it was
    books.accounts[:] = [each for each in books.accounts if each["AccountID"] != other]
    connect(xero)
    settings = frappe.get_doc(SETTINGS)
    assert (settings.tenant_id, settings.sales_account) == (tenant, one)
    assert not settings.charges_account


def test_the_engine_is_told_what_was_chosen(xero: Simulator) -> None:
    told = engine_settings()
    assert [getattr(told, field) for field in ACCOUNTS] == [""] * 4
    assert (told.incoming_items, told.number_as_code) == ("Vtiger Product", False)
    revenue = {"type": "REVENUE", "status": "ACTIVE", "system_account": ["is", "not set"]}
    account = frappe.get_all("Xero Account", revenue, pluck="name", order_by="code asc")[0]
    chosen = dict.fromkeys(LINE_ACCOUNTS, account)
    choose(**chosen, incoming_items="Services", number_as_code=1)
    told = engine_settings()
    assert [getattr(told, field) for field in LINE_ACCOUNTS] == [account] * 3
    assert (told.incoming_items, told.number_as_code) == ("Vtiger Service", True)


# Modules


def test_a_run_of_one_module_leaves_the_others_what_they_are(xero: Simulator) -> None:
    choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
    told = engine_settings()
    assert RunFilter(Module.INVOICES).enabled_modules(told) == [Module.INVOICES]
    assert EVERYTHING.enabled_modules(told) == list(Module)


def test_every_module_has_a_row_and_one_that_is_missing_comes_back_switched_off() -> None:
    settings = frappe.get_doc(SETTINGS)
    settings.set("modules", [row for row in settings.modules if row.module != "Invoices"])
    settings.save()
    rows = {row.module: row.enable_sync for row in settings.modules}
    assert rows.keys() == {module.value for module in Module}
    assert rows["Invoices"] == 0


def test_a_module_stands_in_the_table_once() -> None:
    settings = frappe.get_doc(SETTINGS)
    settings.append("modules", {"module": "Payments"})
    with pytest.raises(frappe.ValidationError, match="more than once"):
        settings.save()


def test_an_upgrade_adds_the_new_modules_switched_off() -> None:
    new = {"module": ["!=", "Organizations"]}
    frappe.db.delete("Xero Module Setting", new)
    frappe.db.set_value(
        "Xero Module Setting", {"module": "Organizations"}, "sync_direction", _TO_XERO
    )
    frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "incoming_items"})
    frappe.clear_document_cache(SETTINGS, SETTINGS)
    for _ in range(2):
        add_modules.execute()
        settings = frappe.get_doc(SETTINGS)
        rows = [(row.module, row.enable_sync, row.sync_direction) for row in settings.modules]
        assert rows == [
            ("Organizations", 1, _TO_XERO),
            *((each.value, 0, "Sync both ways") for each in list(Module)[1:]),
        ]
        assert settings.incoming_items == "Products"


_TO_XERO = "Sync Vtiger data with Xero"


def test_every_patch_that_is_listed_is_there() -> None:
    listed = Path(vtiger_xero.__file__).with_name("patches.txt").read_text("utf-8").splitlines()
    patches = [line for line in listed if line and not line.startswith("[")]
    assert "vtiger_xero.patches.v0_2.add_modules" in patches
    assert all(callable(frappe.get_attr(f"{patch}.execute")) for patch in patches)


@pytest.mark.parametrize("daily_at", ["25:99", "abc", "24:00", "2 o'clock", "-1:00", "02:00:00:00"])
def test_what_is_no_time_of_the_day_is_refused_with_a_sentence(daily_at: str) -> None:
    with pytest.raises(frappe.ValidationError, match=r"^Daily At: .* is no time of the day"):
        choose(schedule="Daily", daily_at=daily_at)


@pytest.mark.parametrize("daily_at", ["2:05", "02:05:59", "23:59:59.5"])
def test_a_time_of_the_day_is_taken(daily_at: str) -> None:
    choose(schedule="Daily", daily_at=daily_at)


# From Xero


def test_refreshing_brings_accounts_rates_and_taxes(xero: Simulator) -> None:
    frappe.db.delete("Vtiger Tax", {"source": "Xero"})
    found = api.refresh_reference_data()
    books = xero.organisation.books
    assert found == {
        "Xero Account": len(books.accounts),
        "Xero Tax Rate": len(books.tax_rates),
    }
    taxes = frappe.get_all("Vtiger Tax", {"source": "Xero"}, pluck="xero_tax_type")
    assert set(filter(None, taxes)) <= set(frappe.get_all("Xero Tax Rate", pluck="name"))
    assert any(taxes)


def test_a_tax_that_the_crm_refuses_keeps_nobody_from_connecting(xero: Simulator) -> None:
    tax = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    kept = {"reqd": 1, "fieldname": "why", "fieldtype": "Data", "label": "Why"}
    frappe.db.set_value("Vtiger Tax", tax, "rate", 1)
    field = frappe.get_doc({"doctype": "Custom Field", "dt": "Vtiger Tax", **kept}).insert()
    try:
        assert connect(xero).startswith("Connected to")
        assert frappe.db.get_value("Vtiger Tax", tax, "rate") == 1
    finally:
        field.delete()
        frappe.db.commit()


def test_refreshing_again_writes_nothing(xero: Simulator, counted: list[str]) -> None:
    doctypes = ("Xero Account", "Xero Tax Rate", "Vtiger Tax")
    before = [frappe.get_all(each, ["name", "modified"], order_by="name asc") for each in doctypes]
    api.refresh_reference_data()
    reference = ledger().reference(books=True)
    counted.clear()
    SiteCrm().keep_reference(reference)
    assert len(counted) <= 4, "accounts, rates, components, and whose they are"
    after = [frappe.get_all(each, ["name", "modified"], order_by="name asc") for each in doctypes]
    assert after == before


def test_before_xero_has_said_how_many_calls_are_left_no_number_is_shown() -> None:
    form = frappe.get_doc(SETTINGS)
    form.onload()
    assert "budget" not in form.get("__onload"), "nobody is connected"
    said = budget_view("nobody-yet")
    assert (said["day_left"], said["minute_left"]) == (None, None)


# Secrets


def unreadable() -> list[str]:
    """What the form is told when it is opened."""
    form = frappe.get_doc(SETTINGS)
    form.onload()
    found: list[str] = form.get("__onload")["unreadable"]
    return found


def test_a_restored_site_names_each_secret_that_it_cannot_read(xero: Simulator) -> None:
    choose(webhook_key="a key")
    assert unreadable() == []
    kept = frappe.qb.Table("__Auth")
    frappe.qb.update(kept).set(kept.password, "gAAAAA-of-another-key").where(
        kept.doctype == SETTINGS
    ).run()
    frappe.db.commit()
    assert unreadable() == [
        "The Client Secret cannot be read with this site's key. Enter it again.",
        "The Webhook Key cannot be read with this site's key. Enter it again.",
        "The stored sign-in to Xero cannot be read with this site's key. Connect again.",
    ]
    choose(webhook_key="a key", client_secret="a secret")
    frappe.db.commit()
    assert len(unreadable()) == 1


def test_where_nothing_is_kept_nothing_is_unreadable() -> None:
    assert unreadable() == []


def test_the_form_is_given_the_budget(xero: Simulator) -> None:
    form = frappe.get_doc(SETTINGS)
    form.onload()
    budget = form.get("__onload")["budget"]
    assert budget["day_limit"] == 1000
    assert 0 < budget["day_left"] < 1000
    assert budget["seen_on"] <= frappe.utils.now_datetime()
    assert budget["reset_on"] is None


def test_yesterdays_numbers_are_no_news(xero: Simulator) -> None:
    budget = SiteBudget(xero.organisation.tenant_id)
    old = CLOCK.now() - timedelta(hours=25)
    budget.save(BudgetState(minute_remaining=3, day_remaining=7, seen=old, day_most=999))
    shown = budget_view(xero.organisation.tenant_id)
    assert (shown["day_left"], shown["minute_left"], shown["day_limit"]) == (None, None, 1000)
    later = CLOCK.now() + timedelta(hours=2)
    budget.save(BudgetState(day_remaining=7, seen=CLOCK.now(), spent_until=later))
    shown = budget_view(xero.organisation.tenant_id)
    assert (shown["day_left"], shown["reset_on"]) == (0, to_site(later))


def test_the_addresses_to_enter_at_xero_are_shown() -> None:
    form = frappe.get_doc(SETTINGS).as_dict()
    assert form["webhook_address"].endswith("/api/method/vtiger_xero.webhook.receive")
    assert form["redirect_address"].endswith("/api/method/vtiger_xero.api.callback")


# Who gets what comes from Xero, and the keys of the app


def test_whoever_cannot_sign_in_gets_no_records(xero: Simulator) -> None:
    leaver, stayer = new_person("Sales User"), new_person("Sales User")
    frappe.db.set_value("User", leaver, "enabled", 0)
    for user in ("Guest", leaver):
        with pytest.raises(frappe.ValidationError, match=r"^Assign New Records To: .* sign in"):
            choose(assigned_to=user)
    assert choose(assigned_to=stayer).assigned_to == stayer
    frappe.db.set_value("User", stayer, "enabled", 0)
    assert choose(enabled=0).assigned_to == stayer, "nobody is kept from saving by who left"


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_what_the_connection_lives_on_is_not_emptied(xero: Simulator, field: str) -> None:
    label = frappe.get_meta(SETTINGS).get_label(field)
    with pytest.raises(frappe.ValidationError, match=f"^{label}: it is needed"):
        choose(**{field: "  "})
    assert frappe.get_doc(SETTINGS).get(field)
    api.disconnect()
    assert not choose(**{field: ""}).get(field)


# Organisations


def both_let_in(xero: Simulator) -> tuple[str, str]:
    """The person lets the site into the Demo Company and into their own one; their ids."""
    demo, own = xero.organisations
    message = consent.finish(ALLOWED, consented(xero, tenants=[own])).message
    assert message == "Connected to Kea Trading Ltd."
    return demo, own


def test_a_demo_company_is_marked_wherever_it_is_chosen(xero: Simulator) -> None:
    demo, own = both_let_in(xero)
    rows = {row["tenant"]: row for row in api.organisations()}
    assert {tenant: row["is_demo"] for tenant, row in rows.items()} == {demo: True, own: False}
    for tenant in (demo, own):
        api.choose_organisation(tenant)
        assert bool(frappe.get_doc(SETTINGS).is_demo) is api.state()["is_demo"] is (tenant == demo)
        assert api.state()["organisation"] == rows[tenant]["name"]
    api.disconnect()
    assert (frappe.get_doc(SETTINGS).is_demo, api.state()["is_demo"]) == (0, False)


def test_an_organisation_that_does_not_answer_can_be_chosen_all_the_same(
    xero: Simulator,
) -> None:
    both_let_in(xero)
    xero.faults.add(Fault.unavailable(path="Organisation", times=None))
    assert [row["is_demo"] for row in api.organisations()] == [False, False]


def test_nobody_makes_an_organisation_a_demo_by_saving(xero: Simulator) -> None:
    assert choose(is_demo=0).is_demo == 1
