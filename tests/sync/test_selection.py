"""A run of chosen records writes these and no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.agreement import disagreements
from tests.support.scripts import BOXED_SCRIPTS, Step, play
from tests.support.scripts import shop as opened
from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from tests.sync.choosing import at_xero, collections, of, sync, tracked, written
from tests.sync.conftest import World
from tests.sync.looking import active, fields, key
from tests.sync.test_life_of_payments import pay_in_xero
from tests.sync.test_what_a_link_tells import link
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import RunStatus
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.settings import ModuleSettings

D = Decimal


# Only what was chosen


def test_what_is_not_chosen_stays_as_it_is_and_pending(world: World) -> None:
    for name in ("Kea", "Moa"):
        world.organization(organization_name=name, fax="1")
    world.sync()
    for name in ("ACC1", "ACC2"):
        world.crm.edit(ORGANIZATIONS, name, fax="2")
    for name in ("Kea", "Moa"):
        world.xero.edit(key(world, name), TaxNumber="9")
    before = link(world, "ACC2")
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC1")).writes == 2
    assert world.compared(Side.XERO)["Kea"]["fax"] == "2"
    assert fields(world, "ACC1")["tax_number"] == "9"
    assert world.compared(Side.XERO)["Moa"]["fax"] == "1"
    assert fields(world, "ACC2")["tax_number"] == ""
    assert link(world, "ACC2") == before
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC1")).writes == 0
    assert world.sync().writes == 2
    assert world.compared(Side.CRM) == world.compared(Side.XERO)
    assert world.sync().writes == 0


def test_the_crm_is_asked_for_changes_only_where_a_record_has_no_partner(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, changed = [], world.crm.changed

    def noting(module: Module, tenant: str) -> Any:
        asked.append(module)
        return changed(module, tenant)

    world.organization()
    world.sync()
    monkeypatch.setattr(world.crm, "changed", noting)
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC1")).writes == 1
    assert asked == []
    world.organization(organization_name="Moa")
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC2")).writes == 1
    assert set(asked) == {ORGANIZATIONS}
    asked.clear()
    world.crm.edit(ORGANIZATIONS, "ACC2", fax="2")
    assert world.sync(run_filter=RunFilter(ORGANIZATIONS)).writes == 1
    assert set(asked) == {ORGANIZATIONS}


def test_a_contact_that_the_crm_does_not_have_is_chosen_by_its_id(world: World) -> None:
    world.xero.add(Name="Kea")
    world.xero.add(Name="Moa")
    world.sync(run_filter=at_xero(ORGANIZATIONS, key(world, "Moa")))
    assert [each.fields["organization_name"] for each in world.organizations()] == ["Moa"]
    world.sync()
    assert len(world.organizations()) == 2


def test_an_id_that_has_a_record_by_now_is_that_records(world: World) -> None:
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    assert world.sync(run_filter=at_xero(ORGANIZATIONS, key(world, "Kea"))).writes == 1


def test_what_nobody_has_heard_of_is_nothing(world: World) -> None:
    world.organization()
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC-no-such")).writes == 0
    assert active(world) == []


def test_it_costs_the_organisation_and_the_news_of_its_modules(world: World) -> None:
    world.organization()
    world.sync()
    calls = world.xero.calls
    world.sync(run_filter=of(ORGANIZATIONS, "ACC1"))
    assert world.xero.calls - calls == 2


@pytest.mark.parametrize("retry", [True, False])
def test_what_xero_refused_is_sent_again_when_a_person_asks(world: World, retry: bool) -> None:
    for name in ("Kea", "Moa"):
        world.organization(organization_name=name)
        world.xero.refuses[name] = "No."
    world.sync()
    world.xero.refuses.clear()
    world.sync(run_filter=of(ORGANIZATIONS, "ACC1"), retry=retry)
    assert active(world) == (["Kea"] if retry else [])


def test_a_deletion_may_be_chosen(world: World) -> None:
    world.set(deletions=True)
    for name in ("Kea", "Moa"):
        world.organization(organization_name=name)
    world.sync()
    for name in ("ACC1", "ACC2"):
        world.crm.trash(ORGANIZATIONS, name)
    world.sync(run_filter=of(ORGANIZATIONS, "ACC2"))
    assert active(world) == ["Kea"]


def test_a_stop_leaves_the_rest_for_the_next_run(world: World) -> None:
    for number in range(120):
        world.organization(organization_name=f"Kea {number}")
    chosen = of(ORGANIZATIONS, *(f"ACC{number}" for number in range(1, 111)))
    send = world.xero.send

    def and_stop(batch: Any) -> Any:
        world.watcher.stop = True
        return send(batch)

    world.xero.send = and_stop  # type: ignore[method-assign]
    assert world.sync(run_filter=chosen).header.status is RunStatus.STOPPED
    assert len(active(world)) == 50
    world.watcher.stop = False
    world.xero.send = send  # type: ignore[method-assign]
    assert world.sync(run_filter=chosen).writes == 60
    assert len(active(world)) == 110
    assert world.sync(run_filter=chosen).writes == 0


def test_a_module_that_is_off_is_told(shop: Shop) -> None:
    off = {each: ModuleSettings() for each in Module if each is not INVOICES}
    shop.stage.settings = replace(shop.stage.settings, modules=off)
    report = sync(shop, of(INVOICES, shop.invoice()))
    assert report.header.status is RunStatus.FAILED
    assert "do not enable Invoices" in report.header.message
    assert report.header.calls == 0


# Twins, and who is kept out


def test_a_twin_brings_its_first_along_where_that_has_no_contact_yet(world: World) -> None:
    for name in ("Kea", "Kea", "Moa"):
        world.organization(organization_name=name)
    world.sync(run_filter=of(ORGANIZATIONS, "ACC2"))
    assert active(world) == ["Kea"]
    assert (link(world, "ACC2").duplicate_of, link(world, "ACC2").xero_id) == (
        "ACC1",
        link(world, "ACC1").xero_id,
    )
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC2")).writes == 0


def test_a_twin_leaves_its_first_alone_where_that_has_one(world: World) -> None:
    world.organization()
    world.sync()
    world.organization()
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC2")).writes == 0
    assert link(world, "ACC2").xero_id == link(world, "ACC1").xero_id
    assert world.sync().writes == 1


def test_the_first_alone_leaves_its_twins_for_later(world: World) -> None:
    world.organization()
    world.organization()
    world.sync(run_filter=of(ORGANIZATIONS, "ACC1"))
    assert [each.crm_name for each in world.journal.links(ORGANIZATIONS)] == ["ACC1"]
    world.sync()
    assert link(world, "ACC2").duplicate_of == "ACC1"


def test_nothing_of_a_chosen_record_travels_that_is_kept_out(world: World) -> None:
    world.organization(do_not_sync=True)
    report = world.sync(run_filter=of(ORGANIZATIONS, "ACC1"))
    assert (report.entries, active(world)) == ([], [])
    assert link(world).state is LinkState.EXCLUDED


def test_a_twin_takes_the_contact_of_one_that_is_kept_out_though_only_it_was_chosen(
    world: World,
) -> None:
    world.organization(fax="1")
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=True)
    world.organization(tax_number="7")
    assert world.sync(run_filter=of(ORGANIZATIONS, "ACC2")).header.status is RunStatus.COMPLETED
    assert (link(world).duplicate_of, link(world, "ACC2").duplicate_of) == ("ACC2", None)
    assert world.compared(Side.XERO)["Kea"]["tax_number"] == "7"
    assert world.sync().writes == 0


def test_one_that_is_kept_out_keeps_its_contact_until_its_twin_is_synced(world: World) -> None:
    world.organization(fax="1")
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=True)
    world.organization(tax_number="7")
    before = link(world)
    world.sync(run_filter=of(ORGANIZATIONS, "ACC1"))
    assert link(world) == before
    world.sync()
    assert (link(world).duplicate_of, link(world, "ACC2").duplicate_of) == ("ACC2", None)


def test_news_of_a_contact_are_not_settled_by_a_twin_that_was_chosen(world: World) -> None:
    world.organization(do_not_sync=True)
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", industry="Energy")
    world.xero.edit(key(world, "Kea"), TaxNumber="9")
    world.sync(run_filter=of(ORGANIZATIONS, "ACC1"))
    assert fields(world, "ACC2")["tax_number"] == ""
    world.sync()
    assert fields(world, "ACC2")["tax_number"] == "9"


def test_a_new_record_takes_the_document_of_a_gone_one_though_only_it_was_chosen(
    world: World,
) -> None:
    world.set(deletions=True)
    world.organization(fax="1")
    world.sync()
    world.crm.trash(ORGANIZATIONS, "ACC1")
    world.organization(tax_number="7")
    report = world.sync(run_filter=of(ORGANIZATIONS, "ACC2"))
    assert report.header.status is RunStatus.COMPLETED
    assert active(world) == ["Kea"]
    assert world.sync().writes == 0


def test_a_name_that_another_would_free_is_taken_while_that_one_waits(world: World) -> None:
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Weka")
    world.organization(organization_name="Kea")
    sent = len(world.xero.batches)
    report = world.sync(run_filter=of(ORGANIZATIONS, "ACC2"))
    assert [entry.rule for entry in report.entries] == ["X-unique"]
    assert len(world.xero.batches) == sent
    world.sync()
    assert active(world) == ["Kea", "Weka"]


# What Xero moves by itself


def test_the_stock_that_it_sells_is_looked_at_again_and_no_other_news(shop: Shop) -> None:
    nut, rod = tracked(shop)
    name = shop.invoice(shop.line("2", "3", item_name=nut))
    shop.xero_invoice(shop.xero_line("2", ItemCode="ROD"))
    report = sync(shop, of(INVOICES, name))
    assert (
        shop.field(PRODUCTS, nut, "qty_in_stock"),
        shop.field(PRODUCTS, rod, "qty_in_stock"),
    ) == (
        D(7),
        D(10),
    )
    assert ("CRM", "Updated", "Nut") in written(report)
    assert collections(shop) == ["GET Invoices", "PUT Invoices", "GET Items"]
    assert sync(shop, of(INVOICES, name)).writes == 0
    shop.sync()
    assert shop.field(PRODUCTS, rod, "qty_in_stock") == D(9)


def test_the_invoice_that_it_pays_is_looked_at_again_and_no_other(shop: Shop) -> None:
    paid, other = shop.invoice(), shop.invoice()
    shop.sync()
    shop.books.edit_invoice(shop.partner(INVOICES, other), DueDate="2027-01-31")
    payment = pay_in_xero(shop, paid, "4")
    sync(shop, at_xero(PAYMENTS, payment))
    assert collections(shop) == ["GET Payments", "GET Invoices"]
    assert shop.field(INVOICES, paid, "received") == D(4)
    assert str(shop.field(INVOICES, other, "due_date")) == "2026-12-01"
    assert sync(shop, at_xero(PAYMENTS, payment)).writes == 0
    shop.sync()
    assert str(shop.field(INVOICES, other, "due_date")) == "2027-01-31"


# Whatever happens

often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def chosen_of(there: Shop, places: Iterable[int]) -> RunFilter:
    selection = RunFilter(chosen=frozenset())
    for place in places:
        module = list(Module)[place % 4]
        names = [record.name for record in there.stage.records(module)]
        if names:
            selection = selection.plus(module, [names[place // 4 % len(names)]])
    return selection


@often
@given(BOXED_SCRIPTS, st.lists(st.integers(0, 23), min_size=1, max_size=4))
def test_a_second_run_of_the_same_writes_nothing_and_a_whole_one_makes_all_agree(
    script: list[Step], places: list[int]
) -> None:
    with opened() as there:
        play(there, script)
        selection = chosen_of(there, places)
        if not selection.modules:
            return
        assert there.sync(run_filter=selection).header.status is RunStatus.COMPLETED
        assert there.sync(run_filter=selection).writes == 0
        there.sync()
        assert disagreements(there.stage) == []
        assert there.sync().writes == 0
