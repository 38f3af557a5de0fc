"""A reconciliation as tables of text: for a terminal, a report on a site, or a CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..messages import _lt, label, listed, sentences
from ..money import decimals_of
from ..records import Side
from .differences import Drift
from .result import Alone, Counts, LeftOut, Reconciliation, Verdict
from .tally import Sum

_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take such a text for a formula
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Column:
    """A column's head; `is_number` aligns it to the right."""

    head: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A title, the columns, and rows of as many texts."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(found: Reconciliation, *, only_differences: bool = False) -> tuple[Table, ...]:
    """Counts, sums, organizations, single differences, and who is alone.

    With `only_differences`, what is equal on both sides is left out.
    """
    counts = [each for each in found.counts if not (only_differences and each.agrees)]
    sums, owners = (
        [each for each in some if each.difference or not only_differences]
        for some in (found.sums, found.by_organization)
    )
    return (
        _table("Records", _COUNTS, (_counts(each) for each in counts)),
        _table("Sums", _SUMS, (_sum(each) for each in sorted(sums, key=_order))),
        _table(
            _lt("Sums by organization"),
            (_ORGANIZATION, *_SUMS),
            (_row_by_owner(each) for each in sorted(owners, key=_order)),
        ),
        _table(_lt("What differs"), _DRIFTS, (_drift(each) for each in found.drifts)),
        _table(_lt("On one side only"), _ALONE, (_row_of_alone(each) for each in found.alone)),
    )


def verdict_text(found: Reconciliation) -> str:
    """The verdict in sentences: whether linked records agree, and what is in one ledger only."""
    if found.verdict is Verdict.AGREE:
        return _lt("Both ledgers agree.")
    linked = _lt("All linked records agree.")
    if found.verdict is Verdict.DIFFER:
        linked = _lt("The ledgers do not agree.")
    return sentences(linked, _left_out(found))


def _left_out(found: Reconciliation) -> str:
    if not found.records_left_out:
        return ""
    number = found.records_left_out
    only_there = _lt("In one ledger only: {0} records.").format(number)
    amounts = listed(
        _lt("{0} {1} in {2}").format(label(each.module), _with_currency(each), label(each.side))
        for each in found.left_out
    )
    return sentences(only_there, _lt("Total: {0}.").format(amounts)) if amounts else only_there


def _with_currency(each: LeftOut) -> str:
    return f"{format_with_currency(each.amount, each.currency)} {each.currency}"


def csv_text(table: Table) -> str:
    """A table as CSV; a text that a spreadsheet would compute is quoted."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.head for column in table.columns])
    for row in table.rows:
        writer.writerow(_safe(each) for each in row)
    return text.getvalue()


def plain_text(table: Table) -> str:
    """A table for a terminal: aligned columns under its title."""
    heads = tuple(column.head for column in table.columns)
    lines = (heads, *table.rows)
    widths = [max(len(each) for each in cells) for cells in zip(*lines, strict=True)]
    return "\n".join([table.title, *(_align(table, line, widths) for line in lines)])


def _align(table: Table, cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = zip(table.columns, cells, widths, strict=True)
    texts = (c.rjust(wide) if column.is_number else c.ljust(wide) for column, c, wide in placed)
    return "  ".join(texts).rstrip()


def format_with_currency(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency's decimals, and more where it has more: nothing is hidden."""
    if amount is None:
        return ""
    least = decimals_of(currency)
    exponent = amount.normalize().as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) else 0
    return f"{amount:.{max(least, needed)}f}"


def _safe(cell: str) -> str:
    is_amount = _AMOUNT.fullmatch(cell)
    return f"'{cell}" if cell.startswith(_RISKY) and not is_amount else cell


def _table(title: str, columns: Sequence[Column], rows: Iterable[tuple[str, ...]]) -> Table:
    return Table(title, tuple(columns), tuple(rows))


def _texts(*heads: str) -> list[Column]:
    return [Column(head) for head in heads]


def _numbers(*heads: str) -> list[Column]:
    return [Column(head, is_number=True) for head in heads]


_ORGANIZATION = Column("Organization")
_COUNTS = [
    *_texts("Module"),
    *_numbers(
        _lt("In the CRM"),
        _lt("In Xero"),
        "Linked",
        "Duplicates",
        _lt("Only CRM"),
        _lt("Only Xero"),
        "Unexplained",
    ),
    *_numbers("Differ"),
]
_SUMS = [
    *_texts("Module", _lt("Counted as"), "Figure", "Currency"),
    *_numbers("CRM", "Xero", "Difference", _lt("Only CRM"), _lt("Only Xero")),
]
_DRIFTS = [
    *_texts("Module", "Record", "What", "Currency"),
    *_numbers("CRM", "Xero", "Difference"),
    *_texts("Reason", _lt("What to do"), _lt("CRM ID"), _lt("Xero ID")),
]
_ALONE = [
    *_texts("Module", _lt("Only in"), "Record", "Status", "Currency"),
    *_numbers("Amount"),
    *_texts("Reason", _lt("What to do"), "ID"),
]


def _counts(each: Counts) -> tuple[str, ...]:
    numbers = (
        each.crm,
        each.xero,
        each.crm_linked,
        each.duplicates,
        each.only_crm,
        each.only_xero,
        each.unexplained,
        each.differing,
    )
    return (each.module.value, *(str(one) for one in numbers))


def _sum(each: Sum) -> tuple[str, ...]:
    amounts = (each.crm, each.xero, each.difference, each.crm_only, each.xero_only)
    head = (each.module.value, each.standing.value, each.figure, each.currency)
    return (*head, *(format_with_currency(amount, each.currency) for amount in amounts))


def _row_by_owner(each: Sum) -> tuple[str, ...]:
    return (each.owner.title if each.owner else "", *_sum(each))


def _order(each: Sum) -> tuple[str, ...]:
    return (each.owner.title.lower() if each.owner else "", each.currency, each.standing.value)


def _drift(each: Drift) -> tuple[str, ...]:
    ours, theirs, apart = (
        _figure(value, each.currency) for value in (each.crm, each.xero, each.difference)
    )
    place = (each.module.value, each.title, each.what, each.currency)
    ids = (each.crm_name or "", each.xero_id or "")
    return (*place, ours, theirs, apart, each.reason, each.remedy, *ids)


def _figure(value: Decimal | str | None, currency: str) -> str:
    return format_with_currency(value, currency) if isinstance(value, Decimal) else value or ""


def _row_of_alone(each: Alone) -> tuple[str, ...]:
    where = "CRM" if each.side is Side.CRM else "Xero"
    place = (each.module.value, where, each.title, each.status, each.currency)
    return (
        *place,
        format_with_currency(each.amount, each.currency),
        each.reason,
        each.remedy,
        each.key,
    )
