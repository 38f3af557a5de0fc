"""What a run must know of the Xero organisation before it decides anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from .messages import _lt
from .money import round_amount
from .records import Value
from .xero_totals import TaxComponent, XeroRate

ACTIVE = "ACTIVE"
_CUT = Decimal("0.0001")  # a record keeps four decimals of what a rate charges


@dataclass(frozen=True)
class Account:
    """An account of Xero's chart. `account_class` is ASSET, EQUITY, EXPENSE, LIABILITY or REVENUE.

    Bank accounts may have no code. `system_account` names what Xero itself keeps it for.
    """

    id: str
    code: str = ""
    name: str = ""
    type: str = ""
    account_class: str = ""
    status: str = ACTIVE
    tax_type: str = ""
    currency: str = ""
    enable_payments: bool = False
    system_account: str = ""
    description: str = ""

    @property
    def is_active(self) -> bool:
        """Whether documents may still name it."""
        return self.status == ACTIVE

    @property
    def title(self) -> str:
        """Code and name, as a person knows the account."""
        return " \u2013 ".join(each for each in (self.code, self.name) if each)

    @property
    def fault_for_sales(self) -> str:
        """Why neither a line of an invoice nor an item may sell to it, "" if they may (D9).

        Shipping & Handling and the Adjustment are lines in Xero, too.
        """
        if self.is_active and self.type == "INVENTORY":
            return _lt("{0} is an inventory account, which sales cannot use.").format(self.title)
        return self.fault_for_purchases

    @property
    def fault_for_purchases(self) -> str:
        """Why it may not be the purchase account of an item, "" if it may (docs/xero.md, D9)."""
        if not self.is_active:
            return self._archived
        if self.type == "BANK":
            return _lt("{0} is a bank account, which an invoice line cannot use.").format(
                self.title
            )
        if self.system_account:
            return _lt("{0} is a system account of Xero, which an invoice line cannot use.").format(
                self.title
            )
        return (
            ""
            if self.code
            else _lt("{0} has no code in Xero, which an invoice line needs.").format(self.title)
        )

    @property
    def fault_for_payments(self) -> str:
        """Why Xero lets no payment go to it (docs/xero.md, D21), "" if one may."""
        if not self.is_active:
            return self._archived
        if self.type == "BANK" or self.enable_payments:
            return ""
        return _lt(
            "{0} cannot receive payments: it is no bank account, and Enable Payments to "
            "this account is off in Xero."
        ).format(self.title)

    @property
    def _archived(self) -> str:
        return _lt("{0} is archived in Xero.").format(self.title)


_LONGEST_TITLE = 255


def fields_of_account(account: Account) -> dict[str, Value]:
    """The CRM's record of an account (Xero Account), but for the organisation."""
    return {
        "account_id": account.id,
        "title": account.title[:_LONGEST_TITLE],
        "code": account.code,
        "account_name": account.name,
        "type": account.type,
        "account_class": account.account_class,
        "status": account.status,
        "tax_type": account.tax_type,
        "currency": account.currency,
        "enable_payments": account.enable_payments,
        "system_account": account.system_account,
        "description": account.description,
    }


def account_of_record(fields: Mapping[str, Any]) -> Account:
    """An account from the CRM's record of it; what the record does not say is "" or False."""
    return Account(
        id=str(fields["account_id"]),
        code=fields.get("code") or "",
        name=fields.get("account_name") or "",
        type=fields.get("type") or "",
        account_class=fields.get("account_class") or "",
        status=fields.get("status") or "",
        tax_type=fields.get("tax_type") or "",
        currency=fields.get("currency") or "",
        enable_payments=bool(fields.get("enable_payments")),
        system_account=fields.get("system_account") or "",
        description=fields.get("description") or "",
    )


REVENUE = "REVENUE"
# Rates that only Xero's own screens can use: it looks the tax up by the customer's address there.
_OF_SCREENS = ("AVALARA", "USSALESTAX")
_OF_PURCHASES = "INPUT"


