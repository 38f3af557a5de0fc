"""What chosen records cannot go without: their customer, their products, their invoice.

Only what was never synced is added: whatever both sides have already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..links import Link
from ..mapping.drafting import rows_of
from ..mapping.invoices import ITEMS, ORGANIZATION
from ..mapping.payments import INVOICE
from ..mapping.rows import text_of
from ..ports import chunks
from ..records import Document, Fields, Module, Side
from ..run_filter import RunFilter
from ..text import name_key
from .missing_documents import read_missing
from .planning import is_placeholder
from .pull import pull_once
from .session import Session

_AT_ONCE = 500


def add_dependencies(session: Session, modules: Collection[Module]) -> Session:
    """The session with what its chosen records need of `modules`; pulls where it must look there.

    From payments to organizations: an invoice that a payment brings along brings its customer.
    """
    chosen = session.request.run_filter
    if chosen.chosen is None:
        return session
    for module in _REFERS:
        if module in chosen.modules and module in modules:
            pull_once(session, module)
            needs = _Dependencies(session, module, chosen)
            for other in (each for each in _REFERS[module] if each in modules):
                chosen = needs.add_to(chosen, other)
    return replace(session, request=replace(session.request, run_filter=chosen))


class _Dependencies:
    """What the chosen records of a module refer to."""

    def __init__(self, session: Session, module: Module, chosen: RunFilter) -> None:
        self._session, self._module = session, module
        names = chosen.keys(module, Side.CRM)
        partners = {link.crm_name: link.xero_id for link in session.journal.links(module)}
        ids = {partners.get(name) for name in names} | chosen.keys(module, Side.XERO)
        self._fields = list(self._read_fields(names))
        self._documents = list(self._read_documents(each for each in ids if each))

    def add_to(self, chosen: RunFilter, other: Module) -> RunFilter:
        """The chosen records plus those of another module that the other side lacks."""
        links = [link for link in self._session.journal.links(other) if _is_pair(link)]
        here = {name for fields in self._fields for name in self._names_in(other, fields)}
        there = set(self._ids_referred_to(other))
        if other is not Module.PRODUCTS:
            read_missing(self._session, other, there)
        names, ids = ({getattr(each, key) for each in links} for key in ("crm_name", "xero_id"))
        return chosen.plus(other, self._without_placeholder(other, here - names), there - ids)

    def _without_placeholder(self, other: Module, names: Collection[str]) -> Collection[str]:
        """The names without the product of lines that name none: it is never sent to Xero."""
        heads = self._session.crm.heads(other) if names else ()
        return {each.name for each in heads if each.name in names} - {
            each.name for each in heads if is_placeholder(other, each)
        }

    def _read_fields(self, names: Iterable[str]) -> Iterator[Fields]:
        for some in chunks(sorted(names), _AT_ONCE):
            yield from (each.fields for each in self._session.crm.get(self._module, some))

    def _read_documents(self, ids: Iterable[str]) -> Iterator[Document]:
        for some in chunks(sorted(ids), _AT_ONCE):
            held = self._session.journal.xero_records(self._module, some)
            yield from (each.document for each in held)

    def _names_in(self, other: Module, fields: Fields) -> Iterable[str]:
        return (each for each in _NAMES[self._module, other](fields) if each)

    def _ids_referred_to(self, other: Module) -> Iterable[str]:
        if other is Module.PRODUCTS:
            return self._item_ids()
        key, id_key = _IDS[self._module, other]
        held = (each.get(key) or {} for each in self._documents)
        return (str(each[id_key]) for each in held if each.get(id_key))

    def _item_ids(self) -> Iterable[str]:
        """The ids of items by their codes; pulls the items where a code is unknown."""
        lines = (line for each in self._documents for line in each.get("LineItems") or ())
        codes = {name_key(line["ItemCode"]) for line in lines if line.get("ItemCode")}
        if codes - self._ids_by_code().keys():
            pull_once(self._session, Module.PRODUCTS)
        return [key for code, key in self._ids_by_code().items() if code in codes]

    def _ids_by_code(self) -> dict[str, str]:
        heads = self._session.journal.xero_heads(Module.PRODUCTS)
        return {name_key(head.title): head.id for head in heads if head.alive}


def _is_pair(link: Link) -> bool:
    return bool(link.crm_name and link.xero_id)


def _items_of(fields: Fields) -> Sequence[str]:
    return [str(row.get("item_name") or "") for row in rows_of(fields, ITEMS)]


# What each module refers to, the last one of a run first, and how both sides name it.
_REFERS: Mapping[Module, tuple[Module, ...]] = {
    Module.PAYMENTS: (Module.INVOICES,),
    Module.INVOICES: (Module.ORGANIZATIONS, Module.PRODUCTS),
}
_NAMES: Mapping[tuple[Module, Module], Callable[[Fields], Sequence[str]]] = {
    (Module.PAYMENTS, Module.INVOICES): lambda fields: [text_of(fields.get(INVOICE))],
    (Module.INVOICES, Module.ORGANIZATIONS): lambda fields: [text_of(fields.get(ORGANIZATION))],
    (Module.INVOICES, Module.PRODUCTS): _items_of,
}
_IDS: Mapping[tuple[Module, Module], tuple[str, str]] = {
    (Module.PAYMENTS, Module.INVOICES): ("Invoice", "InvoiceID"),
    (Module.INVOICES, Module.ORGANIZATIONS): ("Contact", "ContactID"),
}
