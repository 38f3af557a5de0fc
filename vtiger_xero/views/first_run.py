"""What a first run would leave out, as far as a few counts in the database know it.

It reads no record and makes no call: it is asked whenever somebody presses Sync Now. What else may
fail, Check says, which takes longer.
"""

from collections.abc import Callable, Iterator
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce, Count

from ..connection.settings import engine_settings
from ..crm.language import translated
from ..engine.doctor.accounts import none_chosen
from ..engine.first_run import Cause, first_modules, worth_saying
from ..engine.lookups import PLACEHOLDER
from ..engine.mapping.doctypes import DO_NOT_SYNC, INVOICE, PAYMENT, PRODUCT, SERVICE
from ..engine.messages import _lt
from ..engine.modules import ON_LINES, SPECS
from ..engine.records import Module
from ..engine.settings import Settings
from ..engine.totals.payments import CANCEL, CREDIT_INVOICE, RECEIVED

_LINE, _ACCOUNT = "Vtiger Invoice Item", "xero_sales_account"
_ITEMS = ((PRODUCT, "product_name", "part_number"), (SERVICE, "service_name", "service_code"))
_NO_CODE = (
    _lt("They have no code, which Xero requires."),
    _lt("Give each of them a code, or tick Use the Record Number Where a Code Is Missing."),
)


def expected_skips() -> list[dict[str, Any]]:
    """The causes that are worth saying, those of most records first.

    Raises the engine's `SyncError`s where the settings let nothing run.
    """
    settings = engine_settings()
    new = first_modules(settings, [each for each in Module if _has_run(settings.tenant, each)])
    found = worth_saying(cause for module in new for cause in _causes(module, settings))
    return [
        {
            "module": each.module.value,
            "count": each.count,
            "of": each.of,
            "problem": translated(each.problem),
            "remedy": translated(each.remedy),
            "field": each.field,
        }
        for each in found
    ]


def _has_run(tenant: str, module: Module) -> bool:
    """Whether a run has left a link of the module; it does of skipped records, too."""
    return bool(frappe.db.exists("Xero Link", {"tenant": tenant, "module": module.value}))


def _causes(module: Module, settings: Settings) -> Iterator[Cause]:
    for default in SPECS[module].default_accounts:
        if default.field in _COUNTS and not getattr(settings, default.field):
            count, of = _COUNTS[default.field]()
            yield Cause(module, count, of, *none_chosen(default, settings), default.field)
    if module in ON_LINES and not settings.number_as_code:
        count, of = _items_without_code()
        yield Cause(module, count, of, *_NO_CODE, "number_as_code")


def _payments_without_account() -> tuple[int, int]:
    """Payments that name no account, and all whose money is there."""
    payment = frappe.qb.DocType(PAYMENT)
    sent = (payment.payment_status == RECEIVED) & (payment[DO_NOT_SYNC] == 0)
    return _counted(payment, sent, payment.xero_account)


def _invoices_without_account() -> tuple[int, int]:
    """Invoices with a line that names no account, and whose item names none; and all of them."""
    invoice, line = frappe.qb.DocType(INVOICE), frappe.qb.DocType(_LINE)
    sent = (invoice[DO_NOT_SYNC] == 0) & invoice.status.notin([CANCEL, CREDIT_INVOICE])
    query = frappe.qb.from_(line).join(invoice).on(line.parent == invoice.name)
    for doctype, _name, _code in _ITEMS:
        item = frappe.qb.DocType(doctype)
        is_its = (line.item_type == doctype) & (line.item_name == item.name)
        query = query.left_join(item).on(is_its)
        query = query.where(Coalesce(item[_ACCOUNT], "") == "")
    query = query.where(sent).where(Coalesce(line[_ACCOUNT], "") == "")
    ((without,),) = query.select(Count(line.parent).distinct()).run()
    ((of,),) = frappe.qb.from_(invoice).select(Count("*")).where(sent).run()
    return without, of


def _items_without_code() -> tuple[int, int]:
    """Products and services without a code, and all of them."""
    counts = []
    for doctype, name, code in _ITEMS:
        item = frappe.qb.DocType(doctype)
        sent = (item[DO_NOT_SYNC] == 0) & (item[name] != PLACEHOLDER)
        counts.append(_counted(item, sent, item[code]))
    without, of = (sum(each) for each in zip(*counts, strict=True))
    return without, of


def _counted(table: Any, sent: Any, field: Any) -> tuple[int, int]:
    """How many of the rows that are `sent` have nothing in the field, and how many there are."""
    rows = frappe.qb.from_(table).select(Count("*")).where(sent)
    (((without,),), ((of,),)) = rows.where(Coalesce(field, "") == "").run(), rows.run()
    return without, of


_COUNTS: dict[str, Callable[[], tuple[int, int]]] = {
    "sales_account": _invoices_without_account,
    "payment_account": _payments_without_account,
}
