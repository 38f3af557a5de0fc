"""Vtiger Tax: its own rules, what other records take from it, and the port's view of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.taxes import CrmTax, charges_as_much, percent
from vtiger_xero.engine.totals import Method

from .database import Database
from .documents import Documents, Rules, Save
from .table import Row

TAX = "Vtiger Tax"
_COMPOUND, _SIMPLE = Method.COMPOUND.value, Method.SIMPLE.value


class TaxRules(Rules):
    """A compound tax names the simple taxes that it is computed on; the others name none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self, save: Save) -> None:
        """Refuse a compound tax that stands on nothing, or on what is not simple."""
        after = save.after
        if after["method"] != _COMPOUND:
            after["compounds_on"] = []
        elif not after["compounds_on"]:
            raise RecordRefused(
                "A compound tax needs simple taxes to be computed on.", remedy="Choose them."
            )
        names = [row["tax"] for row in after["compounds_on"] if row["tax"]]
        methods = {name: tax["method"] for name, tax in taxes_of(self._database, names).items()}
        for name in names:
            if name == save.name or methods.get(name, _SIMPLE) != _SIMPLE:
                raise RecordRefused(
                    f"{name} is not a simple tax; a compound tax is computed on simple ones.",
                    remedy=f"Take {name} out of Compounds On.",
                )
        self._stay_simple(save)
        self._charge_as_chosen(save)

    def _charge_as_chosen(self, save: Save) -> None:
        """The rate of Xero that a person chooses is this tax, so it charges as much."""
        chosen = save.after["xero_tax_rate"]
        if not chosen or (save.before and save.before["xero_tax_rate"] == chosen):
            return
        query = 'SELECT tax_rate_name, effective_rate FROM "Xero Tax Rate" WHERE name = ?'
        for row in self._database.rows(query, (chosen,)):
            rate, tax = row["effective_rate"], save.after["rate"]
            if not charges_as_much(tax, rate):
                name = row["tax_rate_name"]
                raise RecordRefused(
                    f"{name} is {percent(rate)}% in Xero, and this tax is {percent(tax)}%.",
                    remedy=f"Choose a rate of {percent(tax)}%.",
                )

    def _stay_simple(self, save: Save) -> None:
        if save.before is None or save.before["method"] != _SIMPLE:
            return
        if save.after["method"] == _SIMPLE:
            return
        above = self._database.rows(
            'SELECT parent FROM "Vtiger Tax Base" WHERE tax = ? LIMIT 1', (save.name,)
        )
        for row in above:
            raise RecordRefused(
                f"{row['parent']} is computed on this tax, so it stays simple.",
                remedy=f"Change {row['parent']} first.",
            )


class ItemRules(Rules):
    """Products and services: their tax rows bear a rate."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self, save: Save) -> None:
        """Fill in the rates."""
        fill_rates(self._database, save.after["taxes"])


def taxes_of(database: Database, names: Iterable[str]) -> dict[str, Row]:
    """Taxes by name; those that do not exist are left out."""
    wanted = list(dict.fromkeys(each for each in names if each))
    return Documents(database, TAX).get(wanted) if wanted else {}


def fill_rates(database: Database, rows: Sequence[Row]) -> None:
    """A row without a rate gets that of its tax; a rate of 0 that somebody gave stays."""
    bare = [row for row in rows if row["rate"] in (None, "")]
    taxes = taxes_of(database, (row["tax"] for row in bare))
    for row in bare:
        row["rate"] = taxes[row["tax"]]["rate"] if row["tax"] in taxes else None


def keep_terms(database: Database, rows: Sequence[Row]) -> None:
    """An invoice keeps how its taxes were computed, whatever becomes of them later."""
    taxes = taxes_of(database, (row["tax"] for row in rows))
    for row in rows:
        if row["tax"] in taxes:
            tax = taxes[row["tax"]]
            row["method"] = tax["method"]
            row["compounds_on"] = "\n".join(each["tax"] for each in tax["compounds_on"])


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
