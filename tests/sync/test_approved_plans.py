"""Apply exactly this plan: what a person saw is written, or nothing is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.agreement import disagreements
from tests.support.scripts import BOXED_SCRIPTS, Step, play
from tests.support.scripts import shop as opened
from tests.support.shop import INVOICES, ORGANIZATIONS, PRODUCTS, Shop
from tests.support.stage import Stage, staged
from tests.sync.choosing import collections, of, tracked
from tests.sync.conftest import World
from tests.sync.looking import active, key
from tests.sync.test_what_a_link_tells import link
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.approval import approval_of
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.plan import Cost, Plan
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.engine.run_filter import Approval, RunFilter
from xero_simulator import make_sample

D = Decimal


def approve(plans: Sequence[Plan]) -> Approval:
    """As it is kept until a person presses the button."""
    return frozenset(json.loads(json.dumps(sorted(approval_of(plans)))))


def looks(world: World) -> Approval:
    return approve([world.preview()])


def apply(world: World, approved: Approval, **options: Any) -> Report:
    return world.sync(run_filter=RunFilter(approval=approved), **options)


def stopped(report: Report) -> str:
    assert report.header.status is RunStatus.STOPPED
    assert report.writes == 0
    assert report.logs == []
    assert "Nothing was written" in report.header.message
    assert "Preview again" in report.header.message
    return report.header.message


@pytest.fixture
def pairs(world: World) -> World:
    """Kea and Moa are linked, and both have news on both sides."""
    for name in ("Kea", "Moa"):
        world.organization(organization_name=name, fax="1")
    world.sync()
    for name in ("ACC1", "ACC2"):
        world.crm.edit(ORGANIZATIONS, name, fax="2")
    for name in ("Kea", "Moa"):
        world.xero.edit(key(world, name), TaxNumber="9")
    return world


# What was seen is what is written


def test_all_that_was_seen_is_written_and_nothing_is_left(pairs: World) -> None:
    report = apply(pairs, looks(pairs))
    assert (report.header.status, report.writes) == (RunStatus.COMPLETED, 4)
    assert report.header.notices == ()
    assert pairs.compared(Side.CRM) == pairs.compared(Side.XERO)
    assert pairs.sync().writes == 0


def test_it_reads_once(pairs: World) -> None:
    approved = looks(pairs)
    calls = pairs.xero.calls
    apply(pairs, approved)
    assert pairs.xero.calls - calls == 3  # the organisation, the contacts, one batch


def test_what_is_new_since_is_left_for_the_next_run_and_told(pairs: World) -> None:
    approved = looks(pairs)
    pairs.organization(organization_name="Weka")
    pairs.xero.add(Name="Ruru")
    report = apply(pairs, approved)
    assert (report.header.status, report.writes) == (RunStatus.COMPLETED, 4)
    assert active(pairs) == ["Kea", "Moa", "Ruru"]
    (notice,) = report.header.notices
    assert "More records can sync now: 2." in notice
    assert pairs.sync().writes == 2


def test_skips_are_told_and_pairs_without_a_write_are_linked(world: World) -> None:
    world.organization(fax="1")
    world.xero.add(Name="Kea", Phones=[{"PhoneType": "FAX", "PhoneNumber": "1"}])
    world.organization(organization_name="<x>")
    report = apply(world, looks(world))
    assert [entry.rule for entry in report.entries] == ["X-brackets"]
    assert link(world).state is LinkState.IN_SYNC
    assert world.sync().writes == 0


def test_what_never_travelled_and_is_gone_is_forgotten(world: World) -> None:
    world.organization(organization_name="<x>")
    world.sync()
    world.crm.trash(ORGANIZATIONS, "ACC1")
    apply(world, looks(world))
    assert world.journal.links(ORGANIZATIONS) == []


def test_a_plan_without_a_write_may_be_applied(world: World) -> None:
    world.organization(do_not_sync=True)
    assert apply(world, looks(world)).header.status is RunStatus.COMPLETED
    world.organization(organization_name="Moa")
    assert apply(world, frozenset()).writes == 0
    assert active(world) == []


def test_what_xero_refused_is_sent_again_if_that_was_seen(world: World) -> None:
    world.organization()
    world.xero.refuses["Kea"] = "No."
    world.sync()
    world.xero.refuses.clear()
    approved = approve(world.engine.preview(retry=True))
    assert apply(world, approved, retry=True).writes == 1
    assert active(world) == ["Kea"]


# Or nothing is


def edited_here(world: World) -> None:
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="3")


def edited_in_xero(world: World) -> None:
    world.xero.edit(key(world, "Kea"), TaxNumber="10")


def synced(world: World) -> None:
    world.sync(run_filter=of(ORGANIZATIONS, "ACC2"))


def deleted(world: World) -> None:
    world.crm.trash(ORGANIZATIONS, "ACC1")


def kept_out(world: World) -> None:
    world.crm.edit(ORGANIZATIONS, "ACC2", do_not_sync=True)


@pytest.mark.parametrize("since", [edited_here, edited_in_xero, synced, deleted, kept_out])
def test_a_write_that_would_be_another_one_by_now_stops_all(pairs: World, since: Any) -> None:
    approved = looks(pairs)
    since(pairs)
    before = (pairs.compared(Side.CRM), pairs.compared(Side.XERO), pairs.xero.writes)
    message = stopped(apply(pairs, approved))
    assert "now be written differently: 1." in message
    assert (pairs.compared(Side.CRM), pairs.compared(Side.XERO), pairs.xero.writes) == before
    assert apply(pairs, looks(pairs)).header.status is RunStatus.COMPLETED


def test_what_is_told_of_a_run_names_no_record(world: World) -> None:
    """Everybody who may see runs reads it, whatever records they may see."""
    for number in range(8):
        world.organization(organization_name=f"Kea {number}")
    approved = looks(world)
    world.sync()
    message = stopped(apply(world, approved))
    assert "now be written differently: 8." in message
    assert "Kea" not in message
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    approved = looks(world)
    world.crm.edit(ORGANIZATIONS, "ACC2", fax="2")
    assert "Kea" not in " ".join(apply(world, approved).header.notices)


def test_a_module_that_was_switched_off_since_stops_all(shop: Shop) -> None:
    approved = approve(shop.stage.preview())
    only = {each: shop.stage.settings.of(each) for each in Module if each is not PRODUCTS}
    shop.stage.set(modules=only)
    report = shop.sync(run_filter=RunFilter(approval=approved))
    assert report.header.status is RunStatus.STOPPED
    assert not list(shop.books.contacts.values())


def test_what_a_person_edits_while_the_plan_is_carried_out_is_left(pairs: World) -> None:
    approved = looks(pairs)
    get, seen = pairs.crm.get, []

    def and_edit(module: Any, names: Any) -> Any:
        records = get(module, names)
        seen.append(names)
        if len(seen) == 1:  # after the plan was held against the present, before it is made
            pairs.crm.edit(ORGANIZATIONS, "ACC1", fax="typed meanwhile")
        return records

    pairs.crm.get = and_edit  # type: ignore[method-assign]
    report = apply(pairs, approved)
    pairs.crm.get = get  # type: ignore[method-assign]
    assert report.header.status is RunStatus.COMPLETED
    assert pairs.compared(Side.XERO)["Kea"]["fax"] == "1"
    assert pairs.compared(Side.XERO)["Moa"]["fax"] == "2"
    assert "More records can sync now: 1." in report.header.notices[0]
    pairs.sync()
    assert pairs.compared(Side.XERO)["Kea"]["fax"] == "typed meanwhile"


def test_a_stop_leaves_the_rest(world: World) -> None:
    for number in range(120):
        world.organization(organization_name=f"Kea {number}")
    approved = looks(world)
    send = world.xero.send

    def and_stop(batch: Any) -> Any:
        world.watcher.stop = True
        return send(batch)

    world.xero.send = and_stop  # type: ignore[method-assign]
    assert apply(world, approved).header.status is RunStatus.STOPPED
    assert len(active(world)) == 50
    world.watcher.stop = False
    world.xero.send = send  # type: ignore[method-assign]
    stopped(apply(world, approved))
    assert apply(world, looks(world)).writes == 70


def test_a_run_is_of_one_or_the_other(world: World) -> None:
    with pytest.raises(ValueError, match="not for both"):
        world.engine.run(
            run_filter=RunFilter(chosen=of(ORGANIZATIONS, "ACC1").chosen, approval=frozenset())
        )


# Modules that follow from earlier ones


def test_an_invoice_and_a_payment_of_a_new_customer_with_a_new_product(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.pay(invoice, "5")
    approved = approve(shop.stage.preview())
    shop.stage.xero.reset_calls()
    report = shop.sync(run_filter=RunFilter(approval=approved))
    assert (report.writes, report.header.notices) == (4, ())
    assert shop.wire(invoice)["AmountPaid"] == D(5)
    asked = collections(shop)  # all that is read is on its way at once
    assert set(asked[:4]) == {"GET Contacts", "GET Items", "GET Invoices", "GET Payments"}
    sent = ["PUT Contacts", "PUT Items", "PUT Invoices", "PUT Payments"]
    assert asked[4:] == [*sent, "GET Invoices"], "the paid invoice is read, so that it is in sync"
    assert shop.sync().writes == 0


def test_everything_that_xero_has_and_the_crm_has_not(shop: Shop) -> None:
    shop.books.add_item_in_xero(Code="NUT", Name="Nut")
    invoice = shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    shop.books.pay_invoice(invoice, "5")
    report = shop.sync(run_filter=RunFilter(approval=approve(shop.stage.preview())))
    assert report.header.notices == ()
    assert shop.here(INVOICES, invoice).fields["received"] == D(5)


def as_dealt_with(shop: Shop, invoice: str) -> bool:
    """Whether the CRM's invoice is as the sync last dealt with it, so that nothing waits."""
    (link,) = (each for each in shop.stage.journal.links(INVOICES) if each.xero_id == invoice)
    return shop.here(INVOICES, invoice).modified == link.crm_modified


