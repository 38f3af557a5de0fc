"""Two answers side by side: their keys, types, formats and, where both must have it, values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_FORMATS = (
    ("an id", GUID),
    ("/Date(…+0000)/", re.compile(r"/Date\(-?\d+\+0000\)/")),
    ("/Date(…)/", re.compile(r"/Date\(-?\d+\)/")),
    ("a time like 2026-09-14T09:29:59Z", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")),
    ("a day like 2026-09-14T00:00:00", re.compile(r"\d{4}-\d\d-\d\dT00:00:00")),
)
# What names an element of a list: their order is another one in each recording.
_NAMED_BY = {"Addresses": "AddressType", "Phones": "PhoneType"}
# Times of the moment itself: each is of its own run.
_MOMENTS = ("DateTimeUTC", "UpdatedDateUTC", "UpdatedDateUTCString", "CreatedDateUTC")
_SCRUBBED = "-scrubbed"


@dataclass(frozen=True)
class Difference:
    """What Xero's answer has and the simulator's has not, or the other way round, at a path."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


@dataclass(frozen=True)
class Comparison:
    """Compares answers of one session. `ids`: whose id in the simulator a recorded id is."""

    ids: dict[str, str]

    def differences(self, recorded: Any, answered: Any, path: str = "") -> Iterator[Difference]:
        """All of them, with their paths."""
        if isinstance(recorded, dict) and isinstance(answered, dict):
            yield from self._of_objects(recorded, answered, path)
        elif isinstance(recorded, list) and isinstance(answered, list):
            yield from self._of_lists(recorded, answered, path)
        elif format_of(recorded) != format_of(answered):
            yield Difference(path, f"{format_of(recorded)}, here {format_of(answered)}")
        else:
            yield from self._of_values(recorded, answered, path)

    def _of_objects(
        self, recorded: Mapping[str, Any], answered: Mapping[str, Any], path: str
    ) -> Iterator[Difference]:
        for key in recorded:
            inner = f"{path}.{key}" if path else key
            if key in answered:
                yield from self.differences(recorded[key], answered[key], inner)
            else:
                yield Difference(inner, "missing here")
        for key in answered:
            if key not in recorded:
                yield Difference(f"{path}.{key}" if path else key, "only here")

    def _of_lists(
        self, recorded: list[Any], answered: list[Any], path: str
    ) -> Iterator[Difference]:
        name = _NAMED_BY.get(path.rpartition(".")[2])
        if name:
            recorded, answered = (
                sorted(rows, key=lambda r: r[name]) for rows in (recorded, answered)
            )
        if len(recorded) != len(answered):
            yield Difference(path, f"{len(recorded)} elements, here {len(answered)}")
        for one, other in zip(recorded, answered, strict=False):
            yield from self.differences(one, other, f"{path}[]")

    def _of_values(self, recorded: Any, answered: Any, path: str) -> Iterator[Difference]:
        key = path.rpartition(".")[2]
        if isinstance(recorded, str) and (key in _MOMENTS or recorded.endswith(_SCRUBBED)):
            return
        if isinstance(recorded, str) and GUID.fullmatch(recorded):
            known = self.ids.setdefault(recorded.lower(), answered.lower())
            if known != answered.lower():
                yield Difference(path, "the id of another record")
        elif recorded != answered:
            yield Difference(path, f"{recorded!s:.60}, here {answered!s:.60}")


def format_of(value: Any) -> str:
    """What kind of value it is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Decimal):
        return "a number with decimals"
    if isinstance(value, int):
        return "a whole number"
    if not isinstance(value, str):
        return "a list" if isinstance(value, list) else "an object"
    if value in ("", ZERO_GUID):
        return "an empty text" if not value else "the zero id"
    return next((name for name, form in _FORMATS if form.fullmatch(value)), "a text")
