"""Promises on what a person saves: what is filled in, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vtiger_xero.engine.mapping.doctypes import PRODUCT, SERVICE
from vtiger_xero.engine.records import CrmRecord, Person
from vtiger_xero.engine.taxes import CrmTax

from .shop import Row, Shop, ShopPromises, column, item_tax, rows
from .world import INVOICES, PAYMENTS, PRODUCTS, read, unique


def typed(shop: Shop, *lines: Row, **fields: Any) -> CrmRecord:
    """An invoice that a person saves, or an import, or a program."""
    given = {"subject": "Bolts", "organization_name": shop.organization, "items": list(lines)}
    return shop.read(shop.world.insert(INVOICES, **{**given, **fields}))


def bare(item: str, item_type: str = PRODUCT, **fields: Any) -> Row:
    """A line that names what it sells."""
    return {"item_type": item_type, "item_name": item, **fields}


def refused(refusal: pytest.ExceptionInfo[BaseException]) -> str:
    """What the person reads, on a site and without one."""
    return str(refusal.value)


class Stocked(ShopPromises):
    """A nail at 41.00 with 15 % GST, an account and a description; a service likewise."""

    @pytest.fixture
    def gst(self, shop: Shop) -> str:
        name = unique("GST")
        shop.world.crm.save_tax(CrmTax(name, Decimal(15)))
        shop.world.journal.commit()
        return name

    @pytest.fixture
    def nail(self, shop: Shop, gst: str) -> str:
        return self._item(shop, gst, PRODUCT)

    @pytest.fixture
    def advice(self, shop: Shop, gst: str) -> str:
        return self._item(shop, gst, SERVICE)

    @pytest.fixture
    def dollars(self, shop: Shop) -> str:
        """A currency that is not the base currency."""
        return "USD" if shop.world.crm.base_currency() != "USD" else "EUR"

    @pytest.fixture
    def abroad(self, shop: Shop, dollars: str) -> str:
        return shop.world.insert(organization_name=unique("Abroad"), currency=dollars)

    def _item(self, shop: Shop, gst: str, item_type: str, **fields: Any) -> str:
        given = {
            "item_type": item_type,
            "product_name": unique("Nail"),
            "unit_price": Decimal(41),
            "purchase_cost": Decimal(7),
            "description": "Of zinc",
            "xero_sales_account": shop.account.id,
            "taxes": [{"tax": gst, "rate": Decimal(15)}],
        }
        return shop.world.insert(PRODUCTS, **{**given, **fields})


class Filling(Stocked):
    """A line says what its product says, unless it says otherwise itself."""

    def test_a_line_gets_its_products_price_taxes_account_and_words(
        self, shop: Shop, nail: str, gst: str
    ) -> None:
        made = typed(shop, bare(nail))
        (line,) = rows(made, "items")
        assert (line["quantity"], line["selling_price"], line["purchase_cost"]) == (1, 41, 7)
        assert line["xero_sales_account"] == shop.account.id
        assert line["item_comment"] == "Of zinc"
        assert column(made, "taxes", "tax") == [gst]
        figures = [made.fields[each] for each in ("pre_tax_total", "total_tax", "grand_total")]
        assert figures == [41, Decimal("6.15"), Decimal("47.15")]

    def test_a_services_line_does_so_too(self, shop: Shop, advice: str) -> None:
        made = typed(shop, bare(advice, SERVICE, quantity=Decimal(2)))
        assert made.fields["grand_total"] == Decimal("94.30")

    def test_each_line_gets_its_own(self, shop: Shop, nail: str, advice: str) -> None:
        made = typed(
            shop, bare(nail), bare(shop.bolt, selling_price=Decimal(9)), bare(advice, SERVICE)
        )
        assert column(made, "taxes", "line") == [1, 3]
        assert column(made, "items", "tax") == [Decimal("6.15"), 0, Decimal("6.15")]

    def test_what_a_line_says_stands_and_a_price_of_nothing_is_a_price(
        self, shop: Shop, nail: str
    ) -> None:
        says = {"selling_price": Decimal(0), "item_comment": "A gift"}
        (line,) = rows(typed(shop, bare(nail, **says)), "items")
        assert {each: line[each] for each in says} == says

    def test_taxes_of_its_own_are_all_that_a_line_has(self, shop: Shop, nail: str) -> None:
        made = typed(shop, bare(nail), taxes=[item_tax(shop.vat)])
        assert column(made, "taxes", "tax") == [shop.vat]

    def test_a_line_may_carry_no_taxes_by_choice(self, shop: Shop, nail: str) -> None:
        made = typed(shop, bare(nail, no_taxes=True), bare(nail))
        assert column(made, "taxes", "line") == [2]
        assert [bool(each) for each in column(made, "items", "no_taxes")] == [True, False]

    def test_a_copy_of_an_untaxed_line_is_untaxed(self, shop: Shop, nail: str) -> None:
        made = typed(shop, bare(nail, no_taxes=True))
        copies = [{k: v for k, v in row.items() if k != "name"} for row in rows(made, "items")]
        assert rows(typed(shop, *copies), "taxes") == ()

    def test_a_line_that_is_there_gets_nothing_and_one_that_is_added_does(
        self, shop: Shop, nail: str
    ) -> None:
        made = typed(shop, bare(nail))
        shop.world.edit(made.name, INVOICES, taxes=[])
        after = shop.read(made.name)
        assert (rows(after, "taxes"), after.fields["grand_total"]) == ((), 41)
        lines = [*rows(after, "items"), bare(nail)]
        shop.world.edit(made.name, INVOICES, items=lines)
        assert column(shop.read(made.name), "taxes", "line") == [2]

    def test_group_mode_takes_the_taxes_that_all_items_share(
        self, shop: Shop, nail: str, advice: str, gst: str
    ) -> None:
        made = typed(shop, bare(nail), bare(advice, SERVICE), tax_mode="Group")
        assert column(made, "taxes", "applies_to") == ["Items Total"]
        assert made.fields["grand_total"] == Decimal("94.30")

    def test_group_mode_chooses_no_taxes_among_different_ones(self, shop: Shop, nail: str) -> None:
        made = typed(shop, bare(nail), shop.line(9), tax_mode="Group")
        assert rows(made, "taxes") == ()

    def test_what_the_sync_writes_says_exactly_what_it_says(self, shop: Shop, nail: str) -> None:
        line = {"quantity": Decimal(1), "selling_price": Decimal(41)}
        made = shop.invoice(bare(nail, **line))
        assert (rows(made, "taxes"), made.fields["grand_total"]) == ((), 41)
        assert column(made, "items", "item_comment") == [""]

    def test_total_tax_is_all_taxes_together(self, shop: Shop, nail: str) -> None:
        charge = {"applies_to": "Charges", "tax": shop.vat}
        taxes = [item_tax(shop.levy), charge]
        made = typed(shop, bare(nail), shipping_and_handling=Decimal(20), taxes=taxes)
        assert made.fields["total_tax"] == Decimal("4.05")


class Currencies(Stocked):
    """An invoice is in its customer's currency, and so are its payments."""

    def test_an_invoice_of_a_customer_in_dollars_is_in_dollars(
        self, shop: Shop, abroad: str, dollars: str
    ) -> None:
        made = typed(shop, shop.line(9), organization_name=abroad)
        assert made.fields["currency"] == dollars
        payment = shop.world.insert(PAYMENTS, related_to=made.name, amount=Decimal(1))
        (paid,) = shop.world.crm.get(PAYMENTS, [payment])
        assert paid.fields["currency"] == dollars

    def test_another_currency_may_be_chosen(self, shop: Shop, abroad: str) -> None:
        made = typed(shop, shop.line(9), organization_name=abroad, currency="AUD")
        assert made.fields["currency"] == "AUD"

    def test_a_customer_without_one_is_charged_in_the_base_currency(self, shop: Shop) -> None:
        someone = shop.world.insert(organization_name=unique("Anybody"))
        made = typed(shop, shop.line(9), organization_name=someone)
        assert made.fields["currency"] == shop.world.crm.base_currency()

    def test_an_invoice_that_is_there_stays_in_its_currency(
        self, shop: Shop, abroad: str, dollars: str
    ) -> None:
        made = typed(shop, shop.line(9), organization_name=abroad, currency="AUD")
        shop.world.edit(made.name, INVOICES, subject="Nuts")
        assert shop.read(made.name).fields["currency"] == "AUD"


