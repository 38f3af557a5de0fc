"""Vtiger Invoice on SQLite: what a save looks up, and what other records feel of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT
from vtiger_xero.engine.saving import InvoiceSave, Item, figures_with, item_of, stock_of
from vtiger_xero.engine.stock import stock_changes
from vtiger_xero.engine.totals import number, received_amount

from .children import Children
from .contacts import Contacts
from .database import Database
from .documents import Documents, Rules, Save
from .rules import defaults
from .schema import Kind, decode
from .table import Row, Table
from .taxes import taxes_of


class InvoiceRules(Rules):
    """The engine's rules of an invoice; products are taken out of stock."""

    def __init__(self, database: Database, contacts: Contacts, base_currency: str) -> None:
        self._database = database
        self._contacts = contacts
        self._base_currency = base_currency

    def prepare(self, save: Save) -> None:
        """Everything that follows from what was typed."""
        saved = InvoiceSave(
            save.name,
            save.before,
            save.after,
            _Related(self._database, self._contacts, save),
            self._base_currency,
            by_sync=save.by_sync,
            gives_taxes="taxes" in save.given,
            today=save.now.date(),
        )
        saved.fill_in()
        bare = self._bare_tax(save.now)
        save.after["taxes"] = [{**bare, **row} for row in save.after["taxes"]]
        saved.compute()

    def saved(self, save: Save) -> None:
        """Take the products out of stock, or give them back."""
        _move_stock(self._database, save.before, save.after, save.now)

    def trashed(self, name: str, before: Row, now: datetime) -> None:
        """What is deleted was never sold."""
        _move_stock(self._database, before, None, now)

    def _bare_tax(self, now: datetime) -> Row:
        """A row of the taxes without values of its own."""
        (field,) = (each for each in self._database.doctype(INVOICE).tables if each.name == "taxes")
        return defaults(Children(self._database, INVOICE, field).doctype, now, user="")


class _Related:
    """What the save of one invoice looks up."""

    def __init__(self, database: Database, contacts: Contacts, save: Save) -> None:
        self._database, self._contacts, self._save = database, contacts, save

    def organization_of(self, contact: str) -> str:
        return self._contacts.first_of(contact, ORGANIZATION)

    def organizations_of(self, contact: str) -> Mapping[str, str]:
        names = self._contacts.all_of(contact, ORGANIZATION)
        found = Table(self._database, ORGANIZATION).get(names)
        return {name: row["organization_name"] for name, row in found.items()}

    def organization(self, name: str) -> Row:
        return Table(self._database, ORGANIZATION).get([name]).get(name, {})

    def items(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Item]:
        by_doctype: dict[str, list[str]] = defaultdict(list)
        for doctype, name in names:
            by_doctype[doctype].append(name)
        return {
            (doctype, name): item_of(doctype, fields)
            for doctype, some in by_doctype.items()
            for name, fields in Documents(self._database, doctype).get(some).items()
        }

    def taxes(self, names: Iterable[str]) -> Mapping[str, Row]:
        return taxes_of(self._database, names)

    def received(self) -> Decimal:
        query = f'SELECT payment_status, amount FROM "{PAYMENT}" WHERE related_to = ?'
        rows = self._database.rows(query, (self._save.name,))
        payments = [(r["payment_status"], decode(Kind.DECIMAL, r["amount"])) for r in rows]
        return received_amount(payments, number(self._save.after["received_otherwise"]))


def receive(database: Database, changes: Mapping[str, Decimal], now: datetime) -> None:
    """Add to what invoices have received; Balance and Status go with it."""
    table = Table(database, INVOICE)
    for name, invoice in table.get(list(changes)).items():
        fields = figures_with(invoice, changes[name])
        table.update(name, fields, fields, now)


def _move_stock(database: Database, before: Row | None, after: Row | None, now: datetime) -> None:
    """Add to each product's stock what the change of an invoice frees, or take it out.

    A product's own rules do not run: selling one is no edit of it. Its time of change moves all
    the same, for whoever looks at it elsewhere. What is tracked in Xero is counted there alone,
    and comes from there.
    """
    changes = stock_changes(stock_of(before), stock_of(after))
    table = Table(database, PRODUCT)
    for name, product in table.get(list(changes)).items():
        if not product["tracked_in_xero"]:
            fields = {"qty_in_stock": product["qty_in_stock"] + changes[name]}
            table.update(name, fields, fields, now)
