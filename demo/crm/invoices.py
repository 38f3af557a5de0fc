"""Vtiger Invoice: what is typed is the person's, what it comes to is the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT
from vtiger_xero.engine.money import ZERO
from vtiger_xero.engine.saving import Findings, invoice_currency, invoice_errors, require
from vtiger_xero.engine.totals import (
    computed_fields,
    line_numbers,
    number,
    open_balance,
    received_amount,
    rounding_that_stands,
    status_after_payment,
)

from .contacts import Contacts
from .database import Database
from .documents import Rules, Save
from .given import keep_given
from .lines import fill_new_lines, mark_lines_without_taxes
from .schema import Kind, decode
from .stock import move_stock
from .table import Row, Table
from .taxes import fill_rates, keep_terms

_ADDRESS: Mapping[str, tuple[str, ...]] = {
    "billing": ("address", "po_box", "city", "state", "postal_code", "country"),
    "shipping": ("address", "po_box", "city", "state", "code", "country"),
}


class InvoiceRules(Rules):
    """Fill in, compute, follow, and take the products out of stock."""

    def __init__(self, database: Database, contacts: Contacts, base_currency: str) -> None:
        self._database = database
        self._contacts = contacts
        self._base_currency = base_currency

    def prepare(self, save: Save) -> None:
        """Everything that follows from what was typed."""
        self._fill_parties(save)
        save.after["invoice_no"] = save.after["invoice_no"] or save.name
        if save.by_sync:  # what Xero holds without number and reference
            save.after["subject"] = save.after["subject"] or save.after["invoice_no"]
        _number_lines(save.after)
        fill_new_lines(self._database, save, self._base_currency)
        self._keep_taxes(save)
        keep_given(save)
        save.after["received"] = self._received(save)
        _keep_rounding(save)
        _compute(save.after)
        mark_lines_without_taxes(save.after)
        if not save.by_sync:
            require(self._errors(save.after), self._errors(save.before) if save.before else ())
        _follow_status(save)

    def saved(self, save: Save) -> None:
        """Take the products out of stock, or give them back."""
        move_stock(self._database, save.before, save.after, save.now)

    def trashed(self, name: str, before: Row, now: datetime) -> None:
        """What is deleted was never sold."""
        move_stock(self._database, before, None, now)

    def _fill_parties(self, save: Save) -> None:
        after = save.after
        if after["contact_name"] and not after["organization_name"]:
            found = self._contacts.first_of(after["contact_name"], ORGANIZATION)
            after["organization_name"] = found
        name = after["organization_name"] or ""
        organization = Table(self._database, ORGANIZATION).get([name]).get(name, {})
        if save.before is None and organization:
            _fill_addresses(after, organization)
        theirs = organization.get("currency") or ""
        given = after["currency"] or ""  # nothing here fills it in as a default
        after["currency"] = invoice_currency(given, theirs, self._base_currency, chosen=True)
        if after["currency"] == self._base_currency or not after["conversion_rate"]:
            after["conversion_rate"] = 1

    def _keep_taxes(self, save: Save) -> None:
        """A rate and terms once given stay with the row, as long as it names the same tax."""
        fill_rates(self._database, save.after["taxes"])
        known = {row["name"]: row["tax"] for row in (save.before or {}).get("taxes", ())}
        keep_terms(
            self._database,
            [row for row in save.after["taxes"] if known.get(row.get("name")) != row["tax"]],
        )

    def _errors(self, invoice: Row) -> Findings:
        names = self._contacts.all_of(invoice["contact_name"] or "", ORGANIZATION)
        found = Table(self._database, ORGANIZATION).get(names)
        titles = {name: row["organization_name"] for name, row in found.items()}
        return invoice_errors(invoice, invoice["items"], invoice["taxes"], titles)

    def _received(self, save: Save) -> Any:
        """From all payments, and what Xero counts besides."""
        rows = self._database.rows(
            f'SELECT payment_status, amount FROM "{PAYMENT}" WHERE related_to = ?', (save.name,)
        )
        payments = [(r["payment_status"], decode(Kind.DECIMAL, r["amount"])) for r in rows]
        return received_amount(payments, number(save.after["received_otherwise"]))


def receive(database: Database, name: str, change: Any, now: datetime) -> None:
    """Add to what an invoice has received; Balance and the Status that follows go with it.

    None of the invoice's own rules runs: they have nothing to say to money that came in.
    """
    table = Table(database, INVOICE)
    for invoice in table.get([name]).values():
        received, total = invoice["received"] + change, invoice["grand_total"]
        deduction = invoice["cis_deduction"]
        fields = {
            "received": received,
            "balance": open_balance(invoice["status"], total, received, deduction),
            "status": status_after_payment(invoice["status"], total, received, deduction),
        }
        table.update(name, fields, fields, now)


def _fill_addresses(after: Row, organization: Row) -> None:
    """A block that is empty gets the organization's; Vtiger makes both mandatory."""
    for block, parts in _ADDRESS.items():
        fields = [f"{block}_{part}" for part in parts]
        if not any(after[field] for field in fields):
            after.update({field: organization[field] for field in fields})


def _number_lines(after: Row) -> None:
    mentioned = [row["line"] or 0 for row in after["taxes"]]
    numbers = line_numbers([row["line_no"] or 0 for row in after["items"]], mentioned)
    for row, line in zip(after["items"], numbers):  # noqa: B905 (a number for every line)
        row["line_no"] = line


def _keep_rounding(save: Save) -> None:
    """A rounding that Xero gave is released by a person's edit that changes the total."""
    after = save.after
    if save.by_sync or save.before is None or not number(after["rounding"]):
        return
    after["rounding"] = ZERO
    total = computed_fields(after, after["items"], after["taxes"]).invoice["grand_total"]
    after["rounding"] = rounding_that_stands(save.before, total, after["currency"])


def _compute(after: Row) -> None:
    """Write every computed field; a tax that has no effect in this tax mode is taken out."""
    computed = computed_fields(after, after["items"], after["taxes"])
    after.update(computed.invoice)
    for row, fields in zip(after["items"], computed.lines):  # noqa: B905 (a result for each line)
        row.update(fields)
    kept = []
    for row, amount in zip(after["taxes"], computed.taxes):  # noqa: B905 (and for each tax)
        if amount is not None:
            kept.append({**row, "amount": amount})
    after["taxes"] = kept


def _follow_status(save: Save) -> None:
    """Only a change of the figures moves it: a status that somebody chose is theirs."""
    before, after = save.before, save.after
    if before is None or before["status"] != after["status"]:
        return
    names = ("grand_total", "received", "cis_deduction")
    held, figures = ([row[name] for name in names] for row in (before, after))
    if held != figures:
        after["status"] = status_after_payment(after["status"], *figures)
