"""What the engine must know of a module: the form that each module fills in, in a file of its own.

Generic code asks the spec and never which module it has. A member is a fact or a pure function;
none decides or writes. Where a module needs nothing special, it leaves the default.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..evidence import Details
from ..links import XeroHead
from ..lookups import Lookups
from ..mapping import Table, Values
from ..mapping.heads import Keys, MatchRule
from ..mapping.resources import XeroResource
from ..ports import Crm
from ..records import Document, Fields, Head, Module, Side
from ..reference import Account, Reference
from ..settings import Settings
from ..taxes import TaxBook, book_of

if TYPE_CHECKING:  # it stores heads, which ask these specs
    from ..journal import Journal

Texts = tuple[str, str]  # a reason and its remedy

# How old a reading may be before a scheduled run reads a module again without a reason to, where
# Xero's webhooks report its changes. A sweep finds what was not delivered.
SWEEP = timedelta(hours=6)


@dataclass(frozen=True)
class Sources:
    """Where a module's lookups are gathered from; `unread` are modules that were read in part."""

    crm: Crm
    journal: Journal
    settings: Settings
    reference: Reference
    unread: Collection[Module] = ()

    def taxes(self) -> TaxBook:
        """Which rate of Xero is which tax of the CRM."""
        return book_of(self.reference, self.crm.taxes())


@dataclass(frozen=True)
class Refers:
    """Records of `module` that a record names: chosen with it, read for it, and sent before it.

    `names` gives the CRM's names of them in a record's fields, `keys` Xero's in a document (as
    `XeroResource.reference` says them). Where lines name them, these are codes, and the rest is "".
    `field` is the CRM field that holds the name, `detail` where a stored head has Xero's id; `ids`
    and `records` are the two directions of their links in the lookups (Lookups.contacts and
    Lookups.organizations).
    `without` is what becomes of a record whose partner is not on the other side: skipped where it
    `is_vital`. `sides`: where a record goes, its partner must go to these sides, too.
    """

    module: Module
    names: Callable[[Fields], Sequence[str]]
    keys: Callable[[Document], Collection[str]]
    without: str
    is_vital: bool = True
    field: str = ""
    detail: str = ""
    ids: str = ""
    records: str = ""
    sides: tuple[Side, ...] = tuple(Side)

    @property
    def is_of_lines(self) -> bool:
        """Whether the lines of a record name them, each by its code."""
        return not self.field


# What becomes of a record here whose document is gone in Xero (rule G9).


@dataclass(frozen=True)
class Merged:
    """Its status says so, and is merged like any other value."""


@dataclass(frozen=True)
class Deleted:
    """The record is deleted, too, if deletions sync and nobody edited it since."""


@dataclass(frozen=True)
class Deactivated:
    """The box `field` is cleared, on the same terms, and ticked again if its document returns."""

    field: str


@dataclass(frozen=True)
class Released:
    """The pair ends: `field` goes from `done` to `undone`, so that the record can be sent again.

    `kept` is logged where the direction does not let the sync write that.
    """

    field: str
    done: str
    undone: str
    kept: Texts


WhenGone = Merged | Deleted | Deactivated | Released


@dataclass(frozen=True)
class DefaultAccount:
    """An account of Xero Settings, for records that name none: its field there and its label.

    `without` is what happens where none is chosen, `instead` what does where the Sales Account
    stands in for it. `fault` is why an account does not suit these records, "" if it does.
    `usual_types` are the types that a bookkeeper would choose from, `usual_code` is the code in
    Xero's own chart, and `named` gives the accounts that a document of Xero's names, by code or id.
    """

    field: str
    label: str
    without: str
    instead: str = ""
    fault: Callable[[Account], str] = lambda account: account.fault_for_sales
    usual_types: tuple[str, ...] = ()
    usual_code: str = ""
    named: Callable[[Document], Iterable[str]] = lambda document: ()


class Standing(str, Enum):
    """In which sums a record counts; the values are what a reader sees."""

    BOOKED = "Booked"  # approved invoices, received payments; of other modules whatever is there
    DRAFT = "Draft"
    APART = "Not counted"  # listed, but in no sum: it can have no partner
    GONE = "Gone"  # cancelled, voided, deleted, no money yet: as if it were not there


