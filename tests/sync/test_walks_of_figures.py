"""Whatever people do on both sides: what is In Sync is equal, and what is not says both figures.

Held against Xero's own wire and the CRM's own fields, not against the app's reconciliation. Each
walk is one shop; a run follows every act. `HUNT=1` walks from a seed of its own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.shop import INVOICES, PAYMENTS, Shop, open_shop
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Link, LinkState
from vtiger_xero.engine.records import Direction, Module

D = Decimal
SEED = random.SystemRandom().randrange(10**6) if os.environ.get("HUNT") else 20261129
WALKS, STEPS = 10, 14
OVER = ("VOIDED", "DELETED")
PRICES = ("0", "10", "24.33", "33.35", "99.99")


class Walk:
    """People on both sides, who choose at random."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.books, self.rng = shop, shop.books, random.Random(seed)
        self.told: list[str] = []
        self._count = 0
        self.acts: list[Callable[[], Any]] = [
            self.sell_here, self.sell_in_xero, self.price_here, self.words_here, self.pay_here,
            self.unpay_here, self.amount_here, self.status_here, self.price_in_xero,
            self.type_total, self.type_total, self.pay_in_xero, self.pay_in_xero,
            self.unpay_in_xero, self.credit, self.void, self.approve, self.deduct_cis, self.rate,
            self.archive, self.direct, self.deletions,
        ]  # fmt: skip

    def step(self) -> None:
        """One act; what the screens refuse is no act."""
        act = self.rng.choice(self.acts)
        self.told.append(act.__name__)
        try:
            act()
        except (ValueError, IndexError, RecordRefused):
            self.told[-1] += " (refused)"

    # Here

    def _one(self, module: Module) -> Any:
        return self.rng.choice(self.shop.stage.records(module))

    def sell_here(self) -> None:
        status = self.rng.choice(("Created", "Approved", "Approved"))
        self.shop.invoice(self.shop.line(self.rng.choice(PRICES)), status=status)

    def price_here(self) -> None:
        record = self._one(INVOICES)
        first, *rest = record.fields["items"]
        price = D(self.rng.choice(PRICES))
        self.shop.edit(INVOICES, record.name, items=({**first, "selling_price": price}, *rest))

    def words_here(self) -> None:
        self.shop.edit(INVOICES, self._one(INVOICES).name, subject=f"W{self.rng.randrange(99)}")

    def pay_here(self) -> None:
        record = self._one(INVOICES)
        self._count += 1
        part = max(D("0.01"), record.fields["balance"] / self.rng.choice((1, 2)))
        amount = str(part.quantize(D("0.01")))
        self.shop.pay(record.name, amount, reference=f"R{self._count}")

    def unpay_here(self) -> None:
        status = self.rng.choice(("Pending", "Received"))
        self.shop.edit(PAYMENTS, self._one(PAYMENTS).name, payment_status=status)

    def amount_here(self) -> None:
        record = self._one(PAYMENTS)
        self.shop.edit(PAYMENTS, record.name, amount=record.fields["amount"] + D("1.00"))

    def status_here(self) -> None:
        status = self.rng.choice(("Approved", "Cancel", "Sent"))
        self.shop.edit(INVOICES, self._one(INVOICES).name, status=status)

    # In Xero

    def _id(self) -> str:
        return str(self.rng.choice(sorted(self.books.invoices)))

    def sell_in_xero(self) -> None:
        self._count += 1
        kind = self.rng.choice(("Exclusive", "Inclusive", "NoTax"))
        line = self.shop.xero_line(self.rng.choice(PRICES))
        contact = self.shop.contact(f"Moa {self._count}")
        self.shop.xero_invoice(line, contact=contact, LineAmountTypes=kind)

    def price_in_xero(self) -> None:
        key = self._id()
        line = self.books.invoices[key].lines[0].line_id
        price = D(self.rng.choice(PRICES))
        self.books.edit_invoice(key, LineItems=[{"LineItemID": line, "UnitAmount": price}])

    def type_total(self) -> None:
        key = self._id()
        off = D(self.rng.choice(("-0.03", "0.02", "0.05", "0")))
        document = self.books.invoices[key]
        self.books.type_total(key, document.total - document.rounding + off)

    def pay_in_xero(self) -> None:
        key = self._id()
        self._count += 1
        part = (self.books.invoices[key].outstanding / self.rng.choice((1, 2))).quantize(D("0.01"))
        self.books.pay_invoice(key, part, reference=f"R{self._count}")

    def unpay_in_xero(self) -> None:
        self.books.delete_payment(self.rng.choice(sorted(self.books.payments)))

    def credit(self) -> None:
        self.books.apply_credit_note(self._id(), self.rng.choice(("1.00", "11.50")))

    def void(self) -> None:
        self.books.void_invoice(self._id())

    def approve(self) -> None:
        self.books.approve_invoice(self._id())

    def deduct_cis(self) -> None:
        key = self._id()
        document = self.books.invoices[key]
        if not document.settled and document.total > 2:
            self.books.deduct_cis(key, self.rng.choice(("0", "2.00")))

    def rate(self) -> None:
        rate = self.rng.choice(("15", "12.5"))
        components = [{"Name": "GST", "Rate": D(rate), "IsCompound": False}]
        fields = {"TaxComponents": components, "EffectiveRate": D(rate), "DisplayTaxRate": D(rate)}
        self.books.edit_tax_rate("OUTPUT2", **fields)

    def archive(self) -> None:
        self.books.archive_contact(self.rng.choice(sorted(self.books.contacts)))

    # The administrator

    def direct(self) -> None:
        self.shop.stage.set(self.rng.choice((*Direction, Direction.BOTH, Direction.BOTH)))

    def deletions(self) -> None:
        direction = self.shop.stage.settings.of(INVOICES).direction
        self.shop.stage.set(direction, deletions=self.rng.random() < 0.5)


