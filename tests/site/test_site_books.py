"""Whole books on a real site: both ways, clean to the cent, and as the embedded CRM has them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from demo.records import Filler
from tests.site.xero import connect, run_now, simulated_xero
from tests.support.stage import staged
from tests.support.state import State, state_of_crm, state_of_xero
from vtiger_xero.connection.connect import ledger
from vtiger_xero.connection.settings import engine_settings
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.engine.mapping.doctypes import DOCTYPES
from vtiger_xero.engine.reconciliation import Reconciliation, reconcile
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator, make_sample
from xero_simulator.sample_sides import Sample

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = {"products": 300, "invoices": 1000, "payments": 600}
ORGANIZATIONS = 200


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Without what Frappe itself refuses or rewrites: odd e-mail addresses, and < and >."""
    made = make_sample(ORGANIZATIONS, seed=7, **SIZES)
    for row in (*made.crm_organizations, *made.xero_contacts):
        for holder in (row, *row.get("contacts", ()), *row.get("ContactPersons", ())):
            for key in ("primary_email", "email", "EmailAddress"):
                if key in holder and not _plain_address(holder[key]):
                    holder[key] = ""
    for row in (*made.crm_organizations, *made.crm_invoices, *made.crm_payments):
        row["organization_name"] = re.sub("[<>]", "", row["organization_name"])
    return made


def _plain_address(text: str) -> bool:
    return not text or bool(re.fullmatch(r"[a-z0-9._+-]+@[a-z0-9.-]+", text))


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero(seed=1) as simulator:
        yield simulator
    _take_all_away()


def test_whole_books_agree_after_one_run_and_equal_those_of_the_embedded_crm(
    xero: Simulator, sample: Sample
) -> None:
    _fill(xero, sample)
    run = run_now()
    assert run.status == "Completed", run.message
    assert frappe.db.count("Xero Sync Log", {"run": run.name}) == len(Module)
    found = _reconciled()
    assert found.agrees, found.drifts[:5]
    assert all(each.unexplained == 0 for each in found.counts)
    again = run_now()
    assert _writes(again.name) == 0
    here, there = _embedded(sample)
    _assert_same(state_of_crm(SiteCrm()), here)
    _assert_same(state_of_xero(xero.organisation), there)


def _fill(xero: Simulator, sample: Sample) -> None:
    frappe.db.set_default("currency", "NZD")
    sample.load_into(xero.organisation)
    connect(xero)
    reference = ledger().reference()
    Filler(SiteCrm("Administrator"), _insert(), reference).fill(sample)
    by_code = {each.code: each.id for each in reference.accounts}
    settings = frappe.get_doc("Xero Settings")
    for row in settings.modules:
        row.enable_sync = 1
    settings.update(
        {
            "assigned_to": "Administrator",
            "sales_account": by_code["200"],
            "charges_account": by_code["260"],
            "adjustment_account": by_code["260"],
            "payment_account": by_code["090"],
        }
    )
    settings.save()
    frappe.db.commit()


def _insert() -> Any:
    """How `make site` saves the sample as a person does, through the Documents and their rules."""
    spec = importlib.util.spec_from_file_location("fill_site", ROOT / "scripts/fill_site.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script.insert


def _reconciled() -> Reconciliation:
    settings = engine_settings()
    return reconcile(SiteCrm(), SiteJournal(settings.tenant), Module, settings=settings)


def _writes(run: str) -> int:
    fields = [f"{s}_{o}" for s in ("crm", "xero") for o in ("created", "updated", "deleted")]
    rows = frappe.get_all("Xero Sync Log", {"run": run}, fields)
    return sum(sum(row.values()) for row in rows)


def _embedded(sample: Sample) -> tuple[State, State]:
    """The same books on the embedded CRM, with a Xero of its own."""
    with staged(seed=1) as stage:
        stage.fill(sample)
        stage.set(
            assigned_to="Administrator",
            sales_account=stage.account("200"),
            charges_account=stage.account("260"),
            adjustment_account=stage.account("260"),
            payment_account=stage.account("090"),
        )
        stage.sync()
        return state_of_crm(stage.crm), state_of_xero(stage.books)


def _assert_same(mine: State, theirs: State) -> None:
    for what, held in mine.items():
        here = [each for each in held if each not in theirs[what]]
        there = [each for each in theirs[what] if each not in held]
        assert (here[:3], there[:3]) == ([], []), what
        assert len(held) == len(theirs[what]), what


def _take_all_away() -> None:
    """Some thousand records: faster by table than one by one."""
    frappe.db.rollback()
    children = ("Vtiger Invoice Item", "Vtiger Invoice Tax", "Vtiger Product Tax")
    doctypes = (name for names in DOCTYPES.values() for name in names)
    for doctype in (*children, *doctypes, "Version", "Dynamic Link"):
        frappe.db.delete(doctype)
    frappe.db.commit()
