"""Where the browser tests happen: the site's servers, its people, and one Xero after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

from tests.browser.servers import desk
from tests.site.web import PASSWORD, free_port
from tests.site.xero import connect, fill_in_app
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.connection.consent import CALLBACK
from vtiger_xero.xero import BudgetState
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Simulator

ROLES = {
    "manager": ("Mere", "Xero Manager"),
    "bookkeeper": ("Bruno", "Xero User"),
    "salesperson": ("Sam", "Sales User"),
}


@dataclass(frozen=True)
class Office:
    """`address` of the site, the port of its Xero, and who works here: login by role."""

    address: str
    xero_port: int
    people: dict[str, str]

    @contextmanager
    def xero(
        self, *, connected: bool = True, several: bool = False, **how: Any
    ) -> Iterator[Simulator]:
        """A Xero that knows the site's app.

        `connected`: consent is given already; `several`: to more than one organisation at once.
        """
        with Simulator(self.xero_port, **how) as xero:
            back = f"{self.address}{CALLBACK}"
            keys = (DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
            xero.register_app(*keys, [back], "This site", bulk_connections=several)
            fill_in_app()
            # Every simulator has the same organisations, and a new day.
            for tenant in xero.organisations:
                SiteBudget(tenant).save(BudgetState())
            if connected:
                frappe.conf.xero_address = xero.url
                frappe.conf.host_name = self.address
                connect(xero)
                frappe.conf.pop("host_name")
            yield xero


def account(code: str) -> str:
    """The name of Xero's account of this code, as the connected site holds it."""
    return str(frappe.db.get_value("Xero Account", {"code": code}))


def enable_everything(**settings: Any) -> None:
    """All modules, both ways, with the accounts that a shop in New Zealand would choose."""
    form = frappe.get_doc("Xero Settings")
    for row in form.modules:
        row.enable_sync = 1
    form.update({"sales_account": account("200"), "payment_account": account("090"), **settings})
    form.save()
    frappe.db.commit()


def forget_what_people_chose() -> None:
    """Frappe keeps the filters of each person's lists; the next test begins without."""
    frappe.db.delete("__UserSettings")
    frappe.db.commit()
    frappe.cache.delete_value("_user_settings")


def choose_language(office: Office, language: str | None) -> None:
    """The language that the manager reads; None for the site's own."""
    frappe.db.set_value("User", office.people["manager"], "language", language)
    frappe.db.commit()
    frappe.clear_cache(user=office.people["manager"])


def new(doctype: str, **fields: Any) -> str:
    """A record as a person enters it, for all to see; its name."""
    name = str(frappe.get_doc({"doctype": doctype, **fields}).insert().name)
    frappe.db.commit()
    return name


def edit(doctype: str, name: str, **fields: Any) -> None:
    """A person changes a record."""
    frappe.db.rollback()
    document = frappe.get_doc(doctype, name)
    document.update(fields).save()
    frappe.db.commit()


def fresh(doctype: str, name: str, field: str) -> Any:
    """What the database says now, and not when this test began."""
    frappe.db.rollback()
    return frappe.db.get_value(doctype, name, field)


@contextmanager
def opened() -> Iterator[Office]:
    """Servers and people, for all tests of a session."""
    _set_up()
    people = {who: _person(*names) for who, names in ROLES.items()}
    port = free_port()
    with desk(f"http://localhost:{port}") as address:
        yield Office(address, port, people)


def _set_up() -> None:
    """What a person answers on the first page of a new site."""
    setup_complete(
        {
            "language": "English",
            "country": "New Zealand",
            "timezone": "Pacific/Auckland",
            "currency": "NZD",
        }
    )
    frappe.db.set_single_value("System Settings", "enable_onboarding", 0)
    frappe.db.commit()


def _person(name: str, role: str) -> str:
    email = f"{name.lower()}@example.com"
    user = frappe.get_doc(
        {
            "doctype": "User",
            "email": email,
            "first_name": name,
            "send_welcome_email": 0,
            "new_password": PASSWORD,
            "roles": [{"role": each} for each in ("Desk User", role)],
        }
    )
    user.flags.no_welcome_mail = True
    user.insert()
    frappe.db.commit()
    return email
