"""What stands on both wires: Xero's answers over HTTP, and the CRM's rows as they are stored.

Nothing of the app reads them: no mapping, no reconciliation, no arithmetic of the engine.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests

from tests.support.stage import Stage, consented

D = Decimal
Row = dict[str, Any]
_LISTS = ("Contacts", "Items", "Invoices", "Payments", "TaxRates", "Accounts")


class XeroReader:
    """Somebody else's app that reads the organisation, with a consent of its own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._session = requests.Session()

    def read(self) -> dict[str, list[Row]]:
        """All lists, as Xero answers them; numbers are Decimal."""
        tokens = consented(self._stage.xero)
        self._session.headers["Authorization"] = f"Bearer {tokens.access_token}"
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Xero-Tenant-Id"] = self._stage.books.tenant_id
        return {name: self._list(name) for name in _LISTS}

    def _list(self, name: str) -> list[Row]:
        if name in ("Items", "TaxRates", "Accounts"):
            return self._page(name, {"unitdp": 4})
        found: list[Row] = []
        for page in range(1, 100):
            asked = {"page": page, "pageSize": 1000, "unitdp": 4, "includeArchived": "true"}
            rows = self._page(name, asked)
            found += rows
            if len(rows) < 1000:
                break
        return [self._with_whole_total(row) for row in found] if name == "Invoices" else found

    def _with_whole_total(self, row: Row) -> Row:
        """Of a list it may be without the rounding; by its id an invoice says it whole."""
        paid = sum(number(row[key]) for key in ("AmountDue", "AmountPaid", "AmountCredited"))
        if row["Status"] in ("VOIDED", "DELETED") or paid == number(row["Total"]):
            return row
        (alone,) = self._page(f"Invoices/{row['InvoiceID']}", {})
        return {**row, "Total": alone["Total"]}

    def _page(self, name: str, asked: Row) -> list[Row]:
        url = f"{self._stage.xero.url}/api.xro/2.0/{name}"
        answer = self._session.get(url, params=asked, timeout=30)
        assert answer.status_code == 200, (name, answer.status_code, answer.text[:500])
        payload = json.loads(answer.text, parse_float=Decimal)
        return list(payload[name.partition("/")[0]])


@dataclass
class Wires:
    """One look at both sides."""

    contacts: dict[str, Row]
    items: dict[str, Row]
    invoices: dict[str, Row]
    payments: dict[str, Row]
    rates: dict[str, Row]
    accounts: dict[str, Row]
    organizations: dict[str, Row]
    products: dict[str, Row]
    sales: dict[str, Row]  # the CRM's invoices, with "items" and "taxes"
    receipts: dict[str, Row]  # the CRM's payments
    links: dict[str, list[Row]]
    entries: list[Row]
    is_rate_changed: bool = False

    @classmethod
    def of(cls, reader: XeroReader, stage: Stage) -> Wires:
        """Look at both."""
        xero, database = reader.read(), stage.crm._database

        def rows(doctype: str) -> list[Row]:
            return list(database.rows(f'SELECT * FROM "{doctype}"'))

        links = defaultdict(list)
        for link in rows("Xero Link"):
            links[link["module"]].append(link)
        return cls(
            _by(xero["Contacts"], "ContactID"),
            _by(xero["Items"], "ItemID"),
            _by([each for each in xero["Invoices"] if each["Type"] == "ACCREC"], "InvoiceID"),
            _by(xero["Payments"], "PaymentID"),
            _by(xero["TaxRates"], "TaxType"),
            _by(xero["Accounts"], "Code"),
            _by(rows("Vtiger Organization"), "name"),
            _by([*rows("Vtiger Product"), *map(_service, rows("Vtiger Service"))], "name"),
            _with_rows(rows),
            _by(rows("Vtiger Payment"), "name"),
            links,
            rows("Xero Sync Entry"),
        )

    def figures(self) -> Row:
        """What must not move in a run that has nothing to do."""
        crm = {
            name: {key: {k: v for k, v in row.items() if k != "modified"} for key, row in held}
            for name, held in (
                (each, getattr(self, each).items())
                for each in ("organizations", "products", "sales", "receipts")
            )
        }
        xero = {each: getattr(self, each) for each in ("contacts", "items", "invoices", "payments")}
        return {**crm, **xero}


def _by(rows: list[Row], key: str) -> dict[str, Row]:
    return {str(row.get(key)): row for row in rows}


def _service(row: Row) -> Row:
    names = {"service_name": "product_name", "price": "unit_price", "service_active": "is_active"}
    return {**row, **{new: row.get(old) for old, new in names.items()}}


def _with_rows(rows: Any) -> dict[str, Row]:
    sales = {row["name"]: {**row, "items": [], "taxes": []} for row in rows("Vtiger Invoice")}
    for doctype, name in (("Vtiger Invoice Item", "items"), ("Vtiger Invoice Tax", "taxes")):
        for row in rows(doctype):
            if row["parent"] in sales and row["parenttype"] == "Vtiger Invoice":
                sales[row["parent"]][name].append(row)
    return sales


def number(value: Any) -> Decimal:
    """A figure of either wire; what is not said counts as nothing here."""
    return D(str(value)) if value not in (None, "") else D(0)
