"""Xero's own door, over HTTP: what it believes, what it answers, and what then becomes of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import uuid4

import frappe
import pytest
import requests
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tests.contract.world import unique
from tests.site.conftest import SITE
from tests.site.queueing import Queue, choose
from tests.site.web import served
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero import webhook
from vtiger_xero.engine.records import Module
from vtiger_xero.runs import automatic, sync_triggers
from vtiger_xero.runs.sync_triggers import SyncTrigger
from xero_simulator import Simulator
from xero_simulator.webhooks import sign

KEY = "a webhook key"
DOOR = "/api/method/vtiger_xero.webhook.receive"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(SITE) as address:
        yield address


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero() as simulator:
        connect(simulator)
        choose(webhook_key=KEY)
        yield simulator


def event(xero: Simulator, **changes: Any) -> dict[str, Any]:
    told = {
        "resourceId": str(uuid4()),
        "tenantId": xero.organisation.tenant_id,
        "tenantType": "ORGANISATION",
        "eventCategory": "CONTACT",
        "eventType": "UPDATE",
        "eventDateUtc": "2026-06-21T01:15:39.902",
    }
    return {**told, **changes}


def body_of(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": events, "entropy": "X"}).encode()


def post(address: str, body: bytes, signature: str | None = None, **how: Any) -> Any:
    headers = {"Content-Type": "application/json"}
    headers["x-xero-signature"] = sign(body, KEY) if signature is None else signature
    return requests.post(
        f"{address}{DOOR}", data=body, headers={**headers, **how.pop("headers", {})}, timeout=30
    )


def told(xero: Simulator) -> list[tuple[Module, str]]:
    facts = sync_triggers.take(xero.organisation.tenant_id)
    return sorted((each.module, each.xero_id) for each in facts)


def test_what_xero_signs_is_taken_note_of(xero: Simulator, address: str) -> None:
    contact, invoice = event(xero), event(xero, eventCategory="INVOICE")
    answer = post(address, body_of(contact, invoice))
    assert (answer.status_code, answer.content) == (200, b"")
    assert told(xero) == [
        (Module.INVOICES, invoice["resourceId"]),
        (Module.ORGANIZATIONS, contact["resourceId"]),
    ]


def test_the_answer_comes_within_a_second_and_sets_no_cookie(xero: Simulator, address: str) -> None:
    post(address, body_of())  # the first request of a server reads a lot of code
    started = time.monotonic()
    answer = post(address, body_of(*(event(xero) for _ in range(200))))
    assert time.monotonic() - started < 1
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("signature", ["", "wrong", sign(b"something else", KEY), "\u00fc"])
def test_a_wrong_signature_is_refused_and_moves_nothing(
    xero: Simulator, address: str, signature: str
) -> None:
    answer = post(address, body_of(event(xero)), signature.encode().decode("latin-1"))
    assert (answer.status_code, answer.content) == (401, b"")
    assert not answer.cookies
    assert told(xero) == []


def test_a_key_of_another_webhook_is_refused(xero: Simulator, address: str) -> None:
    body = body_of(event(xero))
    assert post(address, body, sign(body, "another key")).status_code == 401


def test_a_site_without_a_key_believes_nobody(xero: Simulator, address: str) -> None:
    choose(webhook_key="")
    body = body_of(event(xero))
    assert post(address, body, sign(body, "")).status_code == 401
    assert told(xero) == []


def test_one_changed_byte_breaks_the_signature(xero: Simulator, address: str) -> None:
    body = body_of(event(xero))
    assert post(address, body.replace(b"UPDATE", b"CREATE"), sign(body, KEY)).status_code == 401


def test_xero_is_told_that_this_site_intends_to_receive(xero: Simulator, address: str) -> None:
    webhook = xero.register_webhook(f"{address}{DOOR}", KEY)
    assert xero.webhooks.intend_to_receive(webhook)


@pytest.mark.parametrize(
    "strange",
    [
        {"tenantId": "another"},
        {"tenantId": None},
        {"eventCategory": "SUBSCRIPTION"},
        {"eventCategory": ["CONTACT"]},
    ],
)
def test_what_concerns_another_is_let_pass(
    xero: Simulator, address: str, strange: dict[str, Any]
) -> None:
    assert post(address, body_of(event(xero, **strange))).status_code == 200
    assert told(xero) == []


@pytest.mark.parametrize(
    "strange",
    [
        {"resourceId": "a\nb\tc"},
        {"resourceId": None},
        {"eventDateUtc": 7},
        {"eventDateUtc": "soon"},
    ],
)
def test_what_is_odd_about_an_event_leaves_the_module_to_look_at(
    xero: Simulator, address: str, strange: dict[str, Any]
) -> None:
    assert post(address, body_of(event(xero, **strange))).status_code == 200
    assert [module for module, _ in told(xero)] == [Module.ORGANIZATIONS]


@pytest.mark.parametrize(
    "body", [b"[1, 2]", b"{}", b'{"events": 1}', b'{"events": ["x"]}', b'{"events": null}']
)
def test_what_is_no_message_of_xero_is_refused(xero: Simulator, address: str, body: bytes) -> None:
    assert post(address, body).status_code == 400
    assert told(xero) == []


@pytest.mark.parametrize("signature", [None, "", "wrong"])
@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"", b'"text"', b"null", b"[" * 100_000])
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_torn_message_has_no_effect(
    xero: Simulator, address: str, body: bytes, kind: str, signature: str | None
) -> None:
    """Frappe itself reads JSON before any door is asked: it answers as the door does."""
    answer = post(address, body, signature, headers={"Content-Type": kind})
    assert (answer.status_code, answer.content) == (400 if signature is None else 401, b"")
    assert not answer.cookies
    assert told(xero) == []


def test_other_doors_answer_for_themselves(address: str) -> None:
    """What Frappe says of a body that it cannot read is none of this app's business there."""
    headers = {"Content-Type": "application/json"}
    url = f"{address}/api/method/frappe.ping"
    assert requests.post(url, data=b"{", headers=headers, timeout=30).status_code == 500


