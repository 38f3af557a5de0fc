"""The endpoint for Xero itself: it says what has changed, and a run then reads it afresh.

Nothing that stands in a message is believed but that it is worth looking. Only what bears the
signature of the webhook key is read at all. Xero wants an answer within five seconds, empty and
without cookies; a message that gets none comes again.

Frappe reads a body that says it is JSON before any endpoint or hook is called, and answers itself
where it cannot (500, or 417 for a text alone). That answer is corrected afterwards; the row that
Frappe has written into the Error Log by then stays.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import frappe
from werkzeug.wrappers import Request, Response

from .connection import kept_books
from .connection.settings import webhook_key
from .crm.tenant import connected_tenant
from .engine.errors import ConfigurationError
from .engine.records import Module
from .runs import sync_triggers
from .runs.automatic import want
from .runs.jobs import WEBHOOK
from .runs.sync_triggers import SyncTrigger

_LARGEST = 1_000_000  # bytes; an event has some 350
# Credits change what is open on invoices; that they did is all that the CRM needs to hear.
_MODULES = {
    "CONTACT": Module.ORGANIZATIONS,
    "INVOICE": Module.INVOICES,
    "CREDITNOTE": Module.INVOICES,
    "PREPAYMENT": Module.INVOICES,
    "OVERPAYMENT": Module.INVOICES,
}
_DOCUMENTS = ("CONTACT", "INVOICE")  # whose ids are those of what the journal keeps
_DOOR = "/vtiger_xero.webhook.receive"
_ID = re.compile(r"[0-9A-Fa-f-]{36}")


@frappe.whitelist(allow_guest=True, methods=["POST"])
def receive() -> Response:
    """Take note of what Xero says has changed.

    200: taken note of, or nothing in it for this site. 401: not signed with the webhook key; Xero
    sends such messages to see that they are refused. 413: too large. 400: not as Xero writes.
    """
    _no_cookies()
    return Response(status=_status(frappe.request.get_data()))


def answer_instead(response: Response | None, request: Request) -> None:
    """After every request (a hook): what Frappe could not read gets this endpoint's own answer."""
    if response is None or response.status_code < 400 or not request.path.endswith(_DOOR):
        return
    body = request.get_data()
    if request.is_json and (len(body) > _LARGEST or not _frappe_reads(body)):
        response.status_code = _status(body)
        response.set_data(b"")


def _frappe_reads(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body.decode()), (dict, list))  # as UTF-8, without a BOM
    except (ValueError, RecursionError):
        return not body


def _status(body: bytes) -> int:
    if len(body) > _LARGEST:
        return 413
    if not _is_signed(body, frappe.get_request_header("x-xero-signature") or ""):
        return 401
    try:
        events = _events(body)
    except (ValueError, RecursionError):
        return 400
    # Xero gives a message no id. Its body is one: the numbers of its events, and random text.
    digest = hashlib.sha256(body).hexdigest()
    if not sync_triggers.is_known(digest):
        want(_facts(events), digest)
    return 200


def _no_cookies() -> None:
    """Xero asks for none, and Frappe would give every guest a session."""
    frappe.local.cookie_manager.cookies.clear()
    frappe.local.cookie_manager.to_delete.clear()


def _is_signed(body: bytes, signature: str) -> bool:
    try:
        key = webhook_key()
    except ConfigurationError:
        return False  # unreadable; the settings form says so
    made = base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256))
    return bool(key) and hmac.compare_digest(made, signature.encode())


def _events(body: bytes) -> list[dict[str, Any]]:
    """The events of a message; `ValueError` where it is none."""
    message = json.loads(body.decode())  # UTF-8, as Xero writes; Python would guess others, too
    events = message.get("events") if isinstance(message, dict) else None
    if not isinstance(events, list) or not all(isinstance(each, dict) for each in events):
        raise ValueError("no list of events")
    return events


def _facts(events: list[dict[str, Any]]) -> Iterator[SyncTrigger]:
    """What concerns the connected organisation, and a module of ours."""
    tenant = connected_tenant()
    ours = [each for each in events if _concerns(each, tenant)]
    if ours:
        kept_books.note_webhook(tenant)
    for event in ours:
        category, found = event["eventCategory"], str(event.get("resourceId"))
        xero_id = found if category in _DOCUMENTS and _ID.fullmatch(found) else ""
        yield SyncTrigger(_MODULES[category], WEBHOOK, xero_id, _time(event.get("eventDateUtc")))


def _concerns(event: dict[str, Any], tenant: str) -> bool:
    category = event.get("eventCategory")
    return event.get("tenantId") == tenant and isinstance(category, str) and category in _MODULES


def _time(text: Any) -> datetime | None:
    """Xero writes UTC, without saying so."""
    try:
        found = datetime.fromisoformat(str(text).removesuffix("Z"))
        aware = found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found
        return aware.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
