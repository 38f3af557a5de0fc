"""Which account and which tax rate a line of the CRM has at Xero, and why it may have none.

What is wrong is a `Fault`: the mission's rule, the reason, the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..lookups import CrmItem, Lookups
from ..reference import Account
from ..taxes import NO_TAX, titles
from ..totals import TaxMode
from ..totals.taxes import Tax


@dataclass(frozen=True)
class Fault:
    """Something in an invoice that Xero cannot be told, by the mission's rule."""

    rule: str
    reason: str
    remedy: str


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

    def tax_type(self, taxes: Sequence[Tax], account: Account | None, where: str) -> str:
        """The TaxType of a line; what Xero has not keeps its names, so that it stays a change."""
        book, account_class = self.lookups.taxes, account.account_class if account else ""
        rate = book.to_xero(taxes, account_class)
        known = rate or book.meant(taxes, account_class)
        if rate is None and known is not None:
            self.faults.append(_unfit(known.name, known.is_active, account, where))
        if known is None and taxes:
            self.faults.append(self._no_rate(taxes, where))
            return f"?{_names(taxes)}"
        # Which rate says "no tax" depends on the country: it is chosen when a line is written.
        return known.tax_type if known and taxes else NO_TAX

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


def _unfit(name: str, is_active: bool, account: Account | None, where: str) -> Fault:
    if not is_active:
        reason = f"The tax rate \u201c{name}\u201d of {where} is no longer used in Xero."
        return Fault("I8", reason, "Choose another tax here, or restore the rate in Xero.")
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
