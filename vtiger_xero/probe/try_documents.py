"""Invoices as documents: what may be sent, changed and paid in which state; contacts' own rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..xero import wire
from .calls import Answer, updated
from .findings import CouldNotTellError, Finding, judged
from .organisation import Row
from .trial import Trial

NO_LOCK_DATE = "The organisation has no lock date."


def locked_period(trial: Trial) -> Finding:
    """D1: in a locked period no draft is made."""
    dates = [trial.books.profile.get(name) for name in ("PeriodLockDate", "EndOfYearLockDate")]
    locked = [wire.moment(each).date() for each in dates if each]
    if not locked:
        raise CouldNotTellError(NO_LOCK_DATE)
    day = max(locked).isoformat()
    drafts = trial.put("Invoices", trial.invoice(trial.line(), status="DRAFT", Date=day))
    return _refused(f"A draft of {day}", drafts)


def paid_invoice(trial: Trial) -> Finding:
    """D2: it takes what it has, and no other value."""
    made = trial.approved(trial.line())
    trial.made("Payments", trial.payment(made, made["Total"]))
    return _same_and_other(trial, made)


def partly_paid_invoice(trial: Trial) -> Finding:
    """D15: Reference and a line's Description may change, its amount may not."""
    made = trial.approved(trial.line())
    trial.made("Payments", trial.payment(made, 1))
    answers = [
        trial.post("Invoices", {"InvoiceID": made["InvoiceID"], "Reference": "Changed"}),
        trial.post("Invoices", _with_line(trial, made, "10.00", Description="Changed")),
        trial.post("Invoices", _with_line(trial, made, "20.00", Description="Changed")),
    ]
    found = [each.is_refused for each in answers]
    return judged(
        found == [False, False, True],
        f"Refused: the reference {found[0]}, words of a line {found[1]}, its amount {found[2]}.",
    )


def voided_with_more(trial: Trial) -> Finding:
    """D3: with VOIDED nothing else of the body counts."""
    made = trial.approved(trial.line())
    sent = {"InvoiceID": made["InvoiceID"], "Status": "VOIDED", "Reference": "Changed"}
    answer = trial.post("Invoices", sent)
    read = trial.read("Invoices", made["InvoiceID"])
    return judged(
        not answer.is_refused and (read["Status"], read.get("Reference")) == ("VOIDED", "Probe"),
        f"It is {read['Status']}, its reference {read.get('Reference')}.",
    )


def line_in_part(trial: Trial) -> Finding:
    """D6: what is not sent of a line stays; its tax is computed anew."""
    made = trial.made("Invoices", trial.invoice(trial.line("100.00"), status="DRAFT"))
    before = made["LineItems"][0]
    part = {"LineItemID": before["LineItemID"], "UnitAmount": 200}
    after = trial.changed("Invoices", {"InvoiceID": made["InvoiceID"], "LineItems": [part]})
    line = after["LineItems"][0]
    is_kept = all(line.get(key) == before.get(key) for key in ("Description", "AccountCode"))
    return judged(
        is_kept and line.get("TaxAmount") == 2 * Decimal(before.get("TaxAmount") or 0),
        f"Kept: {is_kept}; the tax was {before.get('TaxAmount')} and is {line.get('TaxAmount')}.",
    )


def without_tax(trial: Trial) -> Finding:
    """D7: a document of NoTax shows NONE on each line."""
    sent = trial.invoice(trial.line(), status="DRAFT", LineAmountTypes="NoTax")
    found = trial.made("Invoices", sent)["LineItems"][0].get("TaxType")
    return judged(found == "NONE", f"Its line has {found}.")


def system_account(trial: Trial) -> Finding:
    """D9: a line may not stand on the account of the debtors."""
    accounts = (each for each in trial.books.accounts if each.get("SystemAccount") == "DEBTORS")
    code = next((each.get("Code") for each in accounts), None)
    if not code:
        raise CouldNotTellError("The account of the debtors is not listed with a code.")
    answer = trial.put("Invoices", trial.invoice(trial.line(AccountCode=code)))
    return _refused("A line on the debtors", answer)


def half_a_cent(trial: Trial) -> Finding:
    """D13: it is rounded away from zero."""
    lines = [trial.line("10.005"), trial.line("10.015")]
    made = trial.made("Invoices", trial.invoice(*lines, status="DRAFT"))
    found = [line.get("LineAmount") for line in made["LineItems"]]
    return judged(
        found == [Decimal("10.01"), Decimal("10.02")],
        f"10.005 is {found[0]}, 10.015 is {found[1]}.",
    )


