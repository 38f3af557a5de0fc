"""Xero's chart of accounts and tax rates as records, so that a Link field can name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vtiger_xero.engine.reference import (
    Reference,
    TaxRate,
    fields_of_account,
    fields_of_rate,
    rate_of_record,
)

from .database import Database
from .documents import Documents
from .schema import quoted
from .table import Row

ACCOUNT, TAX_RATE = "Xero Account", "Xero Tax Rate"
REMOVED = "REMOVED"  # our own word; Xero has none for what it no longer lists


def keep_reference(database: Database, reference: Reference, now: datetime) -> None:
    """Keep both lists; what is unchanged is not written. Nothing here commits.

    A list that is empty was not asked for: every organisation of Xero has accounts and rates.
    """
    accounts = {account.id: fields_of_account(account) for account in reference.accounts}
    rates = {rate.tax_type: fields_of_rate(rate) for rate in reference.tax_rates}
    for doctype, wanted in ((ACCOUNT, accounts), (TAX_RATE, rates)):
        if wanted:
            _keep(Documents(database, doctype), _names(database, doctype), wanted, now)


def kept_rates(database: Database) -> list[TaxRate]:
    """The tax rates as they were last kept."""
    held = Documents(database, TAX_RATE).get(_names(database, TAX_RATE))
    return [rate_of_record(each) for each in held.values()]


def _keep(documents: Documents, names: list[str], wanted: Mapping[str, Row], now: datetime) -> None:
    held = documents.get(names)
    for name, values in wanted.items():
        if name not in held:
            documents.insert(values, now, user="", by_sync=True)
        elif not _same(held[name], values):
            documents.update(name, values, now, by_sync=True)
    for gone in held.keys() - wanted.keys():
        if held[gone]["status"] != REMOVED:
            documents.update(gone, {"status": REMOVED}, now, by_sync=True)


def _names(database: Database, doctype: str) -> list[str]:
    rows = database.rows(f"SELECT name FROM {quoted(doctype)} ORDER BY creation, rowid")
    return [row["name"] for row in rows]


def _same(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a record says all of `wanted` already; what it says beyond that is its own."""
    return all(_same_value(held[key], value) for key, value in wanted.items())


def _same_value(held: Any, wanted: Any) -> bool:
    if not isinstance(wanted, tuple):
        return bool(held == wanted)
    return len(held) == len(wanted) and all(
        _same(mine, theirs) for mine, theirs in zip(held, wanted, strict=True)
    )
