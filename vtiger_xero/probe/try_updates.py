"""What an update changes and what it leaves, repeated requests, and what changed since when."""

from __future__ import annotations

from .calls import updated
from .findings import Finding, judged
from .trial import Trial


def update_that_changes_nothing(trial: Trial) -> Finding:
    """U1: the time of change stays."""
    contact = trial.contact(FirstName="Probe")
    trial.wait()
    sent = {"ContactID": contact["ContactID"], "Name": contact["Name"], "FirstName": "Probe"}
    after = trial.changed("Contacts", sent)
    return judged(
        updated(after) == updated(contact),
        f"It was changed {updated(after) - updated(contact)} later.",
    )


def lines_that_are_not_sent(trial: Trial) -> Finding:
    """L15: they stay, with their ids."""
    made = trial.approved(trial.line(), trial.line("20.00"))
    trial.changed("Invoices", {"InvoiceID": made["InvoiceID"], "Reference": "Changed"})
    after = trial.read("Invoices", made["InvoiceID"])
    ids = [{line["LineItemID"] for line in each["LineItems"]} for each in (made, after)]
    return judged(ids[0] == ids[1], f"{len(ids[0] & ids[1])} of {len(ids[0])} ids are the same.")


def status_that_is_not_sent(trial: Trial) -> Finding:
    """U6: an update of the Reference keeps it."""
    found = []
    for status in ("DRAFT", "SUBMITTED", "AUTHORISED"):
        made = trial.made("Invoices", trial.invoice(trial.line(), status=status))
        sent = {"InvoiceID": made["InvoiceID"], "Reference": "Changed"}
        found.append((status, trial.changed("Invoices", sent).get("Status")))
    return judged(
        all(before == after for before, after in found),
        "; ".join(f"{before} stays {after}" for before, after in found) + ".",
    )


def key_with_another_body(trial: Trial) -> Finding:
    """U9: the same request is answered alike, another one under its key is refused."""
    key = {"Idempotency-Key": trial.name()}
    sent = {"Name": trial.name()}
    first = trial.put("Contacts", sent, headers=key)
    again = trial.put("Contacts", sent, headers=key)
    other = trial.put("Contacts", {"Name": trial.name()}, headers=key)
    ids = {each.get("ContactID") for answer in (first, again) for each in answer.rows("Contacts")}
    return judged(
        not again.is_refused and len(ids) == 1 and other.status == 400,
        f"The same body: HTTP {again.status}, {len(ids)} contacts; another one: HTTP "
        f"{other.status}.",
    )


def changed_within_the_second(trial: Trial) -> Finding:
    """S8: what changed within the second of If-Modified-Since is in the answer."""
    contact = trial.contact()
    trial.wait(2)  # a list may be some moments behind
    since = f"{updated(contact):%Y-%m-%dT%H:%M:%S}"
    params = {"IDs": contact["ContactID"], "page": "1"}
    found = trial.get("/Contacts", params, {"If-Modified-Since": since}).rows("Contacts")
    return judged(len(found) == 1, f"Changed at {updated(contact):%S.%f}: {len(found)} contacts.")
