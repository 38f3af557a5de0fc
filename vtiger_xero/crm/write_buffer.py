"""What a run remembers of one record after the other, written many at a time.

A first sync remembers ten thousand pairs. Each would cost four statements; together they cost a
few for a hundred. Everything stands in the database before anything is committed or read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.utils import now

from ..engine.ports import chunks
from .listed import among
from .rows import AT_ONCE, insert, select_in
from .stored_text import stored_row

Row = dict[str, Any]
_DOCUMENT, _LINK = "Xero Document", "Xero Link"
_COLUMNS = (
    *("name", "tenant", "module", "crm_key", "xero_key", "crm_name", "xero_id", "link_doctype"),
    *("state", "crm_modified", "matched_by", "duplicate_of", "reason", "remedy", "messages"),
    *("refused", "rule", "matched_on", "conflict", "choices", "keeps", "possible", "base"),
)


@dataclass
class WriteBuffer:
    """Links to be saved and documents to be settled, in their order."""

    tenant: str
    links: list[Row] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)

    @property
    def mark(self) -> tuple[int, int]:
        """Where it stands, for `back_to`."""
        return len(self.links), len(self.settled)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget what came since; what was written meanwhile the savepoint has taken back."""
        del self.links[mark[0] :]
        del self.settled[mark[1] :]

    def write(self) -> None:
        """Put everything into the database."""
        links, self.links = self.links, []
        settled, self.settled = self.settled, []
        _settle(settled)
        _save(self.tenant, links)


def _settle(keys: Iterable[str]) -> None:
    table = frappe.qb.DocType(_DOCUMENT)
    for part in chunks(sorted(set(keys)), AT_ONCE):
        query = frappe.qb.update(table).set(table.pending, 0)
        query.where(table.document_key.isin(among(part))).run()


def _save(tenant: str, links: list[Row]) -> None:
    """Each over the row that stands for it already; what is there first, for it may make room."""
    held, new = _Held(tenant, links), dict[str, Row]()
    for row in links:
        name = held.name_of(row)
        if name in new:
            new[name] |= row
        elif name:
            if changes := held.changes(name, row):
                _change(name, changes)
        else:
            name = frappe.generate_hash(length=20)
            new[name] = dict(row)
        held.keep(name, row)
    for rows in _alike(new.values()):
        insert(_LINK, rows)


def _change(name: str, changes: Row) -> None:
    """Past the Document API, as `insert`: no code reads a link through Frappe's cache."""
    table = frappe.qb.DocType(_LINK)
    query = frappe.qb.update(table).set(table.modified, now())
    for column, value in stored_row(_LINK, changes).items():
        query = query.set(table[column], value)
    query.where(table.name == name).run()


def _alike(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """Rows of the same columns, in their order, so that one statement takes them."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row), []).append(row)
    return found.values()


class _Held:
    """The rows that stand for links already: by their CRM names, else by their Xero ids alone.

    A link that another CRM record holds is never taken over by Xero id: a duplicate shares its
    document with the record that it duplicates (rule G2).
    """

    def __init__(self, tenant: str, links: list[Row]) -> None:
        self._by_crm: dict[str, str] = {}
        self._alone: dict[tuple[str, str], str] = {}
        self._rows: dict[str, Row] = {}
        keys = [row["crm_key"] for row in links if row["crm_key"]]
        for row in select_in(_LINK, _COLUMNS, "crm_key", keys):
            self.keep(row["name"], row)
        ids = [row["xero_id"] for row in links if row["xero_id"]]
        for row in select_in(_LINK, _COLUMNS, "xero_id", ids):
            if row["tenant"] == tenant and not row["crm_name"]:
                self.keep(row["name"], row)

    def keep(self, name: str, row: Mapping[str, Any]) -> None:
        """From here on the row of this name stands for this."""
        self._rows[name] = {**self._rows.get(name, {}), **row}
        if row["crm_key"]:
            self._by_crm[row["crm_key"]] = name
            self._alone = {key: each for key, each in self._alone.items() if each != name}
        elif row["xero_id"]:
            self._alone[row["module"], row["xero_id"]] = name

    def changes(self, name: str, row: Row) -> Row:
        """What of a link its row does not say yet; a column of before that is empty says ""."""
        held = self._rows[name]
        return {key: value for key, value in row.items() if (held.get(key) or "") != (value or "")}

    def name_of(self, row: Row) -> str | None:
        """The row that stands for a link."""
        found = self._by_crm.get(row["crm_key"] or "")
        return found or self._alone.get((row["module"], row["xero_id"] or ""))
