"""Where each record stands with Xero, said on the record itself (`xero_state`), for its list.

The links know it in full; the field repeats it, so that a list can show it and filter by it. It
is the sync's to say: a form cannot set it, it is no change of the record, and no version of it.
What a person has saved since the sync looked is Waiting, whatever it was before.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

import frappe
from frappe.model.document import Document
from pypika import Case

from ..engine import stored
from ..engine.links import LinkState
from ..engine.mapping.doctypes import DO_NOT_SYNC
from ..engine.modules import DOCTYPES, MODULES
from ..engine.ports import chunks
from ..engine.records import CrmRecord
from .rows import AT_ONCE, among
from .tenant import connected_tenant
from .times import to_utc

FIELD = "xero_state"
NOT_LINKED = "Not Linked"
_WAITING, _EXCLUDED, _GONE = (
    each.value for each in (LinkState.WAITING, LinkState.EXCLUDED, LinkState.GONE)
)
_STAYS = (NOT_LINKED, _EXCLUDED, _GONE)  # when somebody saves such a record
Names = Collection[str] | None


# What a person does


def keep(document: Document) -> None:
    """Before a save: whatever the form or the request says, the state is what it was."""
    before = document.get_doc_before_save()
    document.set(FIELD, (before.get(FIELD) if before else _expected(document)) or NOT_LINKED)


def expect_in_sync(document: Document) -> None:
    """What a run makes begins as what it will most likely be; else `Touched` says so in time."""
    document.flags.xero_sync_expects = LinkState.IN_SYNC.value


def _expected(document: Document) -> str | None:
    return None if document.get(DO_NOT_SYNC) else document.flags.xero_sync_expects


def follow_change(document: Document) -> None:
    """After a save: it waits for the sync, unless the sync itself has written it.

    Only now, behind Frappe's back: a state is no change that a record's history should show.
    """
    if document.flags.from_xero_sync:
        return
    state = _after_change(document)
    if state != document.get(FIELD):
        document.set(FIELD, state)
        frappe.db.set_value(document.doctype, document.name, FIELD, state, update_modified=False)


def _after_change(document: Document) -> str:
    state, tenant = document.get(FIELD) or NOT_LINKED, connected_tenant()
    if not tenant:
        return NOT_LINKED
    if document.get(DO_NOT_SYNC):
        return _EXCLUDED
    if state in (NOT_LINKED, _EXCLUDED):
        key = stored.crm_key(tenant, MODULES[document.doctype], document.name)
        return _WAITING if frappe.db.exists("Xero Link", {"crm_key": key}) else NOT_LINKED
    return state if state == _GONE else _WAITING


def changed(table: Any) -> Any:
    """The state of rows whose time of change a statement moves, as an expression of it."""
    return Case().when(table[FIELD].isin(_STAYS), table[FIELD]).else_(_WAITING)


def mark_changed(doctype: str, names: Collection[str]) -> None:
    """Records whose time of change was moved without a save."""
    table = frappe.qb.DocType(doctype)
    for part in chunks(sorted(names), AT_ONCE):
        query = frappe.qb.update(table).set(table[FIELD], changed(table))
        query.where(table.name.isin(among(part))).run()


# What the sync says


class Touched:
    """The records whose links a run has written since the last commit.

    Measured on a v15 site, a pull of 300 records of all modules beside a bare loop of
    `Document.insert`: 1.27 × its CPU; without what is expected and what was read back 1.30 ×.
    """

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._names: dict[str, set[str]] = {}
        self._new: dict[str, set[str]] = {}
        self._said: dict[tuple[str, str], Any] = {}

    def add_new(self, doctype: str, name: str) -> None:
        """It was made, and it says what was expected (`expect_in_sync`)."""
        self.add(doctype, name)
        self._new.setdefault(doctype, set()).add(name)

    def read_back(self, doctype: str, record: CrmRecord) -> None:
        """What a record says that was written in this transaction: no one else can change it yet.

        One that a hook of the site has excluded while it was saved does not say so yet.
        """
        if not record.fields[DO_NOT_SYNC]:
            self._said[doctype, record.name] = record.fields[FIELD]

    def add(self, doctype: str, name: str, state: LinkState | None = None) -> None:
        """Its link was written or dropped. A record in sync that says so is left as it is."""
        names = self._names.setdefault(doctype, set())
        names.add(name)
        if state is LinkState.IN_SYNC and self._said.get((doctype, name)) == state.value:
            names.discard(name)

    def forget(self) -> None:
        """None of it has happened."""
        self._names.clear()
        self._new.clear()
        self._said.clear()

    def tell_new(self) -> None:
        """Write it before the commit where the record is new: no one else can hold it."""
        for doctype, names in self._new.items():
            if wrong := names & self._names[doctype]:
                refresh(self._tenant, doctype, wrong)
                self._names[doctype] -= wrong
        self._new.clear()

    def tell(self) -> None:
        """Say on the records what their links say, in a transaction of its own.

        After the commit of the links: no lock that a person holds on a record may cost the run
        what it has just sent to Xero. What cannot be written now is written at the next commit.
        """
        self._said.clear()
        for doctype in [each for each, names in self._names.items() if names]:
            try:
                refresh(self._tenant, doctype, self._names[doctype])
            except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
                frappe.db.rollback()
                continue
            # Nothing but states is open here: the run's own work is committed already.
            frappe.db.commit()  # nosemgrep: frappe-manual-commit
            del self._names[doctype]


def refresh_all() -> None:
    """Say it anew on every record: another organisation is connected, or none."""
    for doctype in DOCTYPES:
        refresh(connected_tenant(), doctype)


def refresh(tenant: str, doctype: str, names: Names = None) -> None:
    """Say on these records (None: on all) where they stand with the organisation `tenant`."""
    links = _links(tenant, doctype, names) if tenant else {}
    wanted: dict[str, list[str]] = {}
    for row in _records(doctype, names):
        state = _state(row, links.get(row.name)) if tenant else NOT_LINKED
        if state != row[FIELD]:
            wanted.setdefault(state, []).append(row.name)
    for state, of_state in wanted.items():
        _write(doctype, state, of_state)


def _state(row: Mapping[str, Any], link: Mapping[str, Any] | None) -> str:
    if row[DO_NOT_SYNC]:
        return _EXCLUDED
    if link is None:
        return NOT_LINKED
    is_as_seen = link["crm_modified"] == stored.time_text(to_utc(row["modified"]))
    holds = link["state"] == _GONE or (is_as_seen and link["state"] != _EXCLUDED)
    return str(link["state"]) if holds else _WAITING


def _records(doctype: str, names: Names) -> Iterable[Any]:
    """The records as they are at this moment, and so they stay until the commit."""
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(table.name, table.modified, table[DO_NOT_SYNC])
    query = query.select(table[FIELD]).orderby(table.name).for_update()
    if names is None:
        return query.run(as_dict=True)
    parts = chunks(sorted(names), AT_ONCE)
    rows = (query.where(table.name.isin(among(part))).run(as_dict=True) for part in parts)
    return chain.from_iterable(rows)


def _links(tenant: str, doctype: str, names: Names) -> Mapping[str, Mapping[str, Any]]:
    table, module = frappe.qb.DocType("Xero Link"), MODULES[doctype]
    query = frappe.qb.from_(table).select(table.crm_name, table.state, table.crm_modified)
    if names is None:
        mine = (table.tenant == tenant) & (table.link_doctype == doctype)
        rows: Iterable[Any] = query.where(mine & table.crm_name.isnotnull()).run(as_dict=True)
    else:
        keys = [stored.crm_key(tenant, module, name) for name in sorted(names)]
        parts = chunks(keys, AT_ONCE)
        found = (query.where(table.crm_key.isin(among(part))).run(as_dict=True) for part in parts)
        rows = chain.from_iterable(found)
    return {row["crm_name"]: row for row in rows}


def _write(doctype: str, state: str, names: Collection[str]) -> None:
    table = frappe.qb.DocType(doctype)
    for part in chunks(list(names), AT_ONCE):
        query = frappe.qb.update(table).set(table[FIELD], state)
        query.where(table.name.isin(among(part))).run()
    for name in names:
        frappe.clear_document_cache(doctype, name)
