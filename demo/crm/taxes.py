"""Vtiger Tax: its own rules, what other records take from it, and the port's view of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from vtiger_xero.engine.saving import check_tax, fill_rates
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals import Method

from .database import Database
from .documents import Documents, Rules, Save
from .table import Row

TAX = "Vtiger Tax"


class TaxRules(Rules):
    """The engine's rules of a tax, and what they look up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self, save: Save) -> None:
        """Refuse what no tax can be."""
        check_tax(save.name, save.before, save.after, self)

    def methods(self, names: Iterable[str]) -> dict[str, str]:
        """The methods of taxes by name."""
        return {name: tax["method"] for name, tax in taxes_of(self._database, names).items()}

    def compound_on(self, name: str) -> str:
        """A tax that is computed on this one, "" for none."""
        query = 'SELECT parent FROM "Vtiger Tax Base" WHERE tax = ? LIMIT 1'
        return next((str(row["parent"]) for row in self._database.rows(query, (name,))), "")

    def xero_rate(self, name: str) -> Row | None:
        """The record of a tax rate of Xero."""
        query = 'SELECT tax_rate_name, effective_rate FROM "Xero Tax Rate" WHERE name = ?'
        return next(iter(self._database.rows(query, (name,))), None)


class ItemRules(Rules):
    """Products and services: their tax rows bear a rate."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self, save: Save) -> None:
        """Fill in the rates."""
        fill_rates(save.after["taxes"], lambda names: taxes_of(self._database, names))


def taxes_of(database: Database, names: Iterable[str]) -> dict[str, Row]:
    """Taxes by name; those that do not exist are left out."""
    wanted = list(dict.fromkeys(each for each in names if each))
    return Documents(database, TAX).get(wanted) if wanted else {}


class Taxes:
    """The taxes as the engine knows them. Nothing here commits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._documents = Documents(database, TAX, TaxRules(database))

    def all(self) -> list[CrmTax]:
        """Every tax, oldest first."""
        names = self._database.rows('SELECT name FROM "Vtiger Tax" ORDER BY creation, rowid')
        found = self._documents.get([row["name"] for row in names])
        return [_crm_tax(name["name"], found[name["name"]]) for name in names]

    def save(self, tax: CrmTax, now: datetime, *, source: str, chooses: bool = False) -> None:
        """Make or change the tax of that name; one that is so already is not written.

        `source` is what a new one says of who made it. Only who `chooses` changes which rate of
        Xero the tax is by a person's choice.
        """
        held = self._documents.get([tax.name]).get(tax.name)
        chosen = {"xero_tax_rate": tax.chosen} if chooses else {}
        if held is None:
            values = {**_values(tax, ()), **chosen, "tax_name": tax.name, "source": source}
            self._documents.insert(values, now, user="", by_sync=True)
            return
        known = _crm_tax(tax.name, held)
        if known != (tax if chooses else replace(tax, chosen=known.chosen)):
            values = {**_values(tax, held["compounds_on"]), **chosen}
            self._documents.update(tax.name, values, now, by_sync=True)


def _crm_tax(name: str, row: Row) -> CrmTax:
    return CrmTax(
        name=name,
        rate=row["rate"],
        method=Method(row["method"]),
        compounds_on=tuple(each["tax"] for each in row["compounds_on"]),
        tax_type=row["xero_tax_type"],
        chosen=row["xero_tax_rate"],
    )


def _values(tax: CrmTax, held: Sequence[Row]) -> dict[str, Any]:
    names = {row["tax"]: {"name": row["name"]} for row in held}
    return {
        "rate": tax.rate,
        "method": tax.method.value,
        "compounds_on": [{**names.get(each, {}), "tax": each} for each in tax.compounds_on],
        "xero_tax_type": tax.tax_type,
    }
