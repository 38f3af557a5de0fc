"""Xero has ended the connection: what asks Xero next notes it, and the screens know it."""

from __future__ import annotations

import frappe
import pytest

from tests.site.xero import connect, run_now
from vtiger_xero.api import check, last_runs, refresh_reference_data, run_status, state
from vtiger_xero.runs import jobs
from xero_simulator import Simulator


def test_a_refused_run_is_noted_until_somebody_connects_again(xero: Simulator) -> None:
    assert not state()["access_lost"]
    xero.end_connections()
    run = run_now()
    assert run.status == "Failed"
    assert run.message.endswith("Connect again under Xero Settings → Connection.")
    assert state()["access_lost"] and state()["connected"]
    assert run_status(run.name)["access_lost"]
    connect(xero)
    assert not state()["access_lost"]
    assert run_now().status == "Completed"


def test_a_preview_notes_it_too(xero: Simulator) -> None:
    xero.end_connections()
    run_now(jobs.PREVIEW)
    assert state()["access_lost"]


@pytest.mark.parametrize("ask", [check, refresh_reference_data])
def test_a_refused_check_is_noted_although_its_request_is_taken_back(
    xero: Simulator, ask: object
) -> None:
    assert callable(ask)
    xero.end_connections()
    with pytest.raises(frappe.ValidationError, match="Connect again"):
        ask()
    frappe.db.rollback()
    assert state()["access_lost"]


def test_an_answer_of_xero_s_ends_it(xero: Simulator) -> None:
    frappe.db.set_single_value("Xero Settings", "access_lost_on", "2026-11-01 10:00:00")
    run_now()
    assert not state()["access_lost"]
    assert last_runs(1)[0]["status"] == "Completed"


def test_a_passing_fault_says_nothing_of_the_access(xero: Simulator) -> None:
    xero.stop()
    run_now()
    assert not state()["access_lost"]


def test_the_settings_that_somebody_has_open_can_still_be_saved(xero: Simulator) -> None:
    form = frappe.get_doc("Xero Settings")
    xero.end_connections()
    run_now()
    form.save()
    assert state()["access_lost"]
