"""The CRM's taxes and Xero's rates: what a line can say in both (rules G3, G4, I6, I7, I8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ..mapping.doctypes import INVOICE
from ..mapping.items import account_of, rate_of, taxes_of
from ..messages import _lt, sentences
from ..modules import ON_LINES, WITH_LINES
from ..records import CrmRecord, Side
from ..reference import REVENUE, Account, TaxRate
from ..taxes import CrmTax, charges_as_much, titles
from ..text import name_key
from ..totals.taxes import Method, Tax
from .findings import Check, Finding, count_text, error, titles_of, warning
from .situation import Situation, doctype_of

_Key = tuple[str, tuple[Tax, ...]]  # of products and services: (AccountID, taxes)


def _taxes_without_rate(situation: Situation) -> Iterator[Finding]:
    parts = _components(situation)
    for tax in situation.taxes:
        if tax.method is Method.DEDUCTED:
            yield warning(
                _subject(tax),
                _lt(
                    "“{0}” is a deducted tax, which Xero does not have. Invoices with it are "
                    "skipped."
                ).format(tax.name),
                _lt("Do not use it on invoices that should go to Xero."),
            )
        elif name_key(tax.name) not in parts and not situation.book.fitting_rates([tax.tax]):
            yield _no_rate(situation, tax)


def _no_rate(situation: Situation, tax: CrmTax) -> Finding:
    nearest_rates = situation.book.nearest_rates([tax.tax])
    lacking = _lt(
        "No sales tax rate in Xero matches “{0}” ({1}). Invoices with this tax are skipped."
    ).format(tax.name, _percent(tax.rate))
    closest = _lt("The closest: {0}.").format(titles(nearest_rates)) if nearest_rates else ""
    return warning(
        _subject(tax),
        sentences(lacking, closest),
        _lt("Add the rate to Xero, or use another tax than “{0}”.").format(tax.name),
    )


def _taxes_of_several_rates(situation: Situation) -> Iterator[Finding]:
    """Taxes that fit several rates: where nothing decides which, an invoice is skipped."""
    sold = _by_taxes(situation)
    for tax in situation.taxes:
        several = situation.book.fitting_rates([tax.tax])
        if tax.method is Method.DEDUCTED or not several:
            continue
        accounts = list(_accounts_without_choice(situation, tax, sold))
        if len(several) > 1:
            yield _which_rate(tax, several, accounts)
        elif accounts:
            yield _finding_of_uncertain(tax, several, accounts)


def _outdated_choices(situation: Situation) -> Iterator[Finding]:
    """A person's choice that Xero has changed since: it counts no more."""
    for tax in situation.taxes:
        if not tax.chosen:
            continue
        rate = situation.book.rate(tax.chosen)
        title = rate.name if rate else tax.chosen
        problem = ""
        if rate is None or not rate.is_for_sales:
            problem = _lt(
                "The Xero Tax Rate of “{0}”, {1}, is not in use for sales in Xero, and "
                "counts as not chosen."
            ).format(tax.name, title)
        elif not charges_as_much(tax.rate, rate.rate.effective):
            problem = _lt(
                "“{0}” is {1} in the CRM, and its Xero Tax Rate, {2}, is {3}: it counts "
                "as not chosen."
            ).format(tax.name, _percent(tax.rate), title, _percent(rate.rate.effective))
        if problem:
            yield warning(
                _subject(tax),
                problem,
                _lt("Choose another Xero Tax Rate for “{0}”.").format(tax.name),
            )


def _old_rates(situation: Situation) -> Iterator[Finding]:
    for rate in situation.old_rates:
        number = count_text(len(rate.invoices), _lt("{0} invoice"), _lt("{0} invoices"))
        yield warning(
            _lt("The rate “{0}”").format(rate.name),
            _lt(
                "“{0}” is on lines of {1} in Xero ({2}), and neither their tax nor their item "
                "or account has this rate. An earlier version took the first of several equal "
                "rates."
            ).format(rate.name, number, titles_of(rate.numbers)),
            _lt(
                "Look at these invoices in Xero. Where the rate is wrong there, correct the "
                "lines: the tax return depends on it."
            ),
            doctype=INVOICE,
            records=rate.invoices,
        )


