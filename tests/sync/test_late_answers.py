"""What Xero is still at work on when we have given up: it may be carried out minutes later.

Xero's API gives a request up after five minutes. Until none can come any more, nothing that a
request held is sent anew: what came after it would be there twice, or be overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.fakes import Quiet
from tests.support.settling import settles
from tests.support.shop import DAY, ORGANIZATIONS, PAYMENTS, Shop, open_shop
from vtiger_xero.engine.outbox import AT_WORK, KEY_LIFE
from vtiger_xero.engine.ports import Page
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.engine.sync import Sync
from xero_simulator.faults import Fault

D = Decimal
LATEST = KEY_LIFE + timedelta(minutes=5)  # a last call under the key, and all that it may take


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        settles(shop)
        yield shop


def unanswered(shop: Shop, method: str, path: str) -> None:
    """A run of which Xero answers nothing; what it sent is on its way for the time being."""
    faults = shop.stage.xero.faults
    faults.add(Fault.dropped_before_commit(method=method, path=path, times=None))
    assert run(shop).header.status is RunStatus.WAITING
    faults.clear()


def lost(shop: Shop, method: str, path: str) -> None:
    """A run whose request was carried out; the answer is lost, and so is whatever comes after."""
    faults = shop.stage.xero.faults
    faults.add(Fault.dropped_after_commit(method=method, path=path))
    unanswered(shop, method, path)


def run(shop: Shop) -> Report:
    return shop.stage.engine().run()


def later(shop: Shop, duration: timedelta) -> None:
    shop.stage.xero.clock.advance(duration)


def paid(shop: Shop) -> list[Decimal]:
    return [each.amount for each in shop.books.payments.values()]


@pytest.fixture
def payment(shop: Shop) -> str:
    """A payment of 10 that was sent, and not answered."""
    invoice = shop.invoice(shop.line("100"))
    settles(shop)
    shop.pay(invoice, "10", reference="transfer")
    unanswered(shop, "PUT", "/Payments")
    return shop.partner(Module.INVOICES, invoice)


def test_a_payment_that_may_still_come_is_not_sent_anew(shop: Shop, payment: str) -> None:
    later(shop, LATEST)
    report = run(shop)
    assert report.header.status is RunStatus.WAITING
    assert "may still be processing" in report.header.message
    assert paid(shop) == []
    shop.books.pay_invoice(payment, "10", reference="transfer", on=DAY)  # it came
    settles(shop)
    assert paid(shop) == [10]


def test_a_payment_that_cannot_come_any_more_is_sent_anew(shop: Shop, payment: str) -> None:
    later(shop, KEY_LIFE + AT_WORK)
    assert run(shop).header.status is RunStatus.COMPLETED
    assert paid(shop) == [10]
    settles(shop)
    assert paid(shop) == [10]


class Slow:
    """A Xero that is slow with its contacts; what was asked beside them is answered long since."""

    def __init__(self, ledger: Any, meanwhile: Callable[[], None]) -> None:
        self._ledger, self._meanwhile = ledger, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def changed_since(self, module: Module, since: datetime | None) -> Iterator[Page]:
        pages = list(self._ledger.changed_since(module, since))
        return self._late(pages) if module is ORGANIZATIONS else iter(pages)

    def _late(self, pages: list[Page]) -> Iterator[Page]:
        self._meanwhile()
        yield from pages


def test_a_payment_that_comes_after_xero_was_asked_for_it_is_not_sent_anew(
    shop: Shop, payment: str
) -> None:
    """How old a reading is, is told by when Xero was asked, not by when all else was read."""
    later(shop, KEY_LIFE + AT_WORK - timedelta(seconds=30))

    def meanwhile() -> None:
        shop.books.pay_invoice(payment, "10", reference="transfer", on=DAY)
        later(shop, timedelta(seconds=40))

    stage = shop.stage
    ports = (stage.crm, Slow(stage.ledger(), meanwhile), stage.journal, stage.clock, Quiet())
    Sync(*ports, stage.settings).run()
    settles(shop)
    assert paid(shop) == [10]


def test_a_run_that_waits_for_one_record_does_all_others(shop: Shop, payment: str) -> None:
    later(shop, LATEST)
    shop.product("NUT", "Nut")
    assert run(shop).writes == 1
    assert sorted(each.code for each in shop.books.items.values()) == ["BOLT", "NUT"]


def test_a_run_of_chosen_records_waits_for_none_of_the_others(shop: Shop, payment: str) -> None:
    later(shop, LATEST)
    invoice = shop.here(Module.INVOICES, payment).name
    other = shop.pay(invoice, "7")
    chosen = RunFilter().plus(PAYMENTS, [other])
    report = shop.stage.engine().run(run_filter=chosen)
    assert report.header.status is RunStatus.COMPLETED
    assert paid(shop) == [7]


def test_a_preview_foretells_no_payment_that_waits(shop: Shop, payment: str) -> None:
    later(shop, LATEST)
    plans = {plan.module: plan.counts for plan in shop.stage.preview()}
    assert plans[PAYMENTS] == {}


@pytest.mark.parametrize("policy", ConflictPolicy)
def test_an_update_that_comes_late_overwrites_nothing(shop: Shop, policy: ConflictPolicy) -> None:
    shop.stage.set(conflicts=policy, deletions=True)
    shop.edit(ORGANIZATIONS, shop.customer, tax_number="2")
    unanswered(shop, "POST", "/Contacts")
    shop.edit(ORGANIZATIONS, shop.customer, tax_number="3")
    later(shop, LATEST)
    assert run(shop).header.status is RunStatus.WAITING
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    shop.books.edit_contact(contact, TaxNumber="2")  # now it has come
    settles(shop)
    assert shop.field(ORGANIZATIONS, shop.customer, "tax_number") == "3"


def test_what_waits_is_not_sent_by_the_second_look_of_a_run_either(shop: Shop) -> None:
    """A payment moves its invoice, so the run looks at it once more: it waits all the same."""
    invoice = shop.invoice(shop.line("100"))
    settles(shop)
    shop.edit(Module.INVOICES, invoice, subject="Nuts")
    unanswered(shop, "POST", "/Invoices")
    shop.edit(Module.INVOICES, invoice, subject="Screws")
    shop.pay(invoice, "10")
    later(shop, LATEST)
    assert run(shop).header.status is RunStatus.WAITING
    assert (paid(shop), shop.wire(invoice)["Reference"]) == ([10], "Bolts")
    shop.books.edit_invoice(shop.partner(Module.INVOICES, invoice), Reference="Nuts")  # it came
    settles(shop)
    assert shop.field(Module.INVOICES, invoice, "subject") == "Screws"
    assert shop.wire(invoice)["Reference"] == "Screws"


@pytest.mark.parametrize("policy", ConflictPolicy)
def test_an_update_whose_answer_was_lost_is_in_dispute_with_nobody(
    shop: Shop, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy, deletions=True)
    shop.edit(ORGANIZATIONS, shop.customer, tax_number="2")
    lost(shop, "POST", "/Contacts")
    shop.edit(ORGANIZATIONS, shop.customer, tax_number="3")
    later(shop, KEY_LIFE + AT_WORK)
    settles(shop)
    assert shop.field(ORGANIZATIONS, shop.customer, "tax_number") == "3"


def test_what_arrived_is_agreed_on_once(shop: Shop) -> None:
    """A person changes it at Xero, and comes back to what was sent: that is an edit of theirs."""
    shop.edit(ORGANIZATIONS, shop.customer, tax_number="2")
    lost(shop, "POST", "/Contacts")
    run(shop)
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    for typed in ("5", "2"):
        shop.books.edit_contact(contact, TaxNumber=typed)
        later(shop, timedelta(minutes=1))
        run(shop)
        assert shop.field(ORGANIZATIONS, shop.customer, "tax_number") == typed
    settles(shop)
    assert shop.field(ORGANIZATIONS, shop.customer, "tax_number") == "2"
