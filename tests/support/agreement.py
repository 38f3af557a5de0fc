"""Do both sides of a stage say the same? Looked up in both stores, by rules of its own.

Not the engine's own comparing: names, totals and amounts are read from the CRM's records and from
the simulator's books, so that a fault of the mapping cannot hide itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.support.stage import Stage
from vtiger_xero.engine.links import UNEQUAL, Link, LinkState
from vtiger_xero.engine.records import Module, Side
from xero_simulator.contact_fields import View
from xero_simulator.document_wire import read_invoice

APART = (LinkState.SKIPPED, LinkState.CONFLICT, LinkState.EXCLUDED)


def disagreements(stage: Stage) -> list[str]:
    """Sentences on whatever differs between linked records; none is good."""
    return [
        *_items(stage),
        *_invoices(stage),
        *_payments(stage),
        *_doubles(stage),
    ]


def pairs(stage: Stage, module: Module) -> Iterator[tuple[Any, str, Link]]:
    """Linked pairs that nothing keeps apart: (CRM record, Xero id, link).

    That two figures differ (rule G12) keeps nothing apart: why they do is asked here.
    """
    records = {record.name: record for record in stage.records(module)}
    for link in stage.journal.links(module):
        apart = link.duplicate_of or (link.state in APART and link.rule != UNEQUAL)
        if link.xero_id and link.crm_name in records and not apart:
            yield records[link.crm_name], link.xero_id, link


def wire_invoice(stage: Stage, invoice_id: str) -> dict[str, Any]:
    """An invoice as Xero's API shows it."""
    return dict(read_invoice(stage.books, stage.books.invoices[invoice_id], View.FULL, 4))


def _read(text: str) -> str:
    """Text as people read it: how many blanks stand where, and how an accent is coded, is none."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _items(stage: Stage) -> Iterator[str]:
    for record, xero_id, _ in pairs(stage, Module.PRODUCTS):
        item, fields = stage.books.items.get(xero_id), record.fields
        if item is None:  # deleted at Xero: the record is inactive, or told of
            continue
        if item.code.lower() != _read(fields["part_number"]).lower():
            yield f"{record.name}: code {fields['part_number']!r} / {item.code!r}"
        if (item.get("Name") or item.code) != _read(fields["product_name"]):
            yield f"{record.name}: name"
        price = item.sales.get("UnitPrice", Decimal(0))
        if price != round(fields["unit_price"], 4):
            yield f"{record.name}: price {fields['unit_price']} / {price}"
        if item.is_tracked and fields["qty_in_stock"] != item.on_hand:
            yield f"{record.name}: stock {fields['qty_in_stock']} / {item.on_hand}"


def _invoices(stage: Stage) -> Iterator[str]:
    for record, xero_id, _ in pairs(stage, Module.INVOICES):
        wire, fields = wire_invoice(stage, xero_id), record.fields
        if wire["Type"] != "ACCREC":
            yield f"{record.name} is a bill"
        if _read(fields["invoice_no"]) != wire["InvoiceNumber"]:
            yield f"{record.name}: number {fields['invoice_no']!r} / {wire['InvoiceNumber']!r}"
        if wire["Status"] in ("VOIDED", "DELETED"):
            if fields["status"] != "Cancel":
                yield f"{record.name}: {fields['status']} / {wire['Status']}"
            continue  # cancelled on both sides: what else differs concerns nobody
        if _cents(fields["grand_total"]) != _cents(wire["Total"]):
            yield f"{record.name}: total {fields['grand_total']} / {wire['Total']}"
        paid = _cents(wire["AmountPaid"]) + _cents(wire.get("AmountCredited", 0))
        open_payments = _unsent(stage, record.name) + _kept_out(stage, record.name)
        if _cents(fields["received"]) - open_payments != paid:
            yield f"{record.name}: received {fields['received']} / {paid}"


def _unsent(stage: Stage, invoice: str) -> Decimal:
    """Payments of the CRM that Xero has not (they are in the log, with their reasons)."""
    sent = {link.crm_name for link in stage.journal.links(Module.PAYMENTS) if link.xero_id}
    unsent = (
        record.fields["amount"]
        for record in stage.records(Module.PAYMENTS)
        if record.name not in sent
        and record.fields["related_to"] == invoice
        and record.fields["payment_status"] == "Received"
    )
    return sum(map(_cents, unsent), Decimal(0))


def _kept_out(stage: Stage, invoice: str) -> Decimal:
    """What linked payments count here more than at Xero where a person, or a told rule, keeps them.

    Xero changes no payment: one that is Pending here stays received there, and the log says so.
    Where payments do not come, an invoice that does has what Xero says, whatever is told of them.
    """
    comes, settings = Side.CRM, stage.settings
    if settings.writes(Module.INVOICES, comes) and not settings.writes(Module.PAYMENTS, comes):
        return Decimal(0)
    links = {link.crm_name: link for link in stage.journal.links(Module.PAYMENTS)}
    more = Decimal(0)
    for record in stage.records(Module.PAYMENTS):
        fields, link = record.fields, links.get(record.name)
        apart = fields["do_not_sync"] or (link and link.state in APART)
        if apart and fields["related_to"] == invoice and link and link.xero_id:
            payment = stage.books.payments[link.xero_id]
            received = fields["payment_status"] == "Received"
            more += _cents(fields["amount"]) if received else 0
            more -= payment.amount if payment.status == "AUTHORISED" else 0
    return more


def _payments(stage: Stage) -> Iterator[str]:
    invoices = {link.crm_name: link.xero_id for link in stage.journal.links(Module.INVOICES)}
    for record, xero_id, _ in pairs(stage, Module.PAYMENTS):
        payment, fields = stage.books.payments[xero_id], record.fields
        if payment.amount != _cents(fields["amount"]):
            yield f"{record.name}: amount {fields['amount']} / {payment.amount}"
        if payment.day != fields["payment_date"]:
            yield f"{record.name}: date"
        if payment.document_id != invoices.get(fields["related_to"]):
            yield f"{record.name}: on another invoice"


def _doubles(stage: Stage) -> Iterator[str]:
    """No document belongs to two records, duplicates of rule G2 apart."""
    for module in Module:
        seen: dict[str, str] = {}
        for link in stage.journal.links(module):
            if link.xero_id and link.crm_name and not link.duplicate_of:
                if link.xero_id in seen:
                    yield f"{link.crm_name} and {seen[link.xero_id]} share {link.xero_id}"
                seen[link.xero_id] = link.crm_name


def _cents(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))
