"""Does the log agree with what is in both stores? Counted in the stores, not in the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.lookups import PLACEHOLDER
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report

from .stage import Stage

Sizes = Mapping[tuple[Side, Module], int]


def sizes(stage: Stage) -> Sizes:
    """How many records each side holds of each module."""
    books = stage.xero.organisation
    sales = [each for each in books.invoices.values() if each.kind == "ACCREC"]
    ids = {each.document_id for each in sales}
    received = [each for each in books.payments.values() if each.document_id in ids]
    at_xero = {
        Module.ORGANIZATIONS: sum(contact.is_active for contact in books.contacts.values()),
        Module.PRODUCTS: len(books.items),
        Module.INVOICES: len(sales),
        Module.PAYMENTS: len(received),
    }
    here = {(Side.CRM, module): len(_heads(stage, module)) for module in Module}
    return here | {(Side.XERO, module): number for module, number in at_xero.items()}


def _heads(stage: Stage, module: Module) -> list[str]:
    heads = stage.crm.heads(module)
    return [head.name for head in heads if head.keys.get("product_name") != PLACEHOLDER]


def disagreements(stage: Stage, report: Report, before: Sizes) -> list[str]:
    """Sentences on whatever the log tells differently from the stores; none is good."""
    return [*_counts(stage, report, before), *_writes_at_xero(stage, report)]


def _counts(stage: Stage, report: Report, before: Sizes) -> Iterator[str]:
    for (side, module), now in sizes(stage).items():
        made = _logged(report, side, module, Operation.CREATED)
        logged = made - _logged(report, side, module, Operation.DELETED)
        if now - before[side, module] != logged:
            yield (
                f"{module.value}: {side.value} went from {before[side, module]} to {now} records, "
                f"but the log tells of {logged:+d}."
            )


def _writes_at_xero(stage: Stage, report: Report) -> Iterator[str]:
    """Every document that the log says was created is there."""
    books = stage.xero.organisation
    stores = {
        Module.ORGANIZATIONS: books.contacts,
        Module.PRODUCTS: books.items,
        Module.INVOICES: books.invoices,
        Module.PAYMENTS: books.payments,
    }
    for entry in report.entries:
        created = entry.side is Side.XERO and entry.operation is Operation.CREATED
        if created and entry.xero_id not in stores[entry.module]:
            yield f"The log says that {entry.title} was created in Xero, and it is not there."


def _logged(report: Report, side: Side, module: Module, operation: Operation) -> int:
    return sum(log.counts[side, operation] for log in report.logs if log.module is module)
