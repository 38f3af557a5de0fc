"""The app comes onto a site and leaves it without a trace of trouble."""

from __future__ import annotations

import subprocess
import sys

import frappe
import pytest

from tests.contract.world import unique
from tests.site.conftest import SITE
from tests.site.shop import Shop
from tests.site.world import SiteWorld
from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.engine.records import Module, Person


def test_uninstalling_and_installing_again_goes_without_a_traceback(world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Left"))
    contact = world.add_contact(name, Person("Ada", "Lovelace"))
    shop = Shop()
    shop.insert("Vtiger Service", service_name=unique("Help"))
    shop.pay(shop.invoice(shop.line(100), status="Approved"), 30)
    bell = {"doctype": "Notification Log", "for_user": "Administrator", "subject": "Xero"}
    frappe.get_doc({**bell, "document_type": "Xero Sync Run", "document_name": "RUN1"}).insert()
    frappe.db.commit()
    bench("uninstall-app", "vtiger_xero", "--yes", "--no-backup", "--force")
    frappe.db.rollback()
    frappe.clear_cache()
    for doctype in DOCTYPES:
        assert not frappe.db.exists("DocType", doctype)
    assert not frappe.db.exists("Role", "Xero Manager")
    assert not frappe.get_doc("Contact", contact).links, "such a Contact could not be saved"
    for doctype, filters in _OURS.items():
        assert frappe.get_all(doctype, filters, pluck="name") == [], doctype
    # As every night, though its settings still name our logs.
    bench("execute", "frappe.core.doctype.log_settings.log_settings.run_log_clean_up")
    bench("install-app", "vtiger_xero")
    frappe.db.rollback()
    frappe.clear_cache()
    settings = frappe.get_doc("Xero Settings")
    modules = [(row.module, row.enable_sync) for row in settings.modules]
    assert modules == [(module.value, 1) for module in Module]
    assert settings.incoming_items == "Products"
    assert frappe.db.exists("Role", "Xero Manager")
    assert frappe.db.exists("Page", "xero-log")
    assert frappe.db.exists("Report", "Xero Reconciliation")
    for doctype, filters in _OURS.items():
        assert doctype == "Notification Log" or frappe.get_all(doctype, filters), doctype


_MODULE = {"module": "Vtiger Xero"}
_OURS = {
    **dict.fromkeys(("Workspace", "Page", "Report", "Number Card"), _MODULE),
    **dict.fromkeys(("Dashboard Chart", "Dashboard Chart Source"), _MODULE),
    "Custom HTML Block": {"name": ["like", "Xero %"]},
    "Scheduled Job Type": {"method": ["like", "vtiger_xero.%"]},
    "Notification Log": {"document_type": "Xero Sync Run"},
    "Custom Field": _MODULE,
    "Notification": {"document_type": ["in", DOCTYPES]},
    "Global Search DocType": {"document_type": ["in", DOCTYPES]},
    "Custom DocPerm": {"parent": ["in", ["Currency", "Data Import"]], "role": "Xero Manager"},
}


def bench(*arguments: str) -> None:
    """A bench command, as it is typed; what it prints is shown when it fails."""
    frappe.db.rollback()
    command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Traceback" not in said, said


@pytest.mark.parametrize(
    ("version", "said"),
    [("15.55.1", "15.126.0"), ("16.0.0-dev", "16.55.0"), ("15.126.0", ""), ("16.60.1", "")],
)
def test_an_install_and_an_upgrade_name_the_weaknesses_of_the_frappe_that_is_there(
    version: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frappe, "__version__", version)
    (hook,) = frappe.get_hooks("after_migrate", app_name="vtiger_xero")
    frappe.get_attr(hook)()
    printed = capsys.readouterr().out
    assert bool(printed) is bool(said)
    if said:
        assert f"Frappe {version} has known weaknesses (CVE-" in printed
        assert f"Upgrade to {said} or later" in printed
