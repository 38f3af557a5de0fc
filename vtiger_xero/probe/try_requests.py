"""Requests: errors of several records, headers, dates, filters, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from ..xero.wire import NOBODY
from .findings import Finding, judged
from .trial import Trial

_DATE = re.compile(r"/Date\(-?\d+(\+0000)?\)/")
_DATES = ("Date", "DueDate", "UpdatedDateUTC")
_LIMITS = ("X-MinLimit-Remaining", "X-DayLimit-Remaining")


def summarised_errors(trial: Trial) -> Finding:
    """A2: Elements has the refused elements alone."""
    answer = trial.put_summarised("Contacts", {"Name": trial.name()}, {"Name": ""})
    count = len(answer.rows("Elements"))
    return judged(
        (answer.status, count) == (400, 1),
        f"Of two, one good and one without a name: HTTP {answer.status}, {count} Elements.",
    )


def errors_of_each(trial: Trial) -> Finding:
    """A3: with summarizeErrors=false the good one is saved."""
    answer = trial.put("Contacts", {"Name": trial.name()}, {"Name": ""})
    ids = [row.get("ContactID", NOBODY) for row in answer.rows("Contacts")]
    return judged(
        answer.status == 200 and [each != NOBODY for each in ids] == [True, False],
        f"HTTP {answer.status}; of {len(ids)} contacts {sum(x != NOBODY for x in ids)} has an id.",
    )


def refused_element(trial: Trial) -> Finding:
    """A20: it has ValidationErrors, an error status or flag, or no id."""
    rows = trial.put("Contacts", {"Name": ""}).rows("Contacts") or [{}]
    signs = {
        "ValidationErrors": bool(rows[0].get("ValidationErrors")),
        "StatusAttributeString": rows[0].get("StatusAttributeString") == "ERROR",
        "HasValidationErrors": rows[0].get("HasValidationErrors") is True,
        "no id": rows[0].get("ContactID", NOBODY) == NOBODY,
    }
    found = [name for name, is_there in signs.items() if is_there]
    return judged(found, f"It has {', '.join(found) or 'no sign'}.")


def refused_element_repeats(trial: Trial) -> Finding:
    """A21: it repeats what was sent."""
    contact = trial.contact()
    number = trial.name()
    sent = {"Name": contact["Name"], "ContactNumber": number}
    rows = trial.put("Contacts", sent).rows("Contacts") or [{}]
    found = {name: value for name, value in sent.items() if rows[0].get(name) == value}
    return judged(found, f"It repeats {', '.join(found) or 'nothing'}.")


def limits_in_headers(trial: Trial) -> Finding:
    """A12: each answer says what is left."""
    good, bad = trial.get("/Currencies"), trial.get(f"/Invoices/{uuid4()}")
    found = [sorted(set(_LIMITS) & each.headers.keys()) for each in (good, bad)]
    return judged(
        all(len(each) == len(_LIMITS) for each in found),
        f"HTTP {good.status} has {found[0]}, HTTP {bad.status} has {found[1]}.",
    )


def dates_and_nulls(trial: Trial) -> Finding:
    """A22: dates are /Date()/, and nothing is null."""
    made = trial.approved(trial.line())
    read = trial.read("Invoices", made["InvoiceID"])
    odd = [
        f"{key}: {value}"
        for row in (made, read)
        for key, value in _elements(row)
        if value is None or (key in _DATES and not _DATE.fullmatch(str(value)))
    ]
    return judged(not odd, f"Otherwise: {', '.join(sorted(set(odd))) or 'none'}.")


def profile_of_the_organisation(trial: Trial) -> Finding:
    """A26: what is read of it is there."""
    wanted = {"Name", "ShortCode", "BaseCurrency", "CountryCode", "IsDemoCompany"}
    missing = sorted(wanted - trial.books.profile.keys())
    return judged(not missing, f"Missing: {', '.join(missing) or 'nothing'}.")


def case_of_filters(trial: Trial) -> Finding:
    """I3: StartsWith minds the case."""
    name = trial.contact()["Name"]
    counts = [
        len(trial.get("/Contacts", {"where": f'Name.StartsWith("{text}")', "page": "1"})
            .rows("Contacts"))
        for text in (name, name.lower())
    ]  # fmt: skip
    return judged(counts == [1, 0], f"As it is {counts[0]} found, in small letters {counts[1]}.")


def filter_by_type(trial: Trial) -> Finding:
    """I4: where filters by Type."""
    invoice = trial.approved(trial.line())
    counts = [
        len(trial.get("/Invoices", {"IDs": invoice["InvoiceID"], "where": f'Type=="{kind}"',
                                    "page": "1"}).rows("Invoices"))
        for kind in ("ACCREC", "ACCPAY")
    ]  # fmt: skip
    return judged(counts == [1, 0], f"As a sale {counts[0]} found, as a bill {counts[1]}.")


def page_that_is_no_number(trial: Trial) -> Finding:
    """I6: it is refused, and so is a time that is none."""
    page = trial.get("/Contacts", {"page": "first", "IDs": str(uuid4())})
    params = {"page": "1", "IDs": str(uuid4())}
    since = trial.get("/Contacts", params, {"If-Modified-Since": "yesterday"})
    return judged(
        page.is_refused and since.is_refused,
        f"The page: HTTP {page.status}; the time: HTTP {since.status}.",
    )


def archived_in_lists(trial: Trial) -> Finding:
    """I8: archived contacts are listed with includeArchived=true only."""
    contact = trial.contact()
    trial.changed("Contacts", {"ContactID": contact["ContactID"], "ContactStatus": "ARCHIVED"})
    params = {"where": f'Name=="{contact["Name"]}"', "page": "1"}
    counts = [
        len(trial.get("/Contacts", {**params, **others}).rows("Contacts"))
        for others in ({}, {"includeArchived": "true"})
    ]
    return judged(counts == [0, 1], f"Without it {counts[0]} found, with it {counts[1]}.")


def longest_key(trial: Trial) -> Finding:
    """K3: a key has 128 characters at most."""
    found = []
    for size in (128, 129):
        key = {"Idempotency-Key": trial.name().ljust(size, "x")}
        found.append(trial.put("Contacts", {"Name": trial.name()}, headers=key).is_refused)
    return judged(found == [False, True], f"Refused: of 128 {found[0]}, of 129 {found[1]}.")


def id_that_was_never_issued(trial: Trial) -> Finding:
    """D4: it makes a write a 404."""
    contact = trial.post("Contacts", {"ContactID": str(uuid4()), "Name": trial.name()})
    item = trial.post("Items", {"ItemID": str(uuid4()), "Code": trial.name()})
    document = trial.invoice(trial.line(), Contact={"ContactID": str(uuid4())})
    invoice = trial.put("Invoices", document)
    found = [each.status for each in (contact, item, invoice)]
    return judged(
        found == [404, 404, 404],
        f"A contact: HTTP {found[0]}; an item: HTTP {found[1]}; an invoice of such a contact: "
        f"HTTP {found[2]}.",
    )


def _elements(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, piece in value.items():
            yield key, piece
            yield from _elements(piece)
    elif isinstance(value, list):
        for piece in value:
            yield from _elements(piece)
