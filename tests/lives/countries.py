"""The countries of the lives: which taxes sales bear there, and which TaxType is the right one.

This is knowledge of the judge, not of the app: nothing of it is read from the engine.
A country that the simulator does not have yet is left out (`known_countries`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal

from xero_simulator.reference_data import books_of

D = Decimal


@dataclass(frozen=True)
class Sale:
    """A kind of sale: how the CRM taxes it, and what a bookkeeper chooses in Xero.

    `crm` are the names and percentages of the CRM's taxes on the line. `typed` is what a person
    in Xero picks; `right` are the types that are right for a line that the CRM sends.
    """

    crm: tuple[tuple[str, str], ...]
    percent: Decimal
    typed: str
    right: frozenset[str]


@dataclass(frozen=True)
class Country:
    """A country's usual sales. `free` is the type of an account whose sales are free of tax.

    `added` are name, component and percentage of what people added to Xero's own rates. The first
    is the own type of account 200."""

    code: str
    currency: str
    sales: Mapping[str, Sale]
    free: str
    added: tuple[tuple[str, str, str], ...] = field(default=())  # rates made by hand: TAX001 and on


def _sale(taxes: str, typed: str, right: str) -> Sale:
    """`taxes` like "GST 15" or "State 6.25 + City 2"."""
    crm = tuple(_tax(each) for each in taxes.split(" + ")) if taxes else ()
    percent = sum((D(rate) for _, rate in crm), D(0))
    return Sale(crm, percent, typed, frozenset(right.split()))


def _tax(text: str) -> tuple[str, str]:
    name, _, rate = text.rpartition(" ")
    return name, rate


_COUNTRIES = (
    Country(
        "NZ",
        "NZD",
        {"std": _sale("GST 15", "OUTPUT2", "OUTPUT2"), "none": _sale("", "NONE", "NONE")},
        free="ZERORATED",
    ),
    Country(
        "AU",
        "AUD",
        {
            "std": _sale("GST 10", "OUTPUT", "OUTPUT"),
            # Out of the return, where the type of the account is a taxed one and decides nothing.
            "none": _sale("", "EXEMPTOUTPUT", "BASEXCLUDED"),
        },
        free="EXEMPTOUTPUT",
    ),
    Country(
        "GB",
        "GBP",
        {
            "std": _sale("VAT 20", "OUTPUT2", "OUTPUT2"),
            "low": _sale("VAT reduced 5", "RROUTPUT", "RROUTPUT"),
            "none": _sale("", "ZERORATEDOUTPUT", "NONE ZERORATEDOUTPUT EXEMPTOUTPUT"),
        },
        free="ZERORATEDOUTPUT",
    ),
    Country(
        "US",
        "USD",
        {
            "std": _sale("State 6.25 + City 2", "TAX001", "TAX001"),
            "none": _sale("", "NONE", "NONE OUTPUT"),
        },
        free="NONE",
    ),
    Country(
        "CA",
        "CAD",
        {
            "std": _sale("GST 5", "OUTPUT", "OUTPUT"),
            "both": _sale("GST 5 + PST 7", "TAX001", "TAX001"),
            "none": _sale("", "NONE", "NONE"),
        },
        free="NONE",
    ),
    Country(
        "SG",
        "SGD",
        {
            "std": _sale("GST 9", "OUTPUTY24", "OUTPUTY24"),
            "none": _sale("", "ZERORATEDOUTPUT", "NONE ZERORATEDOUTPUT ESOUTPUT OSOUTPUT"),
        },
        free="ZERORATEDOUTPUT",
    ),
    Country(
        "ZA",
        "ZAR",
        {
            "std": _sale("VAT 15", "OUTPUT3", "OUTPUT3"),
            "none": _sale("", "ZERORATEDOUTPUT", "NONE ZERORATEDOUTPUT EXEMPTOUTPUT"),
        },
        free="ZERORATEDOUTPUT",
    ),
    Country(
        "IE",
        "EUR",
        {
            "std": _sale("VAT 23", "TAX001", "TAX001"),
            "low": _sale("VAT low 13.5", "TAX002", "TAX002"),
            "none": _sale("", "NONE", "NONE OUTPUT"),
        },
        free="NONE",
        added=(("VAT on Sales", "VAT", "23"), ("VAT low", "VAT", "13.5")),
    ),
)
COUNTRIES: Mapping[str, Country] = {each.code: each for each in _COUNTRIES}


@functools.cache
def known_countries() -> tuple[str, ...]:
    """The countries that the simulator has books of, with all the types that the lives need."""
    return tuple(code for code, country in COUNTRIES.items() if _is_known(country))


def _is_known(country: Country) -> bool:
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    try:
        books = books_of("Any", country.code, country.currency, False, "t", now)
    except (ValueError, KeyError):
        return False
    types = {rate["TaxType"] for rate in books.tax_rates}
    types |= {f"TAX{n:03}" for n, _ in enumerate(country.added, 1)}
    return {sale.typed for sale in country.sales.values()} <= types
