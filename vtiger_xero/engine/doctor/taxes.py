"""The CRM's taxes and Xero's rates: what a line can say in both (mission G3, G4, I6, I7, I8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from ..mapping.rows import decimal_of
from ..records import CrmRecord, Module, Side
from ..reference import Account
from ..taxes import CrmTax, titles
from ..text import name_key
from ..totals.taxes import Method, Tax
from .findings import Check, Finding, counted, error, listed, warning
from .situation import Situation, doctype_of

_REVENUE = "REVENUE"


def _unmatched(situation: Situation) -> Iterator[Finding]:
    parts = _components(situation)
    for tax in situation.taxes:
        if tax.method is Method.DEDUCTED:
            yield warning(
                _subject(tax),
                f"\u201c{tax.name}\u201d is a deducted tax, which Xero does not have: an invoice "
                "with it is skipped.",
                "Leave it out of invoices that shall reach Xero.",
            )
        elif name_key(tax.name) not in parts and situation.book.to_xero([tax.tax]) is None:
            yield _no_rate(situation, tax)


def _no_rate(situation: Situation, tax: CrmTax) -> Finding:
    nearest = situation.book.nearest([tax.tax])
    lacking = (
        f"No tax rate of Xero for sales is \u201c{tax.name}\u201d ({_percent(tax.rate)}): a line "
        "with it is skipped."
    )
    closest = f"The closest: {titles(nearest)}." if nearest else ""
    return warning(
        _subject(tax),
        f"{lacking} {closest}".strip(),
        f"Add the rate to Xero, or use another tax than \u201c{tax.name}\u201d.",
    )


def _subject(tax: CrmTax) -> str:
    return f"The tax \u201c{tax.name}\u201d"


def _components(situation: Situation) -> set[str]:
    """Taxes that are part of a combined rate: alone they match none, and need not (G4)."""
    combined = (situation.book.of_xero(rate.tax_type) for rate in situation.reference.tax_rates)
    return {name_key(tax.name) for taxes in combined if len(taxes) > 1 for tax in taxes}


def _renewed(situation: Situation) -> Iterator[Finding]:
    held = {name_key(tax.name): tax for tax in situation.taxes}
    for wanted in situation.book.wanted():
        before = held.get(name_key(wanted.name))
        if before is not None and before.rate != wanted.rate:
            yield warning(
                _subject(before),
                f"\u201c{before.name}\u201d is {_percent(before.rate)} in the CRM and "
                f"{_percent(wanted.rate)} in Xero: the sync gives it Xero's rate.",
                f"Rename \u201c{before.name}\u201d in the CRM first, if it shall keep its rate.",
            )


def _untaxed(situation: Situation) -> Iterator[Finding]:
    for account_class, lost in _classes(situation).items():
        if situation.book.to_xero([], account_class) is None:
            yield error(
                "Untaxed lines",
                "Xero has no active tax rate of 0% for accounts of the class "
                f"{account_class.title()}. {lost}",
                "Add a rate of 0% to Xero that applies to these accounts, or tax every line.",
            )


def _classes(situation: Situation) -> dict[str, str]:
    """The account classes that untaxed lines fall on, and what is lost without a rate there."""
    found = {_REVENUE: "An invoice with a line without taxes is skipped."}
    if adjusted := situation.account(situation.settings.adjustment_account):
        lost = "An invoice with an Adjustment is skipped."
        found.setdefault(adjusted.account_class or _REVENUE, lost)
    return found


_Key = tuple[str, tuple[tuple[str, Decimal], ...]]  # (AccountID, taxes with their rates)


def _products(situation: Situation) -> Iterator[Finding]:
    for (account_id, taxes), products in _by_taxes(situation).items():
        account = situation.account(account_id)
        if account_id and (account is None or not account.is_active):
            continue  # its account is the trouble, and said already
        if situation.book.to_xero(_taxes(situation, taxes), _class(account)) is None:
            yield _no_rate_for(situation, account, taxes, products)


def _no_rate_for(
    situation: Situation,
    account: Account | None,
    taxes: tuple[tuple[str, Decimal], ...],
    products: list[CrmRecord],
) -> Finding:
    """Such a product still travels, without its taxes; an invoice with it does not."""
    names = ", ".join(f"{name} ({_percent(rate)})" for name, rate in taxes)
    problem = f"No tax rate of Xero is: {names}."
    if account:
        problem = f"No tax rate of Xero for the account {account.title} is: {names}."
    number = counted(len(products), "{0} product or service", "{0} products and services")
    titles = listed(str(each.fields.get("product_name") or each.name) for each in products)
    carried = f"With these taxes: {number} ({titles})."
    return (error if situation.sends_invoices else warning)(
        names,
        f"{problem} {carried}",
        "Choose taxes that are one rate in Xero, or an account that the rate applies to.",
        doctype=doctype_of(products[0]),
        records=tuple(each.name for each in products),
    )


def _by_taxes(situation: Situation) -> dict[_Key, list[CrmRecord]]:
    found: dict[_Key, list[CrmRecord]] = defaultdict(list)
    for product in situation.products:
        if taxes := _rows(product):
            chosen = product.fields.get("xero_sales_account")
            found[str(chosen or situation.settings.sales_account), taxes].append(product)
    return found


def _rows(product: CrmRecord) -> tuple[tuple[str, Decimal], ...]:
    rows = product.fields.get("taxes")
    if not isinstance(rows, tuple):
        return ()
    named = (row for row in rows if isinstance(row, Mapping) and row.get("tax"))
    return tuple(sorted((str(row["tax"]), decimal_of(row.get("rate"))) for row in named))


def _taxes(situation: Situation, rows: tuple[tuple[str, Decimal], ...]) -> list[Tax]:
    held = {name_key(tax.name): tax for tax in situation.taxes}
    found = [(held.get(name_key(name)) or CrmTax(name, rate), rate) for name, rate in rows]
    return [replace(tax, rate=rate).tax for tax, rate in found]


def _class(account: Account | None) -> str:
    return (account.account_class if account else "") or _REVENUE


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}%"


def _knows_rates(situation: Situation) -> bool:
    return bool(situation.reference.tax_rates)


def _sends(situation: Situation) -> bool:
    return _knows_rates(situation) and (situation.sends_invoices or situation.sends_items)


def _invoices(situation: Situation) -> bool:
    return _knows_rates(situation) and situation.sends_invoices


def _reads(situation: Situation) -> bool:
    """Taxes come from Xero with products and invoices, whatever the direction (mission G3)."""
    modules = (Module.PRODUCTS, Module.INVOICES)
    return _knows_rates(situation) and any(
        situation.writes(module, side) for module in modules for side in Side
    )


CHECKS = (
    Check(
        "crm-taxes",
        "Taxes",
        "Every tax of the CRM is a tax rate of Xero, or a component of one.",
        _unmatched,
        _invoices,
    ),
    Check(
        "renewed-taxes",
        "Taxes",
        "No tax of the CRM has another percentage than the tax of its name in Xero.",
        _renewed,
        _reads,
    ),
    Check(
        "product-taxes",
        "Taxes",
        "The taxes of every product and service are one rate of Xero that fits the account.",
        _products,
        _sends,
    ),
    Check("untaxed", "Taxes", "Xero has a rate for lines without taxes.", _untaxed, _invoices),
)
