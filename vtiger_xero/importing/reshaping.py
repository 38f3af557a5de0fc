"""Vtiger's CSV in the shape of Frappe's template: the same rows, in the columns of the DocType.

Vtiger repeats an invoice's own columns in the row of each of its lines, and has a column for each
tax. Frappe takes a row whose own columns are empty for one more line of the record above it, and
has a table of taxes. A row stays in its place, so that what Data Import says of row 7 is true of
the exported file, too; only an invoice with more taxes than lines needs rows more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..engine.mapping.doctypes import INVOICE, PAYMENT
from ..engine.messages import Message, _lt, listed
from ..engine.money import HUNDRED
from ..engine.totals import AppliesTo, TaxMode
from . import values
from .columns import (
    CHARGE_TAX,
    FIELDS,
    ID,
    ITEM_NAME,
    LEFT_OUT,
    LINE,
    LINES,
    MARKS,
    NUMBERS,
    OF_FRAPPE,
    TAX,
    TITLES,
)
from .reading import Cell, Field, Findings, Reader, Records

Raw = Sequence[Sequence[object]]
Row = dict[str, str]  # column of the template → value
_DATES = ("Date", "Datetime")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Tax:
    """A tax that is here: its name, its method and its rate in percent."""

    name: str
    rate: Decimal = Decimal(0)
    is_deducted: bool = False


@dataclass(frozen=True)
class Form:
    """The DocType that the file is of: its fields, and those of its lines."""

    doctype: str
    fields: Sequence[Field]
    lines: Sequence[Field] = ()
    taxes: Sequence[Tax] = ()
    base_currency: str = ""


@dataclass(frozen=True)
class Reshaped:
    """The file for Data Import, heads first, and what was found in Vtiger's."""

    rows: Sequence[Sequence[str]]
    findings: Findings


def is_vtigers(heads: Sequence[object]) -> bool:
    """Whether these are the heads of a file that Vtiger has exported."""
    found = {values.text(head) for head in heads}
    return bool(found & MARKS) and ID not in found


def reshape(form: Form, raw: Raw, records: Records, *, is_new: bool = True) -> Reshaped:
    """`raw` has the heads first. `is_new` says that the records are to be made, not changed."""
    return _Reshaping(form, raw, records, is_new=is_new).run()


@dataclass
class _Record:
    """One record of the file: where it begins, its own columns, its lines, its taxes."""

    number: int  # of its first row
    own: Row
    lines: list[tuple[int, Row]] = field(default_factory=list)
    taxes: list[Row] = field(default_factory=list)


