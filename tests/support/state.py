"""What both sides hold after a run, in words that do not depend on which CRM it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from vtiger_xero.engine.ports import Crm
from vtiger_xero.engine.records import CrmRecord, Module

State = dict[str, list[Any]]


def state_of_crm(crm: Crm) -> State:
    """Every record of the four modules: the names of records are left out, they may differ."""
    held = {module: _records(crm, module) for module in Module}
    titles = {
        record.name: str(record.fields.get(field) or record.name)
        for module, field in _TITLES.items()
        for record in held[module]
    }
    return {
        "organizations": sorted(map(_organization, held[Module.ORGANIZATIONS])),
        "products": sorted(map(_product, held[Module.PRODUCTS])),
        "invoices": sorted(_invoice(record, titles) for record in held[Module.INVOICES]),
        "payments": sorted(_payment(record, titles) for record in held[Module.PAYMENTS]),
        "taxes": sorted((tax.name, number(tax.rate), tax.method.value) for tax in crm.taxes()),
    }


def state_of_xero(books: Any) -> State:
    """The simulator's books, without ids and times."""
    return {
        "contacts": sorted((each.name, each.status) for each in books.contacts.values()),
        "items": sorted(
            (each.code, number(each.sales.get("UnitPrice", 0)), number(each.on_hand))
            for each in books.items.values()
        ),
        "invoices": sorted(
            (each.kind, each.number, each.status, number(each.total), number(each.amount_paid))
            for each in books.invoices.values()
        ),
        "payments": sorted(
            (number(each.amount), each.day.isoformat(), each.reference, each.status)
            for each in books.payments.values()
        ),
    }


_TITLES = {
    Module.ORGANIZATIONS: "organization_name",
    Module.PRODUCTS: "product_name",
    Module.INVOICES: "invoice_no",
}


def _records(crm: Crm, module: Module) -> list[CrmRecord]:
    return list(crm.get(module, [head.name for head in crm.heads(module)]))


def _organization(record: CrmRecord) -> tuple[Any, ...]:
    fields = record.fields
    names = ("organization_name", "primary_email", "primary_phone", "billing_city", "tax_number")
    people = fields.get("contacts") or ()
    crowd = sorted((each.full_name, each.email) for each in people)  # type: ignore[union-attr]
    return (*(_text(fields.get(name)) for name in names), crowd)


def _product(record: CrmRecord) -> tuple[Any, ...]:
    fields = record.fields
    texts = [_text(fields.get(name)) for name in ("item_type", "part_number", "product_name")]
    figures = [number(fields.get(name)) for name in ("unit_price", "purchase_cost", "qty_in_stock")]
    return (*texts, *figures, bool(fields.get("product_active")))


def _invoice(record: CrmRecord, titles: dict[str, str]) -> tuple[Any, ...]:
    fields = record.fields
    texts = [_text(fields.get(name)) for name in ("invoice_no", "subject", "status", "currency")]
    customer = titles.get(_text(fields.get("organization_name")), "")
    dates = [_text(fields.get(name)) for name in ("invoice_date", "due_date")]
    figures = [number(fields.get(name)) for name in ("grand_total", "received", "balance")]
    lines = [_line(row, titles) for row in fields["items"]]  # type: ignore[union-attr]
    taxes = sorted(
        (row["applies_to"], row["tax"], number(row["amount"]))
        for row in fields["taxes"]  # type: ignore[union-attr]
    )
    return (*texts, customer, *dates, *figures, lines, taxes)


def _line(row: Any, titles: dict[str, str]) -> tuple[Any, ...]:
    names = ("quantity", "selling_price", "total_after_discount", "net_price")
    figures = [number(row[name]) for name in names]
    return (titles.get(row["item_name"], ""), _text(row["item_comment"]), *figures)


def _payment(record: CrmRecord, titles: dict[str, str]) -> tuple[Any, ...]:
    fields = record.fields
    texts = [_text(fields.get(name)) for name in ("payment_status", "payment_date", "reference")]
    invoice = titles.get(_text(fields.get("related_to")), "")
    return (invoice, number(fields.get("amount")), *texts)


def number(value: Any) -> str:
    """A number as text that is equal for equal numbers."""
    held = value if isinstance(value, Decimal) else Decimal(str(value or 0))
    return f"{held.normalize() + 0:f}"


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
