"""The reconciliation on a site: the report, the command, and that both agree after a sync."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run as run_report

from tests.site.shop import Shop, committed_shop
from tests.site.test_site_doctor import choose_everything, run_command
from tests.site.xero import connect, run_now, simulated_xero
from tests.support.whole_books import in_order, read_whole
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.crm.tenant import connected_tenant
from vtiger_xero.engine.reconciliation import reconcile, reconcile_books
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

REPORT = "Xero Reconciliation"


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero() as simulator:
        connect(simulator)
        choose_everything()
        yield simulator


@pytest.fixture
def shop(xero: Simulator) -> Iterator[Shop]:
    """Somebody owes for two invoices, and both are in Xero."""
    with committed_shop() as shop:
        frappe.db.set_value("Vtiger Product", shop.bolt, "part_number", "B-1")
        for price in (100, 200):
            shop.invoice(
                shop.line(price),
                status="Approved",
                due_date="2026-12-31",
                invoice_date="2026-11-24",
            )
        frappe.db.commit()
        run_now()
        yield shop


def report(**filters: Any) -> dict[str, Any]:
    given = {"only_differences": 1, **filters}
    return dict(run_report(REPORT, filters=given, ignore_prepared_report=True))


def summary(found: dict[str, Any]) -> dict[str, Any]:
    return {each["label"]: each["value"] for each in found["report_summary"]}


def rows(found: dict[str, Any], part: str) -> list[dict[str, Any]]:
    return [row for row in found["result"] if row["part"] == part]


def test_after_a_sync_both_ledgers_agree(shop: Shop) -> None:
    found = report()
    assert ">Both ledgers agree<" in found["message"], found["result"]
    assert "indicator-pill green" in found["message"]
    assert rows(found, "Differs") == []
    (total,) = rows(found, "Total")
    assert found["result"][0] == total
    assert (total["crm"], total["xero"], total["difference"]) == (300, 300, 0)
    assert "Compared with Xero as of the end of the last run" in found["message"]
    (total,) = [
        r for r in rows(report(only_differences=0), "Linked") if r["figure"] == "Grand Total"
    ]
    assert (total["crm"], total["xero"], total["difference"]) == (300, 300, 0)


def test_a_changed_amount_is_named_with_both_figures(shop: Shop) -> None:
    name = frappe.get_all(
        "Vtiger Invoice",
        {"organization_name": shop.organization},
        pluck="name",
        order_by="creation asc",  # by name, INV100 comes before INV99
    )[0]
    frappe.db.set_value("Vtiger Invoice", name, "balance", 99.99)
    found = report(module="Invoices")
    assert ">The ledgers do not agree \u00b7 1 with differences<" in found["message"]
    assert "indicator-pill red" in found["message"]
    assert summary(found)["Differing"] == "1"
    (row,) = rows(found, "Differs")
    assert (row["crm_name"], row["doctype"], row["figure"]) == (name, "Vtiger Invoice", "Balance")
    assert (row["crm"], row["xero"], row["difference"]) == (99.99, 100, -0.01)
    assert row["reason"] and row["remedy"]
    frappe.db.rollback()


def test_what_is_left_out_is_part_of_the_answer(shop: Shop) -> None:
    line = shop.line(1_234_567)
    invoice = shop.invoice(line, status="Approved", invoice_date="2026-11-24")
    frappe.db.commit()
    run_now()  # it has no due date, which Xero wants of an approved invoice
    assert frappe.db.get_value("Vtiger Invoice", invoice.name, "xero_state") == "Skipped"
    found = report()
    assert ">Linked records agree \u00b7 1 not in Xero<" in found["message"]
    assert "indicator-pill yellow" in found["message"]
    assert "Invoices NZD 1,234,567.00 in Vtiger CRM" in found["message"]
    (total,) = rows(found, "Total")
    assert (total["crm"], total["xero"]) == (1_234_867, 300)
    assert total["difference"] == 1_234_567


@pytest.mark.parametrize("at_once", [1, 2, 3, 2_000])
def test_books_are_read_in_parts_of_any_size(
    shop: Shop, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtiger_xero.crm.rows.A_PART", at_once)
    crm, journal = SiteCrm(), SiteJournal(connected_tenant())
    found = reconcile(crm, journal, Module)
    assert in_order(found) == in_order(reconcile_books(read_whole(crm, journal)))
    assert found.agrees
    assert {each.module: each.crm_linked for each in found.counts}[Module.INVOICES] == 2


def test_the_report_makes_no_call(shop: Shop, xero: Simulator) -> None:
    xero.reset_calls()
    report()
    assert list(xero.calls) == []


def become(role: str) -> None:
    user = frappe.get_doc(
        {
            "doctype": "User",
            "email": "reader@example.com",
            "first_name": "Ann",
            "roles": [{"role": role}],
        }
    ).insert()
    frappe.set_user(user.name)


def test_whoever_may_not_see_links_may_not_see_the_report() -> None:
    become("Xero User")
    with pytest.raises(frappe.PermissionError):
        report()


def test_a_xero_manager_needs_no_other_role_for_the_report(shop: Shop) -> None:
    become("Xero Manager")
    found = report(only_differences=0)
    assert {row["currency"] for row in rows(found, "Linked") if row["currency"]} == {"NZD"}


def test_without_a_connection_the_report_is_a_sentence() -> None:
    found = report()
    assert found["result"] == []
    assert "not connected" in found["message"]


@pytest.mark.parametrize("name", [REPORT, "Xero Records"])
def test_an_unknown_module_is_a_sentence_and_makes_no_prepared_report(
    shop: Shop, name: str
) -> None:
    """Frappe makes one of a report that did not come back within a quarter of a minute."""
    found = run_report(name, filters={"module": "<Ledgers>"}, ignore_prepared_report=True)
    assert found["result"] == []
    said = "&lt;Ledgers&gt; does not sync with Xero. Modules are: Organizations, "
    assert found["message"].startswith(said)
    watchers = [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
    assert all(each.finished.is_set() for each in watchers)


def test_the_commands_exit_status_says_whether_the_ledgers_agree(
    shop: Shop, tmp_path: Path
) -> None:
    status, said = run_command("xero-reconcile", "--all", "--csv", str(tmp_path))
    assert (status, "Both ledgers agree." in said) == (0, True), said
    assert "300.00" in (tmp_path / "sums.csv").read_text()
    name = frappe.db.get_value("Vtiger Invoice", {"organization_name": shop.organization}, "name")
    frappe.db.set_value("Vtiger Invoice", name, "received", 0.01)
    status, said = run_command("xero-reconcile", "--module", "Invoices")
    assert (status, "The ledgers do not agree" in said) == (1, True), said
    assert "Received" in said
