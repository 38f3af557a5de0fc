"""Contacts: names, numbers, persons, lists of ids, the order of one request."""

from __future__ import annotations

from uuid import uuid4

from .calls import updated
from .findings import CouldNotTellError, Finding, judged
from .organisation import Row
from .trial import Trial


def case_of_names(trial: Trial) -> Finding:
    """P4: a name that differs in case alone is taken already."""
    name = f"{trial.name()} Customer"
    trial.made("Contacts", {"Name": name})
    answer = trial.put("Contacts", {"Name": name.upper()})
    return judged(answer.is_refused, f"The name in capitals: {answer.why}")


def accents_of_names(trial: Trial) -> Finding:
    """R9: names that differ in an accent alone are two."""
    name = trial.name()
    trial.made("Contacts", {"Name": f"{name} Elan"})
    answer = trial.put("Contacts", {"Name": f"{name} Élan"})
    return judged(
        not answer.is_refused, f"With an accent: {answer.why if answer.is_refused else 'taken'}."
    )


def first_invoice(trial: Trial) -> Finding:
    """R4: a contact that becomes a customer is not changed by that."""
    before = trial.contact()
    trial.wait()
    trial.approved(trial.line(), Contact={"ContactID": before["ContactID"]})
    after = trial.read("Contacts", before["ContactID"])
    if after.get("IsCustomer") is not True:
        raise CouldNotTellError("The contact is no customer after its first invoice.")
    return judged(
        updated(before) == updated(after),
        f"It was changed {updated(after) - updated(before)} later.",
    )


def lists_of_ids(trial: Trial) -> Finding:
    """R5: IDs go together with pages, where and includeArchived."""
    contact = trial.contact()
    invoice = trial.approved(trial.line())
    paged = {"page": "1", "pageSize": "1000", "order": "UpdatedDateUTC ASC"}
    contacts = trial.get(
        "/Contacts", {"IDs": contact["ContactID"], "includeArchived": "true", **paged}
    )
    invoices = trial.get(
        "/Invoices", {"IDs": invoice["InvoiceID"], "where": 'Type=="ACCREC"', **paged}
    )
    found = [len(contacts.rows("Contacts")), len(invoices.rows("Invoices"))]
    return judged(
        found == [1, 1], f"{found[0]} contacts and {found[1]} invoices: {contacts.why}, "
        f"{invoices.why}."
    )  # fmt: skip


def unknown_ids(trial: Trial) -> Finding:
    """R6: an unknown id is left out of the list."""
    contact = trial.contact()
    ids = f"{contact['ContactID']},{uuid4()}"
    some = trial.get("/Contacts", {"IDs": ids, "page": "1"})
    none = trial.get("/Invoices", {"IDs": str(uuid4()), "page": "1"})
    found = [len(some.rows("Contacts")), len(none.rows("Invoices"))]
    return judged(
        (some.status, none.status, found) == (200, 200, [1, 0]),
        f"One of two is known: HTTP {some.status}, {found[0]} contacts; none is known: "
        f"HTTP {none.status}, {found[1]} invoices.",
    )


def no_persons(trial: Trial) -> Finding:
    """R8: an empty list of persons changes nothing."""
    count = _persons_after(trial, [])
    return judged(count == 1, f"One person; after an empty list {count}.")


def empty_person(trial: Trial) -> Finding:
    """R15: one person without name and e-mail clears the list."""
    count = _persons_after(trial, [{"FirstName": "", "LastName": "", "EmailAddress": ""}])
    return judged(count == 0, f"One person; after one without a name and e-mail {count}.")


def address_in_part(trial: Trial) -> Finding:
    """R18: an address that is sent in part loses the rest."""
    whole = {"AddressType": "POBOX", "City": "Probe", "PostalCode": "12345"}
    made = trial.contact(Addresses=[whole])
    part = {"AddressType": "POBOX", "City": "Other"}
    trial.changed("Contacts", {"ContactID": made["ContactID"], "Addresses": [part]})
    after = trial.read("Contacts", made["ContactID"])
    found = next(each for each in after["Addresses"] if each["AddressType"] == "POBOX")
    return judged(
        not found.get("PostalCode"), f"The postal code is {found.get('PostalCode') or 'gone'}."
    )


def order_of_one_request(trial: Trial) -> Finding:
    """R10: elements are carried out as they stand: a name that one gives up, the next may take."""
    names = [trial.name() for _ in range(3)]
    made = [trial.made("Contacts", {"Name": name}) for name in names[:2]]
    first, second = (each["ContactID"] for each in made)
    answer = trial.post(
        "Contacts",
        {"ContactID": first, "Name": names[2]},
        {"ContactID": second, "Name": names[0]},
    )
    return judged(
        not answer.is_refused,
        f"The name that was given up: {answer.why if answer.is_refused else 'taken'}.",
    )


def name_of_an_archived_contact(trial: Trial) -> Finding:
    """U7: it is free again."""
    contact = _archived(trial)
    answer = trial.put("Contacts", {"Name": contact["Name"]})
    return judged(
        not answer.is_refused, f"Its name: {answer.why if answer.is_refused else 'taken'}."
    )


def number_of_an_archived_contact(trial: Trial) -> Finding:
    """R16: it is not free."""
    contact = _archived(trial)
    answer = trial.put(
        "Contacts", {"Name": trial.name(), "ContactNumber": contact["ContactNumber"]}
    )
    return judged(answer.is_refused, f"Its number: {answer.why}")


def _archived(trial: Trial) -> Row:
    contact = trial.contact(ContactNumber=trial.name())
    archived = {"ContactID": contact["ContactID"], "ContactStatus": "ARCHIVED"}
    trial.changed("Contacts", archived)
    return contact


def _persons_after(trial: Trial, sent: list[Row]) -> int:
    """How many persons there are, of one, after an update that sends these."""
    person = {"FirstName": "Probe", "LastName": "Person", "EmailAddress": "probe@example.com"}
    contact_id = trial.contact(ContactPersons=[person])["ContactID"]
    trial.changed("Contacts", {"ContactID": contact_id, "ContactPersons": sent})
    return _persons(trial.read("Contacts", contact_id))


def _persons(contact: Row) -> int:
    found = contact.get("ContactPersons") or ()
    return sum(bool(each.get("FirstName") or each.get("EmailAddress")) for each in found)
