"""JSON whose numbers keep their digits, read and written: 15.0 stays 15.0, and no float is made."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_NUMBER = "\ue000"  # of the private area: it stands before a number that must not be quoted


def load(text: str | bytes) -> Any:
    """The value; ValueError where the text is no JSON."""
    return json.loads(text, parse_float=Decimal)


def dump(value: Any, indent: int | None = None) -> str:
    """The text, decimals with the digits that they have."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_marked)
    return re.sub(f'"{_NUMBER}([^"]*)"', r"\1", text)


def _marked(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{_NUMBER}{value}"
    raise TypeError(f"{type(value).__name__} is no JSON")
