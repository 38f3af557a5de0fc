"""Takes the probe's records away again, as far as Xero lets it, found by the mark in their names.

So it also finds what a killed probe left, whether or not that one could still write it down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .calls import Answer
from .organisation import Row
from .scrubbing import MARK

CALLS = 10  # that the end needs at most, where each trial took its payments and items away
_AT_ONCE = 40
_UNAPPROVED = {"DRAFT": "DELETED", "SUBMITTED": "DELETED"}
_WHOLE = {"page": "1", "pageSize": "1000"}
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
    invoices = _invoices(ask, {each["ContactID"] for each in contacts})
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
    """The active ones."""
    params = {"where": f'Name.StartsWith("{MARK}")', **_WHOLE}
    found = ask("GET", "/Contacts", params).rows("Contacts")
    # Whether Xero's filter minds the case of a text is not known.
    return [each for each in found if str(each.get("Name", "")).startswith(MARK)]


def _invoices(ask: Ask, contacts: Collection[str]) -> list[Row]:
    """Those that are open, or were paid.

    A paid one of 0.00 that Xero did not let an earlier probe void is not tried again: the contact
    of that probe is archived.
    """
    where = f'InvoiceNumber!=null AND InvoiceNumber.StartsWith("{MARK}")'
    params = {"where": where, "Statuses": "DRAFT,SUBMITTED,AUTHORISED,PAID", **_WHOLE}
    return [
        each
        for each in ask("GET", "/Invoices", params).rows("Invoices")
        if str(each.get("InvoiceNumber", "")).startswith(MARK)
        and (each.get("Total") or each["Contact"]["ContactID"] in contacts)
    ]


def _ended(invoice: Row) -> Row:
    status = _UNAPPROVED.get(str(invoice.get("Status")), "VOIDED")
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
