"""A record of either side as far as reconciling needs it: what it is, where it stands, its figures.

Nothing else of a record is kept, and that only of those that a reader will see (`reading`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..mapping.doctypes import DO_NOT_SYNC
from ..modules import booking_of, spec_of, title_of
from ..modules.spec import Booking
from ..modules.spec import Standing as Standing
from ..ports import Row
from ..records import CrmRecord, Fields, Module, XeroRecord
from ..stored import stored_booking, time_of


@dataclass(frozen=True, kw_only=True)
class Posting(Booking):
    """A record in brief, with how it is booked. `key`: its CRM name, or its Xero id in lower case.

    `version` is when it was last changed (UTC). `pending` marks a document that Xero changed since
    the last run, `is_excluded` a record that a user excludes from the sync.
    """

    module: Module
    key: str
    title: str
    version: datetime | None = None
    pending: bool = False
    is_no_customer: bool = False
    is_excluded: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether it is as if it were not there."""
        return self.standing is Standing.GONE


def of_crm(record: CrmRecord, base_currency: str = "") -> Posting:
    """A record of the CRM; one without a currency is in the base currency."""
    booking = spec_of(record.module).book_crm(record.fields, base_currency)
    brief = in_brief(record.module, record.name, record.fields, booking)
    return replace(brief, version=record.modified)


def in_brief(module: Module, name: str, fields: Fields, booking: Booking) -> Posting:
    """A record of the CRM of which only some fields were read, and not its version."""
    return Posting(
        module=module,
        key=name,
        title=str(fields.get(spec_of(module).title_field) or name),
        **vars(booking),
        is_excluded=bool(fields.get(DO_NOT_SYNC)),
    )


def of_xero(record: XeroRecord, base_currency: str = "", *, pending: bool = False) -> Posting:
    """A document of Xero."""
    return Posting(
        module=record.module,
        key=record.id.lower(),
        title=title_of(None, record) or record.id,
        **vars(booking_of(record, base_currency)),
        version=record.updated,
        pending=pending,
        is_no_customer=spec_of(record.module).is_no_customer(record.document),
    )


def of_stored(module: Module, row: Row) -> Posting | None:
    """A document from a row of `Journal.bookings`; None where the row does not say enough.

    Which currency a document without one has, its spec knows, and that reads the document.
    """
    held = stored_booking(row["booking"])
    if held is None or (spec_of(module).figures and not held[0].currency):
        return None
    booking, title, is_no_customer = held
    return Posting(
        module=module,
        key=row["xero_id"].lower(),
        title=title or row["xero_id"],
        **vars(booking),
        version=time_of(row["updated"]),
        pending=bool(row["pending"]),
        is_no_customer=is_no_customer,
    )


def complete_all(payments: Sequence[Posting], invoices: Sequence[Posting]) -> list[Posting]:
    """Payments with the owner and the currency of their invoices, where they name none."""
    known = {each.key: each for each in invoices}
    return [_complete(payment, known.get(payment.invoice)) for payment in payments]


def _complete(payment: Posting, invoice: Posting | None) -> Posting:
    if invoice is None or (payment.owner and payment.currency):
        return payment
    return replace(
        payment,
        owner=payment.owner or invoice.owner,
        currency=payment.currency or invoice.currency,
    )
