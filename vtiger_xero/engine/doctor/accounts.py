"""The accounts that the settings and the products name: there, in use, and fit for what they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..mapping.items import PURCHASE_ACCOUNT, SALES_ACCOUNT, fault_of_account
from ..messages import _lt, sentences
from ..modules import SPECS, WITH_LINES
from ..modules.spec import DefaultAccount
from ..records import CrmRecord, Side
from ..reference import Account
from ..settings import Settings
from .findings import Check, Finding, count_text, error, titles_of, warning
from .situation import Situation, doctype_of

_SALES = "sales_account"


def _defaults(situation: Situation) -> Iterator[Finding]:
    for spec in SPECS.values():
        if situation.writes(spec.module, Side.XERO):
            for default in spec.default_accounts:
                yield from _default(situation, default)


def _default(situation: Situation, default: DefaultAccount) -> Iterator[Finding]:
    chosen = str(getattr(situation.settings, default.field))
    if not chosen:
        yield _none_chosen(situation, default)
        return
    account = situation.account(chosen)
    if fault := default.fault(account) if account else _unknown(chosen):
        where = _lt("In Xero Settings it is chosen under {0}.").format(default.label)
        yield error(
            default.label,
            sentences(fault, where),
            _lt("Choose another account in Xero Settings."),
        )


def none_chosen(default: DefaultAccount, settings: Settings) -> tuple[str, str]:
    """What it means that an account of the settings is empty, and the remedy."""
    stands_in = default.instead and getattr(settings, _SALES)
    follows = default.instead if stands_in else default.without
    lacks = _lt("{0} is not set in Xero Settings.").format(default.label)
    remedy = _lt("Choose one in Xero Settings under {0}.").format(default.label)
    return sentences(lacks, follows), remedy


def _none_chosen(situation: Situation, default: DefaultAccount) -> Finding:
    lacking = _without_account(situation) if default.field == _SALES else []
    problem, remedy = none_chosen(default, situation.settings)
    if not lacking:
        return warning(default.label, problem, remedy)
    theirs = count_text(
        len(lacking),
        _lt("{0} product or service has none either."),
        _lt("{0} products and services have none either."),
    )
    return error(
        default.label, sentences(problem, theirs), remedy, records=tuple(r.name for r in lacking)
    )


def _without_account(situation: Situation) -> list[CrmRecord]:
    return [each for each in situation.products if not each.fields.get("xero_sales_account")]


_Used = tuple[str, str]  # (field of the product, AccountID)


def _products(situation: Situation) -> Iterator[Finding]:
    for (field, account_id), products in _by_account(situation).items():
        account = situation.account(account_id)
        if fault := fault_of_account(field, account) if account else _unknown(account_id):
            label = situation.label(products[0].module, field)
            number = count_text(
                len(products), _lt("{0} product or service"), _lt("{0} products and services")
            )
            use = _lt("It is the {0} of {1}: {2}.").format(label, number, _titles(products))
            yield error(
                account.title or account_id if account else account_id,
                sentences(fault, use),
                _lt("Choose another {0} for them, or change the account in Xero.").format(label),
                doctype=doctype_of(products[0]),
                records=tuple(each.name for each in products),
            )


def _by_account(situation: Situation) -> dict[_Used, list[CrmRecord]]:
    found: dict[_Used, list[CrmRecord]] = defaultdict(list)
    for product in situation.products:
        for field in (SALES_ACCOUNT, PURCHASE_ACCOUNT):
            if product.fields.get(field):
                found[field, str(product.fields[field])].append(product)
    return found


def _tax_of_account(situation: Situation) -> Iterator[Finding]:
    """What a person types in Xero starts from the account's own rate, whatever the CRM sends."""
    for account in _sales_accounts(situation):
        rate = situation.book.rate(account.tax_type)
        if not account.tax_type or account.fault_for_sales:
            continue
        if rate is not None and rate.is_active and account.account_class in rate.applies_to:
            continue
        name = rate.name if rate else account.tax_type
        yield warning(
            account.title,
            _lt(
                "The default tax of {0} is “{1}”, which does not apply to accounts of the "
                "class {2}, or is no longer in use."
            ).format(account.title, name, account.account_class.title()),
            _lt("Give the account another default tax rate in Xero."),
        )


def _sales_accounts(situation: Situation) -> Iterator[Account]:
    defaults = (each for module in WITH_LINES for each in SPECS[module].default_accounts)
    chosen = [str(getattr(situation.settings, each.field)) for each in defaults]
    sold = [account for field, account in _by_account(situation) if field == SALES_ACCOUNT]
    for account_id in dict.fromkeys(each.lower() for each in [*chosen, *sold] if each):
        if account := situation.account(account_id):
            yield account


def _unknown(account_id: str) -> str:
    return _lt("{0} is not in Xero's chart of accounts.").format(account_id)


def _titles(products: list[CrmRecord]) -> str:
    return titles_of(str(each.fields.get("product_name") or each.name) for each in products)


def _knows_accounts(situation: Situation) -> bool:
    return bool(situation.reference.accounts)


def _sends(situation: Situation) -> bool:
    return _knows_accounts(situation) and (situation.sends_lines or situation.sends_items)


CHECKS = (
    Check(
        "default-accounts",
        "Accounts",
        _lt("Every account of Xero Settings is there and fits its use."),
        _defaults,
        _knows_accounts,
    ),
    Check(
        "product-accounts",
        "Accounts",
        _lt("Every account of a product or service can stand on an invoice line."),
        _products,
        _sends,
    ),
    Check(
        "account-taxes",
        "Accounts",
        _lt("The default tax of every sales account applies to it."),
        _tax_of_account,
        lambda situation: _sends(situation) and situation.knows_books,
    ),
)
