"""Two CRMs on one Xero, each with its own journal: what one says, the other says in the end.

They know nothing of each other but what Xero tells them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from tests.support.agreement import disagreements, pairs
from tests.support.scripts import ACTS, CRM_STEPS, XERO_STEPS
from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from tests.support.stage import Stage, staged
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.records import Module
from vtiger_xero.xero import Budget, MemoryBudget

ROUNDS = 4  # of both, until neither writes any more
PLAIN = {
    ORGANIZATIONS: ("organization_name", "tax_number", "fax", "primary_email"),
    PRODUCTS: (
        *("part_number", "product_name", "unit_price", "purchase_cost", "description"),
        *("xero_sales_account", "xero_purchase_account"),
    ),
    INVOICES: (
        *("invoice_no", "subject", "invoice_date", "due_date", "currency"),
        *("grand_total", "adjustment", "shipping_and_handling"),
    ),
    PAYMENTS: ("amount", "payment_date", "payment_status"),
}
STEPS = st.tuples(st.integers(0, 1), CRM_STEPS | XERO_STEPS | st.just(("sync", 0, ())))


@contextmanager
def two_shops() -> Iterator[tuple[Shop, Shop]]:
    """The first is where it began; the second gets everything from Xero."""
    with staged() as first:
        shop = Shop(first)
        shop.sync()
        database = Database.open()
        crm = EmbeddedCrm(database, first.clock, base_currency="NZD")
        journal = EmbeddedJournal(database, first.settings.tenant)
        parts = (first.xero, first.clock, crm, journal)
        budget = Budget(MemoryBudget(), first.clock)
        second = Stage(*parts, budget, first.tokens, first.settings, first.reference)
        second.learn_reference()
        yield shop, second_shop(second)


def second_shop(stage: Stage) -> Shop:
    stage.sync()
    shop = object.__new__(Shop)
    shop.stage, shop.crm, shop.books = stage, stage.crm, stage.books
    shop.customer = stage.one(ORGANIZATIONS).name
    (shop.bolt,) = (each.name for each in stage.records(PRODUCTS))
    return shop


def play(shops: tuple[Shop, Shop], script: list[Any]) -> None:
    for which, (name, number, what) in script:
        shops[0].stage.xero.clock.advance(timedelta(minutes=1))
        with suppress(RecordRefused, ValueError):
            ACTS[name](shops[which], number, what)
        name_apart(shops)


def name_apart(shops: tuple[Shop, Shop]) -> None:
    """Both count their invoices from one; people who share a Xero number them apart."""
    for mark, shop in zip("AB", shops, strict=True):
        for record in shop.stage.records(INVOICES):
            if record.fields["invoice_no"] == record.name:
                shop.edit(INVOICES, record.name, invoice_no=f"{mark}-{record.name}")


def settle(shops: tuple[Shop, Shop]) -> int:
    """Sync in turns until nobody writes any more; how many rounds it took."""
    for count in range(1, ROUNDS + 3):
        if not sum(shop.sync().writes for shop in shops):
            return count
    raise AssertionError("they do not come to rest")


def said(shop: Shop, module: Module) -> dict[str, Any]:
    """What a CRM says of each document that it is in step with."""
    sent = {link.crm_name for link in shop.stage.journal.links(PAYMENTS) if link.xero_id}
    unsent = [each.fields for each in shop.stage.records(PAYMENTS) if each.name not in sent]
    return {
        xero_id: {
            **{name: record.fields[name] for name in PLAIN[module]},
            "rows": _rows(shop, record) if module is INVOICES else (),
            "settled": _settled(shop, record, unsent) if module is INVOICES else (),
            "account": _account(shop, record) if module is PAYMENTS else "",
        }
        for record, xero_id, _ in pairs(shop.stage, module)
    }


def _settled(shop: Shop, record: Any, unsent: list[Any]) -> tuple[Any, ...]:
    """Status and Received, but where the CRM has a payment that Xero would not take."""
    mine = [each for each in unsent if each["related_to"] == record.name]
    if any(each["payment_status"] == "Received" for each in mine):
        return ()
    return record.fields["status"], record.fields["received"]


def _account(shop: Shop, record: Any) -> str:
    """Where a payment went; the settings' account stands in for one that nobody chose."""
    return str(record.fields["xero_account"] or shop.stage.settings.payment_account)


def _rows(shop: Shop, record: Any) -> list[Any]:
    titles = {each.name: each.fields["product_name"] for each in shop.stage.records(PRODUCTS)}
    return [
        (
            row["item_comment"] or titles[row["item_name"]],
            row["quantity"],
            round(row["selling_price"], 4),
            row["total_after_discount"],
            row["tax"],
        )
        for row in record.fields["items"]
    ]


def check(shops: tuple[Shop, Shop]) -> None:
    for shop in shops:
        assert disagreements(shop.stage) == []
    for module in PLAIN:
        first, second = (said(shop, module) for shop in shops)
        for key in first.keys() & second.keys():
            if () in (first[key]["settled"], second[key]["settled"]):
                first[key]["settled"] = second[key]["settled"] = ()
            assert first[key] == second[key], module
    numbers = [each.number.lower() for each in shops[0].books.invoices.values() if each.number]
    assert len(numbers) == len(set(numbers))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=12))
def test_two_crms_come_to_rest_and_say_the_same(script: list[Any]) -> None:
    with two_shops() as shops:
        play(shops, script)
        assert settle(shops) <= ROUNDS
        check(shops)


def test_what_one_crm_enters_is_in_the_other_and_once_in_xero() -> None:
    with two_shops() as shops:
        name = shops[0].invoice(invoice_no="A-1", shipping_and_handling=Decimal("2.50"))
        shops[0].pay(name, "3.00")
        shops[1].invoice(shops[1].line("3.33", "3"), invoice_no="B-1", adjustment=Decimal("-0.01"))
        assert settle(shops) <= 3
        check(shops)
        assert len(shops[0].books.invoices) == 2 and len(shops[0].books.payments) == 1
        for shop in shops:
            assert len(shop.stage.records(INVOICES)) == 2
            assert len(shop.stage.records(PAYMENTS)) == 1
            assert len(said(shop, INVOICES)) == 2