@dataclass(frozen=True)
class Booking:
    """How a record of either side is booked, for the reconciliation.

    `stage` is equal for statuses that say the same on both sides, `status` the side's own word.
    `owner` is an organization's name or a ContactID, `invoice` what names a payment's invoice.
    `amounts` are those of `ModuleSpec.figures` in the currency (ISO code, "" if not known here).
    """

    standing: Standing = Standing.BOOKED
    stage: str = ""
    status: str = ""
    currency: str = ""
    owner: str = ""
    invoice: str = ""
    amounts: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class ModuleSpec:
    """One module. CRM fields have the names of `mapping.doctypes`, Xero's documents Xero's own.

    In the CRM (both CRMs):
    `doctypes` are its records, the first one for a new record that does not say. `head_fields` are
    what a head carries (as text; a box is "1" or ""). `title_field` is what people call a record
    by. `filled_by_crm` are fields, or what their names begin with, that the CRM fills in itself
    when it saves, `filled_by_sync` those that the sync always fills: a mandatory one of these is no
    obstacle. `numbered_by_crm` are fields that the CRM numbers itself and Xero may lack.
    `is_never_sent`: records of the CRM's own that have no business at Xero.

    At Xero: `xero`. The mapping: `table`, for what a run looks up; `look_up` gathers the fields of
    `Lookups` that it needs; `remember` is what both sides agree on (before, now) with what must be
    kept of before; `needs_books`: accounts and tax rates of Xero are needed; `default_accounts`.

    Matching (rule G6): `rule`; `head` gives a document's name, number, marks and details, `keys`
    those of a CRM head. `look_up_keys` gathers the lookups of `keys` alone. `with_present`: the
    head of a document that names a contact which was merged into another one in Xero (ids: from,
    into). `compared` are the CRM fields that a person sees of a possible match, and Xero's text of
    each.

    Others: `refers_to`; `settles` is the module whose records are paid by those of this one, so
    that each write changes what is open there. `owns_figures`: sums are shown by its records.

    Deciding (rules G2, G9): `when_gone`; `duplicate` is the reason of a record that shares its
    document with another one (its name); `remedy_if_kept` says what to do about a document that
    stays in Xero although the record was deleted; `undeletable` the reason, and the remedy where
    it is another one, for which Xero would refuse the deletion of a document. `incoming` are
    values of a new CRM record that come from no row. `is_no_customer` is what the setting Customers
    Only leaves out.

    Figures in which both sides must be equal (rule G12), () for none: `figures` names them,
    `crm_figures` reads them from a head's or a record's fields, `xero_figures` from a document;
    `counts`: a CRM head whose figures count. `remedy_if_unequal` is for modules that none settles.
    `book_crm` (with the base currency; it reads the fields `booked_by`) and `book_xero` are for the
    reconciliation. `dated` is the CRM field with the day on which it is booked, "" where it is not.
    """

    module: Module
    doctypes: tuple[str, ...]
    head_fields: tuple[str, ...]
    title_field: str
    xero: XeroResource
    table: Callable[[Lookups], Table]
    look_up: Callable[[Sources], Mapping[str, Any]]
    rule: MatchRule
    head: Callable[[Document], tuple[str, str, tuple[str, ...], Details]]
    keys: Callable[[Head, Settings, Lookups], Keys]
    compared: tuple[tuple[str, Callable[[Document], str]], ...]
    when_gone: WhenGone
    remedy_if_kept: str
    filled_by_crm: tuple[str, ...] = ()
    filled_by_sync: tuple[str, ...] = ()
    numbered_by_crm: tuple[str, ...] = ()
    is_never_sent: Callable[[Fields], bool] = lambda fields: False
    remember: Callable[[Values, Values], Values] = lambda before, now: now
    needs_books: bool = True
    default_accounts: tuple[DefaultAccount, ...] = ()
    look_up_keys: Callable[[Journal], Mapping[str, Any]] = lambda journal: {}
    with_present: Callable[[XeroHead, Mapping[str, str]], XeroHead] | None = None
    refers_to: tuple[Refers, ...] = ()
    settles: Module | None = None
    owns_figures: bool = False
    duplicate: Callable[[str], str] = lambda primary: ""
    undeletable: Callable[[Document], Texts | None] = lambda document: None
    incoming: Callable[[Document, Settings], Values] = lambda document, settings: {}
    is_no_customer: Callable[[Document], bool] = lambda document: False
    figures: tuple[str, ...] = ()
    crm_figures: Callable[[Mapping[str, Any]], tuple[Decimal, ...]] = lambda fields: ()
    xero_figures: Callable[[Document], tuple[Decimal, ...]] = lambda document: ()
    counts: Callable[[Head], bool] = lambda head: True
    remedy_if_unequal: str = ""
    booked_by: tuple[str, ...] = ()
    book_crm: Callable[[Fields, str], Booking] = lambda fields, base: Booking()
    book_xero: Callable[[Document, str], Booking] = lambda document, base: Booking()
    dated: str = ""

    def crm_fills(self, field: str) -> bool:
        """Whether the CRM fills a mandatory field in where Xero has nothing for it."""
        return field.startswith(self.filled_by_crm)
