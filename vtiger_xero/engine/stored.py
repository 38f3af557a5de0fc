"""How the journal's records stand in a database row, the same on a Frappe site and in SQLite.

Keys are the field names of the DocTypes below. Times that only the sync
reads are ISO text in UTC, so that no time zone of a site or a database can shift a watermark;
times that people read (`started`, `finished`, `synced_at`) are aware datetimes, which the row
store converts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from sys import intern
from typing import Any

from .actions import Change, Operation
from .links import (
    Answer,
    Choice,
    FieldConflict,
    Likeness,
    Link,
    LinkState,
    MatchAnswer,
    Possible,
    XeroHead,
)
from .mapping import Values
from .messages import Message, from_data, label, lines, to_data
from .modules import booking_of, head_of, spec_of, title_of
from .modules.spec import Booking, Standing
from .outbox import Batch, Item, Method
from .records import Line, Module, Person, Side, Value, XeroRecord
from .report import Entry, ModuleLog, RunHeader
from .same_content import has_same_content
from .showing import format_value
from .text import likeness_key, name_key, shared

Row = dict[str, Any]
DOCUMENT, WATERMARK, LINK = "Xero Document", "Xero Watermark", "Xero Link"
# What a run asks to find what changed: these columns of links, and no others. And of documents.
BY_RECORD = ("tenant", "module", "crm_name", "crm_version", "state")
BY_MODULE = ("tenant", "module")
ANSWER, BATCH = "Xero Match Answer", "Xero Outbox"
RUN, LOG, ENTRY = "Xero Sync Run", "Xero Sync Log", "Xero Sync Entry"


def time_text(time: datetime | None) -> str | None:
    """An aware UTC time as ISO text."""
    return time.isoformat() if time is not None else None


def time_of(text: str | None) -> datetime | None:
    """The time that `time_text` wrote."""
    return datetime.fromisoformat(text) if text else None


# Values: JSON with a tag where JSON has no such type


def dump(value: Any) -> str:
    """Values, documents and the like as JSON text; equal values give equal text."""
    return json.dumps(value, default=_tag, ensure_ascii=False, sort_keys=True)


def load(text: str | None) -> Any:
    """What `dump` wrote."""
    return json.loads(text, object_hook=_untag) if text else {}


def _tag(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Person):
        return {"$person": [value.first_name, value.last_name, value.email, value.is_primary]}
    if isinstance(value, Line):
        return {"$line": [getattr(value, name) for name in _LINE]}
    raise TypeError(f"{type(value).__name__} cannot be kept in the journal")


_LINE = tuple(each.name for each in fields(Line))


def _untag(held: dict[str, Any]) -> Any:
    if len(held) != 1:
        return held
    ((tag, content),) = held.items()
    if tag == "$decimal":
        return Decimal(content)
    if tag == "$time":
        return datetime.fromisoformat(content)
    if tag == "$date":
        return date.fromisoformat(content)
    if tag == "$line":
        return Line(*content)
    return Person(*content) if tag == "$person" else held


def dump_values(values: Values) -> str:
    """Agreed values as JSON text."""
    return dump({field: value for field, value in values.items() if value is not None})


def load_values(text: str | None) -> dict[str, Value]:
    """The values that `dump_values` wrote."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in load(text).items()}


# Messages: English in the columns that people read, what it was made from in one beside them


def dump_messages(**texts: str) -> str:
    """The messages among these texts as JSON, by the column that each stands in; "" for none.

    A message without values is its own template: its text says everything.
    """
    found = {c: to_data(t) for c, t in texts.items() if isinstance(t, Message) and t.values}
    return dump(found) if found else ""


def message_of(row: Mapping[str, Any], column: str) -> str:
    """The text of a column as the message that it is.

    A line without values is a message of its own. So is a text that was changed since, or that an
    earlier version stored: it is found under no template, and so it stays as it is.
    """
    text: str = row[column] or ""
    if not text:
        return ""
    data = load(row["messages"]).get(column)
    message = from_data(data) if data else ""
    return message if message == text else lines(label(each) for each in text.split("\n"))


# Xero's documents as last read


