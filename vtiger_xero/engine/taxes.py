"""Vtiger's taxes and Xero's rates: which is which, in both directions (rules G3, G4, I4, I7).

A combined or compound rate of Xero is never flattened: each component is a CRM tax of its own, and
a line carries the components. A rate of one component is one CRM tax. It bears the component's
name ("GST") where that names one rate alone among those that sales may carry, else the rate's own
name ("Zero Rated", "5% (VAT on Income)"): many countries call every component the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .money import round_amount
from .reference import REVENUE, Reference, TaxRate
from .text import name_key
from .totals.taxes import Method, Tax
from .xero_totals import TaxComponent

NO_TAX = "NONE"  # Xero's TaxType for no tax; of the CRM's side, a line without taxes
_EXCLUDED = "BASEXCLUDED"
_RATE_DECIMALS = 4
# Taxes that Xero computes by the customer's address; no list of rates says how much they are.
COMPUTED_BY_XERO = {"AVALARA": "Auto Sales Tax (Avalara)"}


@dataclass(frozen=True)
class CrmTax:
    """A record of Vtiger Tax.

    `rate` is in percent; `tax_type` is the Xero rate it was made from, "" for a component of a
    combined rate and for what Xero does not know. `chosen` is the rate that a person chose for it,
    which no sync writes.
    """

    name: str
    rate: Decimal
    method: Method = Method.SIMPLE
    compounds_on: tuple[str, ...] = ()
    tax_type: str = ""
    chosen: str = ""

    @property
    def tax(self) -> Tax:
        """As it stands on a line."""
        return Tax(self.name, self.rate, self.method, frozenset(self.compounds_on))


class TaxBook:
    """What Xero's rates are in the CRM, and which rate the taxes of a line are in Xero.

    Several rates may say what a line's taxes say. Then a person's choice on the tax decides, then
    the item's own TaxType, then the account's own; else none is guessed, and the
    order in which Xero lists its rates means nothing. `usual` are the TaxTypes that accounts have
    of their own, None where the accounts are not known.
    """

    def __init__(
        self,
        rates: Sequence[TaxRate],
        held: Sequence[CrmTax] = (),
        usual: Iterable[str] | None = None,
    ) -> None:
        rates = [_with_component(rate) for rate in rates]
        self._usual = None if usual is None else frozenset(usual)
        self._rates = {rate.tax_type: rate for rate in rates}
        self._computed = [
            TaxRate(
                tax_type,
                name,
                components=(TaxComponent(name, Decimal(0)),),
                applies_to=frozenset({REVENUE}),
            )
            for tax_type, name in COMPUTED_BY_XERO.items()
            if tax_type not in self._rates
        ]
        self._rates |= {rate.tax_type: rate for rate in self._computed}
        self._sales = [rate for rate in rates if rate.is_for_sales]
        self._held = {name_key(tax.name): tax for tax in held}
        self._parts = {key: self._crm_taxes(rate) for key, rate in self._rates.items()}
        self._ours = {key: _signs(tax.tax for tax in taxes) for key, taxes in self._parts.items()}
        # Every line of every invoice asks, and there are few taxes: what was found is remembered.
        self._found: dict[tuple[object, ...], tuple[TaxRate, ...]] = {}
        self._plain: dict[str, TaxRate | None] = {}

    # What the CRM has of Xero's rates

    def taxes_to_save(self, before: Sequence[TaxRate] = ()) -> list[CrmTax]:
        """The CRM taxes that must be new or changed, simple ones first (rule G3).

        `before` are Xero's rates as they were when this was last asked.
        """
        offered: dict[str, list[CrmTax]] = defaultdict(list)
        for rate in self._sales:
            for tax in self._parts[rate.tax_type]:
                offered[name_key(tax.name)].append(tax)
        agreed = [_common_tax(taxes) for taxes in offered.values()]
        changed = [self._with_rate_of(tax) for tax in agreed if tax]
        sure = {name_key(tax.name) for tax in agreed if tax}
        others = (tax for key, tax in self._held.items() if key not in sure)
        changed += [self._with_new_percentage(tax, before) for tax in others]
        return sorted(
            (each for each in changed if each), key=lambda tax: tax.method is not Method.SIMPLE
        )

    def _with_rate_of(self, tax: CrmTax) -> CrmTax | None:
        """Only the rate is Xero's; how a tax of the CRM is computed stays its own."""
        held = self._held.get(name_key(tax.name))
        if held is None:
            return tax
        origin = "" if self._is_guess(held) else held.tax_type
        after = replace(held, rate=tax.rate, tax_type=tax.tax_type or origin)
        return None if after == held else after

    def _with_new_percentage(self, held: CrmTax, before: Sequence[TaxRate]) -> CrmTax | None:
        """A tax that has the name of a component of several rates: its percentage, if all agree.

        Else that of the rate that it was, if that has another one by now.
        """
        rates = self._percentages(held.name) if not held.chosen else set()
        alone = rates.pop() if len(rates) == 1 and held.method is Method.SIMPLE else None
        rate = self._new_percentage(held, before) if alone is None else alone
        origin = "" if self._is_guess(held) else held.tax_type
        after = replace(held, rate=held.rate if rate is None else rate, tax_type=origin)
        return None if after == held else after

    def _new_percentage(self, held: CrmTax, before: Sequence[TaxRate]) -> Decimal | None:
        """The new percentage of a tax whose rate was changed in place in Xero, None for none.

        Of several rates that it was, those count that accounts have of their own; where one of
        these was changed and another was not, nothing decides which of them it is.
        """
        if held.chosen or held.method is Method.DEDUCTED:
            return None
        were = [
            self._rates[rate.tax_type]
            for rate in before
            if rate.is_for_sales
            and rate.tax_type in self._rates
            and held.rate in _percentages_of(rate, held.name)
        ]
        usual = [rate for rate in were if rate.tax_type in (self._usual or ())]
        now = {each for rate in usual or were for each in _percentages_of(rate, held.name)}
        return now.pop() if len(now) == 1 and now != {held.rate} else None

    def missing_taxes(self, tax_types: Iterable[str]) -> list[CrmTax]:
        """The CRM taxes that lines of these rates need and the CRM does not have yet."""
        needed = [tax for each in tax_types for tax in self.of_xero(each)]
        new = {name_key(tax.name): tax for tax in needed if name_key(tax.name) not in self._held}
        return sorted(new.values(), key=lambda tax: tax.method is not Method.SIMPLE)

    def add(self, tax: CrmTax) -> None:
        """The CRM has this tax now."""
        self._held[name_key(tax.name)] = tax
        self._found.clear()

    def of_xero(self, tax_type: str) -> tuple[CrmTax, ...]:
        """The CRM taxes of a rate; none for no tax, and for a rate that Xero no longer lists."""
        return self._parts.get(tax_type, ())

    def tax_named(self, name: str) -> CrmTax | None:
        """The CRM's tax of a name."""
        return self._held.get(name_key(name))

    def rate(self, tax_type: str) -> TaxRate | None:
        """The rate of a TaxType."""
        return self._rates.get(tax_type)

    def canonical_type(self, tax_type: str, account_class: str = REVENUE) -> str:
        """The TaxType as both sides compare it: one word for whatever says no tax.

        The rate that says no tax may be a tax of 0 % in the CRM, and must not look like a change.
        """
        if not self.of_xero(tax_type):
            return NO_TAX
        free = self._no_tax_rate(account_class)
        return NO_TAX if free and free.tax_type == tax_type else tax_type

    # Which rate the CRM's taxes are

    def to_xero(
        self,
        taxes: Iterable[Tax],
        account_class: str = REVENUE,
        *,
        item: str = "",
        account: str = "",
        any_status: bool = False,
    ) -> TaxRate | None:
        """The one rate that says what these taxes say, on an account of that class.

        `item` and `account` are the TaxTypes that Xero's item and account have of their own. None
        where no rate fits, and where several do and nothing decides (see `fitting_rates`).
        `any_status` also finds rates that documents may no longer name: what an old invoice
        carries must be known again.
        """
        given = tuple(taxes)
        if not given:
            return self._rate_for_no_tax(account_class, (item, account))
        fits = {
            rate.tax_type: rate for rate in self.fitting_rates(given, account_class, any_status)
        }
        if not fits:
            return None
        first = next(iter(fits.values()))
        if len(fits) == 1 and self._is_sure(given, first, account):
            return first
        chosen = {self._chosen_type(tax) for tax in given} & fits.keys()
        evidence = (*(chosen if len(chosen) == 1 else ()), item, account)
        return next((fits[each] for each in evidence if each in fits), None)

    def fitting_rates(
        self, taxes: Sequence[Tax], account_class: str = REVENUE, any_status: bool = False
    ) -> tuple[TaxRate, ...]:
        """Every rate that says what these taxes say, by name; for no taxes, those that add none.

        Only the surest signs count: the rate that a person chose for the tax, else what the rate's
        own taxes are called in the CRM, else the rate's name, else the names of its components.
        """
        signs = tuple((*_sign(each), each.compounds_on) for each in taxes)
        asked = (signs, account_class, any_status)
        if asked not in self._found:
            pool = list(self._rates.values() if any_status else self._active_rates(account_class))
            self._found[asked] = _by_name(self._find(taxes, pool))
        return self._found[asked]

    def _is_sure(self, given: Sequence[Tax], rate: TaxRate, account: str) -> bool:
        """Whether the only rate that fits is the one that is meant.

        Where a component has several percentages in Xero, a percentage alone would choose a special
        rate as soon as the usual one gets another. So an account must have the rate of its own, and
        the line's account no other percentage of the same tax.
        """
        if self._usual is None or len(given) != 1 or not self._is_component_alone(given[0], rate):
            return True
        if len(self._percentages(given[0].name)) == 1:
            return True
        own = self._rates.get(account)
        others = _percentages_of(own, given[0].name) if own else set()
        return rate.tax_type in self._usual and not others - {given[0].rate}

    def _is_component_alone(self, tax: Tax, rate: TaxRate) -> bool:
        """Whether nothing but the name of its component says that a rate is this tax."""
        if self._chosen_rate(tax) == rate or _is_called(rate, [tax]):
            return False
        return self._ours[rate.tax_type] != _signs([tax])

    def rates_called_alike(
        self, taxes: Sequence[Tax], account_class: str = REVENUE
    ) -> Mapping[str, TaxRate]:
        """The rates in use whose taxes are called as these are, at whatever percentage."""
        names = sorted(name_key(tax.name) for tax in taxes)
        return {
            rate.tax_type: rate
            for rate in self._active_rates(account_class)
            if names in _names_of(rate, self._parts[rate.tax_type])
        }

    def tax_types_for(self, taxes: Sequence[Tax]) -> frozenset[str]:
        """The TaxTypes of all rates that say what these taxes say, by whatever sign.

        Whichever of them Xero has on a line, it stays: another choice is for new lines.
        """
        found = self._by_signs(taxes, list(self._rates.values()))
        return frozenset(rate.tax_type for rates in found for rate in rates)

    def _find(self, given: Sequence[Tax], pool: Sequence[TaxRate]) -> list[TaxRate]:
        if len(given) == 1 and (tied := self._chosen_rate(given[0])) in pool:
            assert tied is not None
            return [tied]
        return next((rates for rates in self._by_signs(given, pool) if rates), [])

    def _by_signs(self, given: Sequence[Tax], pool: Sequence[TaxRate]) -> list[list[TaxRate]]:
        """The rates that say what these taxes say, those of the surest sign first."""
        if not given:
            listed = (rate for rate in pool if rate not in self._computed)
            return [[rate for rate in listed if not rate.rate.effective]]
        if not _compounds_on_all(given):
            return []
        signs = _signs(given)
        return [
            [rate for rate in pool if self._ours[rate.tax_type] == signs],
            [rate for rate in pool if _is_called(rate, given)],
            [rate for rate in pool if _components(rate) == signs],
        ]

    def _chosen_type(self, tax: Tax) -> str:
        held = self._held.get(name_key(tax.name))
        return held.chosen if held else ""

    def _chosen_rate(self, tax: Tax) -> TaxRate | None:
        """The rate that a person chose for a tax, if it charges as much."""
        rate = self._rates.get(self._chosen_type(tax))
        is_it = rate is not None and charges_as_much(tax.rate, rate.rate.effective)
        return rate if is_it else None

    def nearest_rates(self, taxes: Iterable[Tax], most: int = 3) -> list[TaxRate]:
        """The rates for sales that come closest, by how much they add to an amount."""
        added = sum((tax.rate for tax in taxes), Decimal(0))
        taxed = [rate for rate in self._sales if rate.tax_type != NO_TAX]
        return sorted(taxed, key=lambda rate: (abs(rate.rate.effective - added), rate.name))[:most]

    def _active_rates(self, account_class: str) -> Iterator[TaxRate]:
        """Rates for sales that also fit the account."""
        wanted = account_class or REVENUE
        rates = (*self._sales, *self._computed)
        return (rate for rate in rates if wanted in rate.applies_to)

    def _rate_for_no_tax(self, account_class: str, own: Sequence[str]) -> TaxRate | None:
        """No tax: as the item says it, then the account, else the rate that says just that."""
        free = {rate.tax_type: rate for rate in self.fitting_rates((), account_class)}
        found = next((free[each] for each in own if each in free), None)
        return found or self._no_tax_rate(account_class)

    def _no_tax_rate(self, account_class: str) -> TaxRate | None:
        """The rate that means no tax, and no special kind of it; the only one of 0 % means that.

        Australia has no NONE: what stays out of its tax return is BASEXCLUDED there.
        """
        if account_class not in self._plain:
            free = {rate.tax_type: rate for rate in self.fitting_rates((), account_class)}
            plain = [free[each] for each in (NO_TAX, _EXCLUDED) if each in free]
            alone = list(free.values()) if len(free) == 1 else []
            self._plain[account_class] = next(iter(plain or alone), None)
        return self._plain[account_class]

    # What a rate is called in the CRM

    def _crm_taxes(self, rate: TaxRate) -> tuple[CrmTax, ...]:
        if rate.tax_type == NO_TAX or not rate.parts:
            return ()
        if len(rate.parts) == 1:
            (part,) = rate.parts
            known = "" if rate in self._computed else rate.tax_type
            return (CrmTax(self._single_name(rate, part), part.rate, tax_type=known),)
        simple = tuple(part.name for part in rate.parts if not part.compound)
        return tuple(_component_tax(part, simple) for part in rate.parts)

    def _single_name(self, rate: TaxRate, part: TaxComponent) -> str:
        """The name of the CRM's tax that stands for a rate, or would."""
        names = [part.name] if self._is_unmistakable(rate, part) else []
        names += [rate.name, f"{rate.name} ({rate.tax_type})"]
        for standing in (self._chosen_for(rate), self._made_from(rate)):
            if known := _one_of(standing, names):
                return known.name
        free = next(name for name in names if self._is_free_for(rate, name))
        held = self._held.get(name_key(free))
        return held.name if held else free

    def _chosen_for(self, rate: TaxRate) -> list[CrmTax]:
        return [tax for tax in self._held.values() if tax.chosen == rate.tax_type]

    def _made_from(self, rate: TaxRate) -> list[CrmTax]:
        made = (tax for tax in self._held.values() if tax.tax_type == rate.tax_type)
        return [tax for tax in made if not tax.chosen and not self._is_guess(tax)]

    def _is_free_for(self, rate: TaxRate, name: str) -> bool:
        """Whether no person tied the CRM's tax of this name to another rate."""
        held = self._held.get(name_key(name))
        return held is None or held.chosen in ("", rate.tax_type)

    def _is_guess(self, tax: CrmTax) -> bool:
        """Whether a tax was tied to one of several rates whose component has its name."""
        rate = self._rates.get(tax.tax_type)
        if rate is None or len(rate.parts) != 1 or name_key(tax.name) == name_key(rate.name):
            return False
        (part,) = rate.parts
        is_component = name_key(tax.name) == name_key(part.name)
        return is_component and not self._is_unmistakable(rate, part)

    def _percentages(self, component: str) -> set[Decimal]:
        """What components of that name, on rates for sales, come to; those of 0 % say nothing."""
        return {each for rate in self._sales for each in _percentages_of(rate, component)}

    def _is_unmistakable(self, rate: TaxRate, part: TaxComponent) -> bool:
        """Whether no other rate for sales is, or has at another percentage, such a component."""
        if not part.rate or not rate.is_for_sales:
            return False
        alone = [
            other
            for other in self._sales
            if len(other.parts) == 1
            and name_key(other.parts[0].name) == name_key(part.name)
            and other.parts[0].rate == part.rate
        ]
        return self._percentages(part.name) == {part.rate} and alone == [rate]


