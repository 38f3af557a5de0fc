"""The doors, over HTTP: who may do what, and what comes back from Xero's page."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import frappe
import pytest
from frappe.installer import update_site_config

from tests.site.conftest import SITE
from tests.site.web import Caller, new_person, served
from tests.site.xero import fill_in_app
from vtiger_xero import api
from vtiger_xero.connection.consent import CALLBACK
from vtiger_xero.connection.tokens import SiteTokens
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Simulator

DOORS = [
    name
    for name, door in inspect.getmembers(api, inspect.isfunction)
    if door in frappe.whitelisted and door.__module__.startswith(api.__name__)
]
MANAGERS_ONLY = [
    "authenticate",
    "check",
    "checklist",
    "callback",
    "organisations",
    "choose_organisation",
    "disconnect",
    "last_findings",
    "missing_accounts",
    "refresh_reference_data",
    "resync_everything",
    "stay_connected",
]
OF_NOTHING = {"run": "RUN0", "module": "Organizations", "side": "Xero", "operation": "Created"}
OF_NOTHING_RECORD = {"doctype": "Vtiger Invoice", "name": "INV0"}
ARGUMENTS = {
    "choose_organisation": {"tenant": "none"},
    "run_status": {"run": "RUN0"},
    "stop": {"run": "RUN0"},
    "apply_plan": {"run": "RUN0"},
    "invoice_figures": {"invoice": "{}"},
    "preview_result": {"run": "RUN0"},
    "preview_records": {"run": "RUN0", "module": "Organizations"},
    "download_preview": {"run": "RUN0"},
    "sync_entries": OF_NOTHING,
    "download_entries": OF_NOTHING,
    "ask_again": OF_NOTHING_RECORD,
    "resolve": {**OF_NOTHING_RECORD, "choices": "{}", "seen": "{}"},
    "cause_records": {"key": "none"},
    "retry_cause": {"key": "none"},
    "sync_records": {"doctype": "Vtiger Invoice", "names": '["INV0"]'},
    "record_state": OF_NOTHING_RECORD,
    "answer_matches": {"module": "Payments", "pairs": '[["PAY0", "none"]]', "answer": "One"},
    "take_back_match_answer": {"module": "Payments", "name": "PAY0", "xero_id": "none"},
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def address(simulator: Simulator) -> Iterator[str]:
    # Configured first: v16 reads a site's config anew only every minute.
    with configured(xero_address=simulator.url), served(SITE) as address:
        redirect = f"{address}{CALLBACK}"
        simulator.register_app(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, [redirect], "This site")
        yield address


@pytest.fixture
def xero(simulator: Simulator, address: str) -> Simulator:
    simulator.reset_calls()
    simulator.reset_limits()
    fill_in_app()
    return simulator


@contextmanager
def configured(**values: str) -> Iterator[None]:
    for name, value in values.items():
        update_site_config(name, value, validate=False)
        frappe.conf[name] = value
    yield
    for name in values:
        update_site_config(name, "None", validate=False)
        frappe.conf.pop(name, None)


@pytest.fixture
def manager(address: str) -> Caller:
    return Caller(address, new_person("Xero Manager")).sign_in()


def _method(door: str) -> str:
    return "GET" if door == "callback" or door.startswith("download") else "POST"


def test_every_door_is_tested_here() -> None:
    assert {"sync_now", "sync_log", "callback", "disconnect"} <= set(DOORS)


@pytest.mark.parametrize("door", sorted(set(DOORS) - {"state"}))
def test_whoever_has_no_role_is_refused_with_a_sentence(address: str, door: str) -> None:
    person = Caller(address, new_person("Sales User")).sign_in()
    answer = person.call(door, _method(door), **ARGUMENTS.get(door, {}))
    assert answer.status_code == 403
    assert "This needs the role Xero" in answer.text
    assert "Ask your administrator" in answer.text


@pytest.mark.parametrize("door", DOORS)
def test_a_guest_is_refused(address: str, door: str) -> None:
    answer = Caller(address).call(door, _method(door), **ARGUMENTS.get(door, {}))
    assert answer.status_code in (401, 403)


@pytest.mark.parametrize("door", MANAGERS_ONLY)
def test_a_xero_user_may_not_change_the_connection(address: str, door: str) -> None:
    person = Caller(address, new_person("Xero User")).sign_in()
    answer = person.call(door, _method(door), **ARGUMENTS.get(door, {}))
    assert answer.status_code == 403
    assert "This needs the role Xero Manager" in answer.text


def test_a_xero_user_reads_the_log(address: str) -> None:
    person = Caller(address, new_person("Xero User")).sign_in()
    assert set(person.call("sync_log").json()["message"]) == {"rows", "runs", "total"}
    assert person.call("sync_entries", **OF_NOTHING).json()["message"] == {"rows": [], "total": 0}


def test_running_without_a_connection_says_what_to_do(address: str) -> None:
    person = Caller(address, new_person("Xero User")).sign_in()
    answer = person.call("sync_now")
    assert answer.status_code == 417
    assert "Xero is not connected" in answer.text


def test_the_whole_consent_connects_the_site(xero: Simulator, manager: Caller) -> None:
    page = manager.call("authenticate").json()["message"]["url"]
    answer = manager.get(xero.consent(page))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(("/xero-settings", "/Xero%20Settings"))
    settings = manager.settings()
    assert "Connected to" in settings["__onload"]["consent_message"]["message"]
    assert settings["tenant_id"] == xero.organisation.tenant_id
    assert settings["connected_by"] == manager.user
    assert manager.call("state").json()["message"]["connected"] is True


def test_a_forged_state_connects_nothing(xero: Simulator, manager: Caller) -> None:
    back = xero.consent(manager.call("authenticate").json()["message"]["url"])
    forged = manager.get(back.replace("state=", "state=forged"))
    assert forged.status_code == 302
    assert "was not accepted" in manager.message()
    assert not manager.settings().get("tenant_id")


def test_an_answer_works_once(xero: Simulator, manager: Caller) -> None:
    back = xero.consent(manager.call("authenticate").json()["message"]["url"])
    manager.get(back)
    manager.settings()
    manager.get(back)
    assert "was not accepted" in manager.message()


def test_an_answer_that_took_too_long_connects_nothing(xero: Simulator, manager: Caller) -> None:
    back = xero.consent(manager.call("authenticate").json()["message"]["url"])
    frappe.cache.delete_value(f"vtiger_xero:consent:{manager.user}")  # what ten minutes do
    manager.get(back)
    assert "took too long" in manager.message()
    assert not manager.settings().get("tenant_id")


def test_an_answer_is_for_the_person_who_asked(
    xero: Simulator, manager: Caller, address: str
) -> None:
    back = xero.consent(manager.call("authenticate").json()["message"]["url"])
    other = Caller(address, new_person("Xero Manager")).sign_in()
    other.get(back)
    assert "was not accepted" in other.message()
    assert not other.settings().get("tenant_id")


def test_a_refused_consent_says_so_and_changes_nothing(xero: Simulator, manager: Caller) -> None:
    page = manager.call("authenticate").json()["message"]["url"]
    manager.get(xero.consent(page, allow=False))
    assert "access was not allowed" in manager.message()
    assert not manager.settings().get("tenant_id")


def test_secrets_are_never_in_plain_text_in_the_database_or_an_answer(
    xero: Simulator, manager: Caller
) -> None:
    manager.get(xero.consent(manager.call("authenticate").json()["message"]["url"]))
    frappe.db.rollback()
    tokens = SiteTokens().load()
    secrets = [tokens.access_token, tokens.refresh_token, DEMO_CLIENT_SECRET]
    everything = _database()
    assert "Connected to" in manager.message()
    answers = (
        str(manager.settings())
        + manager.get(f"{manager.address}/api/resource/Xero%20Settings/Xero%20Settings").text
    )
    assert DEMO_CLIENT_ID in everything
    assert DEMO_CLIENT_ID in answers
    for secret in secrets:
        assert secret not in everything
        assert secret not in answers


def _database() -> str:
    """Everything that the site's database holds, as text."""
    tables = [table for (table,) in frappe.db.sql("show tables")]
    return "".join(str(frappe.db.sql(f"select * from `{table}`")) for table in tables)


def test_disconnecting_ends_it_at_xero_and_says_what_stays(
    xero: Simulator, manager: Caller
) -> None:
    manager.get(xero.consent(manager.call("authenticate").json()["message"]["url"]))
    message = manager.call("disconnect").json()["message"]
    assert "stay" in message
    assert not manager.settings().get("tenant_id")
    paths = [(call.method, urlsplit(call.path).path, call.status) for call in xero.calls]
    assert any(method == "DELETE" and "/connections/" in path for method, path, _ in paths)
    assert any("/revocation" in path and status == 200 for _, path, status in paths)


def test_the_connection_cannot_be_changed_by_saving_the_form(
    xero: Simulator, manager: Caller
) -> None:
    manager.get(xero.consent(manager.call("authenticate").json()["message"]["url"]))
    frappe.db.rollback()
    settings = frappe.get_doc("Xero Settings")
    settings.tenant_id = "another"
    settings.customers_only = 1
    settings.save()
    assert settings.tenant_id == xero.organisation.tenant_id
    assert SiteTokens().load().access_token  # and the tokens are as they were
