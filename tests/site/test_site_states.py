"""What a list says of a record: the sync says it, people change it, and nobody types it."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.queueing import choose
from tests.site.shop import PRODUCT, Shop
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import ALLOWED, connect, consented, run_now
from vtiger_xero.connection import consent
from vtiger_xero.crm import states
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.engine.links import Link, LinkState
from vtiger_xero.engine.mapping.doctypes import DOCTYPES, ORGANIZATION
from vtiger_xero.engine.records import Module, Person
from xero_simulator import Simulator

ALL = list(chain(*DOCTYPES.values()))


def state(name: str, doctype: str = ORGANIZATION) -> str:
    return str(frappe.db.get_value(doctype, name, "xero_state"))


def modified(name: str, doctype: str = ORGANIZATION) -> Any:
    return frappe.db.get_value(doctype, name, "modified")


def tick_do_not_sync(name: str, ticked: int = 1) -> None:
    frappe.get_doc(ORGANIZATION, name).update({"do_not_sync": ticked}).save()
    frappe.db.commit()


# After runs


def test_a_run_says_what_became_of_a_record(xero: Simulator, world: SiteWorld) -> None:
    ours, long = world.insert(organization_name=unique("Ours")), unique("Long " + "n" * 260)
    too_long = world.insert(organization_name=long)
    assert [state(ours), state(too_long)] == ["Not Linked", "Not Linked"]
    title = unique("Theirs")
    xero.organisation.add_contact_in_xero(Name=title)
    run_now()
    theirs = frappe.db.get_value(ORGANIZATION, {"organization_name": title})
    assert [state(ours), state(theirs), state(too_long)] == ["In Sync", "In Sync", "Skipped"]


def test_a_state_is_no_change_of_the_record(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Ours"))
    before = modified(name)
    run_now()
    assert state(name) == "In Sync"
    assert modified(name) == before
    versions = frappe.db.count("Version", {"ref_doctype": ORGANIZATION, "docname": name})
    world.edit(name, website="https://example.com")
    assert state(name) == "Waiting"
    (version,) = frappe.get_all(
        "Version", {"ref_doctype": ORGANIZATION, "docname": name}, pluck="data"
    )[versions:]
    assert "website" in version
    assert "xero_state" not in version


def test_an_edit_waits_and_a_run_brings_it_into_step(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Ours"))
    run_now()
    world.edit(name, website="https://example.com")
    assert state(name) == "Waiting"
    assert run_now().status == "Completed"
    assert state(name) == "In Sync"


def test_a_record_that_never_met_xero_stays_not_linked(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("New"))
    world.edit(name, website="https://example.com")
    assert state(name) == "Not Linked"


def test_a_run_of_a_whole_shop_leaves_everything_in_sync(xero: Simulator) -> None:
    choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
    revenue = {"type": "REVENUE", "status": "ACTIVE", "system_account": ["is", "not set"]}
    account = frappe.get_all("Xero Account", revenue, pluck="name", order_by="code asc")[0]
    bank = frappe.get_all("Xero Account", {"type": "BANK", "status": "ACTIVE"}, pluck="name")[0]
    choose(sales_account=account, payment_account=bank)
    shop = Shop()
    frappe.db.set_value(PRODUCT, shop.bolt, "part_number", unique("B")[:30])
    fields = {"status": "Approved", "invoice_date": "2026-06-01", "due_date": "2026-07-01"}
    invoice = shop.invoice(shop.line(100), currency=frappe.db.get_default("currency"), **fields)
    payment = shop.pay(invoice, 30, payment_date="2026-06-02")
    frappe.db.commit()
    run_now()
    run_now()
    reasons = frappe.get_all("Xero Link", {"state": ["!=", "In Sync"]}, ["crm_name", "reason"])
    records = [
        (ORGANIZATION, shop.organization),
        (PRODUCT, shop.bolt),
        ("Vtiger Invoice", invoice.name),
        ("Vtiger Payment", payment.name),
    ]
    assert {state(name, doctype) for doctype, name in records} == {"In Sync"}, reasons
    shop.pay(invoice, 10)
    frappe.db.commit()
    assert state(invoice.name, "Vtiger Invoice") == "Waiting", "its status may follow"
    assert state(shop.bolt, PRODUCT) == "In Sync", "stock never travels to Xero"


def test_a_contact_is_a_change_of_its_organization(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Ours"))
    run_now()
    contact = world.add_contact(name, Person("Ada", "Lovelace"))
    assert state(name) == "Waiting"
    run_now()
    assert state(name) == "In Sync"
    world.edit_contact(contact, first_name="Augusta")
    assert state(name) == "Waiting"
    run_now()
    world.trash_contact(contact)
    assert state(name) == "Waiting"


def test_merging_changes_the_one_that_stays(xero: Simulator, world: SiteWorld) -> None:
    first = world.insert(organization_name=unique("Two"))
    run_now()
    second = world.insert(organization_name=unique("Two"))
    frappe.rename_doc(ORGANIZATION, second, first, merge=True)
    frappe.db.commit()
    assert state(first) == "Waiting"


# Excluded


def test_do_not_sync_shows_at_once_and_so_does_taking_it_back(
    xero: Simulator, world: SiteWorld
) -> None:
    linked, new = (world.insert(organization_name=unique("Ours")) for _ in range(2))
    run_now()
    frappe.db.delete("Xero Link", {"crm_name": new})
    states.refresh(xero.organisation.tenant_id, ORGANIZATION)
    frappe.db.commit()
    for name, after in ((linked, "Waiting"), (new, "Not Linked")):
        tick_do_not_sync(name)
        assert state(name) == "Excluded"
        tick_do_not_sync(name, 0)
        assert state(name) == after


# What people may say


@pytest.mark.parametrize("doctype", ALL)
def test_nobody_types_a_state(xero: Simulator, doctype: str) -> None:
    shop = Shop()
    made = {
        ORGANIZATION: lambda: frappe.get_doc(ORGANIZATION, shop.organization),
        PRODUCT: lambda: frappe.get_doc(PRODUCT, shop.bolt),
        "Vtiger Service": lambda: shop.insert(
            "Vtiger Service", service_name=unique("Help"), xero_state="In Sync"
        ),
        "Vtiger Invoice": lambda: shop.invoice(shop.line(1), xero_state="In Sync"),
        "Vtiger Payment": lambda: shop.pay(shop.invoice(shop.line(1)), 1, xero_state="In Sync"),
    }
    document = made[doctype]()
    assert state(document.name, doctype) == "Not Linked"
    document.reload()
    document.xero_state = "In Sync"
    document.save()
    assert state(document.name, doctype) == document.xero_state == "Not Linked"
    frappe.client.set_value(doctype, document.name, "xero_state", "In Sync")
    assert state(document.name, doctype) == "Not Linked"
    assert frappe.copy_doc(document).xero_state in (None, "Not Linked")
    frappe.db.rollback()


@pytest.mark.parametrize("doctype", ALL)
def test_the_section_is_for_the_roles_of_the_sync_alone(doctype: str) -> None:
    meta = frappe.get_meta(doctype)
    allowed = {each.role for each in meta.permissions if each.permlevel == 1}
    assert allowed == {"Xero User", "Xero Manager", "System Manager"}
    for field in ("xero_state", "do_not_sync"):
        assert meta.get_field(field).permlevel == 1


def test_whoever_has_no_role_neither_sees_nor_changes_it(world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Seen"), do_not_sync=1)
    person = new_person("Sales User")
    frappe.set_user(person)
    for field in ("xero_state", "do_not_sync"):  # of two in a row, Frappe 15 drops but one
        assert frappe.get_list(ORGANIZATION, {"name": name}, ["name", field]) == [{"name": name}]
    document = frappe.get_doc(ORGANIZATION, name)
    document.update({"do_not_sync": 0, "website": "https://example.com"}).save()
    frappe.set_user("Administrator")
    saved = frappe.db.get_value(ORGANIZATION, name, ["do_not_sync", "website"])
    assert saved == (1, "https://example.com")


def test_a_xero_user_keeps_a_record_out(world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Kept"))
    frappe.set_user(new_person("Xero User"))
    frappe.get_doc(ORGANIZATION, name).update({"do_not_sync": 1}).save()
    assert frappe.get_list(ORGANIZATION, {"do_not_sync": 1}, pluck="name") == [name]


# The connection


def test_another_organisation_knows_nothing_of_the_records(
    xero: Simulator, world: SiteWorld
) -> None:
    name = world.insert(organization_name=unique("Ours"))
    run_now()
    consent.disconnect()
    assert state(name) == "Not Linked"
    world.edit(name, website="https://example.com")
    tick_do_not_sync(name)
    assert state(name) == "Not Linked"
    tick_do_not_sync(name, 0)
    connect(xero)
    assert state(name) == "Waiting", "it was edited meanwhile"
    run_now()
    assert state(name) == "In Sync"


def test_another_organisation_has_its_own_links(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Ours"))
    run_now()
    demo, own = xero.organisations
    consent.finish(ALLOWED, consented(xero, tenants=[own]))
    consent.choose(own, ALLOWED, confirmed=True)
    assert state(name) == "Not Linked"
    consent.choose(demo, ALLOWED, confirmed=True)
    assert state(name) == "In Sync"


# Refusals, rollbacks, races


def link(name: str, record: Any, **values: Any) -> Link:
    return Link(Module.ORGANIZATIONS, name, None, crm_modified=record.modified, **values)


def test_what_is_rolled_back_was_never_said(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Ours"))
    (record,) = world.crm.get(Module.ORGANIZATIONS, [name])
    journal = SiteJournal(xero.organisation.tenant_id)
    journal.save_link(link(name, record, state=LinkState.SKIPPED))
    journal.rollback()
    journal.commit()
    assert state(name) == "Not Linked"
    with suppress(ZeroDivisionError), journal.record():
        journal.save_link(link(name, record, state=LinkState.SKIPPED))
        raise ZeroDivisionError
    journal.commit()
    assert state(name) == "Not Linked"
    journal.save_link(link(name, record, state=LinkState.SKIPPED))
    journal.commit()
    assert state(name) == "Skipped"
    journal.drop_link(link(name, record))
    journal.commit()
    assert state(name) == "Not Linked"


def test_an_edit_during_the_run_is_not_said_to_be_in_step(
    xero: Simulator, world: SiteWorld
) -> None:
    name = world.insert(organization_name=unique("Ours"))
    (record,) = world.crm.get(Module.ORGANIZATIONS, [name])
    world.edit(name, website="https://example.com")
    journal = SiteJournal(xero.organisation.tenant_id)
    journal.save_link(link(name, record, state=LinkState.IN_SYNC))
    journal.commit()
    assert state(name) == "Waiting"


def test_a_record_that_somebody_holds_costs_the_run_nothing(
    xero: Simulator, world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = world.insert(organization_name=unique("Held"))
    (record,) = world.crm.get(Module.ORGANIZATIONS, [name])
    journal = SiteJournal(xero.organisation.tenant_id)
    journal.save_link(link(name, record, state=LinkState.IN_SYNC))
    with monkeypatch.context() as held:
        held.setattr(states, "refresh", _too_long)
        journal.commit()
    assert state(name) == "Not Linked"
    assert frappe.db.get_value("Xero Link", {"crm_name": name}, "state") == "In Sync"
    journal.commit()
    assert state(name) == "In Sync"


def _too_long(*_: Any) -> None:
    raise frappe.QueryTimeoutError


def test_a_thousand_records_take_a_handful_of_statements(
    xero: Simulator, world: SiteWorld, counted: list[str]
) -> None:
    names = [world.insert(organization_name=unique("Many")) for _ in range(30)]
    records = world.crm.get(Module.ORGANIZATIONS, names)
    journal = SiteJournal(xero.organisation.tenant_id)
    for each in records:
        journal.save_link(link(each.name, each, state=LinkState.IN_SYNC))
    counted.clear()
    journal.commit()
    statements = [each.lower() for each in counted]
    assert sum("select" in each or "update" in each for each in statements) == 3
    assert {state(name) for name in names} == {"In Sync"}
