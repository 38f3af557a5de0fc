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
from ..records import CrmRecord, Module, XeroRecord


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
    spec, fields = spec_of(record.module), record.fields
    return Posting(
        module=record.module,
        key=record.name,
        title=title_of(record, None),
        **vars(spec.book_crm(fields, base_currency)),
        version=record.modified,
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
