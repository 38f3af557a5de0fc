"""Takes the probe's records away again, as far as Xero lets it, found by the mark in their names.

So it also finds what a killed probe left, whether or not that one could still write it down.
Each invoice of a probe is one of a contact of a probe; contacts go last, so that none is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .calls import Answer
from .organisation import Row
from .scrubbing import MARK

CALLS = 10  # that the end needs at most, where each trial took its payments and items away
_AT_ONCE = 40
_GONE = {"DRAFT": "DELETED", "SUBMITTED": "DELETED"}
_ENDED = ("VOIDED", "DELETED")
Ask = Callable[..., Answer]


@dataclass
class Cleaned:
    """How many records were taken away, and what Xero let stay, as sentences."""

    taken_away: int
    stay: list[str]


def clean(ask: Ask) -> Cleaned:
    """Delete payments and items, void invoices, archive contacts."""
    cleaned = Cleaned(0, [])
    contacts = _contacts(ask)
    invoices = [invoice for some in _chunks(contacts) for invoice in _invoices(ask, some)]
    for payment in (each for invoice in invoices for each in invoice.get("Payments") or ()):
        body = {"Status": "DELETED"}
        answer = ask("POST", f"/Payments/{payment['PaymentID']}", body=body)
        _count(cleaned, answer, 1, "a payment")
    for item in ask("GET", "/Items").rows("Items"):
        if str(item.get("Code", "")).startswith(MARK):
            _count(cleaned, ask("DELETE", f"/Items/{item['ItemID']}"), 1, "an item")
    _change(ask, cleaned, "Invoices", [_ended(each) for each in invoices])
    _change(ask, cleaned, "Contacts", [_archived(each) for each in contacts])
    return cleaned


def _contacts(ask: Ask) -> list[Row]:
    params = {"where": f'Name.StartsWith("{MARK}")', "page": "1", "pageSize": "1000"}
    found = ask("GET", "/Contacts", params).rows("Contacts")
    # Xero's filters do not mind the case of a text.
    return [each for each in found if str(each.get("Name", "")).startswith(MARK)]


def _invoices(ask: Ask, contacts: Sequence[Row]) -> list[Row]:
    ids = ",".join(each["ContactID"] for each in contacts)
    found = ask("GET", "/Invoices", {"ContactIDs": ids, "page": "1", "pageSize": "1000"})
    return [each for each in found.rows("Invoices") if each.get("Status") not in _ENDED]


def _ended(invoice: Row) -> Row:
    status = _GONE.get(str(invoice.get("Status")), "VOIDED")
    return {"InvoiceID": invoice["InvoiceID"], "Status": status}


def _archived(contact: Row) -> Row:
    return {"ContactID": contact["ContactID"], "ContactStatus": "ARCHIVED"}


def _change(ask: Ask, cleaned: Cleaned, collection: str, rows: Sequence[Row]) -> None:
    """Each record is taken or refused by itself."""
    for some in _chunks(rows):
        params = {"summarizeErrors": "false"}
        answer = ask("POST", f"/{collection}", params, {collection: list(some)})
        if not 200 <= answer.status < 300:
            cleaned.stay.append(f"{len(some)} of {collection}: {answer.why}")
            continue
        for row in answer.rows(collection):
            _count(cleaned, Answer(answer.status, row), 1, f"one of {collection}")


def _count(cleaned: Cleaned, answer: Answer, records: int, what: str) -> None:
    if answer.is_refused:
        cleaned.stay.append(f"{what}: {answer.why}")
    else:
        cleaned.taken_away += records


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
