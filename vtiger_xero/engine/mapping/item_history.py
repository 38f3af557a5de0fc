"""Former codes and names of items: old invoices still use them for the same product.

An item's former codes and names are kept with what both sides agreed on. Without them a product
with a new code would be lost on every invoice that knows the old one, and a new name would rename
what was sold long ago, on invoices that no user has edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..records import Line, Row, Value
from .lines import is_text, pair_up
from .rows import Values, text_of

if TYPE_CHECKING:
    from ..lookups import Lookups

CODES, NAMES = "former_codes", "former_names"
_KEPT_OF = {"part_number": CODES, "product_name": NAMES}


def with_history(before: Values, after: Values) -> dict[str, Value]:
    """The agreed values, with the former code and name of the item among them."""
    result = {**after}
    for field, kept in _KEPT_OF.items():
        old, new = _name_or_code(before, field), _name_or_code(after, field)
        former = [*former_values(before, kept), *former_values(after, kept)]
        former += [old] if old and old != new else []
        if former:
            result[kept] = "\n".join(dict.fromkeys(former))
    return result


def _name_or_code(values: Values, field: str) -> str:
    """The name, or the code where there is none."""
    return text_of(values.get(field)) or text_of(values.get("part_number"))


def former_values(base: Values, kept: str) -> list[str]:
    """The former codes or names that are kept with a base."""
    return text_of(base.get(kept)).splitlines()


def with_former_code(base: Values, code: Value) -> str:
    """The former codes, and one that only Xero's item had: its invoices go on to name it so."""
    return "\n".join(dict.fromkeys([*former_values(base, CODES), text_of(code)]))


def names_more_items(value: Value, other: Value) -> bool:
    """Whether lines differ from other ones in nothing but items where the other ones have none."""
    lines, others = _lines(value), _lines(other)
    return len(lines) == len(others) and all(
        new == old or (not old.item and replace(new, item="") == old)
        for new, old in zip(lines, others, strict=True)
    )


def with_items_of(value: Value, agreed: Value, mine: Value) -> Value:
    """Xero's lines with the items that the CRM's lines name beside those agreed on."""
    lines, known, ours = (_lines(each) for each in (value, agreed, mine))
    named = {id(old): new.item for old, new in zip(known, ours, strict=True)}
    return tuple(
        replace(line, item=named[id(old)]) if old and line.item == old.item else line
        for line, old in pair_up(lines, known)
    )


def _lines(value: Value) -> list[Line]:
    return [each for each in value if isinstance(each, Line)] if isinstance(value, tuple) else []


def with_items_of_both(agreed: Value, mine: Value, theirs: Value) -> Value:
    """Agreed lines with the item that both sides name by now.

    While a product was not linked yet, neither line had an item that both sides know. The link
    gives one to both lines, which no user has changed.
    """
    lines = _lines(agreed)
    ours, others = (_by_line(lines, _lines(each)) for each in (mine, theirs))
    return tuple(_with_common_item(old, ours.get(id(old)), others.get(id(old))) for old in lines)


def _by_line(agreed: Sequence[Line], lines: Sequence[Line]) -> Mapping[int, Line]:
    """The line of one side for each agreed one, whatever item it names."""
    bare = [replace(each, item="") for each in lines]
    full = {id(each): line for each, line in zip(bare, lines, strict=True)}
    return {id(old): full[id(new)] for old, new in pair_up(agreed, bare) if new is not None}


def _with_common_item(old: Line, mine: Line | None, theirs: Line | None) -> Line:
    if old.item or mine is None or theirs is None or mine.item != theirs.item:
        return old
    is_as_agreed = any(replace(each, item="") == old for each in (mine, theirs))
    return replace(old, item=mine.item) if is_as_agreed else old


def with_present_codes(value: Value, lookups: Lookups) -> Value:
    """Agreed lines under the codes that their items have today.

    Without one where an item was deleted since: both sides read such a line so, and no user
    has changed it.
    """
    if not isinstance(value, tuple):
        return value
    return tuple(
        _with_present_code(each, lookups) if isinstance(each, Line) else each for each in value
    )  # type: ignore[return-value]


def _with_present_code(line: Line, lookups: Lookups) -> Line:
    item = lookups.item_with_code(line.item) if line.item else None
    return replace(line, item=item.code if item else "")


def with_agreed_defaults(
    pairs: Sequence[tuple[Line, Line | None]], rows: Sequence[Row], lookups: Lookups
) -> tuple[Line, ...]:
    """The CRM's lines; what one leaves to its product or to the settings stays as it was then.

    Another name, or another account for new sales, rewrites no invoice of old.
    """
    sold = [new for new, _ in pairs if not new.charge and not new.fault]
    if len(sold) != len(rows):
        return tuple(new for new, _ in pairs)
    row_of = {id(line): row for line, row in zip(sold, rows, strict=True)}
    return tuple(_with_agreed_values(new, old, row_of.get(id(new)), lookups) for new, old in pairs)


def _with_agreed_values(new: Line, old: Line | None, row: Row | None, lookups: Lookups) -> Line:
    if row is None or old is None or is_text(new):
        return new
    if not text_of(row.get("item_comment")).strip():
        new = _with_agreed_item(new, old, lookups)
    leaves_account = not row.get("xero_sales_account") and new.item == old.item
    return replace(new, account=old.account) if leaves_account and old.account else new


def _with_agreed_item(new: Line, old: Line, lookups: Lookups) -> Line:
    item = lookups.item_with_code(new.item) if new.item else None
    if item is None or old.item != new.item:
        return new
    return (
        replace(new, description=old.description) if old.description in item.former_names else new
    )
