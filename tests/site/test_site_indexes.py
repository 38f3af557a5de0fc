"""What is asked of every record is answered by an index, however many records there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.utils import nowdate

from vtiger_xero.crm import versions
from vtiger_xero.crm.states import FIELD
from vtiger_xero.engine.mapping.doctypes import INVOICE
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.stored import BY_MODULE, BY_RECORD, DOCUMENT, LINK
from vtiger_xero.views import figures
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.vtiger_invoice import OWED

TENANT = "an organisation"
MANY = 300


@pytest.mark.parametrize(
    ("doctype", "name", "columns"),
    [
        (LINK, "by_record", BY_RECORD),
        (DOCUMENT, "by_module", BY_MODULE),
        (INVOICE, "owed", OWED),
    ],
)
def test_an_install_makes_the_indexes(doctype: str, name: str, columns: tuple[str, ...]) -> None:
    query = f"show index from `tab{doctype}` where key_name = %s"
    rows = sorted(frappe.db.sql(query, name, as_dict=True), key=lambda row: row.Seq_in_index)
    assert tuple(row.Column_name for row in rows) == columns


@pytest.fixture
def many() -> None:
    """Invoices that are linked as they stand; no more than that is true of them."""
    now, names = "2026-11-30 10:00:00.000001", [f"MANY{number:05}" for number in range(MANY)]
    common = {"creation": now, "modified": now}
    invoices = [
        {"name": name, **common, FIELD: "In Sync", "status": "Approved", "balance": 2}
        | {"due_date": nowdate(), "conversion_rate": 1}
        for name in names
    ]
    links = [
        {"name": name, **common, "tenant": TENANT, "module": Module.INVOICES.value}
        | {"crm_name": name, "crm_version": now, "state": "In Sync"}
        for name in names
    ]
    for doctype, rows in ((INVOICE, invoices), (LINK, links)):
        values = [list(row.values()) for row in rows]
        frappe.db.bulk_insert(doctype, list(rows[0]), values)
        frappe.db.sql(f"analyze table `tab{doctype}`")


def test_what_changed_is_found_in_indexes_alone(many: None) -> None:
    assert plans(lambda: versions.changed(Module.INVOICES, TENANT)) == {
        "tabVtiger Invoice": ("modified", True),
        "tabXero Link": ("by_record", True),
    }
    assert plans(lambda: versions.linked_but_gone(Module.INVOICES, TENANT)) == {
        "tabXero Link": ("by_record", True),
        "tabVtiger Invoice": ("PRIMARY", True),
    }


def test_what_was_saved_is_found_in_the_index_of_states(many: None) -> None:
    assert plans(lambda: versions.not_in_sync(Module.INVOICES)) == {
        f"tab{INVOICE}": (FIELD, True),
    }
    frappe.db.sql(f"update `tab{INVOICE}` set {FIELD} = 'Waiting' where name = 'MANY00001'")
    frappe.db.sql(f"update `tab{INVOICE}` set {FIELD} = null where name = 'MANY00002'")
    before = _rows_read()
    assert sorted(versions.not_in_sync(Module.INVOICES)) == ["MANY00001", "MANY00002"]
    assert _rows_read() - before < MANY / 10


def _rows_read() -> int:
    return sum(int(each) for _, each in frappe.db.sql("show session status like 'Handler_read%'"))


def test_cards_and_charts_count_in_indexes_alone(many: None) -> None:
    assert plans(lambda: figures.count_in_state("In Sync"))[f"tab{INVOICE}"] == (FIELD, True)
    assert plans(figures.outstanding_by_age)[f"tab{INVOICE}"] == ("owed", True)


def test_what_changed_is_what_has_another_version_or_no_link(many: None) -> None:
    assert versions.changed(Module.INVOICES, TENANT) == []
    assert versions.linked_but_gone(Module.INVOICES, TENANT) == []
    later = "2026-11-30 10:00:00.000002"
    frappe.db.sql(f"update `tab{INVOICE}` set modified = %s where name = 'MANY00001'", later)
    frappe.db.sql(f"delete from `tab{LINK}` where name = 'MANY00002'")
    frappe.db.sql(f"delete from `tab{INVOICE}` where name in ('MANY00003', 'MANY00004')")
    frappe.db.sql(f"update `tab{LINK}` set state = 'Gone' where name = 'MANY00004'")
    assert sorted(versions.changed(Module.INVOICES, TENANT)) == ["MANY00001", "MANY00002"]
    assert versions.linked_but_gone(Module.INVOICES, TENANT) == ["MANY00003"]


def plans(work: Callable[[], Any]) -> dict[str, tuple[str, bool]]:
    """By the tables that are read: the index, and whether it says all, of the first statement."""
    run, found = frappe.db.sql, {}

    def explaining(query: Any, *how: Any, **more: Any) -> Any:
        if more.get("run", True) and str(query).lower().startswith("select"):
            for row in run(f"explain {query}", *how[:1], as_dict=True):
                found.setdefault(row.table, (row.key, "Using index" in str(row.Extra).split("; ")))
        return run(query, *how, **more)

    frappe.db.sql = explaining
    try:
        work()
    finally:
        frappe.db.sql = run
    return found
