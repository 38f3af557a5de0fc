"""Which account and which tax rate a line of the CRM has at Xero, and why it may have none.

What is wrong is a `Fault`: the rule, the reason, the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..lookups import CrmItem, Lookups
from ..messages import _lt, sentences
from ..money import HUNDRED, ZERO, minor_unit
from ..records import Line, NotInXero
from ..reference import REVENUE, Account, TaxRate
from ..taxes import NO_TAX, TaxBook, titles
from ..totals.taxes import Method, Tax, tax_amounts
from ..xero_totals import DECIMALS, TaxComponent

_CENT = minor_unit(DECIMALS)
_MOST = 3  # rates in a sentence


@dataclass(frozen=True)
class Fault:
    """Something in an invoice that cannot be sent to Xero, by the rule."""

    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Coded:
    """The TaxType of a line as both sides compare it.

    `fits` are all the TaxTypes that say what the line's taxes say: whichever of them Xero has on
    the line is no difference. `rate` is one of them, for the sums. `undecided` is what is wrong
    where nothing decides which of them the line gets, `lacking` where none of them can be sent.
    `called` are the TaxTypes in use whose taxes are called as the line's `taxes`, at whatever
    percentage.
    """

    tax_type: str
    fits: frozenset[str] = frozenset()
    rate: TaxRate | None = None
    undecided: Fault | None = None
    lacking: Fault | None = None
    taxes: tuple[Tax, ...] = ()
    called: Mapping[str, TaxRate] = field(default_factory=dict)

    def accepts(self, held: Line) -> bool:
        """Whether the rate of a line of Xero is no other one than this line's."""
        return held.tax_type in self.fits or self.is_former(held)

    def is_former(self, held: Line) -> bool:
        """Whether a line of Xero has these taxes at the percentage that its rate had once.

        Where a rate got another percentage in Xero, lines keep what they were taxed with.
        """
        rate = self.called.get(held.tax_type)
        if rate is None or not self.taxes:
            return False
        computed = tax_amounts(self.taxes, held.amount, DECIMALS)
        then = abs(sum(computed.values(), ZERO) - held.tax)
        now = abs(held.amount * rate.rate.effective / HUNDRED - held.tax)
        return then <= _CENT and then < now

    def fault(self, held: Line | None) -> Fault | None:
        """What keeps the line from being sent; `held` is the line that Xero has of it."""
        if held is not None and self.is_former(held):
            return None
        known = held is not None and held.tax_type in self.fits
        return self.lacking or (None if known else self.undecided)


def of_taxes(book: TaxBook, taxes: Sequence[Tax], account_class: str = REVENUE) -> Coded:
    """What taxes are called in Xero, before any rate is looked for."""
    computed = tuple(replace(tax, given=None) for tax in taxes)
    called = book.rates_called_alike(taxes, account_class)
    return Coded(NotInXero.named(_names(taxes)), taxes=computed, called=called)


