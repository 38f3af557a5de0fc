"""Invoices of any kind, as the CRM's fields and as Xero's documents, and what they refer to."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.unit.invoice_oracle import decimals, either
from vtiger_xero.engine.lookups import PLACEHOLDER, CrmItem, Lookups
from vtiger_xero.engine.mapping.doctypes import PRODUCT, SERVICE
from vtiger_xero.engine.reference import Account, Reference, TaxRate
from vtiger_xero.engine.settings import Settings
from vtiger_xero.engine.taxes import CrmTax, TaxBook
from vtiger_xero.engine.totals.taxes import Method
from vtiger_xero.xero import books as xero_books
from xero_simulator.reference_data import Books, books_of
from xero_simulator.sample_items import TAX_RATES

D = Decimal
ACCOUNTS = ("200", "220", "260")
KEA, KEA_AT_XERO = "ACC1", "5b96e86b-418e-48e8-8949-308c14aec278"
BOLT, HELP, NUT, UNNAMED = "PRO1", "SER1", "PRO2", "PRO3"
# A CRM tax: name, rate, method, what it is compounded on.
GST = {"tax": "GST", "rate": D(15)}
LEVY = {"tax": "Tourism Levy", "rate": D(2)}
FEDERAL = {"tax": "Federal Tax", "rate": D(5)}
ON_TOP = {
    "tax": "Compound Tax",
    "rate": D("9.975"),
    "method": "Compound",
    "compounds_on": "Federal Tax",
}
ZERO_RATED = {"tax": "Zero Rated", "rate": D(0)}
OLD_GST = {"tax": "12.5% GST on Income", "rate": D("12.5")}
VAT = {"tax": "VAT", "rate": D("4.5")}
# Taxes that stand together in Xero as one rate, and one that does not.
KNOWN = ((), (GST,), (GST, LEVY), (FEDERAL, ON_TOP), (ZERO_RATED,))
UNKNOWN = ((VAT,), (GST, VAT), (OLD_GST,), (LEVY, ON_TOP))


@functools.cache
def chart(country: str = "NZ", currency: str = "NZD") -> Books:
    """The simulator's books of a country, with two rates of several components."""
    made = books_of("Kea", country, currency, True, "t", datetime(2026, 1, 1, tzinfo=timezone.utc))
    rates = [*made.tax_rates, *(TAX_RATES if country == "NZ" else ())]
    return Books(made.profile, made.accounts, rates, made.currencies)


@functools.cache
def wire_rates(country: str = "NZ") -> Mapping[str, Any]:
    """Its tax rates as they are on the wire, by TaxType."""
    return {rate["TaxType"]: rate for rate in chart(country).tax_rates}


@functools.cache
def reference(country: str = "NZ") -> Reference:
    def quiet(text: str) -> None:
        raise AssertionError(text)

    rates: tuple[TaxRate, ...] = xero_books.tax_rates(chart(country).tax_rates, quiet)
    accounts: tuple[Account, ...] = xero_books.accounts(chart(country).accounts, quiet)
    return Reference("Kea", "NZD", accounts=accounts, tax_rates=rates)


def account_id(code: str, country: str = "NZ") -> str:
    return next(each.id for each in reference(country).accounts if each.code == code)


@functools.cache
def lookups(country: str = "NZ") -> Lookups:
    """A CRM that has taken Xero's taxes over; NUT has no item in Xero."""
    known = reference(country)
    settings = Settings(
        "t",
        sales_account=account_id("200", country),
        charges_account=account_id("260", country),
        adjustment_account=account_id("260", country),
    )
    held = [*TaxBook(known.tax_rates).taxes_to_save(), CrmTax("VAT", D("4.5"))]
    held.append(CrmTax("Half", D("9.975"), Method.COMPOUND))
    items = (
        CrmItem(PRODUCT, BOLT, "Bolt", "A-1", account_id("220", country)),
        CrmItem(SERVICE, HELP, "Help desk", "HELP"),
        CrmItem(PRODUCT, UNNAMED, PLACEHOLDER),
    )
    return Lookups(
        known,
        settings,
        "NZD",
        taxes=TaxBook(known.tax_rates, held),
        contacts={KEA: KEA_AT_XERO},
        organizations={KEA_AT_XERO: KEA},
        items={(each.item_type, each.name): each for each in items},
    )


