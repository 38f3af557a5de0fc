"""Xero's organisation, chart of accounts and tax rates as the engine's `Reference`.

A row that cannot be read costs that
row and is told, because one odd account is no reason to stop a run that does not name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from ..engine.messages import _lt
from ..engine.records import Document
from ..engine.reference import ACTIVE, Account, Reference, TaxRate
from ..engine.xero_totals import TaxComponent, XeroRate
from . import wire

Notice = Callable[[str], None]
T = TypeVar("T")

# The account classes that a rate may fit, and what Xero's flag CanApplyTo… calls each.
_FLAGS = {
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "EXPENSE": "CanApplyToExpenses",
    "LIABILITY": "CanApplyToLiabilities",
    "REVENUE": "CanApplyToRevenue",
}
_CUT = Decimal("0.0001")
_ACCOUNT_LEFT_OUT = _lt(
    "An account of Xero, “{name}”, could not be read and was left out: {error}. Records "
    "that need it are skipped, the others are not affected."
)
_TAX_RATE_LEFT_OUT = _lt(
    "A tax rate of Xero, “{name}”, could not be read and was left out: {error}. Records "
    "that need it are skipped, the others are not affected."
)


def organisation(
    found: Document, currencies: Iterable[Document], scopes: frozenset[str], notice: Notice
) -> Reference:
    """A `Reference` without accounts and tax rates."""
    return Reference(
        organisation=_text(found, "Name"),
        base_currency=_text(found, "BaseCurrency"),
        country=_text(found, "CountryCode"),
        short_code=_text(found, "ShortCode"),
        currencies=frozenset(one for one in (_text(each, "Code") for each in currencies) if one),
        period_lock_date=_day(found, "PeriodLockDate", notice),
        year_lock_date=_day(found, "EndOfYearLockDate", notice),
        scopes=scopes,
        is_demo=found.get("IsDemoCompany") is True,
    )


def accounts(rows: Sequence[Any], notice: Notice) -> tuple[Account, ...]:
    """The chart of accounts, archived ones included, in Xero's order."""
    return tuple(_readable(rows, _account, _ACCOUNT_LEFT_OUT, notice))


def tax_rates(rows: Sequence[Any], notice: Notice) -> tuple[TaxRate, ...]:
    """Every tax rate with its components, deleted ones included, in Xero's order."""
    return tuple(_readable(rows, _tax_rate, _TAX_RATE_LEFT_OUT, notice))


def _readable(
    rows: Sequence[Any], read: Callable[[Document], T], sentences: str, notice: Notice
) -> Iterator[T]:
    for row in rows:
        try:
            yield read(wire.plain(_object(row)))
        except ValueError as error:
            name = _text(row, "Name") if isinstance(row, dict) else ""
            notice(sentences.format(name=name or "?", error=error))


def _account(row: Document) -> Account:
    return Account(
        id=wire.guid(row.get("AccountID")),
        code=_text(row, "Code"),
        name=_text(row, "Name"),
        type=_text(row, "Type"),
        account_class=_text(row, "Class"),
        status=_text(row, "Status") or ACTIVE,
        tax_type=_text(row, "TaxType"),
        currency=_text(row, "CurrencyCode"),
        enable_payments=row.get("EnablePaymentsToAccount") is True,
        system_account=_text(row, "SystemAccount"),
        description=_text(row, "Description"),
    )


def _tax_rate(row: Document) -> TaxRate:
    tax_type = _text(row, "TaxType")
    if not tax_type:
        raise ValueError("it has no TaxType")
    components = _components(row)
    return TaxRate(
        tax_type=tax_type,
        name=_text(row, "Name"),
        status=_text(row, "Status") or ACTIVE,
        components=components,
        owed=_owed(row, components),
        applies_to=frozenset(each for each, flag in _FLAGS.items() if row.get(flag) is True),
        report_tax_type=_text(row, "ReportTaxType"),
    )


def _components(row: Document) -> tuple[TaxComponent, ...]:
    """Without its components a rate would add nothing: so they must be there if it adds much."""
    listed = row.get("TaxComponents") or []
    if not isinstance(listed, list):
        raise ValueError("its TaxComponents are no list")
    components = tuple(_component(_object(each)) for each in listed)
    if not components and row.get("EffectiveRate") and _number(row, "EffectiveRate"):
        raise ValueError("its TaxComponents are missing")
    return components


def _owed(row: Document, components: tuple[TaxComponent, ...]) -> Decimal | None:
    """EffectiveRate, which is cut to four decimals, where the components do not come to it."""
    if row.get("EffectiveRate") is None or not components:
        return None
    effective = _number(row, "EffectiveRate")
    agrees = abs(XeroRate(components).effective - effective) < _CUT
    return None if agrees else effective


def _component(row: Document) -> TaxComponent:
    return TaxComponent(_text(row, "Name"), _number(row, "Rate"), row.get("IsCompound") is True)


def _object(row: Any) -> Document:
    if not isinstance(row, dict):
        raise ValueError(f"an object was expected, not a {type(row).__name__}")
    return row


def _text(row: Document, key: str) -> str:
    value = row.get(key)
    return "" if value is None else str(value)


def _number(row: Document, key: str) -> Decimal:
    value = row.get(key)
    try:
        found = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ValueError(_lt("{0} is not a number").format(f"{value!r}"))
    return found


def _day(row: Document, key: str, notice: Notice) -> date | None:
    """A lock date: midnight UTC of the last day that is closed."""
    if not row.get(key):
        return None
    try:
        return wire.moment(row[key]).date()
    except ValueError:
        notice(
            _lt(
                "Xero's {0} could not be read: {1}. Xero itself checks whether a document is "
                "in a locked period."
            ).format(key, f"{row[key]!r}")
        )
        return None
