"""A run of chosen records writes these, and what they cannot go without, and nothing else."""

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
from tests.support.stage import skipped
from tests.sync.conftest import World
from tests.sync.looking import active, fields, key
from tests.sync.test_life_of_payments import pay_in_xero
from tests.sync.test_what_a_link_tells import link
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.engine.selection import Selection
from vtiger_xero.engine.settings import ModuleSettings

D = Decimal


def of(module: Module, *names: str) -> Selection:
    return Selection({module: frozenset(names)})


def at_xero(module: Module, *ids: str) -> Selection:
    return Selection(xero_ids={module: frozenset(ids)})


def written(report: Report) -> list[tuple[str, str, str]]:
    entries = (entry for entry in report.entries if not entry.reason)
    return [(each.side.name, each.operation.value, each.title) for each in entries]


def collections(shop: Shop) -> list[str]:
    """What was asked of Xero since `reset_calls`, reference data left out."""
    asked = (f"{call.method} {call.path.rpartition('/')[2]}" for call in shop.stage.xero.calls)
    books = ("Organisation", "Accounts", "TaxRates", "Currencies", "token", "connections")
    return [each for each in asked if not each.endswith(books)]


def sync(shop: Shop, selection: Selection, **options: Any) -> Report:
    shop.stage.xero.reset_calls()
    return shop.sync(selection=selection, **options)


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
    assert world.sync(selection=of(ORGANIZATIONS, "ACC1")).writes == 2
    assert world.compared(Side.XERO)["Kea"]["fax"] == "2"
    assert fields(world, "ACC1")["tax_number"] == "9"
    assert world.compared(Side.XERO)["Moa"]["fax"] == "1"
    assert fields(world, "ACC2")["tax_number"] == ""
    assert link(world, "ACC2") == before
    assert world.sync(selection=of(ORGANIZATIONS, "ACC1")).writes == 0
    assert world.sync().writes == 2
    assert world.compared(Side.CRM) == world.compared(Side.XERO)
    assert world.sync().writes == 0


def test_a_contact_that_the_crm_does_not_have_is_chosen_by_its_id(world: World) -> None:
    world.xero.add(Name="Kea")
    world.xero.add(Name="Moa")
    world.sync(selection=at_xero(ORGANIZATIONS, key(world, "Moa")))
    assert [each.fields["organization_name"] for each in world.organizations()] == ["Moa"]
    world.sync()
    assert len(world.organizations()) == 2


def test_an_id_that_has_a_record_by_now_is_that_records(world: World) -> None:
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    assert world.sync(selection=at_xero(ORGANIZATIONS, key(world, "Kea"))).writes == 1


def test_what_nobody_has_heard_of_is_nothing(world: World) -> None:
    world.organization()
    assert world.sync(selection=of(ORGANIZATIONS, "ACC-no-such")).writes == 0
    assert active(world) == []


def test_it_costs_the_organisation_and_the_news_of_its_modules(world: World) -> None:
    world.organization()
    world.sync()
    calls = world.xero.calls
    world.sync(selection=of(ORGANIZATIONS, "ACC1"))
    assert world.xero.calls - calls == 2


@pytest.mark.parametrize("retry", [True, False])
def test_what_xero_refused_is_sent_again_when_a_person_asks(world: World, retry: bool) -> None:
    for name in ("Kea", "Moa"):
        world.organization(organization_name=name)
        world.xero.refuses[name] = "No."
    world.sync()
    world.xero.refuses.clear()
    world.sync(selection=of(ORGANIZATIONS, "ACC1"), retry=retry)
    assert active(world) == (["Kea"] if retry else [])


