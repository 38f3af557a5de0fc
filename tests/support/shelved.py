"""Ledgers of `support.ledgers` as they stand in a database, under both of its ports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from demo.crm.schema import encode, quoted, time_text
from tests.support.fakes import HandClock
from tests.support.ledgers import Ledgers
from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, RENAMED
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.records import CrmRecord, Module

TENANT = "tenant"


class Shelved:
    """A database in memory; what is in it says the same as the ledgers."""

    def __init__(self, ledgers: Ledgers, pending: Collection[str] = ()) -> None:
        self.database = Database.open()
        self.crm = EmbeddedCrm(self.database, HandClock(), base_currency="NZD")
        self.journal = EmbeddedJournal(self.database, TENANT)
        for module in Module:
            for record in ledgers.crm[module].values():
                self._insert(record)
            for document in ledgers.xero[module].values():
                is_new = document.id in pending
                self.journal.remember(module, [document], pending=is_new)
            for link in ledgers.links[module]:
                self.journal.save_link(link)
        self.journal.commit()

    def _insert(self, record: CrmRecord) -> None:
        """As it is: no rule of the CRM computes or refuses anything."""
        first = spec_of(record.module).doctypes[0]
        doctype = self.database.doctype(str(record.fields.get(ITEM_TYPE) or first))
        own = RENAMED.get(doctype.name, {})
        values = {own.get(field, field): value for field, value in record.fields.items()}
        time = time_text(record.modified)
        row = {"name": record.name, "creation": time, "modified": time}
        row |= {
            field.name: encode(field.kind, values[field.name])
            for field in doctype.fields
            if field.name in values
        }
        columns, places = ", ".join(map(quoted, row)), ", ".join("?" * len(row))
        sql = f"INSERT INTO {doctype.table} ({columns}) VALUES ({places})"
        self.database.write(sql, list(row.values()))

    @contextmanager
    def whole_loads(self) -> Iterator[list[int]]:
        """How many records were asked for whole, each time, on either side."""
        loads: list[int] = []
        get, xero_records = self.crm.get, self.journal.xero_records

        def counted(load: Callable[..., Any]) -> Callable[..., Any]:
            def count(module: Module, keys: Sequence[str]) -> Any:
                loads.append(len(keys))
                return load(module, keys)

            return count

        with (
            patch.object(self.crm, "get", counted(get)),
            patch.object(self.journal, "xero_records", counted(xero_records)),
        ):
            yield loads
