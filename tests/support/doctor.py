"""A small, healthy Xero organisation and CRM, and what a test changes about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.support.fakes import NOON
from vtiger_xero.engine.doctor import Finding, Severity, Situation, examine
from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, PRODUCT
from vtiger_xero.engine.ports import MandatoryField
from vtiger_xero.engine.records import CrmRecord, Direction, Head, Module
from vtiger_xero.engine.reference import Account, Reference, TaxRate
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.xero_totals import TaxComponent

D = Decimal
SALES, BANK, SUSPENSE, DEBTORS, OLD, STOCK = "a200", "a090", "a850", "a610", "a205", "a630"
SCOPES = (
    "offline_access",
    "accounting.contacts",
    "accounting.invoices",
    "accounting.payments",
    "accounting.settings",
)

ACCOUNTS = (
    Account(SALES, "200", "Sales", "REVENUE", "REVENUE", tax_type="OUTPUT2"),
    Account(BANK, "090", "Bank", "BANK", "ASSET", tax_type="NONE"),
    Account(SUSPENSE, "850", "Suspense", "CURRLIAB", "LIABILITY", tax_type="NONE"),
    Account(
        DEBTORS, "610", "Receivable", "CURRENT", "ASSET", "ACTIVE", "NONE", "", False, "DEBTORS"
    ),
    Account(OLD, "205", "Old Shop", "REVENUE", "REVENUE", "ARCHIVED"),
    Account(STOCK, "630", "Stock", "INVENTORY", "ASSET"),
)
EVERYWHERE = frozenset({"ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE"})
RATES = (
    TaxRate(
        "OUTPUT2",
        "15% GST on Income",
        components=(TaxComponent("GST", D(15)),),
        applies_to=EVERYWHERE - {"EXPENSE"},
    ),
    TaxRate(
        "INPUT2",
        "15% GST on Expenses",
        components=(TaxComponent("GST", D(15)),),
        applies_to=EVERYWHERE - {"REVENUE"},
    ),
    TaxRate("NONE", "No GST", components=(TaxComponent("GST", D(0)),), applies_to=EVERYWHERE),
    TaxRate(
        "TAX001",
        "British Columbia",
        components=(TaxComponent("Federal", D(5)), TaxComponent("PST", D(7))),
        applies_to=EVERYWHERE,
    ),
)
REFERENCE = Reference(
    "Kea Ltd",
    "NZD",
    "NZ",
    currencies=frozenset({"NZD", "USD"}),
    accounts=ACCOUNTS,
    tax_rates=RATES,
    scopes=frozenset(SCOPES),
)
TAXES = (CrmTax("GST", D(15), tax_type="OUTPUT2"), CrmTax("PST", D(7)))


def modules(**directions: Direction | None) -> dict[Module, ModuleSettings]:
    """Both ways for every module; `None` turns one off."""
    chosen: dict[Module, ModuleSettings] = {}
    for module in Module:
        direction = directions.get(module.name.lower(), Direction.BOTH)
        chosen[module] = ModuleSettings(direction is not None, direction or Direction.BOTH)
    return chosen


def settings(**changes: Any) -> Settings:
    whole = Settings(
        "tenant",
        modules(),
        assigned_to="ann@example.com",
        sales_account=SALES,
        charges_account=SALES,
        adjustment_account=SUSPENSE,
        payment_account=BANK,
    )
    return replace(whole, **changes)


def product(name: str = "PRO1", **fields: Any) -> CrmRecord:
    held = {
        "product_name": "Bolt",
        "part_number": f"B-{name}",
        "xero_sales_account": SALES,
        ITEM_TYPE: PRODUCT,
        "taxes": ({"tax": "GST", "rate": D(15)},),
    }
    return CrmRecord(Module.PRODUCTS, name, NOON, {**held, **fields})


def heads(module: Module, *rows: dict[str, str]) -> dict[Module, tuple[Head, ...]]:
    return {module: tuple(Head(f"{module.name[:3]}{n}", NOON, row) for n, row in enumerate(rows))}


def invoices(*rows: dict[str, str]) -> dict[Module, tuple[Head, ...]]:
    """Heads of invoices that wait to be sent."""
    usual = {"currency": "NZD", "status": "Approved", "invoice_date": "2026-10-01"}
    given = [{**usual, "invoice_no": f"INV{n}", **row} for n, row in enumerate(rows)]
    return heads(Module.INVOICES, *given)


def situation(**changes: Any) -> Situation:
    """A situation in which nothing is wrong, but for what a test changes."""
    whole = Situation(
        settings=settings(),
        reference=REFERENCE,
        base_currency="NZD",
        scopes=frozenset(SCOPES),
        taxes=TAXES,
        products=(product(),),
        mapped={module: frozenset() for module in Module},
        heads=invoices({}, {}),
    )
    return replace(whole, **changes)


def without(*tax_types: str) -> Reference:
    """Xero without some tax rates."""
    return replace(REFERENCE, tax_rates=_others(tax_types))


def _others(tax_types: Iterable[str]) -> tuple[TaxRate, ...]:
    return tuple(rate for rate in RATES if rate.tax_type not in set(tax_types))


def locked(**days: date) -> Situation:
    return situation(
        reference=replace(REFERENCE, **days), heads=invoices({"invoice_date": "2026-03-31"})
    )


def granted(*scopes: str, **changes: object) -> Situation:
    return situation(reference=replace(REFERENCE, scopes=frozenset(scopes)), **changes)


def mandatory(field: str, label: str, doctype: str = "", **changes: object) -> Situation:
    return situation(
        mandatory={Module.PRODUCTS: [MandatoryField(field, label, doctype)]},
        mapped={Module.PRODUCTS: frozenset({"description", "product_name"})},
        **changes,
    )


def of(code: str, found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.code == code]


def bad(code: str, given: Situation) -> list[Finding]:
    return [each for each in of(code, examine(given)) if each.severity is not Severity.FINE]


def with_another_gst(of_the_account: str) -> Reference:
    """Xero with two rates of GST for sales, and what the account of sales has of its own."""
    gst = RATES[0]
    another = replace(gst, tax_type="DSOUTPUT", name="Deemed Supplies")
    accounts = (replace(ACCOUNTS[0], tax_type=of_the_account), *ACCOUNTS[1:])
    return replace(REFERENCE, accounts=accounts, tax_rates=(another, *RATES))
