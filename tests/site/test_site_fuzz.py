"""Hostile input at the site's own doors: what comes to the webhook, to the settings, to any door.

Each is answered as such doors answer: never by a bug, never with something half done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.exceptions import (
    DoesNotExistError,
    PermissionError,
    ValidationError,
)
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import vtiger_xero
from tests.fuzz import odd
from tests.fuzz.profile import tries
from tests.site.test_site_every_door import DOORS, GUARDED, OPEN, arguments
from tests.site.test_site_webhook import KEY, body_of, event
from tests.site.web import new_person
from tests.site.xero import connect, simulated_xero
from vtiger_xero import webhook
from vtiger_xero.connection.settings import engine_settings
from vtiger_xero.crm.tenant import SETTINGS
from vtiger_xero.engine.errors import ConfigurationError
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.runs import sync_triggers
from xero_simulator import Simulator
from xero_simulator.webhooks import sign

REFUSALS = (ValidationError, PermissionError, DoesNotExistError)


@pytest.fixture
def connected() -> Iterator[Simulator]:
    with simulated_xero() as xero:
        connect(xero)
        frappe.get_doc(SETTINGS).update({"webhook_key": KEY}).save()
        frappe.db.commit()
        yield xero


# The webhook


def answered(body: bytes, signature: str) -> tuple[int, bytes]:
    """The answer of the door to a message, without the server round it."""
    headers = {"x-xero-signature": signature}
    request = Request(EnvironBuilder(method="POST", data=body, headers=headers).get_environ())
    frappe.local.request = request
    try:
        answer = webhook.receive()
    finally:
        del frappe.local.request  # there is none here: Frappe asks whether it is there
    return answer.status_code, answer.get_data()


@pytest.fixture(autouse=True)
def _cookies() -> None:
    """What a request has, and a test has not."""
    frappe.local.cookie_manager = frappe._dict(cookies={}, to_delete=[])


messages = st.one_of(
    st.binary(max_size=80),
    odd.values.map(odd.body),
    odd.altered({"events": [{}, {}], "entropy": "X", "lastEventSequence": 1}).map(odd.body),
)


@tries(400)
@given(st.data())
def test_whatever_bears_the_signature_is_answered(connected: Simulator, data: Any) -> None:
    told = [event(connected), event(connected, eventCategory="INVOICE")]
    real = json.loads(body_of(*told))
    body = data.draw(messages | odd.altered(real, most=4).map(odd.body))
    status, answer = answered(body, sign(body, KEY))
    assert status in (200, 400)
    assert answer == b""
    for each in sync_triggers.take(connected.organisation.tenant_id):
        assert each.module in Module


@tries(200)
@given(messages, st.text(st.characters(max_codepoint=255), max_size=60))
def test_nothing_is_believed_without_the_signature(
    connected: Simulator, body: bytes, signature: str
) -> None:
    header = "".join(each for each in signature if each not in "\r\n\0")
    assert answered(body, header) == (401, b"")
    assert sync_triggers.pending(connected.organisation.tenant_id) == []


@tries(100)
@given(st.integers(0, 10_000), st.integers(0, 7))
def test_one_bit_turned_anywhere_breaks_the_signature(
    connected: Simulator, place: int, bit: int
) -> None:
    body = bytearray(body_of(event(connected)))
    signature = sign(bytes(body), KEY)
    body[place % len(body)] ^= 1 << bit
    assert answered(bytes(body), signature)[0] == 401


# The settings

_FORM = Path(vtiger_xero.__file__).parent / "vtiger_xero/doctype/xero_settings/xero_settings.json"
_SHOWN = ("Section Break", "Column Break", "Tab Break", "Table", "HTML", "Button")
FIELDS = [
    field["fieldname"]
    for field in json.loads(_FORM.read_text())["fields"]
    if field["fieldtype"] not in _SHOWN
]
likely = st.sampled_from(
    [*(each.value for each in ConflictPolicy), "Hourly", "Daily", "Off", "02:00", 1, "0", "Guest"]
)
choices = st.one_of(likely, odd.texts, st.integers(-5, 10**10), st.none(), st.booleans())
rows = st.fixed_dictionaries(
    {},
    optional={
        "module": st.sampled_from([*Module, "Bills"]) | odd.texts,
        "enable_sync": choices,
        "sync_direction": st.sampled_from(list(Direction)) | odd.texts,
    },
)


@tries(200)
@given(
    st.dictionaries(st.sampled_from(FIELDS), choices, max_size=5),
    st.none() | st.lists(rows, max_size=5),
)
def test_odd_settings_are_refused_or_can_be_read(
    connected: Simulator, values: dict[str, Any], modules: list[dict[str, Any]] | None
) -> None:
    before = _stored()
    form = frappe.get_doc(SETTINGS)
    form.update(values)
    if modules is not None:
        form.set("modules", modules)
    frappe.db.savepoint("form")
    try:
        form.save()
    except REFUSALS:
        frappe.db.rollback(save_point="form")
        assert _stored() == before, "nothing is half saved"
        return
    assert frappe.get_doc(SETTINGS).tenant_id == connected.organisation.tenant_id
    _readable()
    frappe.db.rollback(save_point="form")
    frappe.clear_document_cache(SETTINGS, SETTINGS)


def _stored() -> Any:
    rows = frappe.db.sql("select field, value from tabSingles where doctype = %s", SETTINGS)
    return sorted(rows), frappe.get_all("Xero Module Setting", fields=["*"], order_by="idx")


def _readable() -> None:
    """What was saved is what a run can be given, or a sentence says why not."""
    with suppress(ConfigurationError):
        assert set(engine_settings().modules) <= set(Module)


# Any door

NAUGHTY = ["' or '1'='1", "x'; drop table `tabUser`; --", '"', "%s %(a)s", "{0}", "\\", "\x00"]
NAUGHTY += [
    "<script>alert(1)</script>",
    "../../site_config.json",
    "\U0001f600",
    "x" * 300,
    "%",
    "_",
]
naughty = st.sampled_from(NAUGHTY) | odd.texts.filter(lambda text: "\ud83d" not in text)
# What overrides Frappe's own passes what is not ours on to it, whatever it then does.
QUIET = {OPEN, *GUARDED, *(each for each in DOORS if each.endswith(".callback"))}


@pytest.fixture(scope="module")
def manager(connected_site: None) -> str:
    return new_person("Xero Manager", "Xero User")


@pytest.mark.parametrize("door", sorted(set(DOORS) - QUIET))
def test_whatever_a_door_is_given_it_answers_or_refuses(
    connected: Simulator, door: str, manager: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frappe, "enqueue", lambda *what, **how: None)
    frappe.set_user(manager)

    @tries(60)
    @given(st.data())
    def tried(data: Any) -> None:
        given = {name: _drawn(data, kind) for name, kind in arguments(door).items()}
        users = frappe.db.count("User")
        try:
            frappe.call(DOORS[door], **given)
        except REFUSALS:
            frappe.clear_messages()
        assert frappe.db.count("User") == users
        frappe.db.rollback()

    tried()


def _drawn(data: Any, example: Any) -> Any:
    if isinstance(example, str):
        odd_json = odd.values.map(lambda value: json.dumps(value, default=str))
        return data.draw(naughty | odd_json if example == "{}" else naughty)
    return data.draw(st.integers(-(10**12), 10**12))