def book_of(reference: Reference, held: Sequence[CrmTax]) -> TaxBook:
    """The book of an organisation and the CRM's taxes."""
    usual = {account.tax_type for account in reference.accounts if account.is_active}
    return TaxBook(reference.tax_rates, held, usual if reference.accounts else None)


def guessed_ties(rates: Sequence[TaxRate], taxes: Sequence[CrmTax]) -> list[str]:
    """The CRM taxes that are tied to one of several rates only because Xero listed it first."""
    book = TaxBook(rates, taxes)
    return [tax.name for tax in taxes if book._is_guess(tax)]


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
    return sorted((name_key(part.name), part.rate, part.compound) for part in rate.parts)


def _is_called(rate: TaxRate, given: Sequence[Tax]) -> bool:
    """Whether the one tax has the name and the percentage of a rate of one component."""
    if len(given) != 1 or len(rate.parts) != 1:
        return False
    return name_key(given[0].name) == name_key(rate.name) and given[0].rate == rate.parts[0].rate


def _percentages_of(rate: TaxRate, component: str) -> set[Decimal]:
    """What the components of that name in a rate come to; those of 0 % say nothing."""
    named = (each for each in rate.parts if name_key(each.name) == name_key(component))
    return {each.rate for each in named if each.rate}


def _names_of(rate: TaxRate, ours: Sequence[CrmTax]) -> list[list[str]]:
    """What the taxes of a rate may be called in the CRM."""
    own = [name_key(rate.name)] if len(rate.parts) == 1 else []
    parts = sorted(name_key(part.name) for part in rate.parts)
    return [own, parts, sorted(name_key(tax.name) for tax in ours)]


