"""Xero's chart of accounts and tax rates as DocTypes, so that a Link field can offer them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import frappe

from ..engine.records import Document
from ..xero import XeroLedger

REMOVED = "REMOVED"  # our own word; Xero has none for what it no longer lists
_CLASSES = ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")


def refresh_reference(books: XeroLedger, tenant: str) -> Mapping[str, int]:
    """Read both lists anew (two calls); returns how many of each Xero has."""
    accounts, rates = books.accounts(), books.tax_rates()
    _save_all("Xero Account", "AccountID", accounts, _account, tenant)
    _save_all("Xero Tax Rate", "TaxType", rates, _tax_rate, tenant)
    return {"Xero Account": len(accounts), "Xero Tax Rate": len(rates)}


def _save_all(
    doctype: str,
    key: str,
    documents: Sequence[Document],
    row: Callable[[Document], dict[str, Any]],
    tenant: str,
) -> None:
    for document in documents:
        _save(doctype, str(document[key]), {**row(document), "tenant": tenant})
    names = [str(document[key]) for document in documents]
    for gone in frappe.get_all(
        doctype, filters={"name": ["not in", names], "status": ["!=", REMOVED]}, pluck="name"
    ):
        frappe.db.set_value(doctype, gone, "status", REMOVED)


def _save(doctype: str, name: str, values: dict[str, Any]) -> None:
    held = frappe.db.exists(doctype, name)
    document = frappe.get_doc(doctype, name) if held else frappe.new_doc(doctype)
    before = None if not held else document.as_dict(no_nulls=True)
    document.update(values)
    if before is None:
        document.insert(ignore_permissions=True)
    elif any(not _same(before.get(field), value) for field, value in values.items()):
        document.save(ignore_permissions=True)


def _same(held: Any, value: Any) -> bool:
    if isinstance(value, list):
        kept = [{key: each.get(key) for key in value[0]} for each in held or ()] if value else []
        return len(kept) == len(value) and all(map(_same_row, kept, value))
    return str(held or "") == str(value or "")


def _same_row(held: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(_same(held[key], value) for key, value in row.items())


def _account(document: Document) -> dict[str, Any]:
    code, name = document.get("Code") or "", document.get("Name") or ""
    return {
        "account_id": document["AccountID"],
        "title": " \u2013 ".join(filter(None, (code, name)))[:255],
        "code": code,
        "account_name": name,
        "type": document.get("Type") or "",
        "account_class": document.get("Class") or "",
        "status": document.get("Status") or "",
        "tax_type": document.get("TaxType") or "",
        "currency": document.get("CurrencyCode") or "",
        "enable_payments": int(bool(document.get("EnablePaymentsToAccount"))),
        "system_account": document.get("SystemAccount") or "",
        "description": document.get("Description") or "",
    }


def _tax_rate(document: Document) -> dict[str, Any]:
    return {
        "tax_type": document["TaxType"],
        "tax_rate_name": document.get("Name") or "",
        "status": document.get("Status") or "",
        "effective_rate": float(document.get("EffectiveRate") or 0),
        "display_tax_rate": float(document.get("DisplayTaxRate") or 0),
        "report_tax_type": document.get("ReportTaxType") or "",
        **{
            f"can_apply_to_{each.lower()}": int(bool(document.get(f"CanApplyTo{each}")))
            for each in _CLASSES
        },
        "components": [_component(each) for each in document.get("TaxComponents") or ()],
    }


def _component(element: Document) -> dict[str, Any]:
    return {
        "component_name": element.get("Name") or "",
        "rate": float(element.get("Rate") or 0),
        "compound": int(bool(element.get("IsCompound"))),
        "non_recoverable": int(bool(element.get("IsNonRecoverable"))),
    }
