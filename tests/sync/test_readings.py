"""Whatever Xero turns out to do where nobody is sure: a preview foretells its run, runs get quiet.

Small shops by chance, under each reading of docs/xero.md: persons, addresses, items without prices
or names, discounts, free lines, negative lines, drafts, payments, merges, deleted items.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.agreement import disagreements
from tests.support.shop import (
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    PRODUCTS,
    Shop,
    item_tax,
    open_shop,
)
from tests.support.stage import skipped
from tests.sync.looking import ANN
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.approval import approval_of
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.plan import Plan
from vtiger_xero.engine.records import Side
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.engine.run_filter import RunFilter

D = Decimal
UNDER_EVERY_READING = True
SEEDS, ROUNDS, ACTS = range(2), 3, 7
OFF: list[dict[str, Any]] = [
    {},
    {"discount_percent": D("33.33")},
    {"discount_amount": D("750.45"), "selling_price": D("2250.45")},
    {"selling_price": D(0)},
    {"selling_price": D("-12.5")},
    {"selling_price": D("-12.5"), "discount_percent": D(10)},
    {"quantity": D(0)},
    {"selling_price": D("0.004")},
]


class People:
    """Who works on both sides, by chance."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.dice, self.told = shop, random.Random(seed), list[str]()
        self.number = 0

    def act(self) -> None:
        """One of them does something; what their own system refuses is not done."""
        deeds: list[Callable[[], object]] = [
            self.sells_here, self.sells_here, self.sells_in_xero, self.sells_in_xero,
            self.edits_lines, self.edits_words, self.approves, self.takes_money_here,
            self.takes_money_in_xero, self.adds_a_product, self.prices_a_product, self.adds_an_item,
            self.deletes_an_item, self.edits_a_customer, self.edits_a_contact, self.merges,
        ]  # fmt: skip
        deed = self.dice.choice(deeds)
        self.number += 1
        self.told.append(deed.__name__)
        self.shop.stage.xero.clock.advance(timedelta(seconds=self.dice.choice([0, 0.4, 61])))
        with suppress(RecordRefused, ValueError, IndexError):
            deed()

    def any(self, module: Any) -> Any:
        return self.dice.choice(self.shop.stage.records(module))

    # In the CRM

    def sells_here(self) -> None:
        lines = [self.shop.line("5000"), *(self.line() for _ in range(self.dice.randint(0, 2)))]
        taxes = [item_tax("GST", n) for n in range(1, len(lines) + 1) if self.dice.random() < 0.7]
        status = self.dice.choice(["Created", "Approved", "Approved"])
        self.shop.invoice(*lines, taxes=taxes, status=status, subject=f"S{self.number}")

    def line(self) -> dict[str, Any]:
        return {**self.shop.line("20", "2"), **self.dice.choice(OFF)}

    def edits_lines(self) -> None:
        record = self.any(INVOICES)
        rows = [dict(row) for row in record.fields["items"]]
        if len(rows) > 1:  # the first one keeps the total above zero
            rows[-1] |= self.dice.choice(OFF)
        else:
            rows[0]["item_comment"] = f"W{self.number}"
        self.shop.edit(INVOICES, record.name, items=tuple(rows))

    def edits_words(self) -> None:
        self.shop.edit(INVOICES, self.any(INVOICES).name, subject=f"W{self.number}")

    def approves(self) -> None:
        self.shop.edit(INVOICES, self.any(INVOICES).name, status="Approved")

    def takes_money_here(self) -> None:
        self.shop.pay(self.any(INVOICES).name, self.dice.choice(["1", "2.5"]))

    def adds_a_product(self) -> None:
        price = self.dice.choice([D(0), D("9.99")])
        self.shop.product(f"P{self.number}", f"Product {self.number}", unit_price=price)

    def prices_a_product(self) -> None:
        price = self.dice.choice([D(0), D("12.3456")])
        self.shop.edit(PRODUCTS, self.any(PRODUCTS).name, unit_price=price)

    def edits_a_customer(self) -> None:
        record = self.any(ORGANIZATIONS)
        there = tuple(record.fields["contacts"])
        words = {"billing_street": f"{self.number} Road", "billing_city": "Napier"}
        phone: dict[str, Any] = {"primary_phone": self.dice.choice(["", "09 123 4567"])}
        crowd: dict[str, Any] = {"contacts": self.dice.choice([there[:-1], (*there, ANN), ()])}
        self.shop.edit(ORGANIZATIONS, record.name, **self.dice.choice([words, phone, crowd, crowd]))

    # In Xero

    def sells_in_xero(self) -> None:
        lines = [self.shop.xero_line("5000"), *(self.xero_line() for _ in range(2))]
        kind = self.dice.choice(["Exclusive", "Exclusive", "Inclusive"])
        status = self.dice.choice(["DRAFT", "AUTHORISED", "AUTHORISED"])
        self.shop.xero_invoice(
            *lines, contact=self.contact(), LineAmountTypes=kind, Status=status,
            Reference=f"X{self.number}",
        )  # fmt: skip

    def contact(self) -> str:
        active = sorted(c.contact_id for c in self.shop.books.contacts.values() if c.is_active)
        if active and self.dice.random() < 0.6:
            return self.dice.choice(active)
        return self.shop.contact(f"Moa {self.number} Ltd")

    def xero_line(self) -> dict[str, Any]:
        price = self.dice.choice(["0", "10", "2250.45", "-5"])
        off: list[dict[str, Any]] = [{}, {"DiscountRate": D("33.33")}]
        off += [{"DiscountAmount": D("750.45")}] if price == "2250.45" else []
        items = sorted(item.code for item in self.shop.books.items.values())
        coded = {"ItemCode": self.dice.choice(items)} if items and self.dice.random() < 0.5 else {}
        return self.shop.xero_line(price, **self.dice.choice(off), **coded)

    def takes_money_in_xero(self) -> None:
        self.shop.books.pay_invoice(self.dice.choice(sorted(self.shop.books.invoices)), "1.50")

    def adds_an_item(self) -> None:
        sales: dict[str, Any] = self.dice.choice(
            [{}, {"UnitPrice": D("7.5")}, {"UnitPrice": D(0), "AccountCode": "200"}]
        )
        code = f"I{self.dice.randint(0, 2)}"
        self.shop.books.add_item_in_xero(Code=code, SalesDetails=sales, IsSold=True)

    def deletes_an_item(self) -> None:
        made = [i.item_id for i in self.shop.books.items.values() if i.code.startswith("I")]
        self.shop.books.delete_item(self.dice.choice(sorted(made)))

    def edits_a_contact(self) -> None:
        persons = [{"FirstName": "Kim", "LastName": "Kea", "EmailAddress": "kim@example.com"}]
        address = {"AddressType": "POBOX", "AddressLine1": f"{self.number} Quay"}
        phone = {"PhoneType": "DEFAULT", "PhoneAreaCode": "09", "PhoneNumber": "555"}
        chosen: dict[str, Any] = self.dice.choice(
            [{"ContactPersons": persons}, {"Addresses": [address]}, {"Phones": [phone]}]
        )
        self.shop.books.edit_contact(self.contact(), **chosen)

    def merges(self) -> None:
        first, second = self.contact(), self.contact()
        if first != second:
            self.shop.books.merge_contacts(first, second)


