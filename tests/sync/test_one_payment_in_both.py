"""One payment that was entered in both systems is one; where nothing proves it, a person says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.rules import applies, spares
from tests.support.settling import settles
from tests.support.shop import DAY, INVOICES, PAYMENTS, Shop
from tests.support.stage import skipped
from vtiger_xero.engine.links import Answer, LinkState, MatchAnswer
from vtiger_xero.engine.possible import pairs_to_answer
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.settings import ConflictPolicy, ModuleSettings

D = Decimal
LATER = DAY + timedelta(days=1)


@pytest.fixture
def invoice(shop: Shop) -> str:
    """One over 115.00 that both sides have."""
    name = shop.invoice(shop.line("100"))
    settles(shop)
    return name


def in_xero(shop: Shop, invoice: str, amount: str = "50", on: date = DAY, **fields: Any) -> str:
    paid = shop.books.pay_invoice(shop.partner(INVOICES, invoice), amount, on=on, **fields)
    return str(paid.payment_id)


def money(shop: Shop, invoice: str) -> tuple[Decimal, Decimal, Decimal]:
    """Received here, paid there, open here."""
    wire, fields = shop.wire(invoice), shop.get(INVOICES, invoice).fields
    assert wire["AmountDue"] == fields["balance"]
    return fields["received"], wire["AmountPaid"], fields["balance"]


def counted(shop: Shop) -> tuple[int, int]:
    """Payments here, and living ones there."""
    there = [each for each in shop.books.payments.values() if each.status == "AUTHORISED"]
    return len(shop.stage.records(PAYMENTS)), len(there)


def is_asked(shop: Shop, invoice: str, *words: str) -> Report:
    """Nothing is copied, in any direction; both records wait, and say for what."""
    before = counted(shop)
    report = shop.sync()
    entries = skipped(report, PAYMENTS)
    assert {each.rule for each in entries} == {"G6"}
    for word in ("payment of this amount for the same invoice", *words):
        assert all(word in each.reason for each in entries), entries[0].reason
    assert all("one or two" in each.remedy for each in entries)
    assert counted(shop) == before
    assert all(link.state is LinkState.POSSIBLE for link in possible(shop))
    assert shop.sync().writes == 0
    return report


def possible(shop: Shop) -> list[Any]:
    return [each for each in shop.stage.journal.links(PAYMENTS) if each.possible]


def answer(shop: Shop, name: str, xero_id: str, given: Answer) -> None:
    asked = [pair[:2] for pair in pairs_to_answer(shop.stage.journal.links(PAYMENTS))]
    assert (name, xero_id) in asked
    shop.stage.journal.save_answer(MatchAnswer(PAYMENTS, name, xero_id, given))
    shop.stage.journal.commit()


@applies("P5")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("", ""), ("chq 7", ""), ("", "chq 7"), ("Chq  7", "chq 7")],
    ids=["neither", "here", "there", "spelled otherwise"],
)
def test_of_one_day_and_with_references_that_agree_it_is_one(
    shop: Shop, invoice: str, ours: str, theirs: str
) -> None:
    payment = shop.pay(invoice, "50", reference=ours)
    there = in_xero(shop, invoice, reference=theirs)
    (notice,) = shop.sync().header.notices
    assert "in both systems, and are linked now by amount" in notice
    settles(shop)
    assert counted(shop) == (1, 1)
    assert money(shop, invoice) == (50, 50, 65)
    assert shop.partner(PAYMENTS, payment) == there
    (link,) = [each for each in shop.stage.journal.links(PAYMENTS) if each.crm_name]
    assert link.state is LinkState.IN_SYNC
    assert link.matched_by.startswith("amount")


@pytest.mark.parametrize("policy", ConflictPolicy)
@pytest.mark.parametrize("ours", ["", "chq 7"])
def test_whatever_the_policy(shop: Shop, invoice: str, ours: str, policy: ConflictPolicy) -> None:
    shop.stage.set(conflicts=policy)
    shop.pay(invoice, "50", reference=ours)
    in_xero(shop, invoice)
    settles(shop)
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (50, 50, 65))


@pytest.mark.parametrize("direction", Direction)
def test_whatever_the_direction(shop: Shop, invoice: str, direction: Direction) -> None:
    only(shop, direction)
    shop.pay(invoice, "50")
    in_xero(shop, invoice)
    shop.sync()
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (50, 50, 65))
    assert shop.sync().writes == 0


def only(shop: Shop, direction: Direction) -> None:
    modules = {each: ModuleSettings() for each in Module}
    shop.stage.set(modules={**modules, PAYMENTS: ModuleSettings(direction=direction)})


@pytest.mark.parametrize("direction", Direction)
def test_what_may_be_one_counts_once_whatever_the_direction(
    shop: Shop, invoice: str, direction: Direction
) -> None:
    only(shop, direction)
    payment, there = shop.pay(invoice, "50"), in_xero(shop, invoice, on=LATER)
    is_asked(shop, invoice)
    assert money(shop, invoice) == (50, 50, 65)
    answer(shop, payment, there, Answer.ONE)
    shop.sync()
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (50, 50, 65))
    assert shop.sync().writes == 0


def test_a_whole_invoice_that_was_paid_once_is_paid_once(shop: Shop, invoice: str) -> None:
    shop.pay(invoice, "115")
    in_xero(shop, invoice, "115")
    settles(shop)
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (115, 115, 0))


def test_the_settings_account_says_nothing_of_where_money_went(shop: Shop, invoice: str) -> None:
    shop.pay(invoice, "50")
    there = in_xero(shop, invoice, account="091")
    settles(shop)
    assert counted(shop) == (1, 1)
    assert shop.here(PAYMENTS, there).fields["xero_account"] == shop.stage.account("091")


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [
        ({}, {"on": LATER}, "on another day"),
        ({"reference": "chq 7"}, {"reference": "chq 8"}, "with another reference"),
        ({"payment_date": LATER, "reference": "chq 7"}, {"reference": "chq 7"}, "on another day"),
        ({"xero_account": "090"}, {"account": "091"}, "in another account"),
        ({"payment_status": "Pending"}, {}, "not Received"),
        ({"payment_status": "In Progress"}, {"on": LATER}, "not Received"),
    ],
    ids=["a day apart", "references", "reference, a day apart", "accounts", "pending", "awaited"],
)
class TestWhatNothingProves:
    """Each case is asked for, and does what is answered."""

    @pytest.fixture
    def pair(
        self, shop: Shop, invoice: str, here: dict[str, Any], there: dict[str, Any]
    ) -> tuple[str, str]:
        ours, theirs = dict(here), dict(there)
        if "xero_account" in ours:
            ours["xero_account"] = shop.stage.account(ours["xero_account"])
        return shop.pay(invoice, "50", **ours), in_xero(shop, invoice, **theirs)

    def test_is_copied_nowhere(
        self, shop: Shop, invoice: str, pair: tuple[str, str], words: str
    ) -> None:
        is_asked(shop, invoice, words)

    def test_is_one_when_a_person_says_so(
        self, shop: Shop, invoice: str, pair: tuple[str, str], words: str
    ) -> None:
        shop.sync()
        answer(shop, *pair, Answer.ONE)
        settles(shop)
        assert shop.partner(PAYMENTS, pair[0]) == pair[1]
        assert (counted(shop), money(shop, invoice)) == ((1, 1), (50, 50, 65))
        fields = shop.get(PAYMENTS, pair[0]).fields
        held = shop.books.payments[pair[1]]
        assert (fields["payment_date"], fields["payment_status"]) == (held.day, "Received")
        (link,) = [each for each in shop.stage.journal.links(PAYMENTS) if each.crm_name]
        assert (link.matched_by, link.state) == ("a person's answer", LinkState.IN_SYNC)

    def test_is_two_when_a_person_says_so(
        self, shop: Shop, invoice: str, pair: tuple[str, str], words: str
    ) -> None:
        shop.sync()
        answer(shop, *pair, Answer.TWO)
        shop.sync()
        if "not Received" in words:
            shop.edit(PAYMENTS, pair[0], payment_status="Received")
        settles(shop)
        assert (counted(shop), money(shop, invoice)) == ((2, 2), (100, 100, 15))


@pytest.mark.parametrize(("here", "there"), [(2, 3), (3, 2), (2, 2), (1, 2), (2, 1)])
def test_equal_ones_pair_up_by_how_many_there_are(
    shop: Shop, invoice: str, here: int, there: int
) -> None:
    for _ in range(here):
        shop.pay(invoice, "10")
    for _ in range(there):
        in_xero(shop, invoice, "10")
    settles(shop)
    most = max(here, there)
    assert counted(shop) == (most, most)
    assert money(shop, invoice) == (10 * most, 10 * most, 115 - 10 * most)
    links = [each for each in shop.stage.journal.links(PAYMENTS) if each.crm_name]
    assert len({each.xero_id for each in links}) == most


def test_which_of_several_that_differ_it_is_a_person_says(shop: Shop, invoice: str) -> None:
    first, _ = shop.pay(invoice, "50", reference="A"), shop.pay(invoice, "50", reference="B")
    there = in_xero(shop, invoice)
    is_asked(shop, invoice, "this one or another")
    answer(shop, first, there, Answer.ONE)
    settles(shop)
    assert (counted(shop), money(shop, invoice)) == ((2, 2), (100, 100, 15))


def test_days_that_are_far_apart_are_two_payments(shop: Shop, invoice: str) -> None:
    shop.pay(invoice, "50")
    in_xero(shop, invoice, on=DAY + timedelta(days=8))
    settles(shop)
    assert (counted(shop), money(shop, invoice)) == ((2, 2), (100, 100, 15))


def test_an_invoice_is_not_paid_twice_however_far_apart_the_days_are(
    shop: Shop, invoice: str
) -> None:
    shop.pay(invoice, "115")
    in_xero(shop, invoice, "115", on=DAY + timedelta(days=40))
    is_asked(shop, invoice, "on another day")
    assert money(shop, invoice)[:2] == (115, 115)


def test_what_was_entered_anew_in_both_is_one_and_the_deleted_one_is_none(
    shop: Shop, invoice: str
) -> None:
    first = shop.pay(invoice, "50")
    shop.sync()
    shop.books.delete_payment(shop.partner(PAYMENTS, first))
    again = shop.pay(invoice, "50")
    there = in_xero(shop, invoice)
    settles(shop)
    assert shop.partner(PAYMENTS, again) == there
    assert shop.field(PAYMENTS, first, "payment_status") == "Pending"
    assert money(shop, invoice) == (50, 50, 65)


def test_a_question_ends_with_the_payment_that_it_was_about(shop: Shop, invoice: str) -> None:
    ours = shop.pay(invoice, "50")
    there = in_xero(shop, invoice, on=LATER)
    is_asked(shop, invoice)
    shop.books.delete_payment(there)
    settles(shop)
    assert shop.partner(PAYMENTS, ours) != there
    assert possible(shop) == []
    assert pairs_to_answer(shop.stage.journal.links(PAYMENTS)) == []


@pytest.mark.parametrize("status", ["Failure", "Refunded"])
def test_money_that_did_not_come_is_no_payment_of_xero(
    shop: Shop, invoice: str, status: str
) -> None:
    shop.pay(invoice, "50", payment_status=status)
    in_xero(shop, invoice)
    shop.sync()
    assert (counted(shop), money(shop, invoice)) == ((2, 1), (50, 50, 65))


@spares("P5")
def test_another_amount_is_another_payment(shop: Shop, invoice: str) -> None:
    shop.pay(invoice, "50")
    in_xero(shop, invoice, "40")
    settles(shop)
    assert (counted(shop), money(shop, invoice)) == ((2, 2), (90, 90, 25))


def test_a_deleted_payment_of_xero_is_none(shop: Shop, invoice: str) -> None:
    there = in_xero(shop, invoice)
    shop.books.delete_payment(there)
    shop.pay(invoice, "50")
    settles(shop)
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (50, 50, 65))


def test_what_was_deleted_in_xero_and_entered_anew_in_both_systems_is_one(
    shop: Shop, invoice: str
) -> None:
    first = shop.pay(invoice, "50")
    there = in_xero(shop, invoice)
    settles(shop)
    shop.books.delete_payment(there)
    shop.pay(invoice, "50")
    in_xero(shop, invoice)
    shop.sync()
    assert (counted(shop), money(shop, invoice)) == ((2, 1), (50, 50, 65))
    assert shop.field(PAYMENTS, first, "payment_status") == "Pending"


@pytest.mark.parametrize("amount", ["50", "115"])
def test_what_was_deleted_here_and_typed_on_another_day_is_sent_in_the_same_run(
    shop: Shop, invoice: str, amount: str
) -> None:
    shop.stage.set(deletions=True)
    first = shop.pay(invoice, amount)
    settles(shop)
    shop.crm.trash(PAYMENTS, first)
    again = shop.pay(invoice, amount, payment_date=LATER)
    report = shop.sync()
    assert skipped(report, PAYMENTS) == []
    assert shop.books.payments[shop.partner(PAYMENTS, again)].day == LATER
    settles(shop)
    left = D("115") - D(amount)
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (D(amount), D(amount), left))


def test_what_xero_keeps_although_it_was_deleted_here_waits_for_an_answer(
    shop: Shop, invoice: str
) -> None:
    first = shop.pay(invoice, "50")
    settles(shop)
    there = shop.partner(PAYMENTS, first)
    shop.stage.set(deletions=False)
    shop.crm.trash(PAYMENTS, first)
    shop.pay(invoice, "50", payment_date=LATER)
    shop.sync()
    assert counted(shop) == (1, 1)
    assert [xero_id for _, xero_id, _ in pairs_to_answer(shop.stage.journal.links(PAYMENTS))] == [
        there
    ]


@pytest.mark.parametrize("reference", ["", "R-1"])
def test_a_notice_names_by_what_a_payment_that_was_entered_anew_in_xero_is_the_same(
    shop: Shop, invoice: str, reference: str
) -> None:
    first = in_xero(shop, invoice, reference=reference)
    settles(shop)
    shop.books.delete_payment(first)
    in_xero(shop, invoice, reference=reference)
    report = shop.sync()
    by = "amount, day and reference" if reference else "amount and day"
    notice = f"Payments that were in both systems, and are linked now by {by}: 1."
    assert notice in report.header.notices, report.header.notices


def test_what_was_deleted_in_xero_waits_for_no_answer(shop: Shop, invoice: str) -> None:
    shop.pay(invoice, "50")
    there = in_xero(shop, invoice, on=LATER)
    is_asked(shop, invoice, "on another day")
    shop.books.delete_payment(there)
    settles(shop)
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (50, 50, 65))
    links = shop.stage.journal.links(PAYMENTS)
    assert [each.state for each in links] == [LinkState.IN_SYNC]


def test_the_own_number_in_xero_proves_it_after_the_link_was_lost(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "50")
    settles(shop)
    (link,) = [each for each in shop.stage.journal.links(PAYMENTS) if each.crm_name]
    shop.stage.journal.drop_link(link)
    shop.stage.journal.commit()
    shop.edit(PAYMENTS, payment, reference="typed since")
    shop.sync()
    assert shop.partner(PAYMENTS, payment) == link.xero_id
    assert (counted(shop), money(shop, invoice)) == ((1, 1), (50, 50, 65))


def test_a_payment_that_is_in_xero_already_gets_no_remedy_that_books_money(
    shop: Shop, invoice: str
) -> None:
    in_xero(shop, invoice, "65", on=DAY + timedelta(days=20))
    in_xero(shop, invoice, "50", on=DAY + timedelta(days=20))
    shop.pay(invoice, "110")
    entry = shop.skip(PAYMENTS)
    assert "only 0.00 is outstanding" in entry.reason
    assert "overpayment" not in entry.remedy
    assert "already in Xero" in entry.remedy


def test_a_preview_counts_what_waits_for_an_answer(shop: Shop, invoice: str) -> None:
    shop.pay(invoice, "50")
    in_xero(shop, invoice, on=LATER)
    found = {plan.module: plan.possible for plan in shop.stage.preview()}
    assert found == {**dict.fromkeys(Module, 0), PAYMENTS: 1}


def test_an_answer_goes_with_the_record(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "50")
    there = in_xero(shop, invoice, on=LATER)
    shop.sync()
    answer(shop, payment, there, Answer.TWO)
    shop.stage.set(deletions=False)
    shop.crm.trash(PAYMENTS, payment)
    shop.sync()
    assert list(shop.stage.journal.answers(PAYMENTS)) == []
