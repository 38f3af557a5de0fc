"""What an invoice gets and comes to when it is saved, by a person or by the sync.

Both CRMs call this with their own records: whatever is read and written by field names, be it a
dict or a view of Frappe's Document. Tables are lists of such rows. `fill_in` comes first, then
`compute`; a site lets its own hooks run in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from ..mapping.doctypes import PRODUCT, SERVICE
from ..mapping.rows import date_of
from ..money import ZERO
from ..stock import InvoiceStock
from ..totals import (
    Computed,
    Saved,
    amounts_that_stand,
    computed_fields,
    line_numbers,
    number,
    open_balance,
    rounding_that_stands,
    status_after_new_due_date,
    status_after_payment,
)
from .checks import Findings, invoice_errors, require
from .currency import invoice_currency
from .filling import Item, fill_lines, lines_without_taxes
from .taxes import fill_rates, keep_terms

Row = Mapping[str, Any]
Record = MutableMapping[str, Any]

_ADDRESS: Mapping[str, tuple[str, ...]] = {
    "billing": ("address", "po_box", "city", "state", "postal_code", "country"),
    "shipping": ("address", "po_box", "city", "state", "code", "country"),
}
# The form has filled the line already, before the eyes of the person: it says what it says.
_FILLED_BY_FORM = "__filled"


class Related(Protocol):
    """What the save of an invoice looks up in the CRM. Nothing is asked that it does not need."""

    def organization_of(self, contact: str) -> str:
        """The organization that a Contact has belonged to for longest, "" for none."""

    def organizations_of(self, contact: str) -> Mapping[str, str]:
        """All organizations of a Contact, their titles by name."""

    def organization(self, name: str) -> Row:
        """An organization's fields, {} where there is none."""

    def items(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Item]:
        """Products and services by (DocType, name); those that do not exist are left out."""

    def taxes(self, names: Iterable[str]) -> Mapping[str, Row]:
        """Taxes by name, with their rows; those that do not exist are left out."""

    def received(self) -> Decimal:
        """What the invoice has received: all its payments, and what Xero counts besides."""


