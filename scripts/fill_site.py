"""Runs in the bench's own Python: sample records, and the simulator's app in the settings."""

from __future__ import annotations

import os
import sys
from datetime import date

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

from demo.records import Filler
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, ORGANIZATION, RENAMED
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.records import Fields, Module, Person
from vtiger_xero.engine.reference import Reference
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, make_sample

SIZES = {"organizations": 60, "products": 60, "invoices": 150, "payments": 80}
_MOST_WRITES = 5_000  # Frappe bounds a transaction


def main(site: str, sites: str) -> None:
    """Fill a site that is still empty; one that is not stays as it is."""
    os.chdir(sites)
    frappe.init(site, sites_path=".")
    frappe.connect()
    frappe.set_user("Administrator")
    _setup_wizard()
    _settings()
    if not frappe.db.count("Vtiger Organization"):
        _records()
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


def _records() -> None:
    """The sample's CRM side; accounts come with the connection, and are mapped by hand."""
    sample = make_sample(**SIZES, today=date.today())
    for row in (*sample.crm_organizations, *sample.crm_invoices):
        if row.get("currency"):
            frappe.db.set_value("Currency", row["currency"], "enabled", 1)
    Filler(SiteCrm("Administrator"), insert, Reference("", "")).fill(sample)


def insert(module: Module, fields: Fields) -> str:
    """A record, saved as a person saves it: through the Document and all its rules."""
    doctype = str(fields.get(ITEM_TYPE) or spec_of(module).doctypes[0])
    names = RENAMED.get(doctype, {})
    given = {names.get(name, name): value for name, value in fields.items() if name != ITEM_TYPE}
    people = given.pop("contacts", ())
    plain = {name: _plain(value) for name, value in given.items() if value is not None}
    document = frappe.get_doc({"doctype": doctype, **plain})
    document.flags.currency_chosen = True  # the sample says which, the base currency too
    document.insert()
    for person in people:
        _contact(document.name, person)
    if frappe.db.transaction_writes > _MOST_WRITES:
        frappe.db.commit()
    return str(document.name)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [{key: _plain(each) for key, each in row.items()} for row in value]
    return value if isinstance(value, (str, int, bool)) else str(value)


def _contact(organization: str, person: Person) -> None:
    contact = frappe.get_doc(
        {
            "doctype": "Contact",
            "first_name": person.first_name,
            "last_name": person.last_name,
            "is_primary_contact": int(person.is_primary),
            "image": "/none.png",  # else Frappe looks for one on the internet
            "links": [{"link_doctype": ORGANIZATION, "link_name": organization}],
        }
    )
    if person.email:
        contact.append("email_ids", {"email_id": person.email, "is_primary": 1})
    contact.insert()


if __name__ == "__main__":
    main(*sys.argv[1:])
