"""How values look on Xero's wire: dates, exact numbers, JSON."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

JsonObject = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
ZERO_GUID = "00000000-0000-0000-0000-000000000000"

_WIRE_DATE = re.compile(r"^/Date\((-?\d+)([+-]\d{4})?\)/$")
_ISO = re.compile(
    r"^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?)?(Z|[+-]\d\d:?\d\d)?$", re.ASCII
)
_GUID = re.compile(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)

# The C encoder cannot write a Decimal as a bare number, and a float would turn 15.0000 into
# 15.0 and lose digits of an 18.6 rate. So Decimals go out as strings under a mark that no
# caller can guess, and the mark is taken off the finished text.
_NUMBER_MARK = f"number-{secrets.token_hex(8)}:"
_MARKED_NUMBER = re.compile(f'"{_NUMBER_MARK}([^"]*)"')


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, without a float on the way."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def wire_date(moment: datetime | date) -> str:
    """`/Date(1789378199100+0000)/`, the form of every date of a document [REC]."""
    return f"/Date({milliseconds(_as_moment(moment))}+0000)/"


def envelope_date(moment: datetime) -> str:
    """`/Date(1789378199160)/`: DateTimeUTC of the envelope carries no offset [REC]."""
    return f"/Date({milliseconds(moment)})/"


def parse_wire_date(text: str) -> datetime:
    """Read a date as clients send it: `/Date(ms)/`, or ISO [SDK trap 7]. Else ValueError."""
    if found := _WIRE_DATE.match(text):
        return EPOCH + timedelta(milliseconds=int(found.group(1)))
    return parse_iso(text)


def parse_iso(text: str) -> datetime:
    """Read ISO 8601, taking a time without an offset as UTC. ValueError when it is not one.

    Only the forms that Xero documents: `fromisoformat` reads more of them in Python 3.11 than
    in 3.10, and a simulator must not be lenient by version.
    """
    if not (found := _ISO.match(text.strip())):
        raise ValueError(f"not a time: {text}")
    day, clock, fraction, offset = found.groups(default="")
    moment = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}.{fraction[:6]:0<6}")
    return moment.replace(tzinfo=_zone(offset))


def is_guid(text: str) -> bool:
    """Whether `text` has the shape of an identifier of Xero."""
    return bool(_GUID.match(text))


def write_json(value: Any) -> bytes:
    """Compact UTF-8 JSON. Decimals keep every digit; nulls are the caller's to leave out."""
    text = json.dumps(value, default=_mark, ensure_ascii=False, separators=(",", ":"))
    if _NUMBER_MARK in text:
        text = _MARKED_NUMBER.sub(r"\1", text)
    return text.encode("utf-8", "surrogatepass")


def read_json(body: bytes) -> Any:
    """JSON with exact numbers. ValueError when it is none (RecursionError included)."""
    try:
        return json.loads(body, parse_float=Decimal)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def without_nulls(fields: Mapping[str, Any]) -> JsonObject:
    """Xero omits absent values [REC]; a null breaks xero-python [SDK trap 6]."""
    return {name: value for name, value in fields.items() if value is not None}


def _zone(offset: str) -> timezone:
    if offset in ("", "Z"):
        return timezone.utc
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _as_moment(moment: datetime | date) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), timezone.utc)


def _mark(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_NUMBER_MARK}{value:f}"
    raise TypeError(f"{type(value).__name__} has no form on the wire")
