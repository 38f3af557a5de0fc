"""Xero's chart of accounts and tax rates as DocTypes, so that a Link field can offer them."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import frappe

from ..engine.errors import RecordRefused
from ..engine.ports import Crm, Ledger
from ..engine.records import Fields, Value
from ..engine.reference import (
    Account,
    Reference,
    TaxRate,
    account_of_record,
    fields_of_account,
    fields_of_rate,
    rate_of_record,
)
from ..engine.taxes import book_of
from .reading import read
from .tenant import connected_tenant
from .writing import fill, mark

REMOVED = "REMOVED"  # our own word; Xero has none for what it no longer lists
_ACCOUNT, _TAX_RATE = "Xero Account", "Xero Tax Rate"


def refresh(ledger: Ledger, crm: Crm) -> Mapping[str, int]:
    """Read accounts and tax rates anew, and the taxes that follow; how many there are of each."""
    return keep(ledger.reference(books=True), crm)


def keep(reference: Reference, crm: Crm) -> Mapping[str, int]:
    """Write accounts and tax rates that were read, and the taxes that follow."""
    before = crm.kept_rates()
    crm.keep_reference(reference)
    for tax in book_of(reference, crm.taxes()).taxes_to_save(before):
        # A tax that the CRM refuses must not keep a user from connecting; the next run reports it.
        with suppress(RecordRefused):
            crm.save_tax(tax)
    return {_ACCOUNT: len(reference.accounts), _TAX_RATE: len(reference.tax_rates)}


def keep_reference(reference: Reference) -> None:
    """Write what is new or changed, and mark what is gone: four queries when nothing changed.

    A list that is empty was not read: Xero always has accounts and rates.
    """
    tenant = {"tenant": connected_tenant()}
    accounts = {each.id: {**fields_of_account(each), **tenant} for each in reference.accounts}
    rates = {each.tax_type: {**fields_of_rate(each), **tenant} for each in reference.tax_rates}
    for doctype, wanted in ((_ACCOUNT, accounts), (_TAX_RATE, rates)):
        if wanted:
            _keep(doctype, wanted)


def kept_accounts() -> list[Account]:
    """All accounts of the connected organisation as they were last kept."""
    names = frappe.get_all(_ACCOUNT, {"tenant": connected_tenant()}, pluck="name")
    return [account_of_record(fields) for _, fields in read(_ACCOUNT, names).values()]


def kept_account(name: str) -> Account | None:
    """One account as it was last kept."""
    return next((account_of_record(held) for _, held in read(_ACCOUNT, [name]).values()), None)


def kept_rates() -> list[TaxRate]:
    """The tax rates of the connected organisation as they were last kept."""
    tenant = connected_tenant()
    held = (fields for _, fields in read(_TAX_RATE).values())
    return [rate_of_record(each) for each in held if (each.get("tenant") or "") == tenant]


def _keep(doctype: str, wanted: Mapping[str, Fields]) -> None:
    held = {name: fields for name, (_, fields) in read(doctype).items()}
    gone: Fields = {"status": REMOVED}
    for name in {**held, **wanted}:
        fields = wanted.get(name, gone)
        if name not in held or not all(_same(held[name].get(key), fields[key]) for key in fields):
            _write(doctype, name if name in held else None, fields)


def _write(doctype: str, name: str | None, fields: Fields) -> None:
    document = frappe.get_doc(doctype, name) if name else frappe.new_doc(doctype)
    fill(document, fields)
    mark(document, fields).save(ignore_permissions=True)


def _same(held: Value, value: Value) -> bool:
    """Rows of a table are compared without their names, which Xero does not know."""
    if isinstance(value, tuple) and isinstance(held, tuple):
        rows = zip(held, value, strict=False)
        return len(held) == len(value) and all(_same_row(kept, row) for kept, row in rows)
    return (held or "") == (value or "")


def _same_row(held: Any, row: Any) -> bool:
    return all(_same(held.get(key), row[key]) for key in row)