@dataclass(frozen=True)
class TaxRate:
    """A tax rate of Xero with its components; `applies_to` are the account classes it fits.

    `owed` is what Xero charges in percent where that is not what the components come to: under a
    domestic reverse charge the component is 20 % and nothing is owed. None everywhere else.
    """

    tax_type: str
    name: str = ""
    status: str = ACTIVE
    components: tuple[TaxComponent, ...] = ()
    applies_to: frozenset[str] = frozenset()
    report_tax_type: str = ""
    owed: Decimal | None = None

    @property
    def is_active(self) -> bool:
        """Whether documents may still name it."""
        return self.status == ACTIVE

    @property
    def is_for_sales(self) -> bool:
        """Whether an invoice that is sent may carry it.

        A rate made for purchases reports the tax as paid. In the US and in the global version Xero
        lets it be used with revenue, and names no report, so that its code has to tell.
        """
        if not self.is_active or REVENUE not in self.applies_to:
            return False
        report = self.report_tax_type or self.tax_type
        return report != _OF_PURCHASES and report not in _OF_SCREENS

    @property
    def parts(self) -> tuple[TaxComponent, ...]:
        """Its components, or the one of its own name that says what is owed instead."""
        return self.components if self.owed is None else (TaxComponent(self.name, self.owed),)

    @cached_property
    def rate(self) -> XeroRate:
        """What its arithmetic needs."""
        return XeroRate(self.parts)


_DECIMALS = 4  # of a rate in percent, as Xero shows it
_APPLIES_TO = {
    "can_apply_to_assets": "ASSET",
    "can_apply_to_equity": "EQUITY",
    "can_apply_to_expenses": "EXPENSE",
    "can_apply_to_liabilities": "LIABILITY",
    "can_apply_to_revenue": REVENUE,
}


def fields_of_rate(rate: TaxRate) -> dict[str, Value]:
    """The CRM's record of a tax rate (Xero Tax Rate), but for the organisation."""
    return {
        "tax_type": rate.tax_type,
        "tax_rate_name": rate.name,
        "status": rate.status,
        "effective_rate": round_amount(rate.rate.effective, _DECIMALS),
        "report_tax_type": rate.report_tax_type,
        **{field: each in rate.applies_to for field, each in _APPLIES_TO.items()},
        "components": tuple(
            {"component_name": one.name, "rate": one.rate, "compound": one.compound}
            for one in rate.components
        ),
    }


def rate_of_record(fields: Mapping[str, Any]) -> TaxRate:
    """A tax rate from the CRM's record of it, whose components are rows."""
    parts = tuple(
        TaxComponent(row["component_name"], Decimal(str(row["rate"] or 0)), bool(row["compound"]))
        for row in fields["components"]
    )
    effective = Decimal(str(fields["effective_rate"] or 0))
    is_theirs = abs(XeroRate(parts).effective - effective) < _CUT
    return TaxRate(
        tax_type=fields["tax_type"],
        name=fields["tax_rate_name"] or "",
        status=fields["status"] or "",
        components=parts,
        applies_to=frozenset(each for field, each in _APPLIES_TO.items() if fields[field]),
        report_tax_type=fields["report_tax_type"] or "",
        owed=None if is_theirs or not parts else effective,
    )


@dataclass(frozen=True)
class Reference:
    """The organisation, its currencies (ISO codes), chart of accounts, tax rates and lock dates.

    Accounts and tax rates are empty where no module that is enabled needs them. `scopes` are
    the permissions granted, empty where not known. `is_demo` marks Xero's Demo Company,
    whose books Xero replaces about every month.
    """

    organisation: str
    base_currency: str
    country: str = ""
    short_code: str = ""
    currencies: frozenset[str] = frozenset()
    accounts: tuple[Account, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()
    period_lock_date: date | None = None
    year_lock_date: date | None = None
    scopes: frozenset[str] = field(default=frozenset())
    is_demo: bool = False

    @property
    def lock_date(self) -> date | None:
        """The day up to which nothing may be written, itself included; None where all is open."""
        return max(
            (each for each in (self.period_lock_date, self.year_lock_date) if each), default=None
        )

    def is_locked(self, day: date | None) -> bool:
        """Whether nothing may be written that is dated on this day."""
        return bool(day and self.lock_date and day <= self.lock_date)

    def has_other_base(self, currency: str) -> bool:
        """Whether the books are in another currency than the CRM's, "" where one is not known."""
        return bool(currency and self.base_currency) and currency != self.base_currency

    def lacks_currency(self, code: str) -> bool:
        """Whether no document may be in a currency, as far as the organisation's are known."""
        return bool(code and self.currencies) and code not in self.currencies
