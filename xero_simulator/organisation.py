"""One organisation in Xero: its books, and the doors of the people who work in its screens."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from xero_simulator.contact_fields import (
    ACTIVE,
    ARCHIVED,
    EVERY_FIELD,
    Contact,
    Edited,
    overlay,
)
from xero_simulator.country_rates import tax_rate
from xero_simulator.documents import Document
from xero_simulator.people import PeopleWithDocuments
from xero_simulator.readings import Readings
from xero_simulator.reference_data import Books, books_of
from xero_simulator.wire import JsonObject, parse_wire_date, wire_date

_IN_THE_SCREENS = Readings()  # what the API makes of a request is no matter there


@dataclass(frozen=True)
class NewOrganisation:
    """What to open an organisation with. Countries: NZ, AU, GB, US, CA, SG, ZA, IE."""

    name: str
    country: str = "NZ"
    currency: str = "NZD"
    is_demo: bool = False


class Organisation(PeopleWithDocuments):
    """State of one tenant. Every method that changes it takes the simulator's one lock."""

    @classmethod
    def open_books(cls, new: NewOrganisation, tenant_id: str, now: datetime) -> Books:
        """The reference data of a new organisation."""
        return books_of(new.name, new.country, new.currency, new.is_demo, tenant_id, now)

    # -- a person in Xero's own screens ------------------------------------------------------

    def add_contact_in_xero(self, **fields: Any) -> Contact:
        """Add a contact by hand. Every field may be set, Website and Discount included."""
        with self._lock:
            return self._save_by_hand(self.blank_contact(), fields)

    def edit_contact(self, contact_id: str, **fields: Any) -> Contact:
        """Change fields of a contact by hand, an archived one too."""
        with self._lock:
            return self._save_by_hand(self.contacts[contact_id], fields)

    def archive_contact(self, contact_id: str) -> Contact:
        """Archive a contact by hand."""
        return self.edit_contact(contact_id, ContactStatus=ARCHIVED)

    def restore_contact(self, contact_id: str) -> Contact:
        """Bring an archived contact back, which the API cannot."""
        return self.edit_contact(contact_id, ContactStatus=ACTIVE)

    def merge_contacts(self, from_id: str, into_id: str) -> Contact:
        """Merge one contact into another: it shows as ARCHIVED with MergedToContactID.

        Its documents go over to the other one.
        # invented [N6]: nothing of its own details does. That the documents keep their
        UpdatedDateUTC [R14], and name the other one in the API [R7], is not proven: who holds the
        old ContactID has to follow MergedToContactID.
        """
        with self._lock:
            if from_id == into_id or into_id not in self.contacts:
                raise ValueError("a contact is merged into another one")
            for book in (self.invoices, self.credit_notes, self.overpayments, self.prepayments):
                for document in book.equal("Contact", from_id):
                    book.save(self._merged(document, into_id), quietly=True)
            merged = replace(self.contacts[from_id], merged_to=into_id)
            return self._save_by_hand(merged, {"ContactStatus": ARCHIVED})

    def load_contacts(self, rows: Iterable[JsonObject]) -> None:
        """Take over contacts as they are on the wire, with their ids, states and times."""
        with self._lock:
            for row in rows:
                contact = self._loaded(row)
                self.contacts.save(contact, quietly=True)
                self.not_before(contact.updated)

    def lock_period(self, until: datetime | None) -> None:
        """Set or lift the period lock date."""
        lock_date = None if until is None else wire_date(until)
        self._change_books(profile={**self.books.profile, "PeriodLockDate": lock_date})

    def add_currency(self, code: str, description: str) -> None:
        """Subscribe to a currency."""
        row = {"Code": code, "Description": description}
        self._change_books(currencies=[*self.books.currencies, row])

    def add_tax_rate(
        self, name: str, components: list[JsonObject], report_tax_type: str = "OUTPUT"
    ) -> str:
        """Add a tax rate by hand; returns its TaxType, TAX001 and on."""
        with self._lock:
            by_hand = [r for r in self.books.tax_rates if r["TaxType"].startswith("TAX")]
            rate = tax_rate(f"TAX{len(by_hand) + 1:03}", name, report_tax_type, components)
            self._change_books(tax_rates=[*self.books.tax_rates, rate])
            return str(rate["TaxType"])

    def edit_tax_rate(self, tax_type: str, **fields: Any) -> None:
        """Change a tax rate by hand: rename it, or set Status DELETED."""
        rates = [
            {**rate, **fields} if rate["TaxType"] == tax_type else rate
            for rate in self.books.tax_rates
        ]
        self._change_books(tax_rates=rates)

    def edit_account(self, code: str, **fields: Any) -> None:
        """Change an account by hand: rename it, or set Status ARCHIVED."""
        with self._lock:
            self._change_books(
                accounts=[
                    self._edited_account(account, fields)
                    if account.get("Code") == code
                    else account
                    for account in self.books.accounts
                ]
            )

    def _edited_account(self, account: JsonObject, fields: JsonObject) -> JsonObject:
        """What changes nothing leaves UpdatedDateUTC as it is [REC, as for contacts]."""
        edited = {**account, **fields}
        return (
            account if edited == account else edited | {"UpdatedDateUTC": wire_date(self.stamp())}
        )

    # -- shared with the API -----------------------------------------------------------------

    def _merged(self, document: Document, into_id: str) -> Document:
        contact_id = into_id if self.readings.merge_moves_documents else document.contact_id
        updated = self.stamp() if self.readings.merge_stamps_documents else document.updated
        return replace(document, contact_id=contact_id, updated=updated)

    def _save_by_hand(self, contact: Contact, fields: JsonObject) -> Contact:
        is_new = contact.contact_id not in self.contacts
        edited = Edited.NEVER if is_new else Edited.BY_HAND
        changed = overlay(contact, fields, EVERY_FIELD, _IN_THE_SCREENS)
        changed = replace(changed, updated=self.stamp(), edited=edited)
        namesake = self.contacts.active_named(changed.name)
        if changed.is_active and namesake and namesake.contact_id != changed.contact_id:
            raise ValueError(f"an active contact is already named {changed.name}")
        self.contacts.save(changed)
        return changed

    def _loaded(self, row: JsonObject) -> Contact:
        written = row.get("UpdatedDateUTC")
        contact = Contact(
            row.get("ContactID") or self.new_id(),
            parse_wire_date(written) if written else self.stamp(),
            {"ContactStatus": ACTIVE},
            merged_to=row.get("MergedToContactID"),
            edited=_edited(row),
        )
        return overlay(contact, row, EVERY_FIELD, _IN_THE_SCREENS)


def _edited(row: JsonObject) -> Edited:
    """Who wrote a contact that is taken over: what it shows empty tells."""
    shown = {name for each in row.get("Addresses") or () for name in each}
    if "AddressLine1" in shown and row.get("FirstName") is not None:
        return Edited.BY_HAND
    return Edited.BY_API if "BankAccountDetails" in row or "City" in shown else Edited.NEVER
