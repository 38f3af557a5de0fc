"""A shop on a stage: what a bookkeeper does in the CRM and in Xero, in few words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from tests.support.agreement import wire_invoice
from tests.support.stage import Stage, skipped, staged
from vtiger_xero.engine.records import CrmRecord, Direction, Module, Side
from vtiger_xero.engine.report import Entry, Report
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals.taxes import Method

ORGANIZATIONS, PRODUCTS = Module.ORGANIZATIONS, Module.PRODUCTS
INVOICES, PAYMENTS = Module.INVOICES, Module.PAYMENTS
DAY, DUE = date(2026, 11, 2), date(2026, 12, 1)
PRODUCT = "Vtiger Product"


class Shop:
    """One customer, one product with a code, GST at 15 %."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.crm, self.books = stage.crm, stage.books
        self.tax("GST", "15")
        self.customer = self.add(ORGANIZATIONS, organization_name="Kea Ltd")
        self.bolt = self.product("BOLT", "Bolt", unit_price=Decimal("10"))

    # In the CRM

    def add(self, module: Module, **fields: Any) -> str:
        return str(self.crm.insert(module, fields).name)

    def edit(self, module: Module, name: str, **fields: Any) -> None:
        self.crm.edit(module, name, **fields)

    def tax(self, name: str, rate: str, method: Method = Method.SIMPLE, *on: str) -> str:
        self.crm.save_tax(CrmTax(name, Decimal(rate), method, on))
        self.stage.journal.commit()
        return name

    def product(self, code: str, name: str, **fields: Any) -> str:
        given = {"item_type": PRODUCT, "part_number": code, "product_name": name, **fields}
        return self.add(PRODUCTS, **given)

    def line(self, price: str = "10", quantity: str = "1", **fields: Any) -> dict[str, Any]:
        line = {"item_type": PRODUCT, "item_name": self.bolt, "item_comment": "as agreed"}
        numbers = {"quantity": Decimal(quantity), "selling_price": Decimal(price)}
        return {**line, **numbers, **fields}

    def invoice(self, *lines: dict[str, Any], taxes: Any = None, **fields: Any) -> str:
        rows = lines or (self.line(),)
        numbered = tuple({"line_no": n, **row} for n, row in enumerate(rows, 1))
        gst = [item_tax("GST", n) for n in range(1, len(rows) + 1)]
        given = {
            "subject": "Bolts",
            "organization_name": self.customer,
            "invoice_date": DAY,
            "due_date": DUE,
            "status": "Approved",
            "items": numbered,
            "taxes": tuple(gst if taxes is None else taxes),
        }
        return self.add(INVOICES, **{**given, **fields})

    def pay(self, invoice: str, amount: str, **fields: Any) -> str:
        given = {
            "related_to": invoice,
            "amount": Decimal(amount),
            "payment_date": DAY,
            "payment_status": "Received",
        }
        return self.add(PAYMENTS, **{**given, **fields})

    def get(self, module: Module, name: str) -> CrmRecord:
        (record,) = self.crm.get(module, [name])
        return record

    def field(self, module: Module, name: str, field: str) -> Any:
        return self.get(module, name).fields[field]

    # In Xero

    def contact(self, name: str = "Moa Ltd") -> str:
        return str(self.books.add_contact_in_xero(Name=name).contact_id)

    def xero_line(self, price: str = "10", **fields: Any) -> dict[str, Any]:
        line = {"Description": "as agreed", "Quantity": 1, "UnitAmount": Decimal(price)}
        return {**line, "AccountCode": "200", "TaxType": "OUTPUT2", **fields}

    def xero_invoice(self, *lines: dict[str, Any], contact: str = "", **fields: Any) -> str:
        given = {
            "Contact": {"ContactID": contact or self.contact()},
            "Date": DAY.isoformat(),
            "DueDate": DUE.isoformat(),
            "Status": "AUTHORISED",
            "LineItems": list(lines or (self.xero_line(),)),
        }
        return str(self.books.add_invoice_in_xero(**{**given, **fields}).document_id)

    def wire(self, name: str) -> dict[str, Any]:
        """The invoice at Xero that a CRM invoice is linked with."""
        return wire_invoice(self.stage, self.partner(INVOICES, name))

    def partner(self, module: Module, name: str) -> str:
        links = {link.crm_name: link.xero_id for link in self.stage.journal.links(module)}
        found = links.get(name)
        assert found, f"{name} is not linked"
        return found

    def here(self, module: Module, xero_id: str) -> CrmRecord:
        """The CRM's record of a document of Xero."""
        links = {link.xero_id: link.crm_name for link in self.stage.journal.links(module)}
        name = links.get(xero_id)
        assert name, f"{xero_id} is not linked"
        return self.get(module, name)

    # Syncing

    def sync(self, **options: Any) -> Report:
        return self.stage.sync(**options)

    def skip(self, module: Module, report: Report | None = None) -> Entry:
        """The one record of a module that a run skips: in the log, and in the record's own view.

        Where its figures differ too, the record's own view adds both of them.
        """
        (entry,) = skipped(report or self.sync(), module)
        assert entry.reason
        links = self.stage.journal.links(module)
        ours = ("crm_name", entry.crm_name) if entry.crm_name else ("xero_id", entry.xero_id)
        held = [(link.reason, link.remedy) for link in links if getattr(link, ours[0]) == ours[1]]
        held = [tuple(text.split("\n") for text in each) for each in held]
        own = entry.reason.split("\n"), entry.remedy.split("\n")
        assert [tuple(t[: len(o)] for t, o in zip(each, own, strict=True)) for each in held] == [
            own
        ]
        return entry

    def refuses(self, *words: str, module: Module = INVOICES) -> None:
        """The one record is skipped for these reasons, with a remedy, and is not in Xero."""
        entry = self.skip(module)
        assert entry.side is Side.XERO
        for each in words:
            assert each in entry.reason, entry.reason
        assert entry.remedy
        store = self.books.invoices if module is INVOICES else self.books.payments
        assert len(store) == 0

    def goes_through(self, module: Module = INVOICES) -> None:
        """A run that skips nothing of this module."""
        assert skipped(self.sync(), module) == []


def item_tax(tax: str, line: int = 1, **fields: Any) -> dict[str, Any]:
    return {"applies_to": "Item", "line": line, "tax": tax, **fields}


def whole_tax(tax: str, **fields: Any) -> dict[str, Any]:
    return {"applies_to": "Items Total", "tax": tax, **fields}


def charge_tax(tax: str, **fields: Any) -> dict[str, Any]:
    return {"applies_to": "Charges", "tax": tax, **fields}


@contextmanager
def open_shop(direction: Direction = Direction.BOTH, **how: Any) -> Iterator[Shop]:
    with staged(**how) as stage:
        yield Shop(stage)
