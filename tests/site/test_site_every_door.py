"""Every whitelisted method, found by looking and not by a list: who may call it, and with what.

A door that somebody adds tomorrow is held to the same promises.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest
import requests

import vtiger_xero
from tests.site.conftest import SITE
from tests.site.web import Caller, new_person, served

OPEN = "vtiger_xero.webhook.receive"  # Xero's own door: it goes by the signature
# These answer anybody who is signed in: with what one may do, and with what one may read.
STATE = "vtiger_xero.api.running.state"
_ACCOUNT = "vtiger_xero.vtiger_xero.doctype.xero_account.xero_account"
ACCOUNTS = (f"{_ACCOUNT}.line_accounts", f"{_ACCOUNT}.payment_accounts")
COUNTED = "vtiger_xero.api.connections.get_open_count"
# Frappe's own, with a permission asked for.
_OVERRIDING = ("get", "get_count", "get_default_address", "get_link_title", "global_search")
GUARDED = {f"vtiger_xero.api.guards.{each}" for each in _OVERRIDING} | {COUNTED}
# What a salesperson needs without a role of the sync: they ask for the rights on the records.
_PAPERS = ("at_a_glance", "letter", "open_balances", "statement", "statement_letter")
PAPERS = {f"vtiger_xero.api.papers.{each}" for each in _PAPERS}
FOR_ALL = {STATE, *GUARDED, *ACCOUNTS, *PAPERS}
CALLBACK = "vtiger_xero.api.connecting.callback"  # where Xero's consent page sends a browser
SAFE = {"GET", "HEAD", "OPTIONS"}
INNER = ("demo", "xero_simulator", "demo.crm")


def found() -> dict[str, Callable[..., Any]]:
    """The app's whitelisted methods by their addresses, those of DocTypes' classes included."""
    for module in pkgutil.walk_packages(vtiger_xero.__path__, "vtiger_xero."):
        if not module.name.startswith(INNER):
            importlib.import_module(module.name)
    doors = (inspect.unwrap(each) for each in frappe.whitelisted)
    ours = (each for each in doors if each.__module__.startswith("vtiger_xero."))
    return {f"{each.__module__}.{each.__qualname__}": each for each in ours}


DOORS = found()
CLOSED = sorted(set(DOORS) - {OPEN})
ASKING = sorted(set(CLOSED) - FOR_ALL)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def outsider(address: str) -> Caller:
    """Somebody who works on the site, and has nothing to do with Xero."""
    return Caller(address, new_person("Website Manager")).sign_in()


def arguments(door: str) -> dict[str, Any]:
    """Something of the right type for whatever the method must be given."""
    made = {int: 1, bool: 1, str: "x"}
    given = inspect.signature(DOORS[door]).parameters.values()
    must = [each for each in given if each.default is inspect.Parameter.empty]
    return {each.name: made.get(each.annotation, "{}") for each in must}


def called(caller: Caller, door: str) -> requests.Response:
    method = "GET" if door == CALLBACK else "POST"
    url = f"{caller.address}/api/method/{door}"
    how = {"params" if method == "GET" else "data": arguments(door)}
    return caller._session.request(method, url, timeout=60, allow_redirects=False, **how)


def test_the_doors_are_found() -> None:
    assert len(DOORS) > 30
    assert {OPEN, CALLBACK, *FOR_ALL} <= set(DOORS)


def test_one_door_alone_is_open_to_guests() -> None:
    guests = {f"{each.__module__}.{each.__qualname__}" for each in map(_own, frappe.guest_methods)}
    assert {each for each in guests if each.startswith("vtiger_xero.")} == {OPEN}


def _own(door: Callable[..., Any]) -> Callable[..., Any]:
    return inspect.unwrap(door)


@pytest.mark.parametrize("door", sorted(DOORS))
def test_every_argument_and_every_answer_has_its_type(door: str) -> None:
    signature = inspect.signature(DOORS[door])
    untyped = [
        each.name
        for each in signature.parameters.values()
        # Frappe checks what is a type, and not what is the name of one in a text.
        if each.annotation is inspect.Parameter.empty or isinstance(each.annotation, str)
    ]
    assert untyped == []
    assert signature.return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("door", CLOSED)
def test_a_guest_is_refused(address: str, door: str) -> None:
    assert called(Caller(address), door).status_code in (401, 403)


@pytest.mark.parametrize("door", ASKING)
def test_whoever_lacks_the_role_is_refused(outsider: Caller, door: str) -> None:
    answer = called(outsider, door)
    assert answer.status_code == 403
    assert "This needs the role Xero" in answer.text


def test_an_outsider_learns_from_the_doors_for_all_that_they_may_do_nothing(
    outsider: Caller,
) -> None:
    told = called(outsider, STATE).json()["message"]
    assert not any(told[each] for each in ("may_use", "may_manage", "connected", "organisation"))
    form = {"doctype": "Xero Account", "txt": "", "searchfield": "name", "start": 0, "page_len": 9}
    for door in ACCOUNTS:
        url = f"{outsider.address}/api/method/{door}"
        assert outsider._session.post(url, data=form, timeout=60).status_code == 403


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_door_says_which_methods_it_takes(door: str) -> None:
    held = {
        tuple(methods)
        for each, methods in frappe.allowed_http_methods_for_whitelisted_func.items()
        if _own(each) is DOORS[door]
    }
    (methods,) = held
    assert set(methods) <= {"GET", "POST"} or door in ACCOUNTS  # Frappe's own search calls that


# A link that somebody is made to follow must move nothing.
CHANGING = [
    *("authenticate", "choose_organisation", "disconnect", "refresh_reference_data", "check"),
    *("preview", "apply_plan", "resolve", "sync_now", "sync_records", "stop", "retry_cause"),
    "stay_connected",
]


@pytest.mark.parametrize("name", CHANGING)
def test_what_changes_something_is_never_done_by_a_link(address: str, name: str) -> None:
    (door,) = (each for each in DOORS if each.rsplit(".", 1)[1] == name and ".api." in each)
    methods = next(
        set(methods)
        for each, methods in frappe.allowed_http_methods_for_whitelisted_func.items()
        if _own(each) is DOORS[door]
    )
    assert methods & SAFE == set()
