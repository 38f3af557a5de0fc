"""Vtiger's taxes and Xero's rates: which is which, in both directions (mission G3, G4, I4, I7).

A combined or compound rate of Xero is never flattened: each component is a CRM tax of its own, and
a line carries the components. A rate of one component is one CRM tax. It bears the component's
name ("GST") where that names one rate alone among those that sales may carry, else the rate's own
name ("Zero Rated", "5% (VAT on Income)"): many countries call every component the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .reference import TaxRate
from .text import name_key
from .totals.taxes import Method, Tax
from .xero_totals import TaxComponent

NO_TAX = "NONE"  # Xero's TaxType for no tax; of the CRM's side, a line without taxes
_SALES = "REVENUE"
# Taxes that Xero computes by the customer's address; no list of rates says how much they are.
COMPUTED_BY_XERO = {"AVALARA": "Auto Sales Tax (Avalara)"}


@dataclass(frozen=True)
class CrmTax:
    """A record of Vtiger Tax.

    `rate` is in percent; `tax_type` is the Xero rate it stands for, "" for a component of a
    combined rate and for what Xero does not know.
    """

    name: str
    rate: Decimal
    method: Method = Method.SIMPLE
    compounds_on: tuple[str, ...] = ()
    tax_type: str = ""

    @property
    def tax(self) -> Tax:
        """As it stands on a line."""
        return Tax(self.name, self.rate, self.method, frozenset(self.compounds_on))


class TaxBook:
    """What Xero's rates are in the CRM, and which rate the taxes of a line are in Xero."""

    def __init__(self, rates: Sequence[TaxRate], held: Sequence[CrmTax] = ()) -> None:
        rates = [_with_component(rate) for rate in rates]
        self._rates = {rate.tax_type: rate for rate in rates}
        self._computed = [
            TaxRate(
                tax_type,
                name,
                components=(TaxComponent(name, Decimal(0)),),
                applies_to=frozenset({_SALES}),
            )
            for tax_type, name in COMPUTED_BY_XERO.items()
            if tax_type not in self._rates
        ]
        self._rates |= {rate.tax_type: rate for rate in self._computed}
        self._sales = [rate for rate in rates if rate.is_active and _SALES in rate.applies_to]
        self._named = {tax.tax_type: tax.name for tax in held if tax.tax_type}
        self._held = {name_key(tax.name): tax for tax in held}
        self._parts = {key: self._crm_taxes(rate) for key, rate in self._rates.items()}
        self._ours = {key: _signs(tax.tax for tax in taxes) for key, taxes in self._parts.items()}
        # Every line of every invoice asks, and there are few taxes: what was found is remembered.
        self._found: dict[tuple[object, ...], TaxRate | None] = {}

    def wanted(self) -> list[CrmTax]:
        """The CRM taxes that must be new or changed, simple ones first (mission G3)."""
        wanted: dict[str, CrmTax] = {}
        for rate in self._sales:
            for tax in self._parts[rate.tax_type]:
                wanted.setdefault(name_key(tax.name), tax)
        changed = [self._merged(tax) for key, tax in wanted.items()]
        return sorted(
            (each for each in changed if each), key=lambda tax: tax.method is not Method.SIMPLE
        )

    def _merged(self, tax: CrmTax) -> CrmTax | None:
        """Only the rate is Xero's; how a tax of the CRM is computed stays its own."""
        held = self._held.get(name_key(tax.name))
        if held is None:
            return tax
        after = replace(held, rate=tax.rate, tax_type=tax.tax_type or held.tax_type)
        return None if after == held else after

    def lacking(self, tax_types: Iterable[str]) -> list[CrmTax]:
        """The CRM taxes that lines of these rates need and the CRM does not have yet."""
        needed = [tax for each in tax_types for tax in self.of_xero(each)]
        new = {name_key(tax.name): tax for tax in needed if name_key(tax.name) not in self._held}
        return sorted(new.values(), key=lambda tax: tax.method is not Method.SIMPLE)

    def learn(self, tax: CrmTax) -> None:
        """The CRM has this tax now."""
        self._held[name_key(tax.name)] = tax
        self._found.clear()

    def of_xero(self, tax_type: str) -> tuple[CrmTax, ...]:
        """The CRM taxes of a rate; none for no tax, and for a rate that Xero no longer lists."""
        return self._parts.get(tax_type, ())

    def named(self, name: str) -> CrmTax | None:
        """The CRM's tax of a name."""
        return self._held.get(name_key(name))

    def canonical(self, tax_type: str, account_class: str = _SALES) -> str:
        """The TaxType under which the CRM's taxes of this one would be found again.

        Two rates of the same components are the same to the CRM, and must not look like a change.
        Nor must two rates that both say "no tax", of which one may be a tax of 0 % in the CRM.
        """
        parts = self.of_xero(tax_type)
        found = self.meant([each.tax for each in parts], account_class) if parts else None
        return NO_TAX if found in (None, self.to_xero((), account_class)) else found.tax_type

    def meant(self, taxes: Sequence[Tax], account_class: str) -> TaxRate | None:
        """The rate of these taxes, be it one that this account or any document may not name."""
        return (
            self.to_xero(taxes, account_class)
            or self.to_xero(taxes)
            or self.to_xero(taxes, any_status=True)
        )

    def rate(self, tax_type: str) -> TaxRate | None:
        """The rate of a TaxType."""
        return self._rates.get(tax_type)

    def to_xero(
        self, taxes: Iterable[Tax], account_class: str = _SALES, *, any_status: bool = False
    ) -> TaxRate | None:
        """The one rate that says what these taxes say, on an account of that class.

        The CRM's own record of which rate a tax stands for comes first, then the names that
        taxes of Xero have in the CRM; among equals, the first that Xero lists. `any_status` also
        finds rates that documents may no longer name: what an old invoice carries must be known
        again.
        """
        given = tuple(taxes)
        asked = (*((*_sign(each), each.compounds_on) for each in given), account_class, any_status)
        if asked not in self._found:
            self._found[asked] = self._find(given, account_class, any_status)
        return self._found[asked]

    def _find(self, given: Sequence[Tax], account_class: str, any_status: bool) -> TaxRate | None:
        if not given:
            return self._untaxed(account_class)
        candidates = self._rates.values() if any_status else self._active(account_class)
        ranked = [(self._likeness(rate, given), rate) for rate in candidates]
        fits = sorted((pair for pair in ranked if pair[0]), key=lambda pair: pair[0], reverse=True)
        return fits[0][1] if fits else None

    def nearest(self, taxes: Iterable[Tax], most: int = 3) -> list[TaxRate]:
        """The rates for sales that come closest, by how much they add to an amount."""
        wanted = sum((tax.rate for tax in taxes), Decimal(0))
        taxed = [rate for rate in self._sales if rate.tax_type != NO_TAX]
        return sorted(taxed, key=lambda rate: abs(rate.rate.effective - wanted))[:most]

    def _active(self, account_class: str) -> Iterator[TaxRate]:
        """Rates for sales that also fit the account: one for purchases reports the tax as paid."""
        wanted = account_class or _SALES
        rates = (*self._sales, *self._computed)
        return (rate for rate in rates if wanted in rate.applies_to)

    def _untaxed(self, account_class: str) -> TaxRate | None:
        """No tax: the rate NONE, or where the country has none, the one that leaves it out."""
        rates = (each for each in self._active(account_class) if each not in self._computed)
        free = [rate for rate in rates if not rate.rate.effective]
        by_type = {rate.tax_type: rate for rate in free}
        for tax_type in (NO_TAX, "BASEXCLUDED", "EXEMPTOUTPUT"):
            if tax_type in by_type:
                return by_type[tax_type]
        return free[0] if free else None

    def _likeness(self, rate: TaxRate, given: Sequence[Tax]) -> int:
        """How surely a rate says what these taxes say: 0 is not at all."""
        signs, ours = _signs(given), self._ours[rate.tax_type]
        by_rate_name = len(given) == len(rate.components) == 1 and (
            name_key(given[0].name) == name_key(rate.name)
            and given[0].rate == rate.components[0].rate
        )
        if not _compounds_on_all(given):
            return 0
        if signs != ours and not by_rate_name and signs != _components(rate):
            return 0
        held = self._held.get(name_key(given[0].name)) if len(given) == 1 else None
        if held is not None and held.tax_type == rate.tax_type:
            return 4
        return 3 if signs == ours else 2 if by_rate_name else 1

    def _crm_taxes(self, rate: TaxRate) -> tuple[CrmTax, ...]:
        if rate.tax_type == NO_TAX or not rate.components:
            return ()
        if len(rate.components) == 1:
            (part,) = rate.components
            known = "" if rate in self._computed else rate.tax_type
            return (CrmTax(self._single_name(rate, part), part.rate, tax_type=known),)
        simple = tuple(part.name for part in rate.components if not part.compound)
        return tuple(_component_tax(part, simple) for part in rate.components)

    def _single_name(self, rate: TaxRate, part: TaxComponent) -> str:
        if rate.tax_type in self._named:
            return self._named[rate.tax_type]
        name = part.name if self._is_unmistakable(rate, part) else rate.name
        return self._held[name_key(name)].name if name_key(name) in self._held else name

    def _is_unmistakable(self, rate: TaxRate, part: TaxComponent) -> bool:
        """Whether no other rate for sales has a component of this name at another percentage."""
        if not part.rate or _SALES not in rate.applies_to:
            return False
        same = {
            each.rate
            for other in self._sales
            for each in other.components
            if each.rate and name_key(each.name) == name_key(part.name)
        }
        alone = [
            other
            for other in self._sales
            if len(other.components) == 1
            and name_key(other.components[0].name) == name_key(part.name)
            and other.components[0].rate == part.rate
        ]
        return same == {part.rate} and alone[:1] == [rate]


