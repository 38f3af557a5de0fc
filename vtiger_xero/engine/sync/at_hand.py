"""The records at hand: what a run must look at, and what it must know for that. Nothing else.

At hand is what changed on either side, what is not In Sync, and what is found from there: by links,
merges and answers, by equal or like names and numbers, by what a record refers to. All of it is
found by the database's indexes, so that a run costs what changed, not what there is. What is not at
hand is in sync, unchanged, and shares no name with what is: matching would say nothing of it.

A first run, or one after a change of the mapping, must look at nearly everything: then all is at
hand, and is read whole, which costs less than finding it record by record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from ..journal import Journal
from ..links import Link, XeroHead
from ..lookups import PLACEHOLDER, empty_lookups
from ..mapping.doctypes import DO_NOT_SYNC
from ..mapping.items import NAME
from ..modules import SPECS, spec_of
from ..modules.spec import ModuleSpec, Refers
from ..ports import Crm, chunks
from ..records import Head, Module, Side
from ..run_filter import EVERYTHING, RunFilter
from ..settings import Settings
from ..stored import search_key
from ..text import name_key

# Keys of records and documents; of more, everything is read. Measured over 9,900 links, CPU
# of a preview: 3,200 keys 2.7 s, everything 3.0 s; 12,200 keys 10.9 s, everything 9.8 s.
_MOST = 10_000
_AT_ONCE = 500


class AtHand:
    """The keys of the records at hand, by module. They only grow while a run lasts."""

    def __init__(
        self,
        crm: Crm,
        journal: Journal,
        settings: Settings,
        run_filter: RunFilter = EVERYTHING,
        *,
        full: bool = True,
    ) -> None:
        self._crm, self._journal, self._settings, self._full = crm, journal, settings, full
        self._names: dict[Module, set[str]] = defaultdict(set)
        self._ids: dict[Module, set[str]] = defaultdict(set)
        self._new_names: dict[Module, set[str]] = defaultdict(set)
        self._new_ids: dict[Module, set[str]] = defaultdict(set)
        self.is_everything = False
        self.choose(run_filter)

    def choose(self, run_filter: RunFilter) -> None:
        """What the run is limited to from here on."""
        self._filter, self._has_begun = run_filter, False
        for module in run_filter.modules:
            chosen = (run_filter.keys(module, side) for side in Side)
            self.add(module, *chosen)

    def add(self, module: Module, names: Iterable[str | None], ids: Iterable[str | None]) -> None:
        """Add records by their CRM names, and documents by their ids at Xero."""
        if self.is_everything:
            return
        for found, held, new in (
            (names, self._names[module], self._new_names[module]),
            (ids, self._ids[module], self._new_ids[module]),
        ):
            added = {each for each in found if each} - held
            held |= added
            new |= added

    def take_everything(self) -> None:
        """From here on all records are at hand."""
        self.is_everything = True
        self._forget()

    def take_only(self, module: Module, names: Iterable[str]) -> None:
        """From here on these records are at hand, and with them what Xero changed since."""
        self.is_everything, self._has_begun = False, True
        self._forget()
        self.add(module, names, ())

    def _forget(self) -> None:
        for held in (self._names, self._ids, self._new_names, self._new_ids):
            held.clear()

    def heads(self, module: Module) -> Sequence[Head]:
        """The heads of the CRM's records, oldest first."""
        if self.is_everything:
            return self._crm.heads(module)
        return self._crm.heads_of(module, sorted(self._names[module]))

    def links(self, module: Module) -> Sequence[Link]:
        """The links, oldest first."""
        if self.is_everything:
            return self._journal.links(module)
        return self._journal.links_of(
            module, sorted(self._names[module]), sorted(self._ids[module])
        )

    def xero_heads(self, module: Module) -> Sequence[XeroHead]:
        """The heads of Xero's documents, in the order in which they came."""
        if self.is_everything:
            return self._journal.xero_heads(module)
        return self._journal.heads_of_documents(module, sorted(self._ids[module]))

    # Finding them

    def look(self, modules: Collection[Module] = ()) -> None:
        """Find what is at hand by now; of these modules, what users changed meanwhile, too."""
        if self.is_everything:
            return
        # Of a module that does not sync only what others refer to is at hand.
        enabled = [each for each in Module if self._settings.of(each).enabled]
        for module in enabled:
            if module in modules or not self._has_begun:
                self._add_unsettled(module)
                if self._compares(module):
                    self.add(module, self._changed_names(module), ())
            self.add(module, (), self._journal.pending_ids(module))
        self._has_begun = True
        while not self.is_everything and self._find_more():
            pass

    def _compares(self, module: Module) -> bool:
        """Whether all that changed in the CRM is at hand, and not the chosen records alone.

        A record without a partner, or one that may lose it to another record, is compared with all
        others that have none; so is a document. Of modules that a run leaves alone nothing is.
        """
        if self._filter.chosen is None:
            return self._filter.includes_module(module)
        names, ids = (sorted(self._filter.keys(module, side)) for side in Side)
        links = self._journal.links_of(module, names, ())
        partners = {link.crm_name for link in links if link.xero_id and not link.duplicate_of}
        heads = self._crm.heads_of(module, [name for name in names if name in partners])
        pairs = {head.name for head in heads if not head.keys.get(DO_NOT_SYNC)}
        return bool(ids) or not pairs.issuperset(names)

    def _changed_names(self, module: Module) -> Sequence[str]:
        """What may need something in the CRM: as its records say, or in a full look by comparing.

        Chosen records that are new ask for others without a partner, and these say so.
        """
        is_full = self._full and self._filter.chosen is None
        find = self._crm.changed if is_full else self._crm.unsettled
        return find(module, self._journal.tenant)

    def _add_unsettled(self, module: Module) -> None:
        for link in self._journal.unsettled_links(module):
            self.add(module, [link.crm_name], [link.xero_id])
        for batch in self._journal.open_batches(module):
            self.add(
                module,
                (each.crm_name for each in batch.items),
                (each.xero_id for each in batch.items),
            )
        for answer in self._journal.answers(module):
            self.add(module, [answer.crm_name], [answer.xero_id])

    def _find_more(self) -> bool:
        """Add what is one step from what was added last; whether there was any."""
        if sum(map(len, (*self._names.values(), *self._ids.values()))) > _MOST:
            self.take_everything()
            return False
        for module in Module:
            names, self._new_names[module] = sorted(self._new_names[module]), set()
            ids, self._new_ids[module] = sorted(self._new_ids[module]), set()
            if names or ids:
                self._add_linked(module, names, ids)
                self._add_alike(module, names, ids)
                self._add_settling(module, names, ids)
        return any((*self._new_names.values(), *self._new_ids.values()))

    def _add_linked(self, module: Module, names: Sequence[str], ids: Sequence[str]) -> None:
        links = self._journal.links_of(module, names, ids)
        self._add_left_alone(module, names, links)
        for link in links:
            keys = [each.key for each in link.possible]
            self.add(
                module,
                [link.crm_name, link.duplicate_of, *(() if link.crm_name else keys)],
                [link.xero_id, *(keys if link.crm_name else ())],
            )

    def _add_left_alone(self, module: Module, names: Sequence[str], links: Sequence[Link]) -> None:
        """Documents that the settings keep out of the CRM, where a record has no partner.

        Nothing but the documents themselves is stored of them, and one may be the record's by its
        e-mail, too, so all without a link are taken. A record that was skipped wants them as well:
        its reason may be gone, its customer linked by now.
        """
        of_contacts = self._settings.customers_only and spec_of(module).owns_figures
        if not of_contacts and self._settings.writes(module, Side.CRM):
            return
        linked = {link.crm_name for link in links if link.xero_id}
        if any(name not in linked for name in names):
            self.add(module, (), self._journal.ids_without_link(module))

    def _add_alike(self, module: Module, names: Sequence[str], ids: Sequence[str]) -> None:
        """Documents of a like name or number, merged ones, and what records refer to."""
        spec = spec_of(module)
        heads = self._crm.heads_of(module, names)
        documents = self._journal.keys_of_documents(module, ids)
        self.add(module, (), (each["merged_into"] for each in documents))
        self.add(module, (), self._journal.ids_by_key(module, "merged_into", ids))
        keys = [spec.keys(head, self._settings, _NO_LOOKUPS) for head in heads]
        texts = {"title_key": {each.name for each in keys}, "number_key": {e.number for e in keys}}
        for column, ours in texts.items():
            wanted = {search_key(each) for each in ours} | {each[column] for each in documents}
            wanted -= {"", None}
            self.add(module, (), self._journal.ids_by_key(module, column, sorted(wanted)))
        for refers in spec.refers_to:
            if refers.is_of_lines:
                self._add_items(spec, refers, names, ids)
                continue
            self.add(
                refers.module,
                (head.keys.get(refers.field) for head in heads),
                (each["refers_to_id"] for each in documents),
            )
        if spec.owns_figures and self._settings.customers_only:
            self._add_an_invoice_of_each(module, ids)

    def _add_items(
        self, spec: ModuleSpec, refers: Refers, names: Sequence[str], ids: Sequence[str]
    ) -> None:
        """Items on lines, which only whole records name."""
        self.add(refers.module, self._crm.referring(refers.module, NAME, [PLACEHOLDER]), ())
        for some in chunks(names, _AT_ONCE):
            for record in self._crm.get(spec.module, some):
                self.add(refers.module, refers.names(record.fields), ())
        codes: set[str] = set()
        for some in chunks(ids, _AT_ONCE):
            for document in self._journal.xero_records(spec.module, some):
                codes.update(refers.keys(document.document))
        keys = sorted({search_key(each) for each in codes} - {""})
        self.add(refers.module, (), self._journal.ids_by_key(refers.module, "title_key", keys))
        known = self._journal.heads_of_documents(refers.module, sorted(self._ids[refers.module]))
        if codes - {name_key(each.title) for each in known if each.alive}:
            # An item's former code, perhaps: who had it is known only by reading all products.
            self._add_all(refers.module)

    def _add_all(self, module: Module) -> None:
        self.add(
            module,
            (each.name for each in self._crm.heads(module)),
            (each.id for each in self._journal.xero_heads(module)),
        )

    def _add_an_invoice_of_each(self, module: Module, ids: Sequence[str]) -> None:
        """Who is named by an invoice is a customer, whatever Xero says (see `customers_only`)."""
        for other, spec in SPECS.items():
            if any(refers.module is module and refers.detail for refers in spec.refers_to):
                self.add(other, (), self._journal.living_by_reference(other, ids).values())

    def _add_settling(self, module: Module, names: Sequence[str], ids: Sequence[str]) -> None:
        """The payments of these invoices."""
        keys = [each.lower() for each in ids]
        for other, spec in SPECS.items():
            if spec.settles is not module:
                continue
            for refers in spec.refers_to:
                if refers.module is module:
                    self.add(
                        other,
                        self._crm.referring(other, refers.field, names),
                        self._journal.ids_by_key(other, "refers_to_id", keys),
                    )


_NO_LOOKUPS = empty_lookups()
