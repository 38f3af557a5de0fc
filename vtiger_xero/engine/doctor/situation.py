"""Everything that an examination looks at, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..journal import Journal
from ..links import Link, LinkState
from ..lookups import Lookups
from ..mapping.doctypes import DO_NOT_SYNC, ITEM_TYPE, PRODUCT, SERVICE
from ..messages import Message, label
from ..modules import ON_LINES, TABLES, WITH_LINES
from ..ports import Crm, MandatoryField, chunks
from ..records import CrmRecord, Head, Module, Side
from ..reference import Account, Reference, TaxRate
from ..settings import Settings
from ..sync.possible_matches import count_possible
from ..taxes import CrmTax, TaxBook, book_of
from .old_rates import OldRate, old_rates

_AT_ONCE = 500  # records that are loaded whole at a time


@dataclass(frozen=True)
class Situation:
    """The settings, Xero's reference data and the CRM's records, as an examination finds them.

    `scopes` are those that the sync asks Xero for. `mapped` are the CRM fields that Xero can
    fill. `heads` are live records that are not excluded from the sync, `products` whole ones;
    `linked` are the names of records that have their document in Xero already. `possible` is how
    many pairs of both sides may be one, by what was last read of Xero; `old_rates` are rates that
    no user chose for the invoices that have them.
    """

    settings: Settings
    reference: Reference
    base_currency: str = ""
    scopes: frozenset[str] = frozenset()
    taxes: tuple[CrmTax, ...] = ()
    rates_before: tuple[TaxRate, ...] = ()
    mandatory: Mapping[Module, Sequence[MandatoryField]] = field(default_factory=dict)
    mapped: Mapping[Module, frozenset[str]] = field(default_factory=dict)
    labels: Mapping[Module, Mapping[str, str]] = field(default_factory=dict)
    heads: Mapping[Module, Sequence[Head]] = field(default_factory=dict)
    products: Sequence[CrmRecord] = ()
    linked: Mapping[Module, frozenset[str]] = field(default_factory=dict)
    possible: Mapping[Module, int] = field(default_factory=dict)
    old_rates: Sequence[OldRate] = ()

    @cached_property
    def book(self) -> TaxBook:
        """Which rate of Xero is which tax of the CRM."""
        return book_of(self.reference, self.taxes)

    @cached_property
    def lookups(self) -> Lookups:
        """What the rules of a run look up, but for other records."""
        return Lookups(self.reference, self.settings, taxes=self.book)

    def account(self, account_id: str) -> Account | None:
        """An account by its AccountID, None for one that Xero does not list."""
        return self.lookups.account(account_id)

    def is_enabled(self, module: Module) -> bool:
        """Whether the module syncs at all."""
        return self.settings.of(module).enabled

    def writes(self, module: Module, side: Side) -> bool:
        """Whether the module's sync may write to `side`."""
        return self.is_enabled(module) and self.settings.writes(module, side)

    @property
    def sends_lines(self) -> bool:
        """Whether invoices go to Xero, or any other records that have lines."""
        return any(self.writes(module, Side.XERO) for module in WITH_LINES)

    @property
    def sends_items(self) -> bool:
        """Whether products and services go to Xero, which stand on lines."""
        return any(self.writes(module, Side.XERO) for module in ON_LINES)

    @property
    def knows_books(self) -> bool:
        """Whether Xero's accounts and tax rates were read."""
        return bool(self.reference.accounts or self.reference.tax_rates)

    def unsent(self, module: Module) -> Iterable[Head]:
        """The CRM's records that have no document in Xero yet."""
        linked = self.linked.get(module, frozenset())
        return (head for head in self.heads.get(module, ()) if head.name not in linked)

    def label(self, module: Module, name: str) -> Message:
        """A field's label, as users see it."""
        labels = self.labels.get(module, {})
        return label(labels.get(name) or name.replace("_", " ").title())


def observe(
    crm: Crm,
    journal: Journal,
    settings: Settings,
    reference: Reference,
    *,
    scopes: Iterable[str] = (),
) -> Situation:
    """What there is to examine: heads, and products whole."""
    modules = [module for module in Module if settings.of(module).enabled]
    heads = {module: _without_excluded(crm.heads(module)) for module in modules}
    linked = {module: _names_in_xero(journal.links(module)) for module in modules}
    return Situation(
        settings=settings,
        reference=reference,
        base_currency=crm.base_currency(),
        scopes=frozenset(scopes),
        taxes=tuple(crm.taxes()),
        rates_before=tuple(crm.kept_rates()),
        mandatory={module: crm.mandatory_fields(module) for module in modules},
        mapped={m: frozenset(row.field for row in TABLES[m].rows) for m in modules},
        labels={module: crm.labels(module) for module in modules},
        heads=heads,
        products=[record for module in ON_LINES for record in _whole(crm, module, heads)],
        linked=linked,
        possible=count_possible(crm, journal, settings),
        old_rates=old_rates(crm, journal, settings, reference),
    )


def _without_excluded(heads: Iterable[Head]) -> list[Head]:
    """Without excluded records: of these, nothing can fail."""
    return [head for head in heads if not head.keys.get(DO_NOT_SYNC)]


def _whole(crm: Crm, module: Module, heads: Mapping[Module, Sequence[Head]]) -> list[CrmRecord]:
    names = [head.name for head in heads.get(module, ())]
    return [record for some in chunks(names, _AT_ONCE) for record in crm.get(module, some)]


def _names_in_xero(links: Iterable[Link]) -> frozenset[str]:
    there = (link for link in links if link.xero_id and link.state is not LinkState.GONE)
    return frozenset(link.crm_name for link in there if link.crm_name)


def doctype_of(product: CrmRecord) -> str:
    """Whether a record of Products/Services is a product or a service."""
    return SERVICE if product.fields.get(ITEM_TYPE) == SERVICE else PRODUCT