def _with_component(rate: TaxRate) -> TaxRate:
    """A rate whose amounts Xero computes is one tax here, though it lists no component of it."""
    if rate.components or rate.tax_type not in COMPUTED_BY_XERO:
        return rate
    return replace(rate, components=(TaxComponent(rate.name, Decimal(0)),))


def split(tax: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """A line's TaxAmount shared out to its taxes, whose own amounts are `parts`.

    What rounding leaves over goes to the largest one.
    """
    amounts = list(parts)
    if amounts:
        largest = max(range(len(amounts)), key=lambda place: abs(amounts[place]))
        amounts[largest] += tax - sum(amounts, Decimal(0))
    return amounts


_Sign = tuple[str, Decimal, bool]


def _sign(tax: Tax) -> _Sign:
    return name_key(tax.name), tax.rate, tax.method is Method.COMPOUND


def _signs(taxes: Iterable[Tax]) -> list[_Sign]:
    return sorted(_sign(tax) for tax in taxes)


def _compounds_on_all(taxes: Sequence[Tax]) -> bool:
    """Xero's compound components are computed on all the others, Vtiger's on chosen ones."""
    simple = {tax.name for tax in taxes if tax.method is not Method.COMPOUND}
    return all(simple <= tax.compounds_on for tax in taxes if tax.method is Method.COMPOUND)


def _components(rate: TaxRate) -> list[_Sign]:
    return sorted((name_key(part.name), part.rate, part.compound) for part in rate.components)


def _component_tax(part: TaxComponent, simple: tuple[str, ...]) -> CrmTax:
    if part.compound:
        return CrmTax(part.name, part.rate, Method.COMPOUND, simple)
    return CrmTax(part.name, part.rate)


def titles(rates: Iterable[TaxRate]) -> str:
    """Rates as a person reads them."""
    return ", ".join(f"{rate.name} ({rate.rate.effective.normalize():f}%)" for rate in rates)