def counted(plans: Sequence[Plan], report: Report) -> tuple[Counter[Any], Counter[Any]]:
    """What a preview counts, and what its run does."""
    expected, found = Counter[Any](), Counter[Any]()
    for plan in plans:
        expected.update({(plan.module, *what): number for what, number in plan.counts.items()})
    for log in report.logs:
        found.update({(log.module, *what): number for what, number in log.counts.items()})
    # What payments leave open on an invoice is judged when a run is over, and in no preview.
    judged = Counter(each.module for each in report.entries if each.rule == "G12")
    expected.update({(m, Side.CRM, Operation.SKIPPED): n for m, n in judged.items()})
    return +expected, +found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_preview_is_its_run_and_runs_get_quiet(reading: str, seed: int) -> None:
    with open_shop() as shop:
        people = People(shop, seed)
        for _ in range(ROUNDS):
            for _ in range(ACTS):
                people.act()
            plans = shop.stage.preview()
            report = shop.sync(run_filter=RunFilter(approval=approval_of(plans)))
            says = f"seed {seed}: {', '.join(people.told)}"
            assert report.header.status is RunStatus.COMPLETED, f"{report.header.message} {says}"
            expected, found = counted(plans, report)
            assert expected == found, says
            people.told.append("sync")
            shop.sync()
            last = shop.sync()
            wrote = [(e.side.name, e.title, e.changes) for e in last.entries if not e.reason]
            assert last.writes == 0, f"{wrote} {says}"
            assert disagreements(shop.stage) == [], says
            for entry in (*skipped(last, INVOICES), *skipped(last, PAYMENTS)):
                assert entry.reason and entry.remedy, says