def document_row(tenant: str, record: XeroRecord, *, pending: bool) -> Row:
    """A row of "Xero Document"."""
    head = head_of(record, pending=pending)
    return {
        "document_key": xero_key(tenant, record.module, record.id),
        "tenant": tenant,
        "module": record.module.value,
        "xero_id": record.id,
        "title": head.title[:140],
        "match_title": head.title,
        "match_number": head.number,
        "title_key": search_key(head.title),
        "number_key": search_key(head.number),
        "refers_to_id": referred_id(record.module, head),
        "status": head.status,
        "updated": time_text(record.updated),
        "pending": int(pending),
        "merged_into": head.merged_into,
        "marks": dump(head.marks),
        "details": dump(dict(head.details)),
        "figures": dump([str(each) for each in head.figures or ()]),
        "booking": booking_text(record),
        "document": dump(record.document),
    }


def booking_text(record: XeroRecord) -> str:
    """How a document is booked, as a row of "Xero Document" keeps it; none that is not ours."""
    spec = spec_of(record.module)
    if not spec.xero.is_ours(record.document):
        return dump([])
    held, title = booking_of(record), title_of(None, record)
    texts = held.stage, held.status, held.currency, held.owner, held.invoice
    others = title, spec.is_no_customer(record.document)
    return dump([*others, held.standing.value, *texts, *map(str, held.amounts)])


def stored_booking(text: str | None) -> tuple[Booking, str, bool] | None:
    """What `booking_text` wrote, with the title, and whether a contact is no customer.

    None where nothing is known.
    """
    parts = _JSON.raw_decode(text)[0] if text else ()  # without a look at what may come before
    if not parts:
        return None
    title, is_no_customer, standing, stage, status, currency, owner, invoice, *amounts = parts
    figures = tuple(map(Decimal, amounts))
    booking = Booking(_STANDINGS[standing], stage, status, currency, owner, invoice, figures)
    return booking, title, is_no_customer


_JSON = json.JSONDecoder()
_STANDINGS = {each.value: each for each in Standing}


_LONGEST_KEY = 140  # as long as a Data column


def search_key(text: str) -> str:
    """Equal for all titles, or numbers, that matching could call the same or alike.

    It only narrows a search: what it finds is compared again. So it is the weakest of the keys.
    """
    key = likeness_key(text)
    if 0 < len(key) <= _LONGEST_KEY:
        return key
    name = key or name_key(text)  # of nothing but signs
    return sha256(name.encode()).hexdigest() if name else ""


def referred_id(module: Module, head: XeroHead) -> str:
    """Xero's id of what a document belongs to: an invoice's contact, a payment's invoice."""
    found = (head.details.get(each.detail, "") for each in spec_of(module).refers_to if each.detail)
    return next(found, "")