def test_a_payment_is_no_change_of_an_invoice_that_waits(shop: Shop) -> None:
    """It moves the invoice's time of change, after the invoice had its turn."""
    old, new = shop.xero_invoice(), shop.xero_invoice(contact=shop.contact("Ruru Ltd"))
    shop.sync()
    for each in (old, new):
        shop.books.pay_invoice(each)
    approved = approve(shop.stage.preview())
    create = shop.crm.create

    def a_moment_later(module: Any, fields: Any) -> Any:
        shop.stage.xero.clock.advance(timedelta(seconds=1))
        return create(module, fields)

    shop.crm.create = a_moment_later  # type: ignore[method-assign]
    shop.stage.xero.reset_calls()
    report = shop.sync(run_filter=RunFilter(approval=approved))
    assert (report.writes, len(report.logs)) == (2, len(Module))
    assert len(collections(shop)) == 4, "nothing is read for it"
    assert as_dealt_with(shop, old) and as_dealt_with(shop, new)
    assert shop.sync().writes == 0


def test_what_a_person_changes_of_a_paid_invoice_meanwhile_still_waits(shop: Shop) -> None:
    invoice = shop.xero_invoice()
    shop.sync()
    name = shop.here(INVOICES, invoice).name
    shop.books.pay_invoice(invoice, "3")
    approved = approve(shop.stage.preview())
    create = shop.crm.create

    def and_edit(module: Any, fields: Any) -> Any:
        payment = create(module, fields)
        shop.stage.xero.clock.advance(timedelta(seconds=1))
        shop.edit(INVOICES, name, subject="Another")
        return payment

    shop.crm.create = and_edit  # type: ignore[method-assign]
    assert shop.sync(run_filter=RunFilter(approval=approved)).writes == 1
    assert not as_dealt_with(shop, invoice)
    shop.crm.create = create  # type: ignore[method-assign]
    assert shop.sync().writes == 1
    assert shop.wire(name)["Reference"] == "Another"