def test_a_deletion_may_be_chosen(world: World) -> None:
    world.set(deletions=True)
    for name in ("Kea", "Moa"):
        world.organization(organization_name=name)
    world.sync()
    for name in ("ACC1", "ACC2"):
        world.crm.trash(ORGANIZATIONS, name)
    world.sync(selection=of(ORGANIZATIONS, "ACC2"))
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
    assert world.sync(selection=chosen).header.status is RunStatus.STOPPED
    assert len(active(world)) == 50
    world.watcher.stop = False
    world.xero.send = send  # type: ignore[method-assign]
    assert world.sync(selection=chosen).writes == 60
    assert len(active(world)) == 110
    assert world.sync(selection=chosen).writes == 0


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
    world.sync(selection=of(ORGANIZATIONS, "ACC2"))
    assert active(world) == ["Kea"]
    assert (link(world, "ACC2").duplicate_of, link(world, "ACC2").xero_id) == (
        "ACC1",
        link(world, "ACC1").xero_id,
    )
    assert world.sync(selection=of(ORGANIZATIONS, "ACC2")).writes == 0


def test_a_twin_leaves_its_first_alone_where_that_has_one(world: World) -> None:
    world.organization()
    world.sync()
    world.organization()
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    assert world.sync(selection=of(ORGANIZATIONS, "ACC2")).writes == 0
    assert link(world, "ACC2").xero_id == link(world, "ACC1").xero_id
    assert world.sync().writes == 1


def test_the_first_alone_leaves_its_twins_for_later(world: World) -> None:
    world.organization()
    world.organization()
    world.sync(selection=of(ORGANIZATIONS, "ACC1"))
    assert [each.crm_name for each in world.journal.links(ORGANIZATIONS)] == ["ACC1"]
    world.sync()
    assert link(world, "ACC2").duplicate_of == "ACC1"


def test_nothing_of_a_chosen_record_travels_that_is_kept_out(world: World) -> None:
    world.organization(do_not_sync=True)
    report = world.sync(selection=of(ORGANIZATIONS, "ACC1"))
    assert (report.entries, active(world)) == ([], [])
    assert link(world).state is LinkState.EXCLUDED


def test_a_twin_takes_the_contact_of_one_that_is_kept_out_though_only_it_was_chosen(
    world: World,
) -> None:
    world.organization(fax="1")
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=True)
    world.organization(tax_number="7")
    assert world.sync(selection=of(ORGANIZATIONS, "ACC2")).header.status is RunStatus.COMPLETED
    assert (link(world).duplicate_of, link(world, "ACC2").duplicate_of) == ("ACC2", None)
    assert world.compared(Side.XERO)["Kea"]["tax_number"] == "7"
    assert world.sync().writes == 0


def test_one_that_is_kept_out_keeps_its_contact_until_its_twin_is_synced(world: World) -> None:
    world.organization(fax="1")
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=True)
    world.organization(tax_number="7")
    before = link(world)
    world.sync(selection=of(ORGANIZATIONS, "ACC1"))
    assert link(world) == before
    world.sync()
    assert (link(world).duplicate_of, link(world, "ACC2").duplicate_of) == ("ACC2", None)


def test_news_of_a_contact_are_not_settled_by_a_twin_that_was_chosen(world: World) -> None:
    world.organization(do_not_sync=True)
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", industry="Energy")
    world.xero.edit(key(world, "Kea"), TaxNumber="9")
    world.sync(selection=of(ORGANIZATIONS, "ACC1"))
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
    report = world.sync(selection=of(ORGANIZATIONS, "ACC2"))
    assert report.header.status is RunStatus.COMPLETED
    assert active(world) == ["Kea"]
    assert world.sync().writes == 0


def test_a_name_that_another_would_free_is_taken_while_that_one_waits(world: World) -> None:
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Weka")
    world.organization(organization_name="Kea")
    sent = len(world.xero.batches)
    report = world.sync(selection=of(ORGANIZATIONS, "ACC2"))
    assert [entry.rule for entry in report.entries] == ["X-unique"]
    assert len(world.xero.batches) == sent
    world.sync()
    assert active(world) == ["Kea", "Weka"]


# What they cannot go without


