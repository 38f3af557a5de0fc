"""Which account and which tax rate a line of the CRM has at Xero, and why it may have none.

What is wrong is a `Fault`: the mission's rule, the reason, the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..lookups import CrmItem, Lookups
from ..reference import Account, TaxRate
from ..taxes import NO_TAX, titles
from ..totals import TaxMode
from ..totals.taxes import Tax


@dataclass(frozen=True)
class Fault:
    """Something in an invoice that Xero cannot be told, by the mission's rule."""

    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Coded:
    """The TaxType of a line as both sides compare it.

    `fits` are all the TaxTypes that say what the line's taxes say: whichever of them Xero has on
    the line is no difference. `rate` is one of them, for the sums. `undecided` is what is wrong
    where nothing tells which of them the line gets.
    """

    tax_type: str
    fits: frozenset[str] = frozenset()
    rate: TaxRate | None = None
    undecided: Fault | None = None


@dataclass
class Coder:
    """Looks accounts and rates up, and collects what is wrong with them."""

    lookups: Lookups
    tax_mode: TaxMode
    faults: list[Fault] = field(default_factory=list)

    def account(self, named: str, item: CrmItem | None, where: str) -> Account | None:
        """The account of a line: its own, else its product's, else that of the settings."""
        account_id = self.lookups.sales_account(named, item)
        account = self.lookups.account(account_id) if account_id else None
        self.faults += _account_faults(account_id, account, where)
        return account

    def coded(
        self, taxes: Sequence[Tax], account: Account | None, item: CrmItem | None, where: str
    ) -> Coded:
        """The TaxType of a line; what Xero has not keeps its names, so that it stays a change."""
        book, account_class = self.lookups.taxes, account.account_class if account else ""
        of_item, of_account = (each.tax_type if each else "" for each in (item, account))
        rate = book.to_xero(taxes, account_class, item=of_item, account=of_account)
        if not taxes:
            return self._untaxed(rate, account, where)
        several, alike = book.fitting(taxes, account_class), book.fitting(taxes, any_status=True)
        fits = book.saying(taxes) | {each.tax_type for each in (*several, *alike)}
        if rate is not None:
            return Coded(rate.tax_type, fits, rate)
        if several:
            fault = self._undecided(taxes, several, where)
            return Coded(f"?{_names(taxes)}", fits, several[0], fault)
        known = book.to_xero(taxes, item=of_item, account=of_account) or book.to_xero(
            taxes, item=of_item, account=of_account, any_status=True
        )
        if not alike:
            self.faults.append(self._no_rate(taxes, where))
            return Coded(f"?{_names(taxes)}")
        unfit = [known] if known else list(alike)
        self.faults.append(_unfit(unfit, account, where))
        return Coded(known.tax_type if known else f"?{_names(taxes)}", fits, unfit[0])

    def _untaxed(self, rate: TaxRate | None, account: Account | None, where: str) -> Coded:
        """Which rate says "no tax" is chosen when the line is written, by what is known then."""
        book, account_class = self.lookups.taxes, account.account_class if account else ""
        fits = book.saying(()) | {NO_TAX}
        if rate is None and (several := book.fitting((), account_class)):
            return Coded(NO_TAX, fits, undecided=self._undecided((), several, where))
        if rate is None and (known := book.to_xero(())):
            self.faults.append(_unfit([known], account, where))
        return Coded(NO_TAX, fits)

    def _undecided(self, taxes: Sequence[Tax], several: Sequence[TaxRate], where: str) -> Fault:
        """Several rates say the same, and which of them is meant decides a tax return."""
        group = self.tax_mode is TaxMode.GROUP and where.startswith("line")
        if not taxes:
            reason = (
                f"Several rates of Xero say no tax, as {where} does, and nothing tells which of "
                f"them is meant: {titles(several)}."
            )
            return Fault(
                "I7", reason, "Choose one of them in Xero as the default tax of the account."
            )
        reason = (
            f"The taxes of {where} ({_names(taxes)}) are several rates of Xero, and nothing tells "
            f"which of them is meant: {titles(several)}."
        )
        if group:
            reason = (
                f"The group taxes ({_names(taxes)}) are several rates of Xero, and nothing tells "
                f"which of them is meant: {titles(several)}."
            )
        remedy = (
            "Choose one of them as the Xero Tax Rate of the tax, or in Xero as the default tax of "
            "the account."
        )
        return Fault("I4" if group else "I7", reason, remedy)

    def _no_rate(self, taxes: Sequence[Tax], where: str) -> Fault:
        group = self.tax_mode is TaxMode.GROUP and where.startswith("line")
        said = f"Xero has no rate that says what the taxes of {where} say: {_names(taxes)}."
        if group:
            said = f"Xero has no rate that says what the group taxes say: {_names(taxes)}."
        near = titles(self.lookups.taxes.nearest(taxes))
        closest = f"The closest: {near}." if near else "It has none for sales."
        remedy = "Add a rate of this tax in Xero, or choose another tax here."
        if len(taxes) > 1:
            remedy = "Add one combined rate of these taxes in Xero, or choose other taxes here."
        return Fault("I4" if group else "I7", f"{said} {closest}", remedy)


def _names(taxes: Sequence[Tax]) -> str:
    return " + ".join(f"{tax.name} {tax.rate.normalize():f}%" for tax in taxes)


def _account_faults(account_id: str, account: Account | None, where: str) -> Iterator[Fault]:
    remedy = f"Choose another Xero Sales Account for {where}."
    if not account_id:
        yield Fault(
            "I8",
            f"There is no Xero account for {where}.",
            "Choose a Xero Sales Account on the line, on its product, or in Xero Settings.",
        )
    elif account is None or not account.code:
        yield Fault("I8", f"Xero does not know the account of {where}, or no longer.", remedy)
    elif not account.is_active:
        yield Fault("I8", f"The account of {where} is archived in Xero: {account.title}.", remedy)
    elif account.type == "BANK":
        yield Fault(
            "I8",
            f"The account of {where} is a bank account, and no invoice line may name one: "
            f"{account.title}.",
            remedy,
        )
    elif account.system_account:
        yield Fault(
            "I8",
            f"The account of {where} is a system account of Xero, and no invoice line may name "
            f"one: {account.title}.",
            remedy,
        )


def _unfit(rates: Sequence[TaxRate], account: Account | None, where: str) -> Fault:
    name = ", ".join(rate.name for rate in rates)
    if not any(rate.is_active for rate in rates):
        reason = f"The tax rate \u201c{name}\u201d of {where} is no longer used in Xero."
        return Fault("I8", reason, "Choose another tax here, or restore the rate in Xero.")
    if not any(rate.is_for_sales for rate in rates):
        reason = f"The tax rate \u201c{name}\u201d of {where} is not for sales that an app sends."
        return Fault("I8", reason, "Choose another tax here.")
    remedy = "Choose an account of revenue there, or another tax."
    if account is None:
        reason = f"The tax rate \u201c{name}\u201d of {where} cannot be used without an account."
        return Fault("I8", reason, remedy)
    return Fault(
        "I8",
        f"The tax rate \u201c{name}\u201d of {where} cannot be used with this account: "
        f"{account.title}.",
        remedy,
    )
