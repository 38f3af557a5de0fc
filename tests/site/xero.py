"""A Xero that runs on this machine, and the site connected to it as a person connects it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import frappe

from vtiger_xero.connection import consent
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.runs import jobs, sync_triggers
from vtiger_xero.xero.budget import BudgetState
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Simulator

ALLOWED = "Administrator"


@contextmanager
def simulated_xero(**how: Any) -> Iterator[Simulator]:
    """A simulator that knows this site's app, and a site that knows its address."""
    with Simulator(**how) as xero:
        addresses = [consent.redirect_address()]
        xero.register_app(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, addresses, "This site")
        frappe.conf.xero_address = xero.url
        _forget(xero.organisation.tenant_id)
        fill_in_app()
        try:
            yield xero
        finally:
            frappe.conf.pop("xero_address", None)


def _forget(tenant: str) -> None:
    """What an earlier test let Redis know of this organisation: they all have one id."""
    SiteBudget(tenant).save(BudgetState())
    sync_triggers.forget(tenant)


def fill_in_app() -> None:
    settings = frappe.get_doc("Xero Settings")
    settings.client_id, settings.client_secret = DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
    settings.save()
    frappe.db.commit()


def consented(xero: Simulator, **how: Any) -> str:
    """The query with which Xero sends the browser back to the site."""
    return urlsplit(xero.consent(consent.begin(ALLOWED), **how)).query


def connect(xero: Simulator) -> str:
    outcome = consent.finish(ALLOWED, consented(xero))
    assert not outcome.choose and not outcome.question
    frappe.db.commit()
    return outcome.message


def run_now(trigger: str = jobs.SYNC, **how: Any) -> Any:
    """A run as the worker carries it out; returns its Xero Sync Run."""
    settings = frappe.get_doc("Xero Settings")
    run = jobs._new_run(trigger, settings.tenant_id)
    frappe.db.commit()
    jobs.run_sync(run, trigger, **how)
    return frappe.get_doc("Xero Sync Run", run)