def test_a_key_that_was_pasted_with_blanks_is_the_key(xero: Simulator, address: str) -> None:
    choose(webhook_key=f" {KEY}\n")
    assert post(address, body_of(event(xero))).status_code == 200
    choose(webhook_key="  ")
    assert post(address, body_of(event(xero))).status_code == 401


def test_a_huge_message_is_refused_before_it_is_read(xero: Simulator, address: str) -> None:
    body = body_of(*(event(xero) for _ in range(5000)))
    assert len(body) > 1_000_000
    assert post(address, body).status_code == 413
    assert told(xero) == []


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
@pytest.mark.parametrize("signature", [None, "wrong"])
def test_a_huge_text_that_is_no_json_is_refused_as_well(
    xero: Simulator, address: str, kind: str, signature: str | None
) -> None:
    answer = post(address, b"x" * 1_000_001, signature, headers={"Content-Type": kind})
    assert (answer.status_code, answer.content) == (413, b"")
    assert told(xero) == []


def test_only_a_post_is_a_message(xero: Simulator, address: str) -> None:
    answer = requests.get(f"{address}{DOOR}", timeout=30)
    assert answer.status_code == 403


def test_names_of_arguments_in_a_message_are_no_arguments(xero: Simulator, address: str) -> None:
    body = json.dumps({"events": [event(xero)], "self": 1, "args": 2, "data": 3}).encode()
    assert post(address, body).status_code == 200


def test_where_the_sync_is_off_a_message_is_taken_and_leads_to_nothing(
    xero: Simulator, address: str, queue: Queue
) -> None:
    choose(enabled=0)
    assert post(address, body_of(event(xero))).status_code == 200
    automatic.tick()
    choose(enabled=1)
    automatic.tick()
    assert queue.runs == []


# From a change in Xero to the CRM