def _by_name(rates: Iterable[TaxRate]) -> tuple[TaxRate, ...]:
    return tuple(sorted(rates, key=lambda rate: (rate.name, rate.tax_type)))


def _one_of(taxes: Sequence[CrmTax], names: Sequence[str]) -> CrmTax | None:
    """The one tax, or of several the one that has the name of what they stand for."""
    if len(taxes) == 1:
        return taxes[0]
    called = (tax for name in names for tax in taxes if name_key(tax.name) == name_key(name))
    return next(called, None)


def _common_tax(taxes: Sequence[CrmTax]) -> CrmTax | None:
    """The CRM's tax of a name that several rates use; None where they say different things of it.

    Such a tax is made when a line needs it, and its percentage is then that of the line.
    """
    said = {(tax.rate, tax.method, frozenset(tax.compounds_on)) for tax in taxes}
    origins = {tax.tax_type for tax in taxes if tax.tax_type}
    if len(said) != 1:
        return None
    return replace(taxes[0], tax_type=origins.pop() if len(origins) == 1 else "")


def _component_tax(part: TaxComponent, simple: tuple[str, ...]) -> CrmTax:
    if part.compound:
        return CrmTax(part.name, part.rate, Method.COMPOUND, simple)
    return CrmTax(part.name, part.rate)


def charges_as_much(tax: object, rate: object) -> bool:
    """Whether a tax of the CRM and a rate of Xero have one percentage, to Xero's four decimals."""
    return round_amount(decimal(tax), _RATE_DECIMALS) == round_amount(decimal(rate), _RATE_DECIMALS)


def decimal(percentage: object) -> Decimal:
    """A percentage as a field holds it; an empty one is 0."""
    return Decimal(str(percentage or 0))


def percent(percentage: object) -> str:
    """A percentage as a person reads it, without its sign."""
    return f"{decimal(percentage).normalize():f}"


def titles(rates: Iterable[TaxRate]) -> str:
    """Rates as a person reads them."""
    return ", ".join(f"{rate.name} ({percent(rate.rate.effective)}%)" for rate in rates)
