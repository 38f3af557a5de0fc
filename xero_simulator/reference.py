"""Organisation, Accounts, TaxRates, Currencies: read only here, and never paged [DOC].

The API can also create accounts and tax rates. No sync does, so this simulator answers 501;
a person in Xero's screens has the methods of `Organisation` for it.
"""

from operator import methodcaller

from xero_simulator.accounting import AccountingCall, Endpoint
from xero_simulator.answers import Answer
from xero_simulator.query import Table
from xero_simulator.wire import JsonObject, parse_wire_date, without_nulls


def organisation(call: AccountingCall) -> Answer:
    """GET /Organisation: one object in the collection `Organisations`."""
    return call.answer("Organisations", [without_nulls(call.organisation.books.profile)])


def accounts(call: AccountingCall) -> Answer:
    """GET /Accounts: archived ones too, as Xero lists them."""
    rows = call.organisation.books.accounts
    since = call.modified_since
    if since is not None:
        rows = [row for row in rows if parse_wire_date(row["UpdatedDateUTC"]) > since]
    return call.answer("Accounts", _queried(call, rows, _ACCOUNT))


def tax_rates(call: AccountingCall) -> Answer:
    """GET /TaxRates: deleted ones too, in the order of their names [REC]."""
    rows = sorted(call.organisation.books.tax_rates, key=lambda rate: str(rate["Name"]).lower())
    return call.answer("TaxRates", _queried(call, rows, _TAX_RATE))


def currencies(call: AccountingCall) -> Answer:
    """GET /Currencies: those the organisation is subscribed to."""
    return call.answer("Currencies", _queried(call, call.organisation.books.currencies, _CURRENCY))


def _queried(call: AccountingCall, rows: list[JsonObject], table: Table) -> list[JsonObject]:
    where, order = call.where(table), call.order(table)
    if where is not None:
        rows = [row for row in rows if where.matches(row)]
    return rows if order is None else order.sort(rows)


def _table(name: str, texts: str) -> Table:
    return Table(name, {text: methodcaller("get", text) for text in texts.split()}, is_timed=False)


_ACCOUNT = _table("Account", "Code Name Status Type TaxType Class SystemAccount CurrencyCode")
_TAX_RATE = _table("TaxRate", "Name TaxType ReportTaxType Status")
_CURRENCY = _table("Currency", "Code Description")

ENDPOINTS = (
    Endpoint("/Organisation", "accounting.settings", {"GET": organisation}),
    Endpoint("/Accounts", "accounting.settings", {"GET": accounts}),
    Endpoint("/TaxRates", "accounting.settings", {"GET": tax_rates}),
    Endpoint("/Currencies", "accounting.settings", {"GET": currencies}),
)