def test_what_is_changed_in_xero_comes_over(xero: Simulator, address: str, queue: Queue) -> None:
    run_now()
    webhook = xero.register_webhook(f"{address}{DOOR}", KEY)
    title = unique("News")
    xero.organisation.add_contact_in_xero(Name=title)
    assert xero.webhooks.flush()
    assert webhook.answers == [200]
    automatic.tick()
    assert queue.triggers() == [("Webhook", "Organizations")]
    assert queue.runs[0]["user"] == "Administrator"
    assert queue.carry_out() == "Completed"
    assert frappe.db.exists("Vtiger Organization", {"organization_name": title})


def test_a_message_that_is_played_again_moves_nothing(
    xero: Simulator, address: str, queue: Queue
) -> None:
    """Xero sends again what it got no answer to, and anybody who heard it may do the same."""
    contact = xero.organisation.add_contact_in_xero(Name=unique("Heard"))
    moment = contact.updated.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    body = body_of(event(xero, resourceId=contact.contact_id, eventDateUtc=moment))
    signature = sign(body, KEY)
    assert [post(address, body, signature).status_code for _ in range(5)] == [200] * 5
    automatic.tick()
    assert queue.triggers() == [("Webhook", "Organizations")], "five times one thing is one run"
    assert queue.carry_out() == "Completed"
    assert post(address, body, signature).status_code == 200
    automatic.tick()
    assert len(queue.runs) == 1, "what the journal knows already is no news"


@pytest.mark.parametrize("category", ["CREDITNOTE", "INVOICE", "CONTACT"])
def test_a_message_that_tells_of_no_known_document_makes_one_run_however_often_it_comes(
    xero: Simulator, address: str, queue: Queue, category: str
) -> None:
    """A credit note, a bill, a supplier who is left out: the journal will never know them."""
    choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
    body = body_of(event(xero, eventCategory=category, eventDateUtc=_ago(minutes=1)))
    for _ in range(4):
        assert post(address, body).status_code == 200
        automatic.tick()
        _a_while_passes(queue)
    assert len(queue.runs) == 1


def test_an_old_message_that_is_sent_again_is_no_news_even_where_nobody_remembers_it(
    xero: Simulator, address: str, queue: Queue
) -> None:
    choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
    run_now()
    body = body_of(event(xero, eventCategory="CREDITNOTE", eventDateUtc=_ago(days=40)))
    for _ in range(3):
        frappe.cache.delete_keys("vtiger_xero:message")
        assert post(address, body).status_code == 200
        automatic.tick()
        _a_while_passes(queue)
    assert queue.runs == []
    assert sync_triggers.pending(xero.organisation.tenant_id) == []


def test_a_late_message_is_news_where_no_run_has_read_what_it_tells(
    xero: Simulator, address: str, queue: Queue
) -> None:
    """Xero keeps what it could not deliver for a month, and sends it in its order."""
    assert post(address, body_of(event(xero, eventDateUtc=_ago(days=20)))).status_code == 200
    automatic.tick()
    assert queue.triggers() == [("Webhook", "Organizations")]


def test_events_out_of_order_are_each_judged_by_their_own_time(
    xero: Simulator, address: str, queue: Queue
) -> None:
    run_now()
    newer, older = (
        event(xero, eventDateUtc=_ago(minutes=-1)),
        event(xero, eventDateUtc=_ago(days=9)),
    )
    assert post(address, body_of(newer)).status_code == 200
    assert post(address, body_of(older)).status_code == 200
    facts = sync_triggers.without_known(
        xero.organisation.tenant_id, sync_triggers.pending(xero.organisation.tenant_id)
    )
    assert [each.xero_id for each in facts] == [newer["resourceId"]]


def test_a_run_of_another_module_or_one_that_broke_off_has_not_read_it(
    xero: Simulator, address: str, queue: Queue
) -> None:
    choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
    run = run_now().name
    tenant = xero.organisation.tenant_id
    fact = SyncTrigger(Module.ORGANIZATIONS, "Webhook", "", webhook._time(_ago(days=1)))
    assert sync_triggers.without_known(tenant, [fact]) == []
    for changed in (
        {"only_module": "Invoices"},
        {"only_module": None, "status": "Failed"},
        {"status": "Completed", "chosen": "{}"},
        {"chosen": None, "triggered_by": "Preview"},
        {"triggered_by": "Schedule"},  # it may have left the module out, trusting the webhooks
    ):
        frappe.db.set_value("Xero Sync Run", run, changed)
        assert sync_triggers.without_known(tenant, [fact]) == [fact], changed