@dataclass
class Coder:
    """Looks accounts and rates up, and collects what is wrong with them."""

    lookups: Lookups
    faults: list[Fault] = field(default_factory=list)

    def account(self, named: str, item: CrmItem | None, where: str) -> Account | None:
        """The account of a line: its own, else its product's, else that of the settings."""
        account_id = self.lookups.sales_account(named, item)
        account = self.lookups.account(account_id) if account_id else None
        self.faults += _account_faults(account_id, account, where)
        return account

    def code_taxes(
        self,
        taxes: Sequence[Tax],
        account: Account | None,
        item: CrmItem | None,
        where: str,
        *,
        are_group: bool = False,
    ) -> Coded:
        """The TaxType of a line; what Xero has not keeps its names, so that it stays a change.

        `are_group`: the taxes are the invoice's group taxes (rule I4), not the line's own (I7).
        """
        book, account_class = self.lookups.taxes, account.account_class if account else ""
        of_item, of_account = (each.tax_type if each else "" for each in (item, account))
        rate = book.to_xero(taxes, account_class, item=of_item, account=of_account)
        if not taxes:
            return self._code_no_taxes(rate, account, where, are_group)
        several, alike = (
            book.fitting_rates(taxes, account_class),
            book.fitting_rates(taxes, any_status=True),
        )
        fits = book.tax_types_for(taxes) | {each.tax_type for each in (*several, *alike)}
        unknown = replace(of_taxes(book, taxes, account_class), fits=fits)
        if rate is not None:
            return replace(unknown, tax_type=rate.tax_type, rate=rate)
        if several:
            fault = self._fault_of_several(taxes, several, where, are_group)
            return replace(unknown, rate=several[0], undecided=fault)
        if not alike:
            return replace(
                unknown, rate=_as_rate(taxes), lacking=self._no_rate(taxes, where, are_group)
            )
        known = book.to_xero(taxes, item=of_item, account=of_account) or book.to_xero(
            taxes, item=of_item, account=of_account, any_status=True
        )
        unfit = [known] if known else list(alike)
        tax_type = known.tax_type if known else unknown.tax_type
        fault = _fault_of_unfit(unfit, account, where)
        return replace(unknown, tax_type=tax_type, rate=unfit[0], lacking=fault)

    def _code_no_taxes(
        self, rate: TaxRate | None, account: Account | None, where: str, are_group: bool
    ) -> Coded:
        """Which rate says "no tax" is chosen when the line is written, by what is known then."""
        book, account_class = self.lookups.taxes, account.account_class if account else ""
        fits = book.tax_types_for(()) | {NO_TAX}
        if rate is None and (several := book.fitting_rates((), account_class)):
            undecided = self._fault_of_several((), several, where, are_group)
            return Coded(NO_TAX, fits, undecided=undecided)
        if rate is None and (known := book.to_xero(())):
            self.faults.append(_fault_of_unfit([known], account, where))
        return Coded(NO_TAX, fits)

    def _fault_of_several(
        self, taxes: Sequence[Tax], several: Sequence[TaxRate], where: str, are_group: bool
    ) -> Fault:
        """Several rates say the same, and which of them is meant decides a tax return."""
        rule = _rule_of_taxes(are_group)
        if len(several) == 1:
            return self._fault_of_uncertain(taxes, several, rule, where)
        if not taxes:
            reason = _lt(
                "Several tax rates in Xero mean no tax, and it is not clear which one to "
                "use for {0}: {1}."
            ).format(where, titles(several))
            return Fault(
                "I7", reason, _lt("Choose one of them in Xero as the default tax of the account.")
            )
        reason = _lt(
            "Several tax rates in Xero match the taxes of {0} ({1}), and it is not clear "
            "which one to use: {2}."
        ).format(where, _names(taxes), titles(several))
        if are_group:
            reason = _lt(
                "Several tax rates in Xero match the group taxes ({0}), and it is not "
                "clear which one to use: {1}."
            ).format(_names(taxes), titles(several))
        remedy = _lt(
            "Choose one of them as the Xero Tax Rate of the tax, or in Xero as the "
            "default tax of the account."
        )
        return Fault(rule, reason, remedy)

    def _fault_of_uncertain(
        self, taxes: Sequence[Tax], several: Sequence[TaxRate], rule: str, where: str
    ) -> Fault:
        """One rate has the percentage, and the tax has other ones in Xero as well."""
        called = self.lookups.taxes.rates_called_alike(taxes).values()
        others = sorted((each for each in called if each not in several), key=lambda e: e.name)
        near = titles(others[:_MOST])
        return Fault(
            rule,
            _lt(
                "Only one tax rate in Xero matches the taxes of {0} ({1}): {2}. It is not "
                "clear that it is the right one. Other rates of this tax: {3}."
            ).format(where, _names(taxes), titles(several), near),
            _lt(
                "If it is the right rate, choose it as the Xero Tax Rate of the tax. If not, "
                "enter on the line the percentage that the tax has in Xero."
            ),
        )

    def _no_rate(self, taxes: Sequence[Tax], where: str, are_group: bool) -> Fault:
        said = _lt("No tax rate in Xero matches the taxes of {0}: {1}.").format(
            where, _names(taxes)
        )
        if are_group:
            said = _lt("No tax rate in Xero matches the group taxes: {0}.").format(_names(taxes))
        near = titles(self.lookups.taxes.nearest_rates(taxes))
        closest = _lt("The closest: {0}.").format(near) if near else _lt("It has none for sales.")
        remedy = _lt("Add a rate of this tax in Xero, or choose another tax here.")
        if len(taxes) > 1:
            remedy = _lt(
                "Add one combined rate of these taxes in Xero, or choose other taxes here."
            )
        return Fault(_rule_of_taxes(are_group), sentences(said, closest), remedy)


def _rule_of_taxes(are_group: bool) -> str:
    return "I4" if are_group else "I7"


def _as_rate(taxes: Sequence[Tax]) -> TaxRate:
    """What these taxes would be as a rate of Xero, for the sums alone."""
    parts = (TaxComponent(each.name, each.rate, each.method is Method.COMPOUND) for each in taxes)
    return TaxRate("", components=tuple(parts))


def _names(taxes: Sequence[Tax]) -> str:
    return " + ".join(f"{tax.name} {tax.rate.normalize():f}%" for tax in taxes)


def _account_faults(account_id: str, account: Account | None, where: str) -> Iterator[Fault]:
    remedy = _lt("Choose another Xero Sales Account for {0}.").format(where)
    if not account_id:
        yield Fault(
            "I8",
            _lt("There is no Xero account for {0}.").format(where),
            _lt("Choose a Xero Sales Account on the line, on its product, or in Xero Settings."),
        )
    elif account is None:
        yield Fault("I8", _lt("The account of {0} is not in Xero.").format(where), remedy)
    elif fault := account.fault_for_sales:
        place = _lt("It is the account of {0}.").format(where)
        yield Fault("I8", sentences(fault, place), remedy)


def _fault_of_unfit(rates: Sequence[TaxRate], account: Account | None, where: str) -> Fault:
    name = ", ".join(rate.name for rate in rates)
    if not any(rate.is_active for rate in rates):
        reason = _lt("The tax rate “{0}” of {1} is no longer used in Xero.").format(name, where)
        return Fault("I8", reason, _lt("Choose another tax here, or restore the rate in Xero."))
    if not any(rate.is_for_sales for rate in rates):
        reason = _lt("The tax rate “{0}” of {1} is not for sales that an app sends.").format(
            name, where
        )
        return Fault("I8", reason, _lt("Choose another tax here."))
    remedy = _lt("Choose an account of revenue there, or another tax.")
    if account is None:
        reason = _lt("The tax rate “{0}” of {1} cannot be used without an account.").format(
            name, where
        )
        return Fault("I8", reason, remedy)
    return Fault(
        "I8",
        _lt("The tax rate “{0}” of {1} cannot be used with this account: {2}.").format(
            name, where, account.title
        ),
        remedy,
    )
