"""In Sync means equal (rule G12): a difference in total, received or due says how much and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.readings import only_read
from tests.support.rules import applies, spares
from tests.support.shop import INVOICES, PAYMENTS, Shop
from tests.support.stage import counts, skipped
from vtiger_xero.engine.links import Link, LinkState
from vtiger_xero.engine.records import Direction, Module, Side
from vtiger_xero.engine.settings import ConflictPolicy

D = Decimal


def link(shop: Shop, name: str, module: Module = INVOICES) -> Link:
    (found,) = (each for each in shop.stage.journal.links(module) if each.crm_name == name)
    return found


def figures(shop: Shop, name: str) -> tuple[D, ...]:
    """Total, received and due, equal on both sides as each keeps them."""
    fields, wire = shop.get(INVOICES, name).fields, shop.wire(name)
    here = tuple(D(fields[each]) for each in ("grand_total", "received", "balance"))
    paid = D(wire["AmountPaid"]) + D(wire["AmountCredited"])
    assert here == (D(wire["Total"]), paid, D(wire["AmountDue"]))
    return here


def rounded_up(shop: Shop) -> str:
    """An invoice of 27.98, in step, whose total a person in Xero typed over with 28.00."""
    name = shop.invoice(shop.line("24.33"))
    shop.sync()
    shop.books.type_total(shop.partner(INVOICES, name), "28.00")
    shop.sync()
    return name


def first_line(shop: Shop, name: str, **fields: Any) -> tuple[dict[str, Any], ...]:
    return ({**shop.field(INVOICES, name, "items")[0], **fields},)


# A total that was typed over in Xero


@applies("I19")
def test_a_total_typed_over_in_xero_counts_here_and_is_paid_to_the_cent(shop: Shop) -> None:
    name = rounded_up(shop)
    assert shop.field(INVOICES, name, "rounding") == D("0.02")
    assert figures(shop, name) == (D("28.00"), D(0), D("28.00"))
    shop.books.pay_invoice(shop.partner(INVOICES, name))
    shop.sync()
    assert figures(shop, name) == (D("28.00"), D("28.00"), D(0))
    assert shop.field(INVOICES, name, "status") == "Paid"
    assert link(shop, name).state is LinkState.IN_SYNC
    assert shop.sync().writes == 0


@spares("I19")
def test_an_invoice_without_a_rounding_is_sent_without_one(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    assert shop.books.invoices[shop.partner(INVOICES, name)].rounding == 0
    shop.edit(INVOICES, name, subject="Other")
    shop.sync()
    assert figures(shop, name)[0] == D("11.50")


@pytest.mark.parametrize("paid", ["", "10.00", "28.00"])
@pytest.mark.parametrize("kind", ["Exclusive", "Inclusive", "NoTax"])
def test_an_invoice_that_comes_with_a_rounding_comes_with_its_payments(
    shop: Shop, kind: str, paid: str
) -> None:
    price = {"Exclusive": "24.33", "Inclusive": "27.98", "NoTax": "27.98"}[kind]
    made = shop.xero_invoice(shop.xero_line(price), LineAmountTypes=kind)
    shop.books.type_total(made, "28.00")
    if paid:
        shop.books.pay_invoice(made, paid)
    report = shop.sync()
    assert skipped(report, INVOICES) == []
    assert skipped(report, PAYMENTS) == []
    name = shop.here(INVOICES, made).name
    assert figures(shop, name)[:2] == (D("28.00"), D(paid or 0))
    assert link(shop, name).state is LinkState.IN_SYNC


def test_a_rounding_of_a_foreign_invoice_comes_too(shop: Shop) -> None:
    made = shop.xero_invoice(shop.xero_line("24.33"), CurrencyCode="USD")
    shop.books.type_total(made, "27.95")
    shop.sync()
    assert figures(shop, shop.here(INVOICES, made).name)[0] == D("27.95")


@pytest.mark.parametrize("forgets", [False, True])
def test_an_edit_of_words_keeps_the_rounding_whatever_xero_makes_of_silence(
    shop: Shop, forgets: bool
) -> None:
    shop.books.readings = replace(shop.books.readings, forgets_rounding=forgets)
    name = rounded_up(shop)
    shop.edit(INVOICES, name, subject="Other words")
    shop.sync()
    assert figures(shop, name)[0] == D("28.00")
    shop.edit(INVOICES, name, items=first_line(shop, name, item_comment="in blue"))
    assert counts(shop.sync(), INVOICES) == {"XERO Updated": 1}
    assert shop.wire(name)["LineItems"][0]["Description"] == "in blue"
    assert figures(shop, name)[0] == D("28.00")
    shop.books.pay_invoice(shop.partner(INVOICES, name), "5.00")
    shop.sync()
    shop.edit(INVOICES, name, subject="Once more", items=first_line(shop, name, item_comment="red"))
    assert counts(shop.sync(), INVOICES) == {"XERO Updated": 1}
    assert figures(shop, name) == (D("28.00"), D("5.00"), D("23.00"))


@pytest.mark.parametrize("forgets", [False, True])
def test_an_edit_that_changes_the_total_ends_the_rounding_and_says_so(
    shop: Shop, forgets: bool
) -> None:
    shop.books.readings = replace(shop.books.readings, forgets_rounding=forgets)
    name = rounded_up(shop)
    shop.edit(INVOICES, name, items=first_line(shop, name, selling_price=D(50)))
    assert shop.field(INVOICES, name, "rounding") == 0
    (entry,) = (each for each in shop.sync().entries if each.module is INVOICES)
    assert entry.reason == "The rounding of 0.02 in Xero no longer applies: the total changed."
    assert figures(shop, name)[0] == D("57.50")
    assert shop.sync().writes == 0


def test_a_rounding_that_is_taken_back_in_xero_goes_here(shop: Shop) -> None:
    name = rounded_up(shop)
    shop.books.type_total(shop.partner(INVOICES, name), "27.98")
    shop.sync()
    assert figures(shop, name)[0] == D("27.98")
    assert shop.field(INVOICES, name, "rounding") == 0


def test_other_lines_in_xero_with_another_rounding_come_as_they_are(shop: Shop) -> None:
    name = rounded_up(shop)
    x = shop.partner(INVOICES, name)
    line = shop.wire(name)["LineItems"][0]["LineItemID"]
    shop.books.edit_invoice(x, LineItems=[{"LineItemID": line, "UnitAmount": D("30.01")}])
    shop.books.type_total(x, "34.50")
    shop.sync()
    assert figures(shop, name)[0] == D("34.50")
    assert link(shop, name).state is LinkState.IN_SYNC


def test_a_form_that_holds_a_rounding_cannot_change_it(shop: Shop) -> None:
    name = rounded_up(shop)
    shop.edit(INVOICES, name, rounding=D(5), cis_deduction=D(7), subject="By hand")
    fields = shop.get(INVOICES, name).fields
    assert (fields["rounding"], fields["cis_deduction"]) == (D("0.02"), 0)
    other = shop.invoice(rounding=D(5), cis_deduction=D(7))
    assert shop.field(INVOICES, other, "grand_total") == D("11.50")


# What the customer pays to the tax office


@pytest.mark.parametrize("tells_credits", [True, False])
def test_a_cis_deduction_is_not_due_and_the_invoice_is_paid_without_it(
    shop: Shop, tells_credits: bool
) -> None:
    made = shop.xero_invoice(shop.xero_line("1200", TaxType="NONE"))
    shop.books.deduct_cis(made, 200)
    shop.sync()
    name = shop.here(INVOICES, made).name
    assert shop.field(INVOICES, name, "cis_deduction") == 200
    assert figures(shop, name) == (D(1200), D(0), D(1000))
    if tells_credits:
        shop.books.apply_credit_note(made, 100)
        shop.books.pay_invoice(made, 900)
    else:
        shop.books.pay_invoice(made, 1000)
    shop.sync()
    assert figures(shop, name) == (D(1200), D(1000), D(0))
    assert shop.field(INVOICES, name, "status") == "Paid"
    assert link(shop, name).state is LinkState.IN_SYNC
    assert shop.sync().writes == 0


def test_a_payment_typed_here_pays_what_cis_leaves_due(shop: Shop) -> None:
    made = shop.xero_invoice(shop.xero_line("1200", TaxType="NONE"))
    shop.books.deduct_cis(made, 200)
    shop.sync()
    name = shop.here(INVOICES, made).name
    shop.pay(name, "1000")
    assert shop.field(INVOICES, name, "status") == "Paid"
    assert skipped(shop.sync(), PAYMENTS) == []
    assert figures(shop, name) == (D(1200), D(1000), D(0))
    assert shop.wire(name)["Status"] == "PAID"


def test_a_cis_deduction_that_cannot_come_is_named(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.stage.set(Direction.TO_XERO)
    shop.books.deduct_cis(shop.partner(INVOICES, name), "1.50")
    shop.sync()
    held = link(shop, name)
    assert held.state is not LinkState.IN_SYNC
    assert "Balance is 11.50 here and 10.00 in Xero, a difference of 1.50." in held.reason
    assert "Xero subtracts a CIS deduction of 1.50 from the amount due." in held.reason


# Invoices of nothing


@only_read("F7", because="it stays approved on both sides then")
def test_an_invoice_of_nothing_is_paid_at_once_on_both_sides(shop: Shop) -> None:
    name = shop.invoice(shop.line("0"))
    shop.sync()
    assert shop.wire(name)["Status"] == "PAID"
    assert shop.field(INVOICES, name, "status") == "Paid"
    assert link(shop, name).state is LinkState.IN_SYNC
    assert shop.sync().writes == 0


@only_read("F7", because="it stays approved on both sides then")
def test_an_edit_of_an_invoice_of_nothing_says_that_xero_closed_it(shop: Shop) -> None:
    name = shop.invoice(shop.line("0"))
    shop.sync()
    shop.edit(INVOICES, name, items=first_line(shop, name, selling_price=D(50)))
    entry = shop.skip(INVOICES)
    assert "is zero. Xero marks such an invoice as paid" in entry.reason
    assert "Grand Total is 57.50 here and 0.00 in Xero" in entry.reason
    assert "Remove the payment" not in entry.remedy
    assert shop.field(INVOICES, name, "status") == "Approved"


@only_read("F7", because="it stays approved on both sides then")
def test_an_invoice_of_nothing_that_comes_from_xero_is_paid(shop: Shop) -> None:
    made = shop.xero_invoice(shop.xero_line("0"))
    shop.sync()
    assert shop.here(INVOICES, made).fields["status"] == "Paid"


@only_read("F7", because="it stays approved on both sides then")
def test_an_invoice_that_becomes_nothing_in_xero_is_paid(shop: Shop) -> None:
    made = shop.xero_invoice(shop.xero_line("100"))
    shop.sync()
    (line,) = shop.books.invoices[made].lines
    free = {**shop.xero_line("0"), "LineItemID": line.line_id}
    shop.books.edit_invoice(made, LineItems=[free])
    shop.sync()
    assert shop.here(INVOICES, made).fields["status"] == "Paid"
    assert shop.sync().writes == 0


def test_a_draft_of_nothing_is_a_draft(shop: Shop) -> None:
    name = shop.invoice(shop.line("0"), status="Created")
    shop.sync()
    assert shop.wire(name)["Status"] == "DRAFT"
    assert shop.field(INVOICES, name, "status") == "Created"


# Numbers


@only_read("F8", because="Xero numbers it itself then")
@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
def test_an_invoice_that_xero_made_without_a_number_gets_none_from_here(
    shop: Shop, status: str
) -> None:
    made = shop.xero_invoice(InvoiceNumber="", Status=status)
    shop.sync()
    name = shop.here(INVOICES, made).name
    assert shop.field(INVOICES, name, "invoice_no") == name
    shop.edit(INVOICES, name, subject="Other words")
    shop.sync()
    assert (shop.wire(name)["InvoiceNumber"], shop.wire(name)["Reference"]) == ("", "Other words")
    assert shop.sync().writes == 0
    shop.books.edit_invoice(made, InvoiceNumber="INV-77")
    shop.sync()
    assert shop.field(INVOICES, name, "invoice_no") == "INV-77"


# Taxes that Xero computes itself


def avalara(shop: Shop, **line: Any) -> str:
    element = {
        **shop.xero_line("100", TaxType="AVALARA"),
        "TaxAmount": "8.25",
        "LineAmount": 100,
        **line,
    }
    contact = {"ContactID": shop.contact("Ruru Inc")}
    head = {"Type": "ACCREC", "InvoiceNumber": "US-1", "Status": "AUTHORISED", "Contact": contact}
    dates = {"Date": "2026-11-20", "DueDate": "2026-12-20"}
    shop.books.load_invoices([{**head, **dates, "LineItems": [element]}])
    return next(k for k, each in shop.books.invoices.items() if each.number == "US-1")


def test_a_tax_that_xero_computes_comes_to_the_cent_and_survives_an_edit(shop: Shop) -> None:
    name = shop.here(INVOICES, _synced(shop, avalara(shop))).name
    assert figures(shop, name)[0] == D("108.25")
    shop.edit(INVOICES, name, subject="Other words")
    shop.sync()
    assert figures(shop, name)[0] == D("108.25")


def _synced(shop: Shop, made: str) -> str:
    assert skipped(shop.sync(), INVOICES) == []
    return made


def test_a_tax_of_a_rate_that_xero_does_not_list_is_named(shop: Shop) -> None:
    avalara(shop, TaxType="GONE1")
    entry = shop.skip(INVOICES)
    assert "The total is 108.25 NZD in Xero and would be 100.00 in the CRM" in entry.reason
    assert "Xero has no tax rate “GONE1”, which line 1 has" in entry.reason
    assert "decimals of the currency" not in entry.reason


# What differs is not In Sync


@applies("G12")
def test_a_payment_that_does_not_go_to_xero_leaves_its_invoice_out_of_step(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.stage.set(Direction.TO_CRM)
    shop.pay(name, "5.00")
    report = shop.sync()
    held = link(shop, name)
    assert (held.state, held.rule) == (LinkState.SKIPPED, "G12")
    assert "Received is 5.00 here and 0.00 in Xero, a difference of 5.00." in held.reason
    assert "The payment “PAY1” of 5.00 is only in the CRM." in held.reason
    assert "Payments sync in the other direction only." in held.reason
    assert held.remedy
    (entry,) = skipped(report, INVOICES)
    assert (entry.reason, entry.remedy) == (held.reason, held.remedy)


@spares("G12")
def test_it_goes_back_to_in_sync_by_itself(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.stage.set(Direction.TO_CRM)
    shop.pay(name, "5.00")
    shop.sync()
    shop.stage.set(Direction.BOTH)
    assert skipped(shop.sync(), INVOICES) == []
    held = link(shop, name)
    assert (held.state, held.rule, held.reason) == (LinkState.IN_SYNC, "", "")
    assert figures(shop, name)[1] == D("5.00")


def test_a_payment_that_does_not_come_is_named(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.stage.set(Direction.TO_XERO)
    shop.books.pay_invoice(shop.partner(INVOICES, name), "3.00")
    shop.sync()
    held = link(shop, name)
    assert held.state is not LinkState.IN_SYNC
    assert "Received is 0.00 here and 3.00 in Xero, a difference of 3.00." in held.reason
    assert "A payment of 3.00 is only in Xero." in held.reason


def test_a_rounding_that_does_not_come_is_named_as_such(shop: Shop) -> None:
    name = shop.invoice(shop.line("24.33"))
    shop.sync()
    shop.stage.set(Direction.TO_XERO)
    shop.books.type_total(shop.partner(INVOICES, name), "28.00")
    shop.sync()
    reason = link(shop, name).reason
    assert "Grand Total is 27.98 here and 28.00 in Xero, a difference of 0.02." in reason
    assert "In Xero a user adjusted the total by a rounding of 0.02." in reason


def test_a_credit_that_does_not_come_is_named(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.stage.set(Direction.TO_XERO)
    shop.books.apply_credit_note(shop.partner(INVOICES, name), "4.00")
    shop.sync()
    reason = link(shop, name).reason
    assert "Received is 0.00 here and 4.00 in Xero, a difference of 4.00." in reason
    assert "In Xero 4.00 of it was credited." in reason


def test_an_edit_that_the_direction_keeps_back_says_both_totals(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.stage.set(Direction.TO_CRM)
    shop.edit(INVOICES, name, items=first_line(shop, name, selling_price=D(20)))
    shop.sync()
    held = link(shop, name)
    assert held.state is LinkState.WAITING
    assert "Grand Total is 23.00 here and 11.50 in Xero, a difference of 11.50." in held.reason


def test_an_edit_that_a_payment_keeps_back_says_both_totals(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.books.pay_invoice(shop.partner(INVOICES, name), "3.00")
    shop.sync()
    shop.edit(INVOICES, name, items=first_line(shop, name, selling_price=D(20)))
    entry = shop.skip(INVOICES)
    assert entry.rule == "I10"
    assert "Grand Total is 23.00 here and 11.50 in Xero, a difference of 11.50." in entry.reason


def test_a_link_of_an_earlier_version_is_found_by_the_first_run_without_a_call(shop: Shop) -> None:
    """It was called In Sync, and nothing of it has changed since."""
    name = shop.invoice(shop.line("24.33"))
    shop.sync()
    calls = shop.sync().header.calls
    shop.books.type_total(shop.partner(INVOICES, name), "28.00")
    shop.stage.set(Direction.TO_XERO)
    shop.sync()
    held = link(shop, name)
    texts: dict[str, Any] = {"rule": "", "reason": "", "remedy": "", "state": LinkState.IN_SYNC}
    shop.stage.journal.save_link(replace(held, **texts))
    shop.stage.journal.settle(INVOICES, [held.xero_id or ""])
    database = shop.stage.journal._database
    database.write_many('UPDATE "Xero Document" SET figures = NULL WHERE tenant != ?', [("",)])
    shop.stage.journal.set_mapping_seen(INVOICES, "")  # as the upgrade leaves it
    shop.stage.journal.commit()
    shop.stage.set(Direction.BOTH)
    assert shop.sync().header.calls == calls
    assert figures(shop, name)[0] == D("28.00")
    assert link(shop, name).state is LinkState.IN_SYNC


def test_what_differs_for_good_costs_an_idle_run_no_call_and_no_write(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    calls = shop.sync().header.calls
    shop.stage.set(Direction.TO_CRM)
    shop.pay(name, "5.00")
    shop.sync()
    report = shop.sync()
    assert (report.writes, report.header.calls) == (0, calls)
    assert [each.rule for each in skipped(report, INVOICES)] == ["G12"]


@pytest.mark.parametrize("kind", ["Exclusive", "Inclusive"])
def test_a_draft_keeps_its_rounding_until_it_is_approved_here_and_after(
    shop: Shop, kind: str
) -> None:
    price = {"Exclusive": "24.33", "Inclusive": "27.98"}[kind]
    made = shop.xero_invoice(shop.xero_line(price), Status="DRAFT", LineAmountTypes=kind)
    shop.books.type_total(made, "28.00")
    shop.sync()
    name = shop.here(INVOICES, made).name
    shop.edit(INVOICES, name, items=first_line(shop, name, item_comment="in blue"))
    shop.sync()
    assert figures(shop, name)[0] == D("28.00")
    shop.edit(INVOICES, name, status="Approved")
    shop.sync()
    assert (shop.wire(name)["Status"], figures(shop, name)[0]) == ("AUTHORISED", D("28.00"))
    assert shop.wire(name)["LineItems"][0]["Description"] == "in blue"


def test_a_rounding_goes_with_what_is_cancelled(shop: Shop) -> None:
    name = rounded_up(shop)
    shop.edit(INVOICES, name, status="Cancel")
    shop.sync()
    assert shop.wire(name)["Status"] == "VOIDED"
    assert link(shop, name).state is LinkState.IN_SYNC


@pytest.mark.parametrize("credit", ["4.00", "28.00"])
def test_credits_settle_a_total_that_was_typed_over(shop: Shop, credit: str) -> None:
    name = rounded_up(shop)
    shop.books.apply_credit_note(shop.partner(INVOICES, name), credit)
    shop.sync()
    assert figures(shop, name) == (D("28.00"), D(credit), D("28.00") - D(credit))
    assert link(shop, name).state is LinkState.IN_SYNC


def test_a_rounding_that_came_while_the_lines_were_edited_here_is_not_added_to_them(
    shop: Shop,
) -> None:
    """It was typed for what Xero's lines come to."""
    name = shop.invoice(shop.line("24.33"))
    shop.sync()
    shop.stage.set(Direction.TO_XERO)
    shop.books.type_total(shop.partner(INVOICES, name), "28.00")
    shop.books.pay_invoice(shop.partner(INVOICES, name), "3.00")
    shop.sync()
    shop.edit(INVOICES, name, items=first_line(shop, name, selling_price=D(50)))
    shop.stage.set(Direction.BOTH)
    shop.sync()
    assert shop.field(INVOICES, name, "grand_total") == D("57.50")
    assert "Grand Total is 57.50 here and 28.00 in Xero" in link(shop, name).reason


