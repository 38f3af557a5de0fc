"""Xero's lists are read through a proxy that answers in its place: no record is lost or blamed."""

from __future__ import annotations

import pytest

from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop, open_shop
from tests.support.stage import skipped
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import RunStatus
from xero_simulator import Fault

HTML = "text/html"
PAGE = b"<html><body>Sign in to this network</body></html>"
ANSWERS = {
    "a sign-in page": (200, HTML, PAGE),
    "a gateway's page": (400, HTML, PAGE),
    "a firewall's page": (403, HTML, PAGE),
    "a page that is not there": (404, HTML, PAGE),
    "a proxy that wants a password": (407, HTML, PAGE),
    "a proxy's JSON": (400, "application/json", b'{"error": "blocked"}'),
    "a proxy's word": (404, "text/plain", b"Not here"),
    "nothing": (400, None, b""),
    "nothing, called accepted": (202, None, b""),
}
PATHS = {
    ORGANIZATIONS: "/Contacts",
    PRODUCTS: "/Items",
    INVOICES: "/Invoices",
    PAYMENTS: "/Payments",
}


def works_in_both(shop: Shop) -> None:
    """Records of each module on both sides."""
    shop.pay(shop.invoice(), "5")
    invoice = shop.xero_invoice()
    shop.books.add_item_in_xero(Code="NUT", Name="Nut")
    shop.books.pay_invoice(invoice, "3")


def figures(shop: Shop) -> dict[str, int]:
    here = {module.name: len(shop.crm.heads(module)) for module in PATHS}
    books = shop.books
    there = (books.contacts, books.items, books.invoices, books.payments)
    named = zip(("contacts", "items", "invoices", "payments"), there, strict=True)
    return here | {name: len(list(each.values())) for name, each in named}


@pytest.fixture(scope="module")
def expected() -> dict[bool, dict[str, int]]:
    """What is on both sides where nothing answers in Xero's place, for a first and a later run."""
    found = {}
    for is_first in (True, False):
        with open_shop() as shop:
            if not is_first:
                shop.sync()
            works_in_both(shop)
            for _ in range(3):
                shop.sync()
            found[is_first] = figures(shop)
    return found


@pytest.mark.parametrize("is_first", [True, False], ids=["first run", "later run"])
@pytest.mark.parametrize("module", PATHS, ids=lambda module: module.name)
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_list_that_something_else_answers_is_read_later(
    answer: str, module: Module, is_first: bool, expected: dict[bool, dict[str, int]]
) -> None:
    status, kind, body = ANSWERS[answer]
    with open_shop() as shop:
        if not is_first:
            shop.sync()
        works_in_both(shop)
        fault = Fault.replaced(body, kind, status, path=PATHS[module], method="GET", times=None)
        shop.stage.xero.faults.add(fault)
        report = shop.stage.engine().run()
        assert report.header.status is RunStatus.WAITING
        assert not skipped(report, module)
        shop.stage.xero.faults.clear()
        for _ in range(3):
            shop.sync()
        assert figures(shop) == expected[is_first]