class _Reshaping:
    def __init__(self, form: Form, raw: Raw, records: Records, *, is_new: bool) -> None:
        self._form, self._records, self._is_new = form, records, is_new
        self._heads = [values.text(head) for head in raw[0]]
        self._rows = [
            (number, self._cells(number, row))
            for number, row in enumerate(raw[1:], start=2)
            if any(values.text(value) for value in row)
        ]
        self._findings = Findings()
        self._own = self._columns(form.fields, FIELDS[form.doctype], LEFT_OUT[form.doctype])
        self._line = self._columns(form.lines, LINES, frozenset()) if form.lines else {}
        for head in self._line:
            self._own.pop(head, None)
        self._taxes = self._tax_columns()
        self._note_what_is_left()

    def run(self) -> Reshaped:
        self._reader = Reader(self._records, self._findings, self._order(), self._titles())
        records = list(self._read())
        return Reshaped(list(self._written(records)), self._findings)

    # The columns

    def _columns(
        self, fields: Sequence[Field], renamed: Mapping[str, str], left: frozenset[str]
    ) -> dict[str, Field]:
        by_name = {each.name: each for each in fields}
        by_label: dict[str, Field] = {}
        for each in fields:
            by_label.setdefault(each.label, each)
        found: dict[str, Field] = {}
        for head in self._heads:
            known = by_name.get(renamed.get(head, "")) or by_label.get(head)
            if known is None or head in left or head in OF_FRAPPE:
                continue
            if not known.read_only or head in renamed:
                found[head] = known
        if fields is self._form.lines:
            return {head: found[head] for head in found if head in renamed}
        return found

    def _tax_columns(self) -> dict[str, Tax]:
        by_name = {tax.name.casefold(): tax for tax in self._form.taxes}
        others = {*self._own, *self._line, *LEFT_OUT[self._form.doctype], *OF_FRAPPE}
        heads = (head for head in self._heads if head not in others)
        return {head: by_name[head.casefold()] for head in heads if head.casefold() in by_name}

    def _note_what_is_left(self) -> None:
        doctype = self._form.doctype
        known = {*self._own, *self._line, *self._taxes, *LEFT_OUT[doctype], *OF_FRAPPE}
        known |= {NUMBERS[doctype], ITEM_NAME if self._form.lines else ""}
        said = {head for _, cells in self._rows for head in cells if cells[head].text.strip("0.")}
        left = [head for head in dict.fromkeys(self._heads) if head in said - known]
        if left:
            reason = _lt("Columns without a field or a tax of this name, left out: {0}.")
            self._findings.note(reason.format(listed(left)))

    # What holds for the whole file

    def _order(self) -> str:
        dated = {head for head, of in self._own.items() if of.type in _DATES} | MARKS
        cells = [cells[head] for _, cells in self._rows for head in cells if head in dated]
        orders = values.date_orders(each.text for each in cells)
        if len(orders) > 1 and any(each.text for each in cells):
            self._findings.refuse(
                next(each for each in cells if each.text),
                _lt(
                    "The dates of this file can be read in two ways. Choose yyyy-mm-dd as Date "
                    "Format in Vtiger, under My Preferences, and export again."
                ),
            )
        return orders[0] if orders else self._most_common(cells)

    def _most_common(self, cells: Sequence[Cell]) -> str:
        """Some are no dates: the others say how dates are written, and each bad one is named."""
        fits = [order for each in cells for order in values.date_orders([each.text]) if each.text]
        return max(fits, key=fits.count) if fits else "%Y-%m-%d"

    def _titles(self) -> Mapping[str, str]:
        """The file's own records by their titles: a parent may come further down."""
        title = next(
            (h for h, of in self._own.items() if of.name == TITLES.get(self._form.doctype)), ""
        )
        return {
            cells[title].text.casefold(): self._form.doctype
            for _, cells in self._rows
            if title in cells
        }

    # The records

    def _read(self) -> Iterator[_Record]:
        found: dict[str, _Record] = {}
        for row, cells in self._rows:
            if self._is_of_another(cells):
                continue
            number = cells.get(NUMBERS[self._form.doctype])
            title = number.text if number else ""
            record = found.get(title) if title and self._form.lines else None
            if record is None:
                record = _Record(row, self._read_own(row, cells))
                if number and title:
                    self._give_number(record, number, seen=title in found)
                found[title or f"\n{row}"] = record  # no number has a line break
                self._check_currency(cells)
                self._note_money(cells)
            self._read_line(record, row, cells)
        for record in found.values():
            self._tax_charges(record)
            yield record

    def _is_of_another(self, cells: Mapping[str, Cell]) -> bool:
        """A payment of an order or a bill: Vtiger keeps all of them in one module."""
        cell = cells.get("Related To")
        module = values.reference(cell.text)[0] if cell else ""
        if self._form.doctype != PAYMENT or module in ("", "Invoice"):
            return False
        self._findings.note(_lt("Payments of other records than invoices are left out."))
        return True

    def _read_own(self, row: int, cells: Mapping[str, Cell]) -> Row:
        own = {
            of.label: self._reader.read(cells[head], of)
            for head, of in self._own.items()
            if cells[head].text
        }
        if self._form.doctype == PAYMENT and "Payment Date" not in own:
            made = cells.get("Created Time", Cell(row, "Created Time", ""))
            own["Payment Date"] = values.day(made.text, self._reader.order) or ""
        return own

    def _give_number(self, record: _Record, cell: Cell, *, seen: bool) -> None:
        """The record's name is Vtiger's number. An invoice shows it in a field of its own."""
        is_here = self._records.exists(self._form.doctype, cell.text)
        if seen:
            self._findings.refuse(cell, _lt("{0} is in this file twice.").format(cell.text))
        elif is_here and self._is_new:
            self._findings.refuse(
                cell,
                _lt(
                    "{0} is here already. Delete the row, or the whole column if these records are "
                    "to have new numbers."
                ).format(cell.text),
            )
        elif not is_here and not self._is_new:
            self._findings.refuse(cell, _lt("{0} is not here yet.").format(cell.text))
        record.own[ID] = cell.text
        if self._form.doctype == INVOICE:
            record.own["Invoice No"] = cell.text

    def _check_currency(self, cells: Mapping[str, Cell]) -> None:
        """A product's prices are in the base currency here."""
        cell = cells.get("Currency")
        if cell is None or not cell.text or "Currency" not in LEFT_OUT[self._form.doctype]:
            return
        if self._form.doctype == PAYMENT:
            return
        code = self._reader.read(cell, Field("currency", "Currency", "Link", "Currency"))
        if code and self._form.base_currency and code != self._form.base_currency:
            reason = _lt("Prices of products are in {0} here, and this one is in {1}.")
            self._findings.refuse(cell, reason.format(self._form.base_currency, code))

    def _note_money(self, cells: Mapping[str, Cell]) -> None:
        """Vtiger's Received may be typed; here it is the sum of payments."""
        received = cells.get("Received")
        if self._form.lines and received and received.text.strip("0."):
            reason = _lt("Received is what payments bring: import the payments of these invoices.")
            self._findings.note(reason)

    def _read_line(self, record: _Record, row: int, cells: Mapping[str, Cell]) -> None:
        if not self._form.lines:
            rates = self._rates(cells)
            record.taxes += [{f"{TAX}.tax": tax.name, f"{TAX}.rate": rate} for tax, rate in rates]
            return
        doctype, name = self._reader.item(cells.get(ITEM_NAME, Cell(row, ITEM_NAME, "")))
        mine = len(record.lines) + 1
        line = {f"{LINE}.item_type": doctype, f"{LINE}.item_name": name}
        line[f"{LINE}.line_no"] = str(mine)
        for head, of in self._line.items():
            line[f"{LINE}.{of.name}"] = self._reader.read(cells[head], of)
        is_group = record.own.get("Tax Mode") == TaxMode.GROUP.value
        for tax, rate in self._rates(cells):
            of_all = is_group or tax.is_deducted
            if of_all and any(each[f"{TAX}.tax"] == tax.name for each in record.taxes):
                continue
            place = AppliesTo.ITEMS_TOTAL if of_all else AppliesTo.ITEM
            record.taxes.append(_tax(place, tax.name, rate, "" if of_all else str(mine)))
        # Else it would get those of its product, as a new line does.
        own = "" if is_group else str(mine)
        is_taxed = any(each[f"{TAX}.line"] == own for each in record.taxes)
        line[f"{LINE}.no_taxes"] = str(int(not is_taxed))
        record.lines.append((row, line))
        charged = cells.get(CHARGE_TAX)
        if mine == 1 and charged and charged.text:
            record.own[CHARGE_TAX] = values.number(charged.text) or ""

    def _rates(self, cells: Mapping[str, Cell]) -> list[tuple[Tax, str]]:
        percent = Field("rate", "Rate", "Float")
        read = [(tax, self._reader.read(cells[head], percent)) for head, tax in self._taxes.items()]
        return [(tax, rate.lstrip("-")) for tax, rate in read if rate and Decimal(rate)]

    def _tax_charges(self, record: _Record) -> None:
        """Vtiger exports what the taxes on charges come to, and not which taxes they are."""
        amount = Decimal(record.own.pop(CHARGE_TAX, "") or 0)
        charges = Decimal(record.own.get("Shipping & Handling") or 0)
        if not amount:
            return
        used = {row[f"{TAX}.tax"]: Decimal(row[f"{TAX}.rate"]) for row in record.taxes}
        known = {tax.name: tax.rate for tax in self._form.taxes if not tax.is_deducted}
        for rates in (used, known):
            fit = [tax for tax, rate in rates.items() if _comes_to(charges * rate, amount)]
            if len(fit) == 1:
                rate = f"{rates[fit[0]]:f}"
                record.taxes.append(_tax(AppliesTo.CHARGES, fit[0], rate, ""))
                return
        self._findings.refuse(
            Cell(record.number, CHARGE_TAX, str(amount)),
            _lt(
                "No single tax makes {0} of the charges {1}. Delete the rows of this invoice, and "
                "enter it by hand."
            ).format(f"{amount.normalize():f}", f"{charges.normalize():f}"),
        )

    # The file for Data Import

    def _written(self, records: Sequence[_Record]) -> Iterator[list[str]]:
        """A row of its own for each; what has no place in its record's rows comes after them."""
        own = list(dict.fromkeys(column for each in records for column in each.own))
        own.sort(key=lambda column: column != ID)
        lines = list(dict.fromkeys(c for each in records for _, line in each.lines for c in line))
        taxes = list(dict.fromkeys(c for each in records for row in each.taxes for c in row))
        heads = [*own, *lines, *taxes]
        yield heads
        written = 1
        for record in records:
            while written + 1 < record.number:  # rows that were empty, or are left out
                yield [""] * len(heads)
                written += 1
            for row in _rows_of(record):
                yield [row.get(column, "") for column in heads]
                written += 1

    def _cells(self, number: int, row: Sequence[Any]) -> dict[str, Cell]:
        """Of columns with the same head, Frappe takes the first one."""
        cells: dict[str, Cell] = {}
        for at, head in enumerate(self._heads):
            value = row[at] if at < len(row) else ""
            cells.setdefault(head, Cell(number, head, values.text(value)))
        return cells


def _rows_of(record: _Record) -> Iterator[Row]:
    count = max(len(record.lines), len(record.taxes), 1)
    for at in range(count):
        row = dict(record.own) if at == 0 else {}
        if at < len(record.lines):
            row.update(record.lines[at][1])
        if at < len(record.taxes):
            row.update(record.taxes[at])
        yield row


def _tax(place: AppliesTo, tax: str, rate: str, line: str) -> Row:
    fields = {"applies_to": place.value, "line": line, "tax": tax, "rate": rate}
    return {f"{TAX}.{name}": value for name, value in fields.items()}


def _comes_to(percent: Decimal, amount: Decimal) -> bool:
    return (percent / HUNDRED).quantize(_CENT) == amount.quantize(_CENT)


def problem_text(problems: Sequence[tuple[Cell, Message]], most: int) -> list[Message]:
    """The first of the problems, each with its row and column, and how many there are besides."""
    shown = [
        _lt("Row {0}, column {1}: {2}").format(cell.row, cell.column, reason)
        for cell, reason in problems[:most]
    ]
    more = len(problems) - len(shown)
    return [*shown, _lt("And {0} more.").format(more)] if more > 0 else shown