def test_an_invoice_brings_its_customer_and_its_products_along(shop: Shop) -> None:
    shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    shop.product("NUT", "Nut")
    other = shop.invoice()
    name = shop.invoice()
    report = sync(shop, of(INVOICES, name))
    assert written(report) == [
        ("XERO", "Created", "Kea Ltd"),
        ("XERO", "Created", "Bolt"),
        ("XERO", "Created", shop.field(INVOICES, name, "invoice_no")),
    ]
    first, *asked = collections(shop)
    assert (first, {*asked[:2]}) == ("GET Invoices", {"GET Contacts", "GET Items"})
    assert asked[2:] == ["PUT Contacts", "PUT Items", "PUT Invoices"]
    assert sync(shop, of(INVOICES, name)).writes == 0
    assert collections(shop) == ["GET Invoices"]
    sync(shop, of(INVOICES, other))
    assert collections(shop) == ["GET Invoices", "PUT Invoices"]
    assert {log.module for log in report.logs} == {ORGANIZATIONS, PRODUCTS, INVOICES}


def test_a_payment_brings_its_invoice_along_and_that_ones_customer(shop: Shop) -> None:
    invoice = shop.invoice()
    other = shop.pay(invoice, "2")
    payment = shop.pay(invoice, "5")
    report = sync(shop, of(PAYMENTS, payment))
    assert [each[2] for each in written(report)][:2] == ["Kea Ltd", "Bolt"]
    assert shop.wire(invoice)["AmountPaid"] == D(5)
    (held,) = shop.stage.journal.xero_records(INVOICES, [shop.partner(INVOICES, invoice)])
    assert held.document["AmountPaid"] == D(5)
    links = {each.crm_name for each in shop.stage.journal.links(PAYMENTS)}
    assert (payment in links, other in links) == (True, False)
    assert sync(shop, of(PAYMENTS, payment)).writes == 0
    assert collections(shop) == ["GET Payments"]


def test_an_invoice_of_xero_brings_its_contact_and_its_items_along(shop: Shop) -> None:
    for code in ("NUT", "ROD"):
        shop.books.add_item_in_xero(Code=code, Name=code.title())
    shop.contact("Weka Ltd")
    contact = shop.contact("Moa Ltd")
    invoice = shop.xero_invoice(shop.xero_line(ItemCode="nut"), contact=contact)
    other = shop.xero_invoice(contact=contact)
    sync(shop, at_xero(INVOICES, invoice))
    assert shop.here(INVOICES, invoice).fields["items"][0]["item_name"] != shop.bolt
    here = {r.fields["organization_name"] for r in shop.stage.records(ORGANIZATIONS)}
    assert here == {"Kea Ltd", "Moa Ltd"}
    codes = {r.fields["part_number"] for r in shop.stage.records(PRODUCTS)}
    assert codes == {"BOLT", "NUT"}
    assert len(shop.books.contacts.values()) == 2
    assert other not in {each.xero_id for each in shop.stage.journal.links(INVOICES)}
    assert sync(shop, at_xero(INVOICES, invoice)).writes == 0
    assert collections(shop) == ["GET Invoices"]


def test_a_payment_of_xero_brings_its_invoice_along(shop: Shop) -> None:
    invoice = shop.xero_invoice(shop.xero_line("10"))
    payment = shop.books.pay_invoice(invoice, "4").payment_id
    sync(shop, at_xero(PAYMENTS, payment))
    assert shop.here(INVOICES, invoice).fields["received"] == D(4)
    assert shop.sync(selection=at_xero(PAYMENTS, payment)).writes == 0