class ForeignPrices(Stocked):
    """A product's price is in the base currency: it is converted, or asked for."""

    def test_a_price_is_converted_by_the_rate_that_was_given(
        self, shop: Shop, abroad: str, nail: str
    ) -> None:
        made = typed(shop, bare(nail), organization_name=abroad, conversion_rate=Decimal("0.625"))
        assert column(made, "items", "selling_price") == [Decimal("25.625")]
        assert column(made, "items", "purchase_cost") == [Decimal("4.375")]

    def test_without_a_rate_a_price_is_not_guessed(
        self, shop: Shop, abroad: str, nail: str
    ) -> None:
        with pytest.raises(Exception, match="Line 1 has no price") as refusal:
            typed(shop, bare(nail), organization_name=abroad)
        assert "Conversion Rate" in refused(refusal)
        made = typed(shop, bare(nail, selling_price=Decimal(25)), organization_name=abroad)
        assert column(made, "items", "selling_price") == [25]


WRONG = [
    ({"discount_percent": Decimal(200)}, {}, "Discount Percent of line 1 is 200"),
    ({"discount_percent": Decimal(-5)}, {}, "Discount Percent of line 1 is -5"),
    ({"discount_amount": Decimal(-1)}, {}, "discount of -1.00 on line 1"),
    ({"discount_amount": Decimal(101)}, {}, "discount of 101.00 on line 1"),
    ({}, {"overall_discount_percent": Decimal(101)}, "Overall Discount Percent is 101"),
    ({}, {"overall_discount_amount": Decimal("100.01")}, "discount of 100.01 on the invoice"),
    ({}, {"shipping_and_handling_percent": Decimal(-1)}, "Shipping & Handling Percent is -1"),
]


