"""Payments: made and deleted, listed, and what they do to their invoice."""

from __future__ import annotations

from datetime import timedelta

from .calls import updated
from .findings import CouldNotTellError, Finding, judged
from .organisation import Row
from .trial import Trial


def payment_is_not_changed(trial: Trial) -> Finding:
    """P1: another reference is refused."""
    paid = _paid(trial)
    changed = {"PaymentID": paid["PaymentID"], "Reference": trial.name()}
    answer = trial.post("Payments", {**_again(trial, paid), **changed})
    return judged(answer.is_refused, f"Another reference: {answer.why}")


def equal_payments(trial: Trial) -> Finding:
    """P2: a second payment that is equal to the first is taken, and is another one."""
    invoice = trial.approved(trial.line("100.00"))
    sent = trial.payment(invoice, 10)
    first, second = trial.made("Payments", sent), trial.put("Payments", sent)
    ids = {first["PaymentID"], *(each.get("PaymentID") for each in second.rows("Payments"))}
    return judged(
        not second.is_refused and len(ids) == 2,
        f"The second one: {second.why if second.is_refused else f'{len(ids)} ids'}.",
    )


def deleted_payment(trial: Trial) -> Finding:
    """P3: it stays listed as DELETED."""
    paid = _paid(trial)
    gone = trial.delete_payment(paid)
    found = _listed(trial, gone)
    return judged(
        found.get("Status") == "DELETED", f"It is listed as {found.get('Status', 'nothing')}."
    )


def account_of_a_listed_payment(trial: Trial) -> Finding:
    """P5: its Account has the AccountID."""
    account = _listed(trial, _paid(trial)).get("Account") or {}
    return judged(account.get("AccountID"), f"Its Account has {sorted(account)}.")


def payment_in_a_listed_invoice(trial: Trial) -> Finding:
    """F11: an invoice in a page has its payments with id, day and amount."""
    invoice = trial.approved(trial.line("100.00"))
    trial.made("Payments", trial.payment(invoice, 10))
    shown = trial.listed(invoice).get("Payments") or [{}]
    found = {"PaymentID", "Date", "Amount"} & shown[0].keys()
    return judged(len(found) == 3, f"A page shows {sorted(found)} of it.")


def more_than_is_open(trial: Trial) -> Finding:
    """S3: a payment of more than what is open is refused."""
    invoice = trial.approved(trial.line("100.00"))
    answer = trial.put("Payments", trial.payment(invoice, invoice["Total"] + 1))
    return judged(answer.is_refused, f"One more than the total: {answer.why}")


def payment_moves_its_invoice(trial: Trial) -> Finding:
    """U2: a payment, and its deletion, is a change of the invoice."""
    invoice = trial.approved(trial.line("100.00"))
    trial.wait()
    paid = trial.made("Payments", trial.payment(invoice, 10))
    after = trial.read("Invoices", invoice["InvoiceID"])
    trial.wait()
    trial.delete_payment(paid)
    last = trial.read("Invoices", invoice["InvoiceID"])
    times = [updated(each) for each in (invoice, after, last)]
    moved = [times[0] < times[1], times[1] < times[2]]
    return judged(all(moved), f"The payment moves it: {moved[0]}, its deletion: {moved[1]}.")


def _paid(trial: Trial) -> Row:
    invoice = trial.approved(trial.line("100.00"))
    return trial.made("Payments", trial.payment(invoice, 10))


def _again(trial: Trial, paid: Row) -> Row:
    return trial.payment(paid["Invoice"], 10)


def _listed(trial: Trial, payment: Row) -> Row:
    """A payment as the list of what changed since then shows it."""
    since = f"{updated(payment) - timedelta(seconds=2):%Y-%m-%dT%H:%M:%S}"
    where = {"where": 'PaymentType=="ACCRECPAYMENT"', "page": "1", "pageSize": "1000"}
    answer = trial.get("/Payments", where, {"If-Modified-Since": since})
    if answer.is_refused:
        raise CouldNotTellError(f"Payments could not be listed: {answer.why}")
    rows = answer.rows("Payments")
    return next((each for each in rows if each.get("PaymentID") == payment["PaymentID"]), {})
