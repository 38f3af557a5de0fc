"""Choosing records, and what a run of them wrote and asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.support.shop import PRODUCTS, Shop
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.run_filter import RunFilter

D = Decimal


def of(module: Module, *names: str) -> RunFilter:
    return RunFilter.of_records(module, names)


def at_xero(module: Module, *ids: str) -> RunFilter:
    return RunFilter.of_records(module, xero_ids=ids)


def written(report: Report) -> list[tuple[str, str, str]]:
    entries = (entry for entry in report.entries if not entry.reason)
    return [(each.side.name, each.operation.value, each.title) for each in entries]


def collections(shop: Shop) -> list[str]:
    """What was asked of Xero since `reset_calls`, reference data left out."""
    asked = (f"{call.method} {call.path.rpartition('/')[2]}" for call in shop.stage.xero.calls)
    books = ("Organisation", "Accounts", "TaxRates", "Currencies", "token", "connections")
    return [each for each in asked if not each.endswith(books)]


def sync(shop: Shop, selection: RunFilter, **options: Any) -> Report:
    shop.stage.xero.reset_calls()
    return shop.sync(run_filter=selection, **options)


def tracked(shop: Shop) -> tuple[str, str]:
    """Two products that Xero counts, with ten of each."""
    names = []
    for code in ("NUT", "ROD"):
        item = shop.books.add_item_in_xero(
            Code=code,
            Name=code.title(),
            IsTrackedAsInventory=True,
            InventoryAssetAccountCode="630",
            PurchaseDetails={"UnitPrice": D(1), "COGSAccountCode": "310"},
            SalesDetails={"UnitPrice": D(2), "AccountCode": "200", "TaxType": "OUTPUT2"},
            QuantityOnHand=D(10),
        )
        names.append(item.item_id)
    shop.sync()
    return shop.here(PRODUCTS, names[0]).name, shop.here(PRODUCTS, names[1]).name