def test_invoices_of_twins(shop: Shop) -> None:
    twin = shop.add(ORGANIZATIONS, organization_name="kea ltd")
    name = shop.invoice(organization_name=twin)
    report = shop.sync(run_filter=RunFilter(approval=approve(shop.stage.preview())))
    assert report.header.notices == ()
    assert shop.wire(name)["Contact"]["Name"] == "Kea Ltd"


def test_an_invoice_whose_customer_xero_refuses_waits(shop: Shop) -> None:
    name = shop.invoice()
    approved = approve(shop.stage.preview())
    keep = shop.crm.keep_reference

    def and_enter(reference: Any) -> None:
        """Somebody enters the customer in Xero, after the plan was held against the present."""
        shop.contact("Kea Ltd")
        keep(reference)

    shop.crm.keep_reference = and_enter  # type: ignore[method-assign]
    report = shop.sync(run_filter=RunFilter(approval=approved))
    shop.crm.keep_reference = keep  # type: ignore[method-assign]
    told = {(entry.module, entry.rule) for entry in report.entries if entry.reason}
    assert told == {(ORGANIZATIONS, "refused"), (INVOICES, "I1-contact")}
    shop.sync()
    assert shop.wire(name)["Contact"]["Name"] == "Kea Ltd"


def test_stock_that_the_plan_sells_is_looked_at_by_the_next_run(shop: Shop) -> None:
    nut, _ = tracked(shop)
    shop.invoice(shop.line("2", "3", item_name=nut))
    shop.sync(run_filter=RunFilter(approval=approve(shop.stage.preview())))
    assert shop.field(PRODUCTS, nut, "qty_in_stock") == D(10)
    shop.sync()
    assert shop.field(PRODUCTS, nut, "qty_in_stock") == D(7)


