"""What the connection must bear: permissions, currencies and open periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..mapping.doctypes import INVOICE, PAYMENT
from ..mapping.rows import date_of
from ..messages import _lt, label, listed
from ..modules import SPECS, WITH_LINES, ModuleSpec, spec_of
from ..modules.spec import Standing
from ..money import decimals_of
from ..records import Head, Module, Side
from ..xero_totals import DECIMALS
from .findings import Check, Finding, count_text, error, fine, titles_of, warning
from .situation import Situation

# Apps from before March 2026 may hold the broad permission instead (docs/xero.md, A18).
_BROAD = {
    "accounting.invoices": "accounting.transactions",
    "accounting.payments": "accounting.transactions",
}
_COUNTED = {
    INVOICE: (_lt("{0} invoice"), _lt("{0} invoices")),
    PAYMENT: (_lt("{0} payment"), _lt("{0} payments")),
}


def _scopes(situation: Situation) -> Iterator[Finding]:
    for scope in sorted(situation.scopes):
        modules = [each for each in _that_need(scope) if situation.is_enabled(each)]
        if not modules or _is_granted(situation, scope, modules):
            continue
        names = listed(label(module) for module in modules)
        yield error(
            _lt("Permissions"),
            _lt("Xero has not given the app the permission {0}. It is needed for: {1}.").format(
                scope, names
            ),
            _lt("Press Authenticate your Xero Account in Xero Settings, and allow access again."),
        )


def _that_need(scope: str) -> Sequence[Module]:
    """The modules that need a permission; one that none needs by itself, every run needs."""
    return [each for each in Module if spec_of(each).xero.scope == scope] or list(Module)


def _is_granted(situation: Situation, scope: str, modules: list[Module]) -> bool:
    held = situation.reference.scopes
    writes = any(situation.writes(module, Side.XERO) for module in modules)
    names = [scope, _BROAD.get(scope, scope)]
    reading = [] if writes else [f"{name}.read" for name in names]
    return bool(held & {*names, *reading})


def _knows_scopes(situation: Situation) -> bool:
    return bool(situation.reference.scopes and situation.scopes)


def _base_currency(situation: Situation) -> Iterator[Finding]:
    ours, theirs = situation.base_currency, situation.reference.base_currency
    if not ours:
        yield warning(
            _lt("Base currency"),
            _lt("The CRM has no base currency, and Xero's is {0}.").format(theirs),
            _lt("Set the CRM's default currency to {0}.").format(theirs),
        )
    elif situation.reference.has_other_base(ours):
        yield _two_bases(situation, ours, theirs)
    else:
        yield fine(_lt("Base currency"), _lt("Both sides keep their books in {0}.").format(ours))


def _two_bases(situation: Situation, ours: str, theirs: str) -> Finding:
    stops = any(situation.is_enabled(each) for each in Module if spec_of(each).figures)
    consequence = (
        _lt("Invoices and payments do not sync.") if stops else _lt("Only invoices are affected.")
    )
    name = situation.reference.organisation
    return (error if stops else warning)(
        _lt("Base currency"),
        _lt("The CRM's base currency is {0}, and “{1}” in Xero keeps its books in {2}. {3}").format(
            ours, name, theirs, consequence
        ),
        _lt(
            "Connect an organisation that keeps its books in {0}, or change the CRM's base "
            "currency."
        ).format(ours),
    )


def _currencies(situation: Situation) -> Iterator[Finding]:
    for code, heads in sorted(_by_currency(situation).items()):
        if situation.reference.lacks_currency(code):
            yield error(
                _lt("Currency {0}").format(code),
                _lt(
                    "The Xero organisation does not use the currency {0}, in which these are: "
                    "{1} ({2})."
                ).format(code, _invoices(heads), _numbers(heads)),
                _lt(
                    "Add {0} in Xero under Currencies; that needs a plan with multicurrency."
                ).format(code),
                doctype=INVOICE,
                records=_names(heads),
            )


def _knows_currencies(situation: Situation) -> bool:
    return situation.sends_lines and bool(situation.reference.currencies)


def _decimals(situation: Situation) -> Iterator[Finding]:
    for code, heads in sorted(_by_currency(situation).items()):
        if decimals_of(code) > DECIMALS:
            yield warning(
                _lt("Currency {0}").format(code),
                _lt(
                    "{0} has {1} decimals and Xero keeps {2}. Of {3} those are skipped whose "
                    "total needs more."
                ).format(code, decimals_of(code), DECIMALS, _invoices(heads)),
                _lt("Keep the totals of invoices in {0} to {1} decimals.").format(code, DECIMALS),
                doctype=INVOICE,
                records=_names(heads),
            )


def _by_currency(situation: Situation) -> dict[str, list[Head]]:
    found: dict[str, list[Head]] = defaultdict(list)
    for module in WITH_LINES:
        for head in _to_send(situation, module):
            if head.keys.get("currency"):
                found[head.keys["currency"]].append(head)
    return found


def _to_send(situation: Situation, module: Module) -> list[Head]:
    """Records that are not in Xero, and will be booked there."""
    book = spec_of(module).book_crm
    standings = Standing.BOOKED, Standing.DRAFT
    return [h for h in situation.unsent(module) if book(h.keys, "").standing in standings]


def _lock_dates(situation: Situation) -> Iterator[Finding]:
    until = situation.reference.lock_date
    if until is None:
        return
    yield fine(
        _lt("Lock dates"),
        _lt("Xero's books are locked up to {0}; later days are open.").format(until),
    )
    for spec in SPECS.values():
        if spec.dated and situation.writes(spec.module, Side.XERO):
            yield from _in_locked_period(situation, spec)


def _in_locked_period(situation: Situation, spec: ModuleSpec) -> Iterator[Finding]:
    reference, waiting = situation.reference, _to_send(situation, spec.module)
    caught = [h for h in waiting if reference.is_locked(date_of(h.keys.get(spec.dated)))]
    if caught:
        doctype = spec.doctypes[0]
        yield error(
            _lt("Lock dates"),
            _lt("Xero's books are locked up to {0}. Dated then or before: {1} ({2}).").format(
                reference.lock_date, count_text(len(caught), *_COUNTED[doctype]), _numbers(caught)
            ),
            _lt("Change the date, or move the lock date in Xero under Financial settings."),
            doctype=doctype,
            records=_names(caught),
        )


def _numbers(heads: list[Head]) -> str:
    keys = ("invoice_no", "payment_no")
    return titles_of(next((h.keys[k] for k in keys if h.keys.get(k)), h.name) for h in heads)


def _invoices(heads: list[Head]) -> str:
    return count_text(len(heads), _lt("{0} invoice"), _lt("{0} invoices"))


def _names(heads: list[Head]) -> tuple[str, ...]:
    return tuple(head.name for head in heads)


CHECKS = (
    Check(
        "scopes",
        _lt("Permissions"),
        _lt("Xero has given every permission that the sync asks for."),
        _scopes,
        _knows_scopes,
    ),
    Check(
        "base-currency",
        _lt("Base currency"),
        _lt("Both sides keep their books in the same currency."),
        _base_currency,
    ),
    Check(
        "currencies",
        "Currencies",
        _lt("The Xero organisation has the currency of every invoice."),
        _currencies,
        _knows_currencies,
    ),
    Check(
        "decimals",
        "Currencies",
        _lt("No invoice needs more decimals than Xero keeps."),
        _decimals,
        lambda situation: situation.sends_lines,
    ),
    Check(
        "lock-dates",
        _lt("Lock dates"),
        _lt("Nothing that waits for Xero is dated in a locked period."),
        _lock_dates,
    ),
)
