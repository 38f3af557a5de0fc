"""What a mapping must look up: who is who on both sides by now, accounts, taxes, stock.

Made afresh for each module of a run, from the links and heads as they stand then: an invoice needs
the contacts and items that the same run has just linked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .entered_twice import EnteredPayment
from .messages import _lt, label
from .records import Module, Side
from .reference import Account, Reference, TaxRate
from .run_filter import EVERYTHING, RunFilter
from .settings import Settings
from .taxes import TaxBook
from .text import name_key

PLACEHOLDER = "??????"  # the product of a line that names none (rule I16)
Item = tuple[str, str]  # (DocType, name of the record)
# The remedy of a record that waits for another one, which was skipped itself (see `causes`).
FIX_THE_OTHER = _lt("See the Sync Log for why it was skipped, and fix that first.")


@dataclass(frozen=True)
class CrmItem:
    """A product or service as an invoice line needs it.

    `code` is its ItemCode at Xero, "" if it has no item there, be it that it was deleted
    (`is_deleted`); `is_excluded` says that a person keeps it out of the sync. `account` is the
    AccountID of its Xero Sales Account, `tax_type` what Xero's item has for sales. `former_codes`
    and `former_names` (names) are what both sides called it before.
    """

    item_type: str
    name: str
    title: str
    code: str = ""
    account: str = ""
    tax_type: str = ""
    is_deleted: bool = False
    is_excluded: bool = False
    former_codes: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()

    @property
    def is_placeholder(self) -> bool:
        """Whether it only stands for a line that names no item (rule I16)."""
        return self.title == PLACEHOLDER


@dataclass(frozen=True)
class OpenInvoice:
    """What is open on an invoice at Xero."""

    status: str
    due: Decimal
    number: str = ""


@dataclass
class Lookups:
    """Names on one side → names on the other. All keys are as the records hold them.

    `contacts` and `organizations`, `invoice_ids` and `invoices` are the two directions of one
    link; a duplicate organization leads to the contact of its first. `archived` are contacts.
    `invoice_numbers`, `invoice_statuses`, `invoice_currencies` and `invoice_totals` are the CRM's.
    `open_at_xero` is lowered by what a plan takes from it, so that two payments of one run cannot
    both take what is left. `excluded` are the organizations, or the payments' invoices, that a
    person keeps out of the sync. `codes_at_xero` are those of living items, as comparable text;
    where `items_unread`, some of Xero's items could not be read this time, and there may be more.
    `paid_by_records` is what the payments that both sides have count for in the CRM, by the
    invoice at Xero; `orphan_payments` are those that Xero keeps although the CRM's record is gone;
    `entered` are the CRM's received payments by the invoice at Xero, where payments do not sync.
    `customers` are the contacts that a sales invoice of Xero names, whatever Xero says of them.
    `deleted_here` are the ids at Xero of customers, or of the payments' invoices, that were deleted
    in the CRM, `deleted_codes` the codes of such items, as comparable text, and `left_in_xero` the
    invoices that stay in Xero because of their customer.
    `merged` leads from a contact that was merged in Xero to the one that it is now.
    `possible_contacts` leads from an organization that waits for an answer to the contact that it
    may be, where another organization came to that contact by a merge.
    """

    reference: Reference
    settings: Settings
    base_currency: str = ""
    taxes: TaxBook = field(default_factory=lambda: TaxBook(()))
    contacts: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)
    organization_names: Mapping[str, str] = field(default_factory=dict)
    archived: Collection[str] = ()
    excluded: Collection[str] = ()
    items: Mapping[Item, CrmItem] = field(default_factory=dict)
    items_sync: bool = True
    codes_at_xero: Collection[str] = ()
    items_unread: bool = False
    stock: Mapping[str, Decimal] = field(default_factory=dict)
    invoice_ids: Mapping[str, str] = field(default_factory=dict)
    invoices: Mapping[str, str] = field(default_factory=dict)
    invoice_numbers: Mapping[str, str] = field(default_factory=dict)
    invoice_statuses: Mapping[str, str] = field(default_factory=dict)
    invoice_currencies: Mapping[str, str] = field(default_factory=dict)
    invoice_totals: Mapping[str, Decimal] = field(default_factory=dict)
    open_at_xero: dict[str, OpenInvoice] = field(default_factory=dict)
    paid_by_records: Mapping[str, Decimal] = field(default_factory=dict)
    orphan_payments: Collection[str] = ()
    entered: Mapping[str, Sequence[EnteredPayment]] = field(default_factory=dict)
    customers: Collection[str] = ()
    deleted_here: Collection[str] = ()
    deleted_codes: Collection[str] = ()
    left_in_xero: Collection[str] = ()
    merged: Mapping[str, str] = field(default_factory=dict)
    possible_contacts: Mapping[str, str] = field(default_factory=dict)
    placeholder: Item | None = None
    run_filter: RunFilter = EVERYTHING

    def __post_init__(self) -> None:
        accounts = self.reference.accounts
        self._by_id = {account.id.lower(): account for account in accounts}
        # Of an archived account and a living one of the same code, documents mean the living one.
        living_last = sorted(accounts, key=lambda account: account.is_active)
        self._by_code = {account.code: account for account in living_last if account.code}
        self._contacts = {*self.organizations, *self.contacts.values()}
        self._by_item_code: dict[str, CrmItem] = {}
        coded = [item for item in self.items.values() if item.code]
        names = [(item.code, item) for item in coded]
        names += [(code, item) for item in coded for code in item.former_codes]
        for code, item in names:  # a code of today goes before a former one
            self._by_item_code.setdefault(name_key(code), item)
        for key, item in self.items.items():
            if item.is_placeholder:
                self.placeholder = key

    def account(self, account_id: str) -> Account | None:
        """An account by its AccountID."""
        return self._by_id.get(account_id.lower())

    def account_with_code(self, code: str) -> Account | None:
        """An account by its code."""
        return self._by_code.get(code)

    def account_id(self, code: str) -> str:
        """The AccountID of a code, "" for one that Xero no longer lists."""
        account = self.account_with_code(code)
        return account.id if account else ""

    def present_contact(self, contact: str) -> str:
        """The contact itself, or the one that it was merged into."""
        return self.merged.get(contact, contact)

    def knows_contact(self, contact: str) -> bool:
        """Whether an organization of the CRM, be it a duplicate, is this contact of Xero."""
        return contact in self._contacts

    def invoice_title(self, name: str) -> str:
        """What people call an invoice of the CRM: its number."""
        return self.invoice_numbers.get(name) or name

    def item_with_code(self, code: str) -> CrmItem | None:
        """The product or service that is linked with the item that has, or had, this code."""
        return self._by_item_code.get(name_key(code))

    def rate_without_taxes(self, account_code: str, item_code: str) -> TaxRate | None:
        """The rate of a line without taxes, by the codes of its account and its item."""
        account = self.account_with_code(account_code)
        item = self.item_with_code(item_code) if item_code else None
        return self.taxes.to_xero(
            (),
            account.account_class if account else "",
            item=item.tax_type if item else "",
            account=account.tax_type if account else "",
        )

    def remedy_if_missing(self, module: Module, side: Side) -> str:
        """The remedy where a record of another module did not get to `side` before."""
        if not self.settings.of(module).enabled:
            return _lt("Enable sync for {0} in Xero Settings.").format(label(module))
        if not self.settings.writes(module, side):
            return _lt("Set the Sync Direction of {0} in Xero Settings to: Sync both ways.").format(
                label(module)
            )
        if not self.run_filter.includes_module(module):
            return _lt("Sync {0} too. This run was for one module only.").format(label(module))
        return FIX_THE_OTHER

    def sales_account(self, line_account: str, item: CrmItem | None) -> str:
        """The AccountID of a line: its own, else its product's, else that of the settings."""
        return line_account or (item.account if item else "") or self.settings.sales_account


def empty_lookups() -> Lookups:
    """For what needs no lookup: the docs, and the names of fields."""
    return Lookups(Reference("", ""), Settings(""))