# Whatever happens

often = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def assert_as_seen(plans: Sequence[Plan], report: Report) -> None:
    expected, found = Counter[Any](), Counter[Any]()
    for plan in plans:
        expected.update({(plan.module, *what): number for what, number in plan.counts.items()})
    for log in report.logs:
        found.update({(log.module, *what): number for what, number in log.counts.items()})
    # What payments leave open on an invoice is judged when a run is over, and in no preview.
    judged = Counter(each.module for each in report.entries if each.rule == "G12")
    expected.update({(m, Side.CRM, Operation.SKIPPED): n for m, n in judged.items()})
    assert expected == found
    assert report.header.calls == sum((plan.cost for plan in plans), Cost()).calls
    assert not [notice for notice in report.header.notices if "left" in notice]


@often
@given(BOXED_SCRIPTS)
def test_an_approved_plan_is_carried_out_to_the_letter(script: list[Step]) -> None:
    with opened() as there:
        play(there, script)
        plans = there.stage.preview()
        report = there.sync(run_filter=RunFilter(approval=approve(plans)))
        assert report.header.status is RunStatus.COMPLETED
        assert_as_seen(plans, report)
        there.sync()
        assert disagreements(there.stage) == []
        assert there.sync().writes == 0


@often
@given(BOXED_SCRIPTS)
def test_no_approved_plan_is_carried_out_twice(script: list[Step]) -> None:
    with opened() as there:
        play(there, script)
        approved = approve(there.stage.preview())
        there.sync(run_filter=RunFilter(approval=approved))
        before = sum(map(len, (there.books.invoices, there.books.payments)))
        again = there.sync(run_filter=RunFilter(approval=approved))
        assert again.writes == 0
        assert (again.header.status is RunStatus.STOPPED) is bool(approved)
        assert sum(map(len, (there.books.invoices, there.books.payments))) == before


def test_a_whole_sample_is_carried_out_to_the_letter() -> None:
    with staged() as stage:
        stage.fill(make_sample(40, seed=3, products=20, invoices=60, payments=30))
        plans = stage.preview()
        report = stage.sync(run_filter=RunFilter(approval=approve(plans)))
        assert_as_seen(plans, report)
        assert report.writes > 100
        _settle(stage)


def _settle(stage: Stage) -> None:
    stage.sync()
    assert stage.sync().writes == 0
    assert disagreements(stage) == []


def test_an_invoice_whose_payment_an_approved_plan_sent_is_in_sync_at_once(shop: Shop) -> None:
    name = shop.invoice()
    shop.pay(name, "5")
    shop.sync(run_filter=RunFilter(approval=approve(shop.stage.preview())))
    links = {each.crm_name: each for each in shop.stage.journal.links(INVOICES)}
    assert (links[name].state, links[name].reason) == (LinkState.IN_SYNC, "")
    assert shop.sync().writes == 0
