"""The probe on a site's own connection: what it writes it takes away, and no run is disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe
import pytest
from frappe.installer import update_site_config

from tests.site.web import run_command
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero import commands
from vtiger_xero.crm.lock import run_lock
from vtiger_xero.engine.errors import AnotherRun
from vtiger_xero.probe import TEXT
from vtiger_xero.probe.scrubbing import MARK
from xero_simulator import NewOrganisation, Simulator


@contextmanager
def connected(*organisations: NewOrganisation) -> Iterator[Simulator]:
    """A site connected to it, in other processes, too."""
    with simulated_xero(organisations=organisations) as xero:
        connect(xero)
        update_site_config("xero_address", xero.url)
        try:
            yield xero
        finally:
            update_site_config("xero_address", "None")


DEMO = NewOrganisation("Demo Company (NZ)", "NZ", "NZD", is_demo=True)
NO_DEMO = NewOrganisation("Tui Traders Ltd", "NZ", "NZD")


def test_the_command_probes_the_connected_demo_company(tmp_path: Path) -> None:
    with connected(DEMO) as xero:
        status, said = run_command("xero-probe", "--calls", "32", "--folder", str(tmp_path))
        assert status == 0, said
        assert "at most" in said
        assert "L1   confirmed" in said
        assert "simulator (NZ)" in (tmp_path / TEXT).read_text()
        names = [contact.name for contact in xero.organisation.contacts.in_order()]
        assert any(name.startswith(MARK) for name in names)
        run_now()
    assert not frappe.db.exists("Vtiger Organization", {"organization_name": ("like", f"{MARK}%")})
    assert not frappe.db.exists("Vtiger Invoice", {"invoice_no": ("like", f"{MARK}%")})


def test_the_command_refuses_an_organisation_that_is_no_demo_company(tmp_path: Path) -> None:
    with connected(NO_DEMO) as xero:
        xero.reset_calls()
        status, said = run_command("xero-probe", "--folder", str(tmp_path))
        assert status == 2
        assert "nothing was written" in said
        written = [c for c in xero.calls if c.path.startswith("/api.xro") and c.method != "GET"]
        assert written == []


def test_no_probe_while_a_run_is_under_way(tmp_path: Path) -> None:
    with connected(DEMO) as xero:
        xero.reset_calls()
        tenant = frappe.db.get_single_value("Xero Settings", "tenant_id")
        with run_lock(tenant), pytest.raises(AnotherRun):
            commands._probe(tmp_path, 300)
        assert xero.calls == []
