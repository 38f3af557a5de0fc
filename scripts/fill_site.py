"""Runs in the bench's own Python: a few organizations, and the simulator's app in the settings."""

from __future__ import annotations

import os
import sys

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

from vtiger_xero.simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, make_sample

ORGANIZATIONS = 60


def main(site: str, sites: str) -> None:
    """Fill a site that is still empty; one that is not stays as it is."""
    os.chdir(sites)
    frappe.init(site, sites_path=".")
    frappe.connect()
    frappe.set_user("Administrator")
    _setup_wizard()
    _settings()
    if not frappe.db.count("Vtiger Organization"):
        _organizations()
    frappe.db.commit()
    frappe.destroy()


def _setup_wizard() -> None:
    """What a person answers on the first page of a new site."""
    if not frappe.db.get_single_value("System Settings", "setup_complete"):
        setup_complete(
            {
                "language": "English",
                "country": "New Zealand",
                "timezone": "Pacific/Auckland",
                "currency": "NZD",
            }
        )


def _settings() -> None:
    settings = frappe.get_single("Xero Settings")
    if not settings.client_id:
        settings.client_id, settings.client_secret = DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
        settings.save()


def _organizations() -> None:
    for fields in make_sample(200).crm_organizations[:ORGANIZATIONS]:
        people = fields.pop("contacts")
        fields.pop("organization_number", None)
        if fields["currency"]:
            frappe.db.set_value("Currency", fields["currency"], "enabled", 1)
        name = frappe.get_doc({"doctype": "Vtiger Organization", **fields}).insert().name
        for person in people:
            _contact(name, person)


def _contact(organization: str, person: dict[str, object]) -> None:
    contact = frappe.get_doc(
        {
            "doctype": "Contact",
            "first_name": person["first_name"],
            "last_name": person["last_name"],
            "is_primary_contact": int(bool(person["is_primary"])),
            "links": [{"link_doctype": "Vtiger Organization", "link_name": organization}],
        }
    )
    if person["email"]:
        contact.append("email_ids", {"email_id": person["email"], "is_primary": 1})
    contact.insert()


if __name__ == "__main__":
    main(*sys.argv[1:])