def total_that_differs(trial: Trial) -> Finding:
    """D14: a Total that is not that of the lines is refused."""
    answer = trial.put("Invoices", trial.invoice(trial.line(), Total=Decimal("99.00")))
    return _refused("Another Total", answer)


def lines_with_and_without_ids(trial: Trial) -> Finding:
    """D16: with its id a line stays, without one it is new, left out it is deleted."""
    first = trial.invoice(trial.line("1.00"), trial.line("2.00"), status="DRAFT")
    made = trial.made("Invoices", first)
    kept = made["LineItems"][0]["LineItemID"]
    lines = [{"LineItemID": kept, **trial.line("1.00")}, trial.line("3.00")]
    after = trial.changed("Invoices", {"InvoiceID": made["InvoiceID"], "LineItems": lines})
    found = {line["LineItemID"]: line["UnitAmount"] for line in after["LineItems"]}
    return judged(
        found.get(kept) == 1 and sorted(found.values()) == [1, 3],
        f"Of lines of 1 and 2 there are then {sorted(map(str, found.values()))}.",
    )


def ways_of_a_status(trial: Trial) -> Finding:
    """D19: forward it goes, not back."""
    made = trial.made("Invoices", trial.invoice(trial.line(), status="DRAFT"))
    found = []
    for status in ("SUBMITTED", "DRAFT", "AUTHORISED", "DRAFT"):
        answer = trial.post("Invoices", {"InvoiceID": made["InvoiceID"], "Status": status})
        found.append(answer.is_refused)
    return judged(
        found == [False, False, False, True],
        f"Refused: from draft to submitted {found[0]}, back {found[1]}, to approved {found[2]}, "
        f"back {found[3]}.",
    )


def post_by_number(trial: Trial) -> Finding:
    """D20: a POST with the number of an invoice changes that one."""
    sent = trial.invoice(trial.line(), status="DRAFT")
    made = trial.made("Invoices", sent)
    rows = trial.post("Invoices", {**sent, "Reference": "Changed"}).rows("Invoices") or [{}]
    is_same = rows[0].get("InvoiceID") == made["InvoiceID"]
    return judged(is_same, f"The same invoice: {is_same}.")


def what_a_payment_needs(trial: Trial) -> Finding:
    """D21: an account that takes payments, and an approved invoice."""
    draft = trial.made("Invoices", trial.invoice(trial.line(), status="DRAFT"))
    early = trial.put("Payments", trial.payment(draft, 1))
    made = trial.approved(trial.line())
    account = {"AccountID": trial.books.sales["AccountID"]}
    wrong = trial.put("Payments", trial.payment(made, 1, Account=account))
    found = [early.is_refused, wrong.is_refused]
    return judged(
        found == [True, True], f"Refused: of a draft {found[0]}, to an account of sales {found[1]}."
    )


def contact_within_an_invoice(trial: Trial) -> Finding:
    """D25: more than its ContactID changes the contact."""
    contact = trial.contact()
    sent = {
        "ContactID": contact["ContactID"],
        "Name": contact["Name"],
        "EmailAddress": "probe@example.com",
    }
    trial.made("Invoices", trial.invoice(trial.line(), status="DRAFT", Contact=sent))
    after = trial.read("Contacts", contact["ContactID"])
    found = after.get("EmailAddress")
    return judged(found, f"Its e-mail is {found or 'as it was'}.")


def what_approving_needs(trial: Trial) -> Finding:
    """D26: a DueDate, a Description, an account."""
    no_due = {k: v for k, v in trial.invoice(trial.line()).items() if k != "DueDate"}
    no_text, no_account = (
        trial.invoice({k: v for k, v in trial.line().items() if k != name})
        for name in ("Description", "AccountCode")
    )
    found = [trial.put("Invoices", each).is_refused for each in (no_due, no_text, no_account)]
    return judged(
        all(found),
        f"Refused: without a due date {found[0]}, without words {found[1]}, without an account "
        f"{found[2]}.",
    )


def below_zero(trial: Trial) -> Finding:
    """D10: an invoice whose total is below zero is refused once it is approved."""
    answer = trial.put("Invoices", trial.invoice(trial.line("-10.00")))
    return judged(answer.is_refused, f"Refused: {answer.is_refused}. {answer.why}")


