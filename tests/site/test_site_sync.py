"""A site and a Xero: connected as a person connects them, and kept in step."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest

from tests.contract.world import people, unique
from tests.site.world import SiteWorld
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.engine.records import Person
from xero_simulator import Simulator


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero() as simulator:
        yield simulator


@pytest.fixture
def connected(xero: Simulator) -> Simulator:
    connect(xero)
    return xero


def test_connecting_reads_the_organisation_and_its_reference_data(connected: Simulator) -> None:
    settings = frappe.get_doc("Xero Settings")
    profile = connected.organisation.books.profile
    assert settings.organisation_name == profile["Name"]
    assert settings.base_currency == profile["BaseCurrency"]
    assert settings.connected_by == "Administrator"
    assert frappe.db.count("Xero Account") == len(connected.organisation.books.accounts)
    assert frappe.db.count("Xero Tax Rate") == len(connected.organisation.books.tax_rates)
    settings.onload()
    assert 0 < settings.get("__onload")["budget"]["day_left"] < 1000


def test_an_organization_travels_to_xero_with_its_people(
    connected: Simulator, world: SiteWorld
) -> None:
    title = unique("Outward")
    ada = Person("Ada", "Lovelace", "ada@example.com", is_primary=True)
    name = world.insert(organization_name=title, billing_city="Napier", contacts=(ada,))
    run = run_now()
    assert run.status == "Completed", run.message
    contact = connected.organisation.contacts.active_named(title)
    assert contact is not None
    assert contact.number == name
    assert contact.get("FirstName") == "Ada"


def test_a_contact_travels_to_the_crm_with_its_people(
    connected: Simulator, world: SiteWorld
) -> None:
    title = unique("Inward")
    connected.organisation.add_contact_in_xero(
        Name=title,
        EmailAddress="office@example.com",
        FirstName="Bob",
        LastName="O'Neil",
        Addresses=[{"AddressType": "POBOX", "City": "Napier", "AddressLine1": "1 Main St"}],
    )
    run = run_now()
    assert run.status == "Completed", run.message
    found = frappe.get_doc("Vtiger Organization", {"organization_name": title})
    assert (found.billing_city, found.billing_address) == ("Napier", "1 Main St")
    assert (found.assigned_to, found.source) == ("Administrator", "Xero")
    assert [person.full_name for person in people(world, found.name)] == ["Bob O'Neil"]


def test_the_next_run_writes_nothing_and_costs_one_call_per_module(
    connected: Simulator, world: SiteWorld
) -> None:
    world.insert(organization_name=unique("Quiet"))
    connected.organisation.add_contact_in_xero(Name=unique("Still"))
    run_now()
    connected.reset_calls()
    run = run_now()
    (log,) = frappe.get_all("Xero Sync Log", {"run": run.name}, ["*"])
    counts = [log[f"{side}_{what}"] for side in ("crm", "xero") for what in _WRITES]
    assert counts == [0] * 6
    reads = [call for call in connected.calls if "Contacts" in call.path]
    assert len(reads) == 1


_WRITES = ("created", "updated", "deleted")


def test_a_change_on_either_side_travels_to_the_other(
    connected: Simulator, world: SiteWorld
) -> None:
    title = unique("Both")
    name = world.insert(organization_name=title)
    run_now()
    contact = connected.organisation.contacts.active_named(title)
    connected.organisation.edit_contact(contact.contact_id, TaxNumber="123-456-789")
    world.edit(name, billing_city="Nelson")
    run_now()
    contact = connected.organisation.contacts.active_named(title)
    assert frappe.db.get_value("Vtiger Organization", name, "tax_number") == "123-456-789"
    assert contact.addresses["POBOX"]["City"] == "Nelson"


def test_a_person_added_in_the_crm_reaches_xero(connected: Simulator, world: SiteWorld) -> None:
    title = unique("Person")
    name = world.insert(organization_name=title)
    run_now()
    world.add_contact(name, Person("Zoe", "Smith", "zoe@example.com"))
    run_now()
    contact = connected.organisation.contacts.active_named(title)
    assert contact.get("FirstName") == "Zoe"


def test_what_the_crm_refuses_is_skipped_with_a_reason_and_the_rest_goes_on(
    connected: Simulator,
) -> None:
    good, bad = unique("Good"), unique("Bad")
    connected.organisation.add_contact_in_xero(Name=bad, EmailAddress="someone@localhost")
    connected.organisation.add_contact_in_xero(Name=good)
    run = run_now()
    assert run.status == "Completed", run.message
    assert frappe.db.exists("Vtiger Organization", {"organization_name": good})
    skipped = {"run": run.name, "side": "Vtiger CRM", "operation": "Skipped"}
    (entry,) = frappe.get_all("Xero Sync Entry", skipped, ["record_name", "reason"])
    assert entry.record_name == bad
    assert "Primary Email" in entry.reason
