"""A reconciliation as tables of text: for a terminal, a report on a site, or a CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..messages import _lt, label, listed
from ..money import decimals_of
from ..records import Side
from .differences import Drift
from .result import Alone, Counts, Reconciliation, Total
from .tally import Sum

_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take such a text for a formula
POINT = " \u00b7 "  # between the parts of a headline
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Column:
    """A column's head; `is_number` aligns it to the right."""

    head: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A title, the columns, and rows of as many texts, whose numbers a program can read."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The rows as people read them: thousands are separated."""
        return tuple(
            tuple(
                separate_thousands(cell) if column.is_number else cell
                for column, cell in zip(self.columns, row, strict=True)
            )
            for row in self.rows
        )


def tables(found: Reconciliation, *, only_differences: bool = False) -> tuple[Table, ...]:
    """Totals first, then counts, sums, organizations, single differences, and who is alone.

    With `only_differences`, what is equal on both sides is left out, except of the totals.
    """
    counts = [each for each in found.counts if not (only_differences and each.agrees)]
    sums, owners = (
        [each for each in some if each.difference or not only_differences]
        for some in (found.sums, found.by_organization)
    )
    return (
        _table("Totals", _TOTALS, (_total(each) for each in found.totals)),
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


def _count_text(number: int) -> str:
    return f"{number:,}"


def _amount_text(amount: Decimal, currency: str) -> str:
    return f"{separate_thousands(format_with_currency(amount, currency))} {currency}"


def headline(found: Reconciliation, write: Callable[[int], str] = _count_text) -> tuple[str, ...]:
    """The verdict in a few words, with how many records are left out of it, part by part.

    `write` puts the marks of thousands where the reader has them.
    """
    numbers = (
        (_lt("{0} with differences"), sum(each.differing for each in found.counts)),
        (_lt("{0} unexplained"), sum(each.unexplained for each in found.counts)),
        (_lt("{0} not in Xero"), found.records_only_in(Side.CRM)),
        (_lt("{0} not in the CRM"), found.records_only_in(Side.XERO)),
    )
    counted = (text.format(write(number)) for text, number in numbers if number)
    return label(found.verdict), *counted


def money_left_out(
    found: Reconciliation, write: Callable[[Decimal, str], str] = _amount_text
) -> str:
    """What is in one ledger only, by module, ledger and currency, as a sentence; "" for nothing.

    `write` makes the text of an amount, with its currency.
    """
    amounts = listed(
        _lt("{0} {1} in {2}").format(
            label(each.module), write(each.only_in(side), each.currency), label(side)
        )
        for each in found.totals
        for side in Side
        if each.only_in(side)
    )
    return _lt("In one ledger only: {0}.").format(amounts) if amounts else ""


def verdict_text(found: Reconciliation) -> str:
    """The headline and the money that is left out, in one line for a terminal."""
    return f"{POINT.join(headline(found))}. {money_left_out(found)}".rstrip()


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
    lines = (heads, *table.shown)
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


def separate_thousands(number: str) -> str:
    """A plain number with a comma after each three digits; any other text as it is."""
    return f"{Decimal(number):,f}" if _AMOUNT.fullmatch(number) else number


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
_TOTALS = [
    *_texts("Module", "Currency"),
    *_numbers("CRM", "Xero", "Difference", _lt("Only CRM"), _lt("Only Xero")),
]
_SUMS = [
    *_texts("Module", _lt("Counted as"), "Figure", "Currency"),
    *_numbers(_lt("Linked, CRM"), _lt("Linked, Xero"), "Difference"),
    *_numbers(_lt("Only CRM"), _lt("Only Xero")),
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


def _total(each: Total) -> tuple[str, ...]:
    amounts = (each.crm, each.xero, each.difference, each.crm_only, each.xero_only)
    figures = (format_with_currency(amount, each.currency) for amount in amounts)
    return (each.module.value, each.currency, *figures)


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