def _which_rate(tax: CrmTax, several: Sequence[TaxRate], accounts: Sequence[Account]) -> Finding:
    remedy = _lt("Choose one of them as the Xero Tax Rate of “{0}”.").format(tax.name)
    several_rates = _lt("Several tax rates in Xero match “{0}”: {1}.").format(
        tax.name, titles(several)
    )
    if not accounts:
        decided = _lt("The default tax of the account decides between them.")
        return warning(_subject(tax), sentences(several_rates, decided), remedy)
    names = titles_of(account.title for account in accounts)
    undecided = _lt(
        "For {0} it is not clear which one to use. Invoices with this tax are skipped."
    ).format(names)
    return error(_subject(tax), sentences(several_rates, undecided), remedy)


def _finding_of_uncertain(
    tax: CrmTax, one: Sequence[TaxRate], accounts: Sequence[Account]
) -> Finding:
    names = titles_of(account.title for account in accounts)
    return error(
        _subject(tax),
        _lt(
            "“{0}” is {1}. Only {2} in Xero has this percentage; the tax has other "
            "percentages in Xero, and it is not clear that this rate is right for {3}. "
            "Invoices with this tax are skipped."
        ).format(tax.name, _percent(tax.rate), titles(one), names),
        _lt(
            "If it is the right rate, choose it as the Xero Tax Rate of “{0}”. If not, enter "
            "for the tax the percentage that it has in Xero."
        ).format(tax.name),
    )


def _accounts_without_choice(
    situation: Situation, tax: CrmTax, sold: Iterable[_Key]
) -> Iterator[Account]:
    """The accounts of sales on which a line with the tax would have no rate."""
    used = [situation.settings.sales_account, situation.settings.charges_account]
    used += [account_id for account_id, taxes in sold if tax.name in {each.name for each in taxes}]
    for account_id in dict.fromkeys(each.lower() for each in used if each):
        account = situation.account(account_id)
        if account is None or not account.is_active:
            continue  # its account is at fault, and another check reports it
        fits = situation.book.fitting_rates([tax.tax], account.account_class)
        decided = situation.book.to_xero([tax.tax], account.account_class, account=account.tax_type)
        if fits and decided is None:
            yield account


def _subject(tax: CrmTax) -> str:
    return _lt("The tax “{0}”").format(tax.name)


def _components(situation: Situation) -> set[str]:
    """Taxes that are part of a combined rate: alone they match none, and need not (rule G4)."""
    combined = (situation.book.of_xero(rate.tax_type) for rate in situation.reference.tax_rates)
    return {name_key(tax.name) for taxes in combined if len(taxes) > 1 for tax in taxes}


def _changed_percentages(situation: Situation) -> Iterator[Finding]:
    held = {name_key(tax.name): tax for tax in situation.taxes}
    for wanted in situation.book.taxes_to_save(situation.rates_before):
        before = held.get(name_key(wanted.name))
        if before is not None and before.rate != wanted.rate:
            yield warning(
                _subject(before),
                _lt(
                    "“{0}” is {1} in the CRM and {2} in Xero: the sync changes it to Xero's rate."
                ).format(before.name, _percent(before.rate), _percent(wanted.rate)),
                _lt("Rename “{0}” in the CRM first if it should keep its rate.").format(
                    before.name
                ),
            )


def _lines_without_taxes(situation: Situation) -> Iterator[Finding]:
    for account_class, lost in _classes(situation).items():
        if situation.book.to_xero([], account_class) is not None:
            continue
        if several := situation.book.fitting_rates((), account_class):
            which = _lt(
                "Several tax rates in Xero mean no tax for accounts of the class {0}, and "
                "it is not clear which one to use: {1}."
            ).format(account_class.title(), titles(several))
            yield warning(
                _lt("Untaxed lines"),
                sentences(which, lost),
                _lt(
                    "Choose one of them in Xero as the default tax of the accounts for sales "
                    "without tax."
                ),
            )
        else:
            yield error(
                _lt("Untaxed lines"),
                _lt("Xero has no active tax rate of 0% for accounts of the class {0}. {1}").format(
                    account_class.title(), lost
                ),
                _lt("Add a rate of 0% to Xero that applies to these accounts, or tax every line."),
            )


def _classes(situation: Situation) -> dict[str, str]:
    """The account classes that untaxed lines fall on, and what is lost without a rate there."""
    found: dict[str, str] = {REVENUE: _lt("An invoice with a line without taxes is skipped.")}
    if adjusted := situation.account(situation.settings.adjustment_account):
        lost = _lt("An invoice with an Adjustment is skipped.")
        found.setdefault(adjusted.account_class or REVENUE, lost)
    return found