class Refusals(Stocked):
    """What no ledger could hold is refused to a person, and to nobody else."""

    @pytest.mark.parametrize(("line", "invoice", "reason"), WRONG)
    def test_a_figure_that_no_ledger_could_hold_is_refused(
        self, shop: Shop, line: Row, invoice: dict[str, Any], reason: str
    ) -> None:
        with pytest.raises(Exception, match=reason.replace("&", "&(amp;)?")):
            typed(shop, shop.line(100, **line), **invoice)

    def test_a_tax_of_more_than_the_whole_is_refused(self, shop: Shop) -> None:
        with pytest.raises(Exception, match="is 150, and must be from 0 to 100"):
            typed(shop, shop.line(9), taxes=[item_tax(shop.vat, rate=Decimal(150))])

    def test_a_discount_of_the_whole_and_a_line_that_takes_money_back_are_sound(
        self, shop: Shop
    ) -> None:
        lines = (
            shop.line(100, discount_percent=Decimal(100)),
            shop.line(100, discount_amount=Decimal(100)),
            shop.line(-9, discount_amount=Decimal(-1)),
        )
        assert typed(shop, *lines).fields["grand_total"] == -8

    @pytest.mark.parametrize("discount", [Decimal(200), Decimal(-5)])
    def test_what_came_from_xero_is_kept_and_can_be_edited(
        self, shop: Shop, discount: Decimal
    ) -> None:
        made = shop.invoice(shop.line(100, discount_percent=discount))
        shop.world.edit(made.name, INVOICES, subject="Nuts")
        assert shop.read(made.name).fields["subject"] == "Nuts"

    def test_another_organizations_contact_is_refused(self, shop: Shop) -> None:
        other = shop.world.insert(organization_name=unique("Other"))
        theirs = shop.world.add_contact(other, Person(first_name=unique("Kiri")))
        with pytest.raises(Exception, match="the invoice is another organization"):
            typed(shop, shop.line(9), contact_name=theirs)
        shop.world.link_contact(theirs, shop.organization)
        assert typed(shop, shop.line(9), contact_name=theirs).fields["contact_name"] == theirs

    @pytest.mark.parametrize("status", ["Cancel", "Credit Invoice"])
    def test_an_invoice_that_takes_no_payment_takes_none(self, shop: Shop, status: str) -> None:
        invoice = typed(shop, shop.line(100), status=status).name
        given = {"related_to": invoice, "amount": Decimal(9)}
        with pytest.raises(Exception, match="cannot have a payment"):
            shop.world.insert(PAYMENTS, **given, payment_status="Received")
        pending = shop.world.insert(PAYMENTS, **given, payment_status="Pending")
        with pytest.raises(Exception, match="cannot have a payment"):
            shop.world.edit(pending, PAYMENTS, payment_status="Received")
        assert shop.pay(invoice, 9)  # the sync may: it shows what Xero holds

    def test_a_payment_of_an_invoice_that_was_cancelled_later_can_be_edited(
        self, shop: Shop
    ) -> None:
        invoice = typed(shop, shop.line(100), status="Approved").name
        paid = {"related_to": invoice, "amount": Decimal(9), "payment_status": "Received"}
        payment = shop.world.insert(PAYMENTS, **paid)
        shop.world.edit(invoice, INVOICES, status="Cancel")
        shop.world.edit(payment, PAYMENTS, reference="Cheque 7")

    def test_a_payment_is_always_its_invoices_organizations(self, shop: Shop) -> None:
        other = shop.world.insert(organization_name=unique("Other"))
        given = {"related_to": typed(shop, shop.line(100)).name, "amount": Decimal(9)}
        payment = shop.world.insert(PAYMENTS, **given, organization_name=other)
        (paid,) = shop.world.crm.get(PAYMENTS, [payment])
        assert paid.fields["organization_name"] == shop.organization


