"""The reconciliation on a Frappe site: the CRM against the journal's copy of Xero's books."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, format_datetime

from ..connection.settings import engine_settings
from ..crm.crm import SiteCrm
from ..crm.journal import SiteJournal
from ..crm.language import translated
from ..crm.record_types import RecordTypes
from ..crm.tenant import connected_tenant
from ..crm.times import to_site
from ..engine.errors import AccessLost, ConfigurationError
from ..engine.modules import spec_of
from ..engine.reconciliation import (
    POINT,
    Alone,
    Drift,
    Reconciliation,
    Sum,
    Total,
    Verdict,
    headline,
    money_left_out,
    reconcile,
)
from ..engine.records import Module, Side
from ..engine.settings import Settings
from ..xero.tokens import NOT_CONNECTED
from .amounts import Amounts, plain_number

Row = dict[str, Any]


def reconciliation(only: Module | None = None) -> Reconciliation:
    """Both ledgers side by side, of every module that syncs or of one. No call is made."""
    tenant = connected_tenant()
    if not tenant:
        raise AccessLost(NOT_CONNECTED)
    settings, types = _settings(), RecordTypes()
    modules = [only] if only else [m for m in Module if settings is None or settings.of(m).enabled]
    crm, journal = SiteCrm(types=types), SiteJournal(tenant, types=types)
    return reconcile(crm, journal, modules, settings=settings)


def _settings() -> Settings | None:
    """None where the sync is switched off: books can be compared all the same."""
    try:
        return engine_settings()
    except ConfigurationError:
        return None


def as_of(found: Reconciliation) -> str:
    """Two sentences: of when the copy of Xero is, and what the newest change in it is."""
    tenant = connected_tenant()
    ended = {"tenant": tenant, "status": "Completed"}
    last = frappe.db.get_value("Xero Sync Run", ended, "finished", order_by="finished desc")
    newest = [f"{_(module.value)} {_shown(time)}" for module, time in found.as_of.items()]
    return " ".join(
        (
            _("Compared with Xero as of the end of the last run: {0}.").format(
                format_datetime(last) if last else _("never")
            ),
            _("The newest changes in it: {0}.").format(", ".join(newest)),
        )
    )


def _shown(time: datetime | None) -> str:
    return format_datetime(to_site(time)) if time else _("never")


# As rows of a report


def report_rows(found: Reconciliation, *, only_differences: bool) -> list[Row]:
    """Totals, what differs, who is alone, then the sums; amounts as Frappe's forms hold them.

    A float shows every amount that Xero can hold; it was compared as a Decimal.
    """
    sums = (*found.sums, *found.by_organization)
    shown = [each for each in sums if each.difference or not only_differences]
    rows = [*(_drift(each) for each in found.drifts), *(_alone(each) for each in found.alone)]
    totals = map(_total, found.totals)
    return [*totals, *_with_doctypes(rows), *(_sum(each) for each in shown)]


def _with_doctypes(rows: list[Row]) -> Iterator[Row]:
    """A link to a product or a service must say which of the two it is: asked once for all."""
    types = RecordTypes()
    names = {module: [r["crm_name"] for r in rows if r["of"] is module] for module in Module}
    held = {
        module: types.of(module, (each for each in some if each)) for module, some in names.items()
    }
    for row in rows:
        yield {**row, "doctype": held[row.pop("of")].get(row["crm_name"])}


def _total(each: Total) -> Row:
    """All of a module in one currency, what is left out included."""
    return {
        "part": _("Total"),
        "module": _(each.module.value),
        "record": "",
        "figure": _(spec_of(each.module).figures[0]),
        "currency": each.currency,
        **_amounts(crm=each.crm, xero=each.xero, difference=each.difference),
    }


def _drift(each: Drift) -> Row:
    row = _record(each.module, each.crm_name, each.title, each.xero_id)
    row |= {"part": _("Differs"), "figure": _(each.what), "currency": each.currency}
    row |= {"reason": translated(each.reason), "remedy": translated(each.remedy)}
    if isinstance(each.crm, str) or isinstance(each.xero, str):
        both = _("CRM: {0}, Xero: {1}.").format(each.crm or "\u2013", each.xero or "\u2013")
        return {**row, "reason": f"{both} {row['reason']}"}
    return {**row, **_amounts(crm=each.crm, xero=each.xero, difference=each.difference)}


def _alone(each: Alone) -> Row:
    in_crm = each.side is Side.CRM
    row = _record(
        each.module, each.key if in_crm else None, each.title, None if in_crm else each.key
    )
    row |= {"part": _("Only in the CRM") if in_crm else _("Only in Xero")}
    row |= {"figure": _(each.status), "currency": each.currency}
    row |= {"reason": translated(each.reason), "remedy": translated(each.remedy)}
    crm, xero = (each.amount, None) if in_crm else (None, each.amount)
    return {**row, **_amounts(crm=crm, xero=xero, difference=None)}


def _sum(each: Sum) -> Row:
    return {
        "part": _("Linked, of an organization") if each.owner else _("Linked"),
        "module": _(each.module.value),
        "record": each.owner.title if each.owner else _(each.standing.value),
        "figure": _(each.figure),
        "currency": each.currency,
        **_amounts(crm=each.crm, xero=each.xero, difference=each.difference),
    }


def _amounts(**amounts: Any) -> Row:
    return {name: None if each is None else float(each) for name, each in amounts.items()}


def _record(module: Module, crm_name: str | None, title: str, xero_id: str | None) -> Row:
    return {
        "of": module,
        "module": _(module.value),
        "record": title,
        "crm_name": crm_name,
        "xero_id": xero_id,
    }


def verdict(found: Reconciliation) -> str:
    """What stands above the report, as HTML: the answer, the money left out, and as of when."""
    answered = escape_html(POINT.join(map(translated, headline(found, plain_number))))
    answer = f'<b class="indicator-pill {_COLOURS[found.verdict]}">{answered}</b>'
    more = filter(None, (translated(money_left_out(found, _amount)), as_of(found)))
    return f'<div class="xero-verdict">{answer}<span>{escape_html(" ".join(more))}</span></div>'


def _amount(amount: Decimal, currency: str) -> str:
    return Amounts(currency).with_code(amount)


_COLOURS = {Verdict.AGREE: "green", Verdict.LINKED_AGREE: "yellow", Verdict.DIFFER: "red"}


def summary(found: Reconciliation) -> Iterator[Row]:
    """The numbers above the report."""
    for label, number, bad in (
        (_("Linked"), sum(each.xero_linked for each in found.counts), False),
        (_("Differing"), sum(each.differing for each in found.counts), True),
        (_("Only in the CRM"), found.records_only_in(Side.CRM), False),
        (_("Only in Xero"), found.records_only_in(Side.XERO), False),
        (_("Unexplained"), sum(each.unexplained for each in found.counts), True),
    ):
        colour = "Red" if bad and number else "Blue"
        # Frappe shows an Int without the marks of thousands.
        text = {"value": plain_number(number), "datatype": "Data"}
        yield {**text, "label": label, "indicator": colour}
