"""Xero's chart of accounts and tax rates as DocTypes, so that a Link field can offer them."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import frappe

from ..engine.errors import RecordRefused
from ..engine.money import round_amount
from ..engine.ports import Crm, Ledger
from ..engine.records import Fields, Value
from ..engine.reference import Account, Reference, TaxRate, rate_of_record
from ..engine.taxes import book_of
from ..engine.xero_totals import TaxComponent
from .reading import read
from .tenant import connected_tenant
from .writing import fill, mark

REMOVED = "REMOVED"  # our own word; Xero has none for what it no longer lists
_ACCOUNT, _TAX_RATE = "Xero Account", "Xero Tax Rate"
_CLASSES = {
    "ASSET": "can_apply_to_assets",
    "EQUITY": "can_apply_to_equity",
    "EXPENSE": "can_apply_to_expenses",
    "LIABILITY": "can_apply_to_liabilities",
    "REVENUE": "can_apply_to_revenue",
}
_DECIMALS = 4  # of a rate in percent, as Xero shows it


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
    accounts = {each.id: {**_account(each), **tenant} for each in reference.accounts}
    rates = {each.tax_type: {**_tax_rate(each), **tenant} for each in reference.tax_rates}
    for doctype, wanted in ((_ACCOUNT, accounts), (_TAX_RATE, rates)):
        if wanted:
            _keep(doctype, wanted)


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


def _account(account: Account) -> dict[str, Value]:
    return {
        "account_id": account.id,
        "title": account.title[:255],
        "code": account.code,
        "account_name": account.name,
        "type": account.type,
        "account_class": account.account_class,
        "status": account.status,
        "tax_type": account.tax_type,
        "currency": account.currency,
        "enable_payments": account.enable_payments,
        "system_account": account.system_account,
        "description": account.description,
    }


def _tax_rate(rate: TaxRate) -> dict[str, Value]:
    return {
        "tax_type": rate.tax_type,
        "tax_rate_name": rate.name,
        "status": rate.status,
        "effective_rate": round_amount(rate.rate.effective, _DECIMALS),
        "report_tax_type": rate.report_tax_type,
        **{field: each in rate.applies_to for each, field in _CLASSES.items()},
        "components": tuple(_component(one) for one in rate.components),
    }


def _component(component: TaxComponent) -> dict[str, Any]:
    return {
        "component_name": component.name,
        "rate": component.rate,
        "compound": component.compound,
    }
