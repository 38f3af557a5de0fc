"""The organisation that is probed: it must be a Demo Company, and what of its books is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..engine.errors import ConfigurationError
from .calls import Calls
from .findings import CouldNotTellError
from .scrubbing import Scrubber

Row = dict[str, Any]
NO_TAX = "No account of sales has a rate that charges a tax."
CALLS = 4  # that the two functions below make


@dataclass(frozen=True)
class Books:
    """The accounts, tax rates and currencies of the organisation."""

    country: str
    currency: str
    accounts: Sequence[Row]
    tax_rates: Sequence[Row]
    currencies: Sequence[str]
    profile: Row

    @property
    def sales(self) -> Row:
        """An account of sales, one whose own rate charges a tax if there is one."""
        found = [
            each
            for each in self._active_accounts("REVENUE", "SALES")
            if each.get("Class") == "REVENUE" and each.get("TaxType")
        ]
        if not found:
            raise CouldNotTellError("There is no account of sales in use.")
        return max(found, key=lambda each: bool(self.percentage(each["TaxType"])))

    @property
    def taxed_sales(self) -> Row:
        """An account of sales whose own rate charges a tax."""
        if not self.percentage(self.sales["TaxType"]):
            raise CouldNotTellError(NO_TAX)
        return self.sales

    @property
    def bank(self) -> Row:
        """A bank account in the base currency."""
        for each in self._active_accounts("BANK"):
            if each.get("CurrencyCode", self.currency) == self.currency and each.get("Code"):
                return each
        raise CouldNotTellError("There is no bank account in the base currency with a code.")

    @property
    def untaxed(self) -> str:
        """The TaxType of a rate for sales that charges nothing."""
        for each in self.tax_rates:
            is_active = each.get("Status", "ACTIVE") == "ACTIVE"
            if is_active and each.get("CanApplyToRevenue") and not each.get("EffectiveRate"):
                return str(each["TaxType"])
        raise CouldNotTellError("No rate for sales charges nothing.")

    @property
    def foreign(self) -> str:
        """A currency other than the base currency."""
        for code in self.currencies:
            if code != self.currency:
                return code
        raise CouldNotTellError("The organisation has no second currency.")

    def percentage(self, tax_type: object) -> Decimal:
        """What a rate charges; 0 for one that is not there."""
        found = (each for each in self.tax_rates if each.get("TaxType") == tax_type)
        rate = next((each for each in found if each.get("Status", "ACTIVE") == "ACTIVE"), {})
        return Decimal(rate.get("EffectiveRate") or 0)

    def _active_accounts(self, *types: str) -> list[Row]:
        return [
            each
            for each in self.accounts
            if each.get("Type") in types
            and each.get("Status") == "ACTIVE"
            and not each.get("SystemAccount")
        ]


def require_demo_company(calls: Calls, scrubber: Scrubber, origin: str) -> Row:
    """The organisation; ConfigurationError if it does not say that it is a Demo Company.

    Nothing but this is asked before, and nothing is written.
    """
    answer, exchange = calls.ask_quietly("GET", "/Organisation")
    found = next(iter(answer.rows("Organisations")), {})
    if found.get("IsDemoCompany") is not True:
        raise ConfigurationError(
            "The probe did not start, and nothing was written: it makes and deletes records, so "
            "it only works on a Demo Company, and Xero does not say that this organisation is "
            f"one ({answer.why if answer.is_refused else 'IsDemoCompany is not true'}). In Xero, "
            "choose My Xero, then Try the Demo Company, and connect that one."
        )
    scrubber.learn(found)
    calls.origin = f"{origin} ({found.get('CountryCode')})"
    calls.show(exchange)
    return found


def read_books(calls: Calls, organisation: Row) -> Books:
    """Three calls for the lists that the probe chooses from."""
    return Books(
        str(organisation.get("CountryCode")),
        str(organisation.get("BaseCurrency")),
        calls.ask("GET", "/Accounts").rows("Accounts"),
        calls.ask("GET", "/TaxRates").rows("TaxRates"),
        [str(each.get("Code")) for each in calls.ask("GET", "/Currencies").rows("Currencies")],
        organisation,
    )
