"""How a person sees what Xero has in one place of a document: as text."""

from __future__ import annotations

from collections.abc import Callable

from ..mapping.resources import amount_text
from ..records import Document


def text_at(*path: str) -> Callable[[Document], str]:
    """A reader of the text at this path, "" where there is nothing."""

    def read(document: Document) -> str:
        held: object = document
        for key in path:
            held = held.get(key) if isinstance(held, dict) else None
        return str(held if held is not None else "")

    return read


def day_at(key: str) -> Callable[[Document], str]:
    """A reader of a date, without its time of day."""
    return lambda document: str(document.get(key) or "")[:10]


def amount_at(*path: str) -> Callable[[Document], str]:
    """A reader of an amount with two decimals, "" where there is none."""
    read = text_at(*path)
    return lambda document: amount_text(read(document)) if read(document) else ""
