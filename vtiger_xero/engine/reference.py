"""What a run must know of the Xero organisation before it decides anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from .xero_totals import TaxComponent, XeroRate

ACTIVE = "ACTIVE"


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
    def takes_payments(self) -> bool:
        """Whether Xero lets a payment go to it (facts: Payments)."""
        return self.is_active and (self.type == "BANK" or self.enable_payments)

    @property
    def title(self) -> str:
        """Code and name, as a person knows the account."""
        return " \u2013 ".join(each for each in (self.code, self.name) if each)


@dataclass(frozen=True)
class TaxRate:
    """A tax rate of Xero with its components; `applies_to` are the account classes it fits."""

    tax_type: str
    name: str = ""
    status: str = ACTIVE
    components: tuple[TaxComponent, ...] = ()
    applies_to: frozenset[str] = frozenset()
    report_tax_type: str = ""

    @property
    def is_active(self) -> bool:
        """Whether documents may still name it."""
        return self.status == ACTIVE

    @cached_property
    def rate(self) -> XeroRate:
        """What its arithmetic needs."""
        return XeroRate(self.components)


@dataclass(frozen=True)
class Reference:
    """The organisation, its currencies (ISO codes), chart of accounts, tax rates and lock dates.

    Accounts and tax rates are empty where no module that is enabled needs them. `scopes` are
    what Xero has given leave for, empty where nobody knows. `is_demo` marks Xero's Demo Company,
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