def due_date_of_what_is_partly_paid(trial: Trial) -> Finding:
    """I9: another DueDate leaves UpdatedDateUTC."""
    made = trial.approved(trial.line())
    trial.made("Payments", trial.payment(made, 1))
    before = trial.read("Invoices", made["InvoiceID"])
    trial.wait()
    day = (wire.moment(before["DueDate"]).date()).replace(day=28).isoformat()
    sent = {"InvoiceID": made["InvoiceID"], "DueDate": day}
    after = trial.changed("Invoices", sent)
    return judged(
        updated(after) == updated(before),
        f"It was changed {updated(after) - updated(before)} later.",
    )


def put_with_an_id(trial: Trial) -> Finding:
    """N7: it makes a new contact."""
    contact = trial.contact()
    answer = trial.put("Contacts", {"ContactID": contact["ContactID"], "Name": trial.name()})
    rows = answer.rows("Contacts") or [{}]
    is_new = not answer.is_refused and rows[0].get("ContactID") != contact["ContactID"]
    return judged(is_new, f"A new contact: {is_new}. {answer.why if answer.is_refused else ''}")


def most_persons(trial: Trial) -> Finding:
    """N8: five persons are taken, six are not; those that are sent replace the others."""
    made = trial.contact(ContactPersons=_persons(5))
    contact_id = made["ContactID"]
    six = trial.post("Contacts", {"ContactID": contact_id, "ContactPersons": _persons(6)})
    trial.changed("Contacts", {"ContactID": contact_id, "ContactPersons": _persons(2)})
    count = len(trial.read("Contacts", contact_id).get("ContactPersons") or ())
    return judged(
        six.is_refused and count == 2, f"Six refused: {six.is_refused}; two sent: {count} there."
    )


def archived_contact(trial: Trial) -> Finding:
    """N9: it takes no edit, and is not restored; archiving it with an open invoice works."""
    contact = trial.contact()
    contact_id = contact["ContactID"]
    trial.approved(trial.line(), Contact={"ContactID": contact_id})
    archived = {"ContactID": contact_id, "ContactStatus": "ARCHIVED"}
    trial.changed("Contacts", archived)
    edited = trial.post("Contacts", {"ContactID": contact_id, "FirstName": "Probe"})
    restored = trial.post("Contacts", {"ContactID": contact_id, "ContactStatus": "ACTIVE"})
    found = [edited.is_refused, restored.is_refused]
    return judged(found == [True, True], f"Refused: an edit {found[0]}, restoring it {found[1]}.")


def longest_names(trial: Trial) -> Finding:
    """N10: a contact's Name has 255 characters, an item's Code 30."""
    name, code = trial.name(), trial.name()
    answers = [
        trial.put("Contacts", {"Name": name.ljust(255, "x")}),
        trial.put("Contacts", {"Name": name.ljust(256, "y")}),
        trial.put("Items", {"Code": code.ljust(30, "x")}),
        trial.put("Items", {"Code": code.ljust(31, "y")}),
    ]
    found = [each.is_refused for each in answers]
    return judged(
        found == [False, True, False, True],
        f"Refused: a name of 255 {found[0]}, of 256 {found[1]}; a code of 30 {found[2]}, of 31 "
        f"{found[3]}.",
    )


def website(trial: Trial) -> Finding:
    """N11: the API does not write it."""
    contact = trial.contact(Website="https://example.com")
    found = trial.read("Contacts", contact["ContactID"]).get("Website")
    return judged(not found, f"A website that was sent is {found or 'not there'}.")


def brackets_and_spaces(trial: Trial) -> Finding:
    """N13: angle brackets and double spaces in a name are refused."""
    found = [
        trial.put("Contacts", {"Name": f"{trial.name()}{text}"}).is_refused
        for text in (" <Probe>", "  Probe")
    ]
    return judged(all(found), f"Refused: brackets {found[0]}, two spaces {found[1]}.")


def _same_and_other(trial: Trial, made: Row) -> Finding:
    same = trial.post("Invoices", _with_line(trial, made, "10.00"))
    other = trial.post("Invoices", _with_line(trial, made, "20.00"))
    found = [same.is_refused, other.is_refused]
    return judged(found == [False, True], f"Refused: what it has {found[0]}, other {found[1]}.")


def _with_line(trial: Trial, made: Row, amount: str, **others: Any) -> Row:
    line = {"LineItemID": made["LineItems"][0]["LineItemID"], **trial.line(amount, **others)}
    return {"InvoiceID": made["InvoiceID"], "LineItems": [line]}


def _persons(count: int) -> list[Row]:
    return [{"FirstName": "Probe", "LastName": f"Person {number}"} for number in range(count)]


def _refused(what: str, answer: Answer) -> Finding:
    return judged(answer.is_refused, f"{what}: {answer.why if answer.is_refused else 'taken'}")
