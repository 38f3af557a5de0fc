"""Xero's JSON and the engine's records: dates, ids, envelopes, and nothing that is not there.

Pages are read from the raw JSON and not through the SDK's models: one enum value that the SDK
does not know loses a whole page there, a null becomes the text 'None', and money may become a
float. Here numbers are `Decimal`, nulls are left out, and one odd record costs one record.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..engine.messages import _lt
from ..engine.modules import spec_of
from ..engine.records import Document, Module, XeroRecord
from .shapes import as_text, require_known, require_sound

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DATE = re.compile(r"/Date\((-?\d{1,17})(?:[+-]\d{4})?\)/")
UPDATED = "UpdatedDateUTC"
NOBODY = "00000000-0000-0000-0000-000000000000"  # the id that Xero gives what it did not save


def envelope(body: bytes) -> Document:
    """The JSON object of an answer, decimals exact. ValueError if it is none, or half of one."""
    found = parsed(body)
    if not isinstance(found, dict):
        raise ValueError(f"an object was expected, not a {type(found).__name__}")
    return found


def parsed(body: bytes) -> Any:
    """Any JSON, decimals exact; ValueError for what is none, or is nested without end."""
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
        return _whole_characters(found) if b"\\ud" in body.lower() else found
    except RecursionError:
        raise _TOO_DEEP from None


_TOO_DEEP = ValueError("it is nested too deeply")


def _whole_characters(value: Any) -> Any:
    """JSON can spell half a character, which no database takes: one such must not stop a run."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _whole_characters(held) for key, held in value.items()}
    return [_whole_characters(each) for each in value] if isinstance(value, list) else value


def _no_number(text: str) -> None:
    raise ValueError(_lt("{0} is not a number").format(text))


def moment(text: object) -> datetime:
    """`/Date(1789378199100+0000)/` or ISO text, as aware UTC. ValueError for anything else.

    The milliseconds are UTC already; the offset behind them says where the server stood.
    """
    if not isinstance(text, str):
        raise ValueError(_lt("{0} is not a time").format(f"{text!r}"))
    try:
        if found := _DATE.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(found.group(1)))
        # Xero writes seven digits of fraction; Python 3.10 reads three or six.
        iso = re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00"))
        read = datetime.fromisoformat(_padded(iso))
    except OverflowError:
        raise ValueError(_lt("{0} is beyond every calendar").format(f"{text!r}")) from None
    return read.astimezone(timezone.utc) if read.tzinfo else read.replace(tzinfo=timezone.utc)


def _padded(iso: str) -> str:
    return re.sub(r"\.(\d{1,5})(?=$|[+-])", lambda found: f".{found.group(1):0<6}", iso)


def plain(value: Any) -> Any:
    """A piece of Xero's JSON with its dates as ISO text and without nulls."""
    try:
        return _plain(value)
    except RecursionError:
        raise _TOO_DEEP from None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: as_text(key, _plain(piece)) for key, piece in value.items() if piece is not None
        }
    if isinstance(value, list):
        return [_plain(piece) for piece in value if piece is not None]
    if isinstance(value, str) and _DATE.fullmatch(value):
        return _iso(value)
    return value


def _iso(text: str) -> str:
    try:
        return moment(text).isoformat()
    except ValueError:  # a date that no calendar knows costs its field, not its record
        return text


def guid(text: object) -> str:
    """An id in Xero's own form. ValueError for none, for a broken one and for the zero GUID."""
    found = UUID(text) if isinstance(text, str) else UUID(NOBODY)
    if not found.int:
        raise ValueError(_lt("{0} is not the id of a record").format(f"{text!r}"))
    return str(found)


def record(module: Module, element: Any, *, saved: datetime | None = None) -> XeroRecord:
    """One element of an answer; ValueError says what cannot be read in it.

    `saved` stands in for the time of change where there is none: answers to writes may lack it.
    """
    if not isinstance(element, dict):
        raise ValueError(f"an object was expected, not a {type(element).__name__}")
    document: Document = plain(element)
    id_key = spec_of(module).xero.id_key
    document[id_key] = guid(element.get(id_key))
    told = document.get(UPDATED)
    updated = saved if told is None and saved is not None else moment(told)
    document = spec_of(module).xero.complete(document)
    return XeroRecord(module, document[id_key], updated, document)


def elements(collection: str, document: Document) -> list[Any]:
    """The collection of an envelope; ValueError if it is not there."""
    found = document.get(collection)
    if not isinstance(found, list):
        raise ValueError(f"the answer has no {collection}")
    return found


def records(
    module: Module, page: list[Any], *, saved: datetime | None = None
) -> tuple[list[XeroRecord], list[str]]:
    """The readable records of a page, and a notice for each that is not."""
    read: list[XeroRecord] = []
    notices: list[str] = []
    for element in page:
        try:
            found = record(module, element, saved=saved)
            require_sound(found.document)
            require_known(module, found.document)
            read.append(found)
        except ValueError as error:
            notices.append(_notice(module, element, error))
    return read, notices


def _notice(module: Module, element: Any, error: ValueError) -> str:
    return spec_of(module).xero.unreadable.format(id=_id(module, element), error=error)


def _id(module: Module, element: Any) -> str:
    """Not what people call it: a notice is read also by who may not see the CRM's record of it."""
    return (spec_of(module).xero.id(element) if isinstance(element, dict) else "") or "?"


def request(collection: str, documents: list[Document]) -> Document:
    """The body of a write, the same bytes for the same documents whatever became of them.

    Keys are sorted because a batch may come back from a database with its keys in another
    order, and Xero refuses an Idempotency-Key whose body differs.
    """
    return {collection: [outgoing(document) for document in documents]}


def outgoing(value: Any) -> Any:
    """A value as xero-python may be given it: sorted, no nulls, dates as ISO text.

    Xero takes ISO dates as well as `/Date()/`; a `datetime` must know its time zone, because
    the SDK would read a naive one in the server's own (and turn an evening into the next day).
    """
    if isinstance(value, dict):
        return {key: outgoing(value[key]) for key in sorted(value) if value[key] is not None}
    if isinstance(value, (list, tuple)):
        return [outgoing(piece) for piece in value if piece is not None]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a time for Xero needs a time zone")
        return value.astimezone(timezone.utc).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def size(body: Document) -> int:
    """Bytes of a request on the wire, as xero-python writes it."""
    return len(json.dumps(body, default=float))