def test_what_was_answered_with_an_error_is_taken_when_xero_sends_it_again(
    xero: Simulator, address: str, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = body_of(event(xero))
    with monkeypatch.context() as broken:
        broken.setattr(webhook, "_facts", _fails)
        with pytest.raises(RuntimeError):
            _received(body)
    frappe.db.rollback()
    assert not sync_triggers.is_known(sha256(body).hexdigest())
    assert post(address, body).status_code == 200
    assert [module for module, _ in told(xero)] == [Module.ORGANIZATIONS]


def test_the_same_events_in_another_message_are_read_afresh(xero: Simulator, address: str) -> None:
    """Only the very same message is known: nobody can make this site deaf to another one."""
    again = event(xero)
    assert post(address, body_of(again)).status_code == 200
    assert told(xero)
    other = json.dumps({"events": [again], "entropy": "Y"}).encode()
    assert post(address, other).status_code == 200
    assert told(xero)


def _fails(events: Any) -> Any:
    raise RuntimeError("the database is away")


def _received(body: bytes) -> None:
    headers = {"x-xero-signature": sign(body, KEY)}
    frappe.local.request = Request(
        EnvironBuilder(method="POST", data=body, headers=headers).get_environ()
    )
    frappe.local.cookie_manager = frappe._dict(cookies={}, to_delete=[])
    try:
        webhook.receive()
    finally:
        del frappe.local.request


def _ago(**how: float) -> str:
    return f"{datetime.now(timezone.utc) - timedelta(**how):%Y-%m-%dT%H:%M:%S}"


def _a_while_passes(queue: Queue) -> None:
    """What is queued is carried out, and some minutes go by."""
    for job in queue.runs:
        if frappe.db.get_value("Xero Sync Run", job["run"], "status") == "Queued":
            queue.carry_out()
    past = frappe.utils.add_to_date(frappe.utils.now_datetime(), minutes=-10)
    frappe.db.sql("update `tabXero Sync Run` set creation = %s", past)
    frappe.db.commit()


def test_what_the_sync_wrote_itself_is_no_news(xero: Simulator, address: str, queue: Queue) -> None:
    webhook = xero.register_webhook(f"{address}{DOOR}", KEY)
    frappe.get_doc({"doctype": "Vtiger Organization", "organization_name": unique("Ours")}).insert()
    frappe.db.commit()
    run_now()
    assert xero.webhooks.flush()
    assert webhook.answers
    assert set(webhook.answers) == {200}
    assert sync_triggers.pending(xero.organisation.tenant_id)
    automatic.tick()
    assert queue.runs == []
    assert sync_triggers.pending(xero.organisation.tenant_id) == []


def test_an_invoice_may_have_been_paid(xero: Simulator, queue: Queue) -> None:
    """Xero tells of no payments: a run of all modules finds it."""
    choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
    sync_triggers.remember(xero.organisation.tenant_id, [SyncTrigger(Module.INVOICES, "Webhook")])
    automatic.tick()
    assert queue.triggers() == [("Webhook", None)]


def test_a_change_after_what_the_journal_knows_is_news(xero: Simulator, queue: Queue) -> None:
    contact = xero.organisation.add_contact_in_xero(Name=unique("Known"))
    run_now()
    tenant = xero.organisation.tenant_id
    known = frappe.db.get_value("Xero Document", {"title": contact.name}, ["xero_id", "updated"])
    xero_id, updated = known
    moment = frappe.utils.get_datetime(updated)
    for seconds, news in ((0, 0), (2, 1)):
        changed = frappe.utils.add_to_date(moment, seconds=seconds)
        fact = SyncTrigger(Module.ORGANIZATIONS, "Webhook", xero_id, changed)
        assert len(sync_triggers.without_known(tenant, [fact])) == news
