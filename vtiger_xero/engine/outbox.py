"""What is on its way to Xero: kept and committed before it is sent.

Xero keeps an Idempotency-Key for six minutes. Within that time an unanswered batch is sent
again, same key and same body, and Xero answers what it answered before. After it, whether the
batch arrived is found by the natural keys of its items, before anything is sent again; and not
before a request without an answer was carried out or never will be.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from uuid import uuid4

from .mapping import Values
from .modules import spec_of
from .records import Document, Module

# Bytes of one request, a single element apart: an invoice of five lines has some 1,000, so that a
# hundred of those fit, and of invoices of a hundred lines a dozen. Xero's own limit is 3.5 MB.
HEAVIEST = 250_000
KEY_LIFE = timedelta(minutes=5)  # Xero says six; the last one is left for clocks and networks
# How long Xero may be at work on a request: its API gives one up after five minutes, and its own
# client for .NET waits half a minute longer, so that no result comes after it gave up.
AT_WORK = timedelta(minutes=6)


class Method(str, Enum):
    """What a batch asks of Xero: PUT creates, POST updates (archiving and voiding are updates).

    Xero deletes items and payments one by one: such a batch has one item.
    """

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True)
class Item:
    """One element of a batch.

    `values` are the values that both sides will agree on once it has arrived, `crm_modified`
    the version of the CRM record that they came from.
    """

    document: Document
    crm_name: str
    xero_id: str | None = None
    values: Values = field(default_factory=dict)
    crm_modified: datetime | None = None
    module: Module = field(kw_only=True)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key under which its answer may be found, the surest first."""
        return spec_of(self.module).xero.keys(self.document)

    @property
    def key(self) -> str:
        """Our own key for this element, by which its answer is found."""
        return self.keys[0]

    @property
    def weight(self) -> int:
        """Its bytes in a request, more or less."""
        return len(json.dumps(self.document, default=str))


@dataclass(frozen=True)
class Batch:
    """One request: its items, its Idempotency-Key and when it was first sent.

    `failed` marks one on which Xero had an internal error: an item of it may be the cause.
    """

    id: str
    module: Module
    method: Method
    items: tuple[Item, ...]
    idempotency_key: str
    sent: datetime
    failed: bool = False

    @staticmethod
    def of(
        tenant: str, module: Module, method: Method, items: tuple[Item, ...], sent: datetime
    ) -> Batch:
        """A new batch; the tenant is in the key because Xero scopes keys per app."""
        number = uuid4().hex
        return Batch(number, module, method, items, f"{tenant}:{number}", sent)

    @property
    def last_call(self) -> datetime:
        """Until when it may be sent, for the first time or again: under its key, it is one."""
        return self.sent + KEY_LIFE

    @property
    def arrived_by(self) -> datetime:
        """From then on Xero shows whether it was carried out: no request of it is at work."""
        return self.last_call + AT_WORK

    def halves(self, tenant: str, now: datetime) -> tuple[Batch, Batch]:
        """Two new batches with half of the items each."""
        middle = len(self.items) // 2
        first, second = self.items[:middle], self.items[middle:]
        return (
            Batch.of(tenant, self.module, self.method, first, now),
            Batch.of(tenant, self.module, self.method, second, now),
        )


def fingerprint(document: Document, namesakes: str = "") -> str:
    """Equal for equal requests: what Xero refused once is not sent again unchanged.

    `namesakes` are the others whose names may be the cause (see `namesakes`): if they change, the
    request is no longer the one that was refused.
    """
    text = json.dumps(document, sort_keys=True, default=str) + namesakes
    return hashlib.sha256(text.encode()).hexdigest()[:32]
