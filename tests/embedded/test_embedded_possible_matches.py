"""A database of an older version learns by what its documents may be one with a record."""

from __future__ import annotations

from pathlib import Path

from demo.crm import Database, EmbeddedJournal
from tests.contract.journal import contact
from vtiger_xero.engine.modules import head_of
from vtiger_xero.engine.records import Module


def test_documents_that_an_older_version_kept_say_what_new_ones_say(tmp_path: Path) -> None:
    record = contact(Name="Kea Ltd", TaxNumber="12-34", EmailAddress="ada@kea.nz")
    database = Database.open(tmp_path / "crm.sqlite")
    journal = EmbeddedJournal(database, "tenant")
    journal.remember(Module.ORGANIZATIONS, [record], pending=True)
    database.write('UPDATE "Xero Document" SET details = NULL, title_key = NULL')
    with journal.lock():
        pass
    assert list(journal.xero_heads(Module.ORGANIZATIONS)) == [head_of(record, pending=True)]