def _products(situation: Situation) -> Iterator[Finding]:
    for (account_id, taxes), products in _by_taxes(situation).items():
        account = situation.account(account_id)
        if account_id and (account is None or not account.is_active):
            continue  # its account is the trouble, and said already
        if rate_of(products[0].fields, situation.lookups) is not None:
            continue
        several = situation.book.fitting_rates(taxes, account.account_class if account else "")
        names = ", ".join(f"{tax.name} ({_percent(tax.rate)})" for tax in taxes)
        if not several:
            yield _no_rate_for(situation, account, names, products)
        elif len(taxes) > 1:  # of one tax another check reports it
            yield _several_for(situation, names, several, products)


def _several_for(
    situation: Situation, names: str, several: Sequence[TaxRate], products: list[CrmRecord]
) -> Finding:
    which = _lt("Several tax rates in Xero match {0} together: {1}.").format(names, titles(several))
    return (error if situation.sends_lines else warning)(
        names,
        sentences(which, _tax_names(products)),
        _lt(
            "Choose one of them as the Xero Tax Rate of one of the taxes, or as the default "
            "tax of the account in Xero."
        ),
        doctype=doctype_of(products[0]),
        records=tuple(each.name for each in products),
    )


def _no_rate_for(
    situation: Situation, account: Account | None, names: str, products: list[CrmRecord]
) -> Finding:
    """The finding: the product is sent without its taxes; an invoice with it is skipped."""
    problem = _lt("No tax rate in Xero matches: {0}.").format(names)
    if account:
        problem = _lt("No tax rate in Xero for the account {0} matches: {1}.").format(
            account.title, names
        )
    return (error if situation.sends_lines else warning)(
        names,
        sentences(problem, _tax_names(products)),
        _lt("Choose taxes that are one rate in Xero, or an account that the rate applies to."),
        doctype=doctype_of(products[0]),
        records=tuple(each.name for each in products),
    )


def _tax_names(products: list[CrmRecord]) -> str:
    number = count_text(
        len(products), _lt("{0} product or service"), _lt("{0} products and services")
    )
    named = titles_of(str(each.fields.get("product_name") or each.name) for each in products)
    return _lt("With these taxes: {0} ({1}).").format(number, named)


def _by_taxes(situation: Situation) -> dict[_Key, list[CrmRecord]]:
    found: dict[_Key, list[CrmRecord]] = defaultdict(list)
    for product in situation.products:
        if taxes := taxes_of(product.fields, situation.lookups):
            in_order = tuple(sorted(taxes, key=lambda tax: tax.name))
            found[account_of(product.fields, situation.lookups), in_order].append(product)
    return found


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}%"


def _knows_rates(situation: Situation) -> bool:
    return bool(situation.reference.tax_rates)


def _sends(situation: Situation) -> bool:
    return _knows_rates(situation) and (situation.sends_lines or situation.sends_items)


def _invoices(situation: Situation) -> bool:
    return _knows_rates(situation) and situation.sends_lines


def _reads(situation: Situation) -> bool:
    """Taxes come from Xero with products and invoices, whatever the direction (rule G3)."""
    return _knows_rates(situation) and any(
        situation.writes(module, side) for module in (*ON_LINES, *WITH_LINES) for side in Side
    )


CHECKS = (
    Check(
        "crm-taxes",
        "Taxes",
        _lt("Every tax of the CRM is a tax rate of Xero, or a component of one."),
        _taxes_without_rate,
        _invoices,
    ),
    Check(
        "ambiguous-taxes",
        "Taxes",
        _lt("Every tax of the CRM matches exactly one tax rate in Xero."),
        _taxes_of_several_rates,
        _invoices,
    ),
    Check(
        "chosen-rates",
        "Taxes",
        _lt(
            "The Xero Tax Rate that was chosen for a tax is in use in Xero, at the same percentage."
        ),
        _outdated_choices,
        _invoices,
    ),
    Check(
        "old-rates",
        "Taxes",
        _lt("No invoice in Xero has a rate only because it came first in Xero's list."),
        _old_rates,
        _knows_rates,
    ),
    Check(
        "renewed-taxes",
        "Taxes",
        _lt("No tax of the CRM has another percentage than the tax of its name in Xero."),
        _changed_percentages,
        _reads,
    ),
    Check(
        "product-taxes",
        "Taxes",
        _lt("The taxes of every product and service are one rate of Xero that fits the account."),
        _products,
        _sends,
    ),
    Check(
        "untaxed",
        "Taxes",
        _lt("Xero has a rate for lines without taxes."),
        _lines_without_taxes,
        _invoices,
    ),
)
