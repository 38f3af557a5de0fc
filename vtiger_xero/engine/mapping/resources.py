"""What a module's documents are at Xero: the form of a row, filled in by each module's spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from ..records import Document
from ..text import name_key

VOIDED, DELETED, ARCHIVED = "VOIDED", "DELETED", "ARCHIVED"
# Statuses in which Xero lets a document be changed no more.
GONE = frozenset({ARCHIVED, "GDPRREQUEST", DELETED, VOIDED})


@dataclass(frozen=True)
class XeroResource:
    """How documents of one module are read, identified, named, sent and removed at Xero.

    What they are:
    `scope` is the permission that they need (docs/xero.md, A18).
    `noun` is Xero's word for one of them, `collection` the list that an answer holds them in.
    `title` is what people call one, `page` the address at which Xero shows it ({}: its id).
    `keys` are the natural keys by which an answer, or a document after a lost answer, is found:
    the surest first. `unique` is the key of the document whose value Xero keeps unique, "" where
    Xero takes two equal ones; `stays_taken`: a document that is gone keeps this value.
    `named_by_code`: other documents name it by `Code` instead of its id.

    Reading (docs/xero.md):
    `is_paged`: else Xero answers with everything at once. `has_archived`: a read asks for archived
    ones, too. `has_ids`: a read takes a list of ids. `where` filters reads, `is_ours` does the
    same for a document of any kind. `four_decimals`: unit prices are asked for with four.
    `complete` adds to a document what Xero's lists leave out. `words` are the values that a key on
    which money depends may have. `unreadable` is the notice on a document that could not be read
    ({id}, {error}). `webhook` is Xero's category of the events of its documents, "" where it sends
    none; `webhooks_besides` are categories of others that change them. `sweep` is how old a reading
    may be where webhooks report changes; None: it is read in every run.

    Writing:
    `batch_size` is the most elements of one request: Xero sets no limit (500 for items), and
    advises 50, where large inserts take it long, 50 to 100 for items (docs/xero.md, A16).
    `new` is what every creation says, `echoed` what every update repeats, `also_sent` (the document
    as it stands, and as it will stand) what else goes with an update. `is_fixed`: Xero makes and
    deletes these documents, and changes none. `answers_whole`: the answer to a write is the whole
    document. `removal` makes the request that takes one away; `removes_singly`: by a call of its
    own for each one, which sets its status where `removes_by_status`.
    """

    noun: str
    collection: str
    id_key: str
    status_key: str
    status_if_missing: str
    title: Callable[[Document], str]
    keys: Callable[[Document], tuple[str, ...]]
    removal: Callable[[Document], Document]
    page: str
    scope: str
    unreadable: str
    batch_size: int
    unique: str = ""
    stays_taken: bool = False
    named_by_code: bool = False
    is_paged: bool = True
    has_archived: bool = False
    has_ids: bool = False
    where: str = ""
    is_ours: Callable[[Document], bool] = lambda document: True
    four_decimals: bool = False
    complete: Callable[[Document], Document] = lambda document: document
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    webhook: str = ""
    webhooks_besides: tuple[str, ...] = ()
    sweep: timedelta | None = None
    new: Mapping[str, Any] = field(default_factory=dict)
    echoed: tuple[str, ...] = ()
    also_sent: Callable[[Document, Document], Document] = lambda held, filled: {}
    is_fixed: bool = False
    answers_whole: bool = False
    removes_singly: bool = False
    removes_by_status: bool = False

    def id(self, document: Document) -> str:
        """Xero's id of a document, "" in a request for a new one."""
        return str(document.get(self.id_key) or "")

    def status(self, document: Document) -> str:
        """Its status; documents that have none are active as long as they are there."""
        return str(document.get(self.status_key) or self.status_if_missing)

    def is_gone(self, document: Document) -> bool:
        """Whether Xero lets it be changed no more."""
        return self.status(document) in GONE

    def removes(self, document: Document) -> bool:
        """Whether a request is one that takes its document away."""
        return document.get(self.status_key) in GONE

    def reference(self, document: Document) -> str:
        """How other documents name it: by its id, or by its code, as comparable text."""
        return name_key(document.get("Code")) if self.named_by_code else self.id(document)

    def requested_name(self, document: Document) -> str:
        """The unique name that a request asks for, "" where it asks for none."""
        return str(document.get(self.unique) or "") if self.unique else ""


def text_keys(*keys: str) -> tuple[str, ...]:
    """The keys that are not empty."""
    return tuple(key for key in keys if key)


def named_key(kind: str, text: Any) -> str:
    """A key of a kind ("name", "code" …) from a document's text, "" for none."""
    return f"{kind}:{name_key(str(text))}" if text and name_key(str(text)) else ""


def amount_text(amount: Any) -> str:
    """An amount as text that is equal for equal amounts."""
    try:
        return f"{Decimal(str(amount or 0)).quantize(Decimal('0.01')):f}"
    except InvalidOperation:
        return str(amount)
