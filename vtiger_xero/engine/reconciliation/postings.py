"""A record of either side as far as reconciling needs it: what it is, where it stands, its figures.

Nothing else of a record is kept, so that the books of 100,000 invoices fit into memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ..mapping.doctypes import DO_NOT_SYNC
from ..mapping.resources import GONE
from ..modules import spec_of, title_of
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
    document, spec = record.document, spec_of(record.module)
    status = spec.xero.status(document)
    booking = replace(spec.book_xero(document, base_currency), status=status)
    if status in GONE:
        booking = replace(booking, standing=Standing.GONE)
    return Posting(
        module=record.module,
        key=record.id.lower(),
        title=title_of(None, record) or record.id,
        **vars(booking),
        version=record.updated,
        pending=pending,
        is_no_customer=spec.is_no_customer(document),
    )