def faults(shop: Shop) -> list[str]:
    """Sentences on what is called In Sync and is not equal, or is not equal and does not say so."""
    here = {each.name: each.fields for each in shop.stage.records(INVOICES)}
    found = []
    for link in shop.stage.journal.links(INVOICES):
        fields = here.get(link.crm_name or "")
        if fields is None or link.xero_id not in shop.books.invoices:
            continue
        wire = shop.wire(link.crm_name or "")
        is_over = wire["Status"] in OVER, fields["status"] == "Cancel"
        if any(is_over):
            if not all(is_over) and link.state is LinkState.IN_SYNC:
                found.append(f"{link.crm_name}: {fields['status']} / {wire['Status']}")
            continue
        ours = [D(fields[each]) for each in ("grand_total", "received", "balance")]
        paid = D(wire["AmountPaid"]) + D(wire["AmountCredited"])
        theirs = [D(wire["Total"]), paid, D(wire["AmountDue"])]
        if ours != theirs:
            found += _faults(link, ours, theirs)
    return found + _payment_faults(shop)


def _faults(link: Link, ours: list[D], theirs: list[D]) -> list[str]:
    both = f"{link.crm_name} {link.state.value}: {ours} / {theirs}: {link.reason}"
    if link.state is LinkState.IN_SYNC:
        return [f"called In Sync: {both}"]
    pairs = [(f"{a:.2f}", f"{b:.2f}") for a, b in zip(ours, theirs, strict=True) if a != b]
    said = any(a in link.reason and b in link.reason for a, b in pairs)
    return [] if said else [f"says not both figures: {both}"]


def _payment_faults(shop: Shop) -> list[str]:
    invoices = {each.crm_name: each.xero_id for each in shop.stage.journal.links(INVOICES)}
    here = {each.name: each.fields for each in shop.stage.records(PAYMENTS)}
    found = []
    for link in shop.stage.journal.links(PAYMENTS):
        fields, payment = here.get(link.crm_name or ""), shop.books.payments.get(link.xero_id or "")
        if fields is None or payment is None or link.state is not LinkState.IN_SYNC:
            continue
        same = D(fields["amount"]) == payment.amount
        if not same or invoices.get(fields["related_to"]) != payment.document_id:
            found.append(f"called In Sync: {link.crm_name} {fields['amount']} / {payment.amount}")
    return found


@pytest.mark.parametrize("forgets_rounding", [False, True])
def test_what_is_in_sync_is_equal_whatever_people_do(forgets_rounding: bool) -> None:
    print(f"seed {SEED}, {WALKS} walks of {STEPS} steps")
    for number in range(WALKS):
        with open_shop() as shop:
            readings = shop.books.readings
            shop.books.readings = replace(readings, forgets_rounding=forgets_rounding)
            walk = Walk(shop, SEED + number)
            walk.sell_here()
            walk.sell_in_xero()
            for _ in range(STEPS):
                walk.step()
                shop.sync()
                assert faults(shop) == [], f"seed {SEED + number}: {', '.join(walk.told)}"
