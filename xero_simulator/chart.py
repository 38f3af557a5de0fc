"""Which account and which tax rate a line may name: looked up in the books, with the reasons.

Texts: [3P] third parties' logs, [DOC] Xero's documentation, or ours where it says invented [Y1].
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# XeroAPI/xero-node README and many others; a bank or system account yields it too [3P]
ACCOUNT_UNKNOWN = "Account code '{code}' is not a valid code for this document."
# 3P
ACCOUNT_ARCHIVED = (
    "Account code '{code}' has been archived, or has been deleted. "
    "Each line item must reference a valid account."
)
# OAS of manual journals, and 3P: a warning on drafts
ACCOUNT_REMOVED = (
    "Account code '{code}' has been removed as it does not match a recognised account."
)
# 3P
TAX_TYPE_UNKNOWN = (
    "The TaxType code {tax_type} does not exist or cannot be used for this type of transaction."
)
# DOC
TAX_TYPE_UNFIT = "The TaxType code '{tax_type}' cannot be used with account code '{code}'."

_ACTIVE = "ACTIVE"
_CUT = Decimal("0.0001")  # EffectiveRate is cut to four decimals
_APPLIES_TO = {
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "EXPENSE": "CanApplyToExpenses",
    "LIABILITY": "CanApplyToLiabilities",
    "REVENUE": "CanApplyToRevenue",
}
# "You cannot post transactions to them", says Xero of its system accounts, but for rounding [DOC].
_USABLE_SYSTEM_ACCOUNTS = ("ROUNDING",)


def account_coded(organisation: "Ledger", code: str) -> JsonObject | None:
    """The account with that code, whatever its status."""
    return next((a for a in organisation.books.accounts if a.get("Code") == code), None)


def account_named(
    organisation: "Ledger", account_id: str | None, code: str | None
) -> JsonObject | None:
    """The account with that AccountID, or else that code."""
    if account_id:
        wanted = account_id.lower()
        accounts = organisation.books.accounts
        return next((a for a in accounts if a["AccountID"].lower() == wanted), None)
    return account_coded(organisation, code) if code else None


def rate_of(organisation: "Ledger", tax_type: str) -> JsonObject | None:
    """The tax rate of that type, whatever its status."""
    return next((r for r in organisation.books.tax_rates if r["TaxType"] == tax_type), None)


def account_fault(organisation: "Ledger", code: str, is_stock: bool = False) -> str | None:
    """Why the account cannot stand on a line, or None."""
    account = account_coded(organisation, code)
    if account is None:
        return ACCOUNT_UNKNOWN.format(code=code)
    if account["Status"] != _ACTIVE:
        return ACCOUNT_ARCHIVED.format(code=code)
    if not _is_usable(account, is_stock):
        return ACCOUNT_UNKNOWN.format(code=code)
    return None


def tax_faults(organisation: "Ledger", tax_type: str, code: str) -> Iterator[str]:
    """Why the tax type cannot stand on a line with that account."""
    rate, account = rate_of(organisation, tax_type), account_coded(organisation, code)
    if rate is None or rate["Status"] != _ACTIVE:
        yield TAX_TYPE_UNKNOWN.format(tax_type=tax_type)
    elif account is not None and not rate[_APPLIES_TO[account["Class"]]]:
        yield TAX_TYPE_UNFIT.format(tax_type=tax_type, code=code)


def tax_on(rate: JsonObject, amount: Decimal) -> Decimal:
    """The unrounded tax on an amount without tax; a compound part is charged on top."""
    return amount * percentage(rate) / 100


def tax_within(rate: JsonObject, amount: Decimal) -> Decimal:
    """The unrounded tax in an amount that includes it."""
    percent = percentage(rate)
    return amount * percent / (100 + percent)


def percentage(rate: JsonObject) -> Decimal:
    """What is charged: exact from the components, for EffectiveRate has four decimals.

    Where EffectiveRate says something else than they do, it decides: under a domestic reverse
    charge the seller charges nothing, whatever the component is.
    """
    parts = rate["TaxComponents"]
    simple = sum((Decimal(p["Rate"]) for p in parts if not p["IsCompound"]), Decimal(0))
    compound = sum((Decimal(p["Rate"]) for p in parts if p["IsCompound"]), Decimal(0))
    exact, told = simple + compound * (100 + simple) / 100, Decimal(rate["EffectiveRate"])
    return exact if abs(exact - told) < _CUT else told


def _is_usable(account: JsonObject, is_stock: bool) -> bool:
    if account["Type"] == "BANK":
        return False
    if account["Type"] == "INVENTORY":
        # invented [D9]: on a line of a tracked item only, where Xero itself puts it
        return is_stock
    return account.get("SystemAccount") in (None, *_USABLE_SYSTEM_ACCOUNTS)