@dataclass
class InvoiceSave:
    """One save of an invoice: how it was (None: not there yet) and how it will be.

    `by_sync` tells the sync's save from a person's, `gives_taxes` says that it has the taxes in it.
    `currency_chosen` is False where the CRM may have filled in the base currency by itself, and
    `lines_as_given` keeps a program's lines as they are. `today` is the day by which a new Due Date
    is judged.
    """

    name: str
    before: Row | None
    after: Record
    related: Related
    base_currency: str
    by_sync: bool = False
    gives_taxes: bool = False
    currency_chosen: bool = True
    lines_as_given: bool = False
    today: date | None = None

    def fill_in(self) -> None:
        """What follows from the contact, the organization, and the items of new lines."""
        self._fill_parties()
        self._number_lines()
        if not self.by_sync and not self.lines_as_given:
            self._fill_new_lines()

    def compute(self) -> None:
        """Every figure; `RecordRefused` where a person's save brings what no ledger could hold."""
        after = self.after
        after["invoice_no"] = after.get("invoice_no") or self.name
        if self.by_sync:  # what Xero holds without number and reference
            after["subject"] = after.get("subject") or after["invoice_no"]
        self._number_lines()
        self._keep_taxes()
        self._keep_given()
        after["received"] = self.related.received()
        self._keep_rounding()
        self._write_figures()
        for row, mark in zip(after["items"], lines_without_taxes(*_parts(after)), strict=True):
            row["no_taxes"] = mark
        if not self.by_sync:
            require(self._errors(after), self._errors(self.before) if self.before else ())
        self._follow_status()

    def _fill_parties(self) -> None:
        after, related = self.after, self.related
        contact = after.get("contact_name")
        theirs = contact and not after.get("organization_name") and related.organization_of(contact)
        if theirs:
            after["organization_name"] = theirs
        name = after.get("organization_name") or ""
        is_open = not after.get("currency") or not self.currency_chosen
        needed = name and (self.before is None or is_open)
        organization = related.organization(name) if needed else {}
        if self.before is None and organization:
            _fill_addresses(after, organization)
        after["currency"] = invoice_currency(
            after.get("currency") or "",
            organization.get("currency") or "",
            self.base_currency,
            chosen=self.currency_chosen,
        )
        if after["currency"] == self.base_currency or not after.get("conversion_rate"):
            after["conversion_rate"] = 1

    def _number_lines(self) -> None:
        """Each line gets a number of its own, by which tax rows name it."""
        lines = self.after["items"]
        mentioned = [row.get("line") or 0 for row in self.after["taxes"]]
        numbers = line_numbers([row.get("line_no") or 0 for row in lines], mentioned)
        for row, line in zip(lines, numbers, strict=True):
            row["line_no"] = line

    def _fill_new_lines(self) -> None:
        invoice, lines, taxes = _parts(self.after)
        there = {row["name"] for row in (self.before or {}).get("items", ())}
        new = [_item_of(row) if row.get("name") not in there else None for row in lines]
        known = self.related.items(dict.fromkeys(each for each in new if each))
        filled = fill_lines(
            invoice,
            lines,
            taxes,
            [known.get(each) if each else None for each in new],
            base_currency=self.base_currency,
            whole=self.before is None,
        )
        for row, fields in zip(lines, filled.lines, strict=True):
            row.update(fields)
        if filled.taxes:
            self.after["taxes"] = [*taxes, *(dict(row) for row in filled.taxes)]

    def _keep_taxes(self) -> None:
        """A rate and terms once given stay with the row, as long as it names the same tax."""
        rows = self.after["taxes"]
        known = {row["name"]: row.get("tax") for row in (self.before or {}).get("taxes", ())}
        changed = [row for row in rows if known.get(row.get("name")) != row.get("tax")]
        fill_rates(rows, self.related.taxes)
        keep_terms(changed, self.related.taxes)

    def _keep_given(self) -> None:
        """Release the amounts of Xero whose figures changed; only the sync gives one.

        A write of the sync that has the taxes in it gives them anew, whatever they were before.
        """
        if self.by_sync and self.gives_taxes:
            return
        rows, stand = (
            self.after["taxes"],
            amounts_that_stand(_saved(self.before), _saved(self.after)),
        )
        for row, amount in zip(rows, stand, strict=True):
            row["amount_given"] = int(amount is not None)
            if amount is not None:
                row["amount"] = amount

    def _keep_rounding(self) -> None:
        """A rounding that Xero gave is released by a person's edit that changes the total."""
        after = self.after
        if self.by_sync or self.before is None or not number(after.get("rounding")):
            return
        after["rounding"] = ZERO
        total = _computed(after).invoice["grand_total"]
        after["rounding"] = rounding_that_stands(self.before, total, after["currency"])

    def _write_figures(self) -> None:
        """Write every computed field; a tax that has no effect in this tax mode is taken out.

        Leaving it in would show a tax that nobody pays, here and in every report.
        """
        after, computed = self.after, _computed(self.after)
        after.update(computed.invoice)
        for row, fields in zip(after["items"], computed.lines, strict=True):
            row.update(fields)
        taxes = zip(after["taxes"], computed.taxes, strict=True)
        effective = [(row, amount) for row, amount in taxes if amount is not None]
        for row, amount in effective:
            row["amount"] = amount
        after["taxes"] = [row for row, _ in effective]

    def _errors(self, invoice: Row) -> Findings:
        contact = invoice.get("contact_name")
        return invoice_errors(
            *_parts(invoice), self.related.organizations_of(contact) if contact else {}
        )

    def _follow_status(self) -> None:
        """Only a change of the figures or of Due Date moves it.

        A status that somebody chose is theirs.
        """
        before, after = self.before, self.after
        if before is None or before.get("status") != after.get("status"):
            return
        names = ("grand_total", "received", "cis_deduction")
        held, figures = ([number(each.get(name)) for name in names] for each in (before, after))
        if held != figures:
            after["status"] = status_after_payment(after.get("status") or "", *figures)
        due = date_of(after.get("due_date"))
        if self.today and due != date_of(before.get("due_date")):
            received = number(after.get("received"))
            after["status"] = status_after_new_due_date(
                after.get("status") or "", due, received, self.today
            )


def figures_with(invoice: Row, change: Decimal) -> Mapping[str, Any]:
    """What an invoice shows once it has received `change` more, the status that follows included.

    None of the invoice's own rules runs: they have nothing to say to money that came in.
    """
    status = str(invoice.get("status") or "")
    received, total = number(invoice.get("received")) + change, number(invoice.get("grand_total"))
    deduction = number(invoice.get("cis_deduction"))
    return {
        "received": received,
        "balance": open_balance(status, total, received, deduction),
        "status": status_after_payment(status, total, received, deduction),
    }


def stock_of(invoice: Row | None) -> InvoiceStock | None:
    """An invoice as far as stock is concerned, None where there is none."""
    if invoice is None:
        return None
    products = (row for row in invoice["items"] if row.get("item_type") == PRODUCT)
    lines = tuple((row["item_name"], number(row.get("quantity"))) for row in products)
    return InvoiceStock(str(invoice.get("status") or ""), lines)


def _fill_addresses(after: Record, organization: Row) -> None:
    """A block that is empty gets the organization's; Vtiger makes both mandatory."""
    for block, parts in _ADDRESS.items():
        fields = [f"{block}_{part}" for part in parts]
        if not any(after.get(field) for field in fields):
            after.update({field: organization.get(field) for field in fields})


def _item_of(line: Row) -> tuple[str, str] | None:
    """The product or service that fills the line, None where there is none or the form did."""
    doctype, is_filled = line.get("item_type"), int(line.get(_FILLED_BY_FORM) or 0)
    known = doctype in (PRODUCT, SERVICE) and not is_filled
    return (str(doctype), str(line.get("item_name") or "")) if known else None


def _parts(invoice: Row) -> tuple[Row, Sequence[Record], Sequence[Record]]:
    return invoice, invoice["items"], invoice["taxes"]


def _computed(invoice: Row) -> Computed:
    return computed_fields(*_parts(invoice))


def _saved(invoice: Row | None) -> Saved:
    return Saved({}) if invoice is None else Saved(*_parts(invoice))