class ReadOnlyFields(ShopPromises):
    """What only the sync writes: a person who saves it all the same changes nothing of it."""

    def test_what_xero_counts_as_received_is_no_persons_to_say(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(100), status="Approved")
        shop.update(made, received_otherwise=Decimal(7), cis_deduction=Decimal(3))
        forged = {"received_otherwise": Decimal(100), "cis_deduction": Decimal(50)}
        shop.world.edit(made.name, INVOICES, **forged, source="Nobody")
        after = shop.read(made.name).fields
        assert (after["received_otherwise"], after["cis_deduction"]) == (7, 3)
        assert (after["received"], after["status"], after["source"]) == (
            7,
            "Partially Paid",
            "Xero",
        )

    def test_a_new_invoice_has_received_nothing(self, shop: Shop) -> None:
        forged = {"received_otherwise": Decimal(9), "rounding": Decimal(1), "source": "Xero"}
        after = typed(shop, shop.line(9), status="Approved", **forged).fields
        assert (after["received_otherwise"], after["rounding"], after["received"]) == (0, 0, 0)
        assert (after["source"], after["grand_total"]) == ("CRM", 9)

    def test_how_a_tax_was_computed_stays_with_its_row(self, shop: Shop) -> None:
        made = typed(shop, shop.line(100), taxes=[item_tax(shop.vat)])
        (row,) = rows(made, "taxes")
        forged = {**row, "method": "Deducted", "compounds_on": "Levy", "amount_given": True}
        shop.world.edit(made.name, INVOICES, taxes=(forged,))
        assert rows(shop.read(made.name), "taxes") == (row,)

    def test_stock_that_xero_counts_is_no_persons_to_say(self, shop: Shop) -> None:
        tracked = {"qty_in_stock": Decimal(8), "tracked_in_xero": True}
        made = shop.world.crm.create(PRODUCTS, {"product_name": unique("Cog"), **tracked})
        shop.world.edit(made.name, PRODUCTS, qty_in_stock=Decimal(99), tracked_in_xero=False)
        after = read(shop.world, made.name, PRODUCTS).fields
        assert (after["qty_in_stock"], bool(after["tracked_in_xero"])) == (8, True)
        shop.world.edit(shop.bolt, PRODUCTS, qty_in_stock=Decimal(99), tracked_in_xero=True)
        after = read(shop.world, shop.bolt, PRODUCTS).fields
        assert (after["qty_in_stock"], bool(after["tracked_in_xero"])) == (99, False)


class SavingPromises(Filling, Currencies, ForeignPrices, Refusals, ReadOnlyFields):
    """All promises on what a person saves."""