# Invoices of the CRM

TEXTS = st.sampled_from(
    ["", "Blue", "two\nlines", " padded \r\n text ", "Charges", "Adjustment", "üm\u2028laut\x0b"]
)
ITEMS = st.sampled_from([(PRODUCT, BOLT), (SERVICE, HELP), (PRODUCT, UNNAMED)])
NOTHING = st.just((D(0), D(0)))


def line_rows(
    prices: st.SearchStrategy[Decimal], discounts: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """Rows of Vtiger Invoice Item, without their numbers."""
    quantities = decimals("-20", "500", 4) | st.sampled_from([D(0), D(1), D("0.5"), D("3.333")])
    made = st.tuples(ITEMS, TEXTS, quantities, prices, discounts, st.sampled_from(("", *ACCOUNTS)))
    return made.map(_line_row)


def _line_row(made: Any) -> dict[str, Any]:
    (item_type, item_name), text, quantity, price, (percent, amount), account = made
    return {
        "item_type": item_type,
        "item_name": item_name,
        "item_comment": text,
        "quantity": quantity,
        "selling_price": price,
        "discount_percent": percent,
        "discount_amount": amount,
        "xero_sales_account": account_id(account) if account else "",
    }


PLAIN_LINES = line_rows(
    decimals("0", "900", 2) | decimals("0", "20", 4),
    NOTHING | either(decimals("0", "100", 2), st.just(D(0))),
)
ODD_LINES = line_rows(
    decimals("-20", "9000", 4) | decimals("0", "1", 8),
    either(decimals("0", "130", 4), decimals("-5", "90", 3)),
)


@st.composite
def crm_invoices(
    draw: Any, lines: Any, taxes: Any, currencies: Any, charges: Any = None
) -> dict[str, Any]:
    """Fields of a Vtiger Invoice with its rows."""
    items = draw(st.lists(lines, max_size=5))
    rows = tuple({**item, "line_no": place} for place, item in enumerate(items, 1))
    group = draw(st.booleans())
    percent, amount = draw(
        charges
        if charges is not None
        else either(decimals("0", "20", 3), decimals("-5", "500", 3) | decimals("0", "90", 2))
    )
    taxed = [
        *(
            _tax_row("Item", row["line_no"], tax)
            for row in rows
            if not group
            for tax in draw(taxes)
        ),
        *(_tax_row("Items Total", 0, tax) for tax in (draw(taxes) if group else ())),
        *(_tax_row("Charges", 0, tax) for tax in draw(taxes)),
    ]
    return {
        **HEAD,
        "currency": draw(currencies),
        "tax_mode": "Group" if group else "Individual",
        "items": rows,
        "taxes": tuple(taxed),
        "shipping_and_handling": amount,
        "shipping_and_handling_percent": percent,
        "adjustment": draw(st.just(D(0)) | decimals("-20", "20", 2)),
    }


HEAD: Mapping[str, Any] = {
    "invoice_no": "INV1",
    "subject": "Order 1",
    "organization_name": KEA,
    "status": "Created",
    "invoice_date": date(2026, 11, 1),
    "due_date": date(2026, 11, 21),
    "conversion_rate": D(1),
    "received_otherwise": D(0),
}


def _tax_row(place: str, line: int, tax: Mapping[str, Any]) -> dict[str, Any]:
    return {"applies_to": place, "line": line, **tax}


NO_CHARGES = either(decimals("0", "20", 2), decimals("0", "90", 2))
plain_invoices = crm_invoices(PLAIN_LINES, st.sampled_from(KNOWN), st.just("NZD"), NO_CHARGES)
any_invoices = crm_invoices(
    ODD_LINES | PLAIN_LINES,
    st.sampled_from((*KNOWN, *KNOWN, *UNKNOWN)),
    st.sampled_from(["NZD", "NZD", "JPY", "KWD"]),
)
