"""What chosen records cannot go without: their customer, their products, their invoice.

Only what was never synced is added: whatever both sides have already stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from ..links import Link
from ..modules import spec_of
from ..modules.spec import Refers
from ..ports import chunks
from ..records import Document, Fields, Module, Side
from ..run_filter import RunFilter
from ..text import name_key
from .missing_documents import read_missing
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
    for module in reversed(Module):
        references = spec_of(module).refers_to
        if references and module in chosen.modules and module in modules:
            pull_once(session, module)
            needs = _Dependencies(session, module, chosen)
            for refers in (each for each in references if each.module in modules):
                chosen = needs.add_to(chosen, refers)
    if chosen != session.request.run_filter:
        session.cache.choose(chosen)
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

    def add_to(self, chosen: RunFilter, refers: Refers) -> RunFilter:
        """The chosen records plus those of another module that the other side lacks."""
        other = refers.module
        links = [link for link in self._session.journal.links(other) if _is_pair(link)]
        here = {name for fields in self._fields for name in refers.names(fields) if name}
        keys = {key for each in self._documents for key in refers.keys(each) if key}
        if spec_of(other).xero.named_by_code:
            there = set(self._ids_of_codes(other, keys))
        else:
            there = keys
            read_missing(self._session, other, there)
        names, ids = ({getattr(each, key) for each in links} for key in ("crm_name", "xero_id"))
        return chosen.plus(other, self._without_placeholder(other, here - names), there - ids)

    def _without_placeholder(self, other: Module, names: Collection[str]) -> Collection[str]:
        """The names without the product of lines that name none: it is never sent to Xero."""
        heads = self._session.crm.heads(other) if names else ()
        return {each.name for each in heads if each.name in names} - {
            each.name for each in heads if spec_of(other).is_never_sent(each.keys)
        }

    def _read_fields(self, names: Iterable[str]) -> Iterator[Fields]:
        for some in chunks(sorted(names), _AT_ONCE):
            yield from (each.fields for each in self._session.crm.get(self._module, some))

    def _read_documents(self, ids: Iterable[str]) -> Iterator[Document]:
        for some in chunks(sorted(ids), _AT_ONCE):
            held = self._session.journal.xero_records(self._module, some)
            yield from (each.document for each in held)

    def _ids_of_codes(self, other: Module, codes: set[str]) -> Iterable[str]:
        """The ids of documents by their codes; pulls them where a code is unknown."""
        if codes - self._ids_by_code(other).keys():
            pull_once(self._session, other)
        return [key for code, key in self._ids_by_code(other).items() if code in codes]

    def _ids_by_code(self, other: Module) -> dict[str, str]:
        heads = self._session.journal.xero_heads(other)
        return {name_key(head.title): head.id for head in heads if head.alive}


def _is_pair(link: Link) -> bool:
    return bool(link.crm_name and link.xero_id)