def test_a_new_customer_of_an_invoice_that_xero_has_is_brought_along(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    shop.edit(INVOICES, name, organization_name=moa)
    sync(shop, of(INVOICES, name))
    assert shop.wire(name)["Contact"]["Name"] == "Moa Ltd"


def test_a_new_contact_of_an_invoice_that_the_crm_has_is_brought_along(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    partner = shop.partner(INVOICES, name)
    shop.books.edit_invoice(partner, Contact={"ContactID": shop.contact("Moa Ltd")})
    sync(shop, of(INVOICES, name))
    organization = shop.field(INVOICES, name, "organization_name")
    assert shop.field(ORGANIZATIONS, organization, "organization_name") == "Moa Ltd"


def test_a_customer_that_is_skipped_is_told_with_its_invoice(shop: Shop) -> None:
    shop.edit(ORGANIZATIONS, shop.customer, organization_name="Kea <Ltd>")
    report = sync(shop, of(INVOICES, shop.invoice()))
    told = [(entry.module, entry.rule) for entry in report.entries if entry.reason]
    assert told == [(ORGANIZATIONS, "X-brackets"), (INVOICES, "I1-contact")]


def test_a_customer_whose_module_is_off_is_not_brought_along(shop: Shop) -> None:
    on = {each: ModuleSettings() for each in Module if each is not ORGANIZATIONS}
    shop.stage.settings = replace(shop.stage.settings, modules=on)
    (entry,) = skipped(sync(shop, of(INVOICES, shop.invoice())), INVOICES)
    assert entry.remedy == "Let Organizations sync, in the Xero settings."
    assert "GET Contacts" not in collections(shop)


def test_items_whose_module_is_off_are_not_asked_for(shop: Shop) -> None:
    shop.sync()
    on = {each: ModuleSettings() for each in Module if each is not PRODUCTS}
    shop.stage.settings = replace(shop.stage.settings, modules=on)
    shop.books.add_item_in_xero(Code="NUT", Name="Nut")
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    sync(
        shop, at_xero(INVOICES, shop.xero_invoice(shop.xero_line(ItemCode="NUT"), contact=contact))
    )
    assert collections(shop) == ["GET Invoices"]


def test_organizations_alone_need_no_books(shop: Shop) -> None:
    sync(shop, of(ORGANIZATIONS, shop.customer))
    asked = {call.path.rpartition("/")[2] for call in shop.stage.xero.calls}
    assert not {"Accounts", "TaxRates"} & asked


def test_the_product_of_lines_that_name_none_brings_nothing_along(shop: Shop) -> None:
    contact = shop.contact()
    invoice = shop.xero_invoice(contact=contact)
    shop.sync()
    sync(shop, of(INVOICES, shop.here(INVOICES, invoice).name))
    assert collections(shop) == ["GET Invoices"]


def test_payments_that_were_not_chosen_take_nothing_of_what_is_open(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.pay(invoice, "10")
    payment = shop.pay(invoice, "11.50")
    assert not skipped(sync(shop, of(PAYMENTS, payment)), PAYMENTS)
    assert shop.wire(invoice)["AmountPaid"] == D("11.50")


def test_invoices_of_another_base_currency_are_told_of_and_left(shop: Shop) -> None:
    shop.crm._base_currency = "EUR"
    report = sync(shop, of(INVOICES, shop.invoice()))
    assert "invoices and payments do not sync" in report.header.notices[0]
    assert report.logs == []


# What Xero moves by itself


def tracked(shop: Shop) -> tuple[str, str]:
    """Two products that Xero counts, with ten of each."""
    names = []
    for code in ("NUT", "ROD"):
        item = shop.books.add_item_in_xero(
            Code=code,
            Name=code.title(),
            IsTrackedAsInventory=True,
            InventoryAssetAccountCode="630",
            PurchaseDetails={"UnitPrice": D(1), "COGSAccountCode": "310"},
            SalesDetails={"UnitPrice": D(2), "AccountCode": "200", "TaxType": "OUTPUT2"},
            QuantityOnHand=D(10),
        )
        names.append(item.item_id)
    shop.sync()
    return shop.here(PRODUCTS, names[0]).name, shop.here(PRODUCTS, names[1]).name


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


def chosen_of(there: Shop, places: Iterable[int]) -> Selection:
    selection = Selection()
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
        assert there.sync(selection=selection).header.status is RunStatus.COMPLETED
        assert there.sync(selection=selection).writes == 0
        there.sync()
        assert disagreements(there.stage) == []
        assert there.sync().writes == 0
