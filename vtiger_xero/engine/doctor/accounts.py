"""The accounts that the settings and the products name: there, in use, and fit for what they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ..mapping.items import PURCHASE_ACCOUNT, SALES_ACCOUNT, fault_of_account
from ..records import CrmRecord, Module, Side
from ..reference import Account
from .findings import Check, Finding, count_text, error, titles_of, warning
from .situation import Situation, doctype_of


@dataclass(frozen=True)
class _Default:
    """An account of the settings: its field and label, and what is lost without it.

    `instead` says which one stands in where there is another.
    """

    field: str
    label: str
    module: Module
    lost: str
    instead: str = ""

    def fault(self, account: Account) -> str:
        """Why this account does not fit, "" if it does."""
        takes_payments = self.module is Module.PAYMENTS
        return account.fault_for_payments if takes_payments else account.fault_for_sales


_SALES = "sales_account"
_DEFAULTS = (
    _Default(
        _SALES,
        "Sales Account",
        Module.INVOICES,
        "An invoice with a line whose product has no account is skipped.",
    ),
    _Default(
        "charges_account",
        "Account for Shipping & Handling",
        Module.INVOICES,
        "An invoice with Shipping & Handling is skipped.",
        "Shipping & Handling is booked to the Sales Account instead.",
    ),
    _Default(
        "adjustment_account",
        "Account for the Adjustment",
        Module.INVOICES,
        "An invoice with an Adjustment is skipped.",
        "The Adjustment is booked to the Sales Account instead.",
    ),
    _Default(
        "payment_account",
        "Account for Payments",
        Module.PAYMENTS,
        "A payment without an account of its own is skipped.",
    ),
)


def _defaults(situation: Situation) -> Iterator[Finding]:
    for default in _DEFAULTS:
        if situation.writes(default.module, Side.XERO):
            yield from _default(situation, default)


def _default(situation: Situation, default: _Default) -> Iterator[Finding]:
    chosen = str(getattr(situation.settings, default.field))
    if not chosen:
        yield _none_chosen(situation, default)
        return
    account = situation.account(chosen)
    if fault := default.fault(account) if account else _unknown(chosen):
        where = f"In Xero Settings it is chosen under {default.label}."
        yield error(
            default.label,
            f"{fault} {where}",
            "Choose another account in Xero Settings.",
        )


def _none_chosen(situation: Situation, default: _Default) -> Finding:
    lacking = _without_account(situation) if default.field == _SALES else []
    stands_in = default.instead and getattr(situation.settings, _SALES)
    follows = default.instead if stands_in else default.lost
    problem = f"{default.label} is not set in Xero Settings."
    problem = f"{problem} {follows}"
    remedy = f"Choose one in Xero Settings under {default.label}."
    if not lacking:
        return warning(default.label, problem, remedy)
    theirs = count_text(
        len(lacking),
        "{0} product or service has none either.",
        "{0} products and services have none either.",
    )
    return error(
        default.label, f"{problem} {theirs}", remedy, records=tuple(r.name for r in lacking)
    )


def _without_account(situation: Situation) -> list[CrmRecord]:
    return [each for each in situation.products if not each.fields.get("xero_sales_account")]


_Used = tuple[str, str]  # (field of the product, AccountID)


def _products(situation: Situation) -> Iterator[Finding]:
    for (field, account_id), products in _by_account(situation).items():
        account = situation.account(account_id)
        if fault := fault_of_account(field, account) if account else _unknown(account_id):
            label = situation.label(Module.PRODUCTS, field)
            number = count_text(
                len(products), "{0} product or service", "{0} products and services"
            )
            use = f"It is the {label} of {number}: {_titles(products)}."
            yield error(
                account.title or account_id if account else account_id,
                f"{fault} {use}",
                f"Choose another {label} for them, or change the account in Xero.",
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
            f"The default tax of {account.title} is \u201c{name}\u201d, which does not apply to "
            f"accounts of the class {account.account_class.title()}, or is no longer in use.",
            "Give the account another default tax rate in Xero.",
        )


def _sales_accounts(situation: Situation) -> Iterator[Account]:
    chosen = [str(getattr(situation.settings, each.field)) for each in _DEFAULTS[:3]]
    sold = [account for field, account in _by_account(situation) if field == SALES_ACCOUNT]
    for account_id in dict.fromkeys(each.lower() for each in [*chosen, *sold] if each):
        if account := situation.account(account_id):
            yield account


def _unknown(account_id: str) -> str:
    return f"{account_id} is not in Xero's chart of accounts."


def _titles(products: list[CrmRecord]) -> str:
    return titles_of(str(each.fields.get("product_name") or each.name) for each in products)


def _knows_accounts(situation: Situation) -> bool:
    return bool(situation.reference.accounts)


def _sends(situation: Situation) -> bool:
    return _knows_accounts(situation) and (situation.sends_invoices or situation.sends_items)


CHECKS = (
    Check(
        "default-accounts",
        "Accounts",
        "Every account of Xero Settings is there and fits its use.",
        _defaults,
        _knows_accounts,
    ),
    Check(
        "product-accounts",
        "Accounts",
        "Every account of a product or service can stand on an invoice line.",
        _products,
        _sends,
    ),
    Check(
        "account-taxes",
        "Accounts",
        "The default tax of every sales account applies to it.",
        _tax_of_account,
        lambda situation: _sends(situation) and situation.knows_books,
    ),
)