def test_a_tax_that_xero_computes_and_lists_as_nothing_comes_too(shop: Shop) -> None:
    usual = next(each for each in shop.books.books.tax_rates if each["TaxType"] == "OUTPUT2")
    nothing: dict[str, Any] = {"TaxComponents": [], "EffectiveRate": D(0), "DisplayTaxRate": D(0)}
    rate = {**usual, **nothing, "TaxType": "AVALARA", "Name": "Auto Sales Tax"}
    shop.books.load_tax_rates([rate])
    made = shop.xero_invoice(shop.xero_line("100", TaxType="AVALARA", TaxAmount="8.25"))
    name = shop.here(INVOICES, _synced(shop, made)).name
    assert figures(shop, name)[0] == D("108.25")
    shop.edit(INVOICES, name, items=first_line(shop, name, item_comment="in blue"))
    shop.sync()
    assert figures(shop, name)[0] == D("108.25")
    assert shop.wire(name)["LineItems"][0]["Description"] == "in blue"


def test_a_preview_knows_what_is_open_beside_a_rounding(shop: Shop) -> None:
    name = rounded_up(shop)
    shop.edit(INVOICES, name, items=first_line(shop, name, item_comment="in blue"))
    shop.pay(name, "28.00")
    plans = {plan.module: plan for plan in shop.stage.preview()}
    assert [each.on(Side.XERO) is not None for each in plans[PAYMENTS].decisions] == [True]
    assert skipped(shop.sync(), PAYMENTS) == []
    assert figures(shop, name) == (D("28.00"), D("28.00"), D(0))


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_a_total_typed_over_while_the_lines_are_edited_here_ends_with_them(
    shop: Shop, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy)
    name = shop.invoice(shop.line("24.33"))
    shop.sync()
    shop.books.type_total(shop.partner(INVOICES, name), "28.00")
    shop.edit(INVOICES, name, items=first_line(shop, name, selling_price=D(50)))
    (entry,) = (each for each in shop.sync().entries if each.module is INVOICES)
    assert entry.reason == "The rounding of 0.02 in Xero no longer applies: the total changed."
    assert figures(shop, name)[0] == D("57.50")
    assert shop.sync().writes == 0
