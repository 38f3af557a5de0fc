"""What happens where Xero does otherwise than most tests assume: it is told, and runs get quiet.

These are the counterparts of the tests that `only_read` leaves out under a reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from tests.support.agreement import disagreements
from tests.support.readings import readings_of
from tests.support.settling import settles
from tests.support.shop import INVOICES, ORGANIZATIONS, PRODUCTS, Shop, open_shop
from tests.support.stage import skipped
from tests.sync.test_changed_rates import change
from vtiger_xero.engine.links import Answer, LinkState, MatchAnswer
from vtiger_xero.engine.records import Module

D = Decimal


@contextmanager
def shop_under(row: str) -> Iterator[Shop]:
    with open_shop() as shop:
        shop.books.readings = readings_of(row)
        yield shop


def edit_line(shop: Shop, name: str, **fields: D | str) -> None:
    rows = [dict(row) for row in shop.field(INVOICES, name, "items")]
    rows[0] |= fields
    shop.edit(INVOICES, name, items=tuple(rows))


def tells_the_difference(shop: Shop, here: str, there: str) -> None:
    """A run that names both totals and takes over what Xero has; the next one writes nothing."""
    (entry,) = skipped(shop.sync(), INVOICES)
    assert here in entry.reason and there in entry.reason, entry.reason
    assert entry.remedy
    assert shop.sync().writes == 0
    assert disagreements(shop.stage) == []
    (link,) = shop.stage.journal.links(INVOICES)
    assert link.state is LinkState.IN_SYNC
    assert link.crm_name and shop.field(INVOICES, link.crm_name, "grand_total") == D(there)


def test_f7_an_invoice_of_nothing_stays_approved_on_both_sides() -> None:
    with shop_under("F7") as shop:
        name = shop.invoice(shop.line("0"))
        settles(shop)
        assert (shop.wire(name)["Status"], shop.field(INVOICES, name, "status")) == (
            "AUTHORISED",
            "Approved",
        )
        shop.edit(INVOICES, name, subject="Other words")
        settles(shop)
        assert shop.wire(name)["Reference"] == "Other words"
        edit_line(shop, name, selling_price=D(20))
        settles(shop)
        assert shop.wire(name)["Total"] == D(23)


def test_f7_one_that_comes_from_xero_or_becomes_nothing_there_alike() -> None:
    with shop_under("F7") as shop:
        free = shop.xero_invoice(shop.xero_line("0"))
        cheap = shop.xero_invoice(contact=shop.contact("Weka Ltd"))
        settles(shop)
        lines = [{"LineItemID": line.line_id} for line in shop.books.invoices[cheap].lines]
        shop.books.edit_invoice(cheap, LineItems=[{**lines[0], "UnitAmount": 0}])
        settles(shop)
        statuses = [shop.here(INVOICES, each).fields["status"] for each in (free, cheap)]
        assert statuses == ["Approved", "Approved"]


def test_f8_the_number_that_xero_gives_in_an_update_comes() -> None:
    with shop_under("F8") as shop:
        made = shop.xero_invoice(InvoiceNumber="")
        shop.sync()
        name = shop.here(INVOICES, made).name
        shop.edit(INVOICES, name, subject="Other words")
        shop.sync()
        settles(shop)
        number = shop.wire(name)["InvoiceNumber"]
        assert number and shop.field(INVOICES, name, "invoice_no") == number


def test_r2_a_price_of_nothing_is_no_price_and_wipes_none() -> None:
    with shop_under("R2") as shop:
        name = shop.product("NUT", "Nut", unit_price=D(10))
        settles(shop)
        shop.edit(PRODUCTS, name, unit_price=D(0))
        settles(shop)
        item = shop.books.items[shop.partner(PRODUCTS, name)]
        assert "UnitPrice" not in item.sales
        assert shop.field(PRODUCTS, name, "unit_price") == 0
        shop.books.edit_item(item.item_id, SalesDetails={"UnitPrice": D("2.5")})
        settles(shop)
        assert shop.field(PRODUCTS, name, "unit_price") == D("2.5")


def test_l14_a_discount_that_stays_in_xero_is_told_with_both_totals() -> None:
    with shop_under("L14") as shop:
        name = shop.invoice(shop.line("100", discount_amount=D("3.33")))
        settles(shop)
        edit_line(shop, name, discount_amount=D(0), discount_percent=D(0))
        tells_the_difference(shop, "115.00", "111.67")


def test_t15_a_tax_that_xero_makes_anew_is_told_with_both_totals() -> None:
    with shop_under("T15") as shop:
        name = shop.invoice(shop.line("100"))
        settles(shop)
        change(shop)
        shop.sync()
        edit_line(shop, name, item_comment="new words")
        tells_the_difference(shop, "115.00", "112.50")


def test_r7_an_invoice_that_names_the_merged_contact_stays_with_the_one_that_is_left() -> None:
    with shop_under("R7") as shop:
        name = shop.invoice()
        moa = shop.contact("Moa Ltd")
        settles(shop)
        kea = shop.partner(ORGANIZATIONS, shop.customer)
        shop.books.merge_contacts(kea, moa)
        shop.sync()
        assert disagreements(shop.stage) == []
        assert shop.sync().writes == 0
        shop.edit(INVOICES, name, subject="Other words")
        shop.sync()
        assert shop.sync().writes == 0
        assert shop.wire(name)["Reference"] == "Other words"


def test_d10_an_invoice_below_zero_that_xero_approves_comes_and_none_goes() -> None:
    with shop_under("D10") as shop:
        there = shop.xero_invoice(shop.xero_line("-10"))
        name = shop.invoice(shop.line("-10"))
        shop.sync()
        assert disagreements(shop.stage) == []
        assert shop.here(INVOICES, there).fields["balance"] == D("-11.5")
        links = {link.crm_name: link for link in shop.stage.journal.links(INVOICES)}
        assert "does not approve an invoice below zero" in links[name].reason
        assert shop.sync().writes == 0


def test_r9_names_that_differ_in_accents_alone_wait_for_another_name() -> None:
    with shop_under("R9") as shop:
        there = shop.contact("Cafe Noir")
        name = shop.add(ORGANIZATIONS, organization_name="Caf\u00e9 Noir")
        shop.sync()
        two = MatchAnswer(Module.ORGANIZATIONS, name, there, Answer.TWO)
        shop.stage.journal.save_answer(two)
        (entry,) = skipped(shop.sync(), ORGANIZATIONS)
        assert "Caf\u00e9 Noir" in entry.reason
        assert "their accents differ" in entry.remedy
        shop.edit(ORGANIZATIONS, name, organization_name="Caf\u00e9 Noir Ltd")
        settles(shop)
        names = {each.name for each in shop.books.contacts.values()}
        assert {"Cafe Noir", "Caf\u00e9 Noir Ltd"} <= names