def changed_rows(rows: Iterable[Row], held: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of "Xero Document" that are to be written over those that are `held` already.

    What is there letter by letter is left alone, unless an earlier version kept it without its
    figures. What says nothing new keeps its pending mark.
    Of several rows of one document the last one counts.
    """
    before = {row["document_key"]: row for row in held}
    changed: dict[str, Row] = {}
    for row in rows:
        known = before.get(row["document_key"])
        if known is None or not _is_the_same(known, row):
            changed[row["document_key"]] = row
        elif known["document"] != row["document"] or not known["figures"]:
            changed[row["document_key"]] = {**row, "pending": known["pending"]}
        else:
            changed.pop(row["document_key"], None)
    return list(changed.values())


def _is_the_same(known: Mapping[str, Any], row: Row) -> bool:
    texts = known["document"], row["document"]
    return texts[0] == texts[1] or has_same_content(load(texts[0]), load(texts[1]))


HEAD_COLUMNS = (
    *("xero_id", "match_title", "match_number", "status", "updated", "pending"),
    *("merged_into", "marks", "details", "figures"),
)


KEY_COLUMNS = ("title_key", "number_key", "refers_to_id", "merged_into")


def xero_head(row: Mapping[str, Any]) -> XeroHead:
    """The head in a row of "Xero Document"; the row's `document` is not needed.

    A run may hold a hundred thousand, so a text that it has twice is held once.
    """
    updated = time_of(row["updated"])
    assert updated is not None
    title = row["match_title"] or ""
    held = {title: title}

    def once(text: str) -> str:
        return held.setdefault(text, shared(text))

    return XeroHead(
        id=row["xero_id"],
        title=title,
        number=row["match_number"] or "",
        status=intern(row["status"] or ""),
        updated=updated,
        pending=bool(row["pending"]),
        merged_into=row["merged_into"] or None,
        marks=tuple(map(once, load(row["marks"]) or ())),
        details={intern(key): once(value) for key, value in load(row["details"]).items()},
        figures=tuple(map(_decimal, load(row["figures"]))) if row["figures"] else None,
    )


_decimal = lru_cache(maxsize=4_096)(Decimal)  # equal ones are held once: most are 0


def xero_record(row: Mapping[str, Any]) -> XeroRecord:
    """The whole record in a row of "Xero Document"."""
    updated = time_of(row["updated"])
    assert updated is not None
    return XeroRecord(Module(row["module"]), row["xero_id"], updated, load(row["document"]))


def watermark_row(tenant: str, module: Module, watermark: datetime | None) -> Row:
    """A row of "Xero Watermark"; its key is unique."""
    return {
        "watermark_key": f"{tenant}/{module.value}",
        "tenant": tenant,
        "module": module.value,
        "watermark": time_text(watermark),
    }


def mapping_row(tenant: str, module: Module, seen: str) -> Row:
    """The same row with another of its columns: see `Journal.mapping_seen`."""
    return {
        "watermark_key": f"{tenant}/{module.value}",
        "tenant": tenant,
        "module": module.value,
        "mapping_seen": seen,
    }


# Who belongs to whom


def crm_key(tenant: str, module: Module, crm_name: str) -> str:
    """Unique: a CRM record has one link per Xero organisation."""
    return f"{tenant}/{module.value}/{crm_name}"


def xero_key(tenant: str, module: Module, xero_id: str) -> str:
    """Unique: a Xero document has one CRM record, its duplicates apart (rule G2)."""
    return f"{tenant}/{module.value}/{xero_id}"


def link_row(tenant: str, link: Link, base: Values | None) -> Row:
    """A row of "Xero Link"; without a base, the stored one stays (the key is left out)."""
    owns = link.xero_id and link.duplicate_of is None and link.state is not LinkState.GONE
    row: Row = {
        "tenant": tenant,
        "module": link.module.value,
        "crm_name": link.crm_name,
        "xero_id": link.xero_id,
        "state": link.state.value,
        "crm_modified": time_text(link.crm_modified),
        "crm_version": link.crm_modified,
        "matched_by": link.matched_by,
        "duplicate_of": link.duplicate_of,
        "reason": str(link.reason),
        "remedy": str(link.remedy),
        "messages": dump_messages(reason=link.reason, remedy=link.remedy),
        "refused": link.refused,
        "rule": link.rule,
        "matched_on": time_text(link.matched_on),
        "conflict": _dump_all(link.conflict),
        "choices": _dump_all(link.choices),
        "keeps": link.keeps.value if link.keeps else "",
        "possible": _dump_possible(link.possible),
        "crm_key": crm_key(tenant, link.module, link.crm_name) if link.crm_name else None,
        "xero_key": xero_key(tenant, link.module, link.xero_id) if owns and link.xero_id else None,
    }
    return row if base is None else {**row, "base": dump_values(base)}


def _dump_possible(held: tuple[Possible, ...]) -> str:
    return dump([[each.key, each.title, each.likeness.value] for each in held]) if held else ""


def _dump_all(held: tuple[FieldConflict, ...] | tuple[Choice, ...]) -> str:
    return dump([vars(each) for each in held]) if held else ""


LINK_COLUMNS = (  # all but the base
    *("module", "crm_name", "xero_id", "state", "crm_modified", "matched_by", "duplicate_of"),
    *("reason", "remedy", "messages", "refused", "rule", "matched_on"),
    *("conflict", "choices", "keeps", "possible"),
)


def link_of(row: Mapping[str, Any]) -> Link:
    """The link in a row of "Xero Link"."""
    return Link(
        module=Module(row["module"]),
        crm_name=row["crm_name"] or None,
        xero_id=row["xero_id"] or None,
        state=LinkState(row["state"]),
        crm_modified=time_of(row["crm_modified"]),
        matched_by=row["matched_by"] or "",
        duplicate_of=row["duplicate_of"] or None,
        reason=message_of(row, "reason"),
        remedy=message_of(row, "remedy"),
        refused=row["refused"] or "",
        rule=row["rule"] or "",
        matched_on=time_of(row["matched_on"]),
        conflict=tuple(FieldConflict(**each) for each in load(row["conflict"])),
        choices=tuple(_choice(each) for each in load(row["choices"])),
        keeps=Side(row["keeps"]) if row["keeps"] else None,
        possible=tuple(
            Possible(key, title, Likeness(likeness))
            for key, title, likeness in load(row["possible"])
        ),
    )


def _choice(held: dict[str, str]) -> Choice:
    return Choice(**{**held, "winner": Side(held["winner"])})  # type: ignore[arg-type]


# What a person says of a possible match


def answer_key(tenant: str, module: Module, crm_name: str, xero_id: str) -> str:
    """Unique: a person has one answer on a pair."""
    return f"{tenant}/{module.value}/{crm_name}/{xero_id}"


def answer_row(tenant: str, answer: MatchAnswer) -> Row:
    """A row of "Xero Match Answer"."""
    return {
        "answer_key": answer_key(tenant, answer.module, answer.crm_name, answer.xero_id),
        "tenant": tenant,
        "module": answer.module.value,
        "crm_name": answer.crm_name,
        "xero_id": answer.xero_id,
        "answer": answer.answer.value,
        "user": answer.user,
        "answered_on": time_text(answer.at),
    }


ANSWER_COLUMNS = ("module", "crm_name", "xero_id", "answer", "user", "answered_on")


def answer_of(row: Mapping[str, Any]) -> MatchAnswer:
    """The answer in a row of "Xero Match Answer"."""
    return MatchAnswer(
        Module(row["module"]),
        row["crm_name"],
        row["xero_id"],
        Answer(row["answer"]),
        row["user"] or "",
        time_of(row["answered_on"]),
    )


# What is on its way


def batch_row(tenant: str, batch: Batch) -> Row:
    """A row of "Xero Outbox"."""
    items = [
        {
            "document": item.document,
            "crm_name": item.crm_name,
            "xero_id": item.xero_id,
            "values": dict(item.values),
            "crm_modified": item.crm_modified,
        }
        for item in batch.items
    ]
    return {
        "batch": batch.id,
        "tenant": tenant,
        "module": batch.module.value,
        "method": batch.method.value,
        "idempotency_key": batch.idempotency_key,
        "sent": time_text(batch.sent),
        "items": dump(items),
        "failed": int(batch.failed),
    }


BATCH_COLUMNS = ("batch", "module", "method", "items", "idempotency_key", "sent", "failed")


def batch_of(row: Mapping[str, Any]) -> Batch:
    """The batch in a row of "Xero Outbox"."""
    sent = time_of(row["sent"])
    assert sent is not None
    return Batch(
        id=row["batch"],
        module=Module(row["module"]),
        method=Method(row["method"]),
        items=tuple(_item(each, Module(row["module"])) for each in load(row["items"])),
        idempotency_key=row["idempotency_key"],
        sent=sent,
        failed=bool(row["failed"]),
    )


def _item(held: dict[str, Any], module: Module) -> Item:
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in held["values"].items()}
    return Item(**{**held, "values": values, "module": module})


# The log


def run_row(header: RunHeader) -> Row:
    """A row of "Xero Sync Run"."""
    return {
        "tenant": header.tenant,
        "triggered_by": header.trigger,
        "user": header.user,
        "status": header.status.value,
        "started": header.started,
        "finished": header.finished,
        "calls": header.calls,
        "message": str(header.message),
        "notices": "\n".join(header.notices),
        "messages": dump_messages(message=header.message, notices=lines(header.notices)),
    }


_PREFIX = {Side.CRM: "crm", Side.XERO: "xero"}


def log_row(run: str, log: ModuleLog) -> Row:
    """A row of "Xero Sync Log"."""
    counts = {
        f"{_PREFIX[side]}_{operation.value.lower()}": log.counts[side, operation]
        for side in Side
        for operation in Operation
    }
    return {"run": run, "module": log.module.value, "synced_at": log.at, **counts}


def entry_row(run: str, entry: Entry) -> Row:
    """A row of "Xero Sync Entry"."""
    return {
        "run": run,
        "module": entry.module.value,
        "side": entry.side.value,
        "operation": entry.operation.value,
        "record_name": entry.title[:140],
        "crm_name": entry.crm_name,
        "xero_id": entry.xero_id,
        "rule": entry.rule,
        "reason": str(entry.reason),
        "remedy": str(entry.remedy),
        "messages": dump_messages(reason=entry.reason, remedy=entry.remedy),
        "changes": json.dumps([_change(each) for each in entry.changes], ensure_ascii=False),
    }


def _change(change: Change) -> Row:
    return {
        "field": change.field,
        "old": format_value(change.old),
        "new": format_value(change.new),
        "overwrites": change.overwrites,
    }
