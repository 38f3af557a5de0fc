"""Scripts of what people do on both sides of a shop, in any order, drawn by hypothesis.

A step that a side's own rules refuse (a paid invoice voided, a named product trashed) is simply
not done, as the person would have been told so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.support.shop import INVOICES, PAYMENTS, PRODUCTS, Shop, item_tax
from tests.support.stage import staged
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.records import Module

D = Decimal
Step = tuple[str, int, Any]
AMOUNTS = st.sampled_from(["1.00", "3.33", "10.00", "0.05"])
TEXTS = st.sampled_from(["", "Blue", "two\nlines", "Charges"])
QUANTITIES = st.sampled_from(["1", "3", "0.125", "7.5"])
NUMBERS = st.integers(0, 3)


@contextmanager
def shop() -> Iterator[Shop]:
    """Synced once, so that its customer and its product are on both sides."""
    with staged() as stage:
        made = Shop(stage)
        made.sync()
        yield made


# In the CRM


def _invoice(shop: Shop, which: int, what: Any) -> None:
    quantity, price, text, status, discount = what
    line = shop.line(price, quantity, item_comment=text, discount_percent=D(discount))
    other = shop.line("2.345", "3")
    taxes = [item_tax("GST"), item_tax("GST", 2)][: which + 1]
    shop.invoice(line, other, taxes=taxes, status=status, shipping_and_handling=D(which))


def _line(shop: Shop, which: int, what: Any) -> None:
    record = _nth(shop, INVOICES, which)
    if record and record.fields["items"]:
        first, *rest = record.fields["items"]
        quantity, text = what
        changed = {**first, "quantity": D(quantity), "item_comment": text}
        shop.edit(INVOICES, record.name, items=(changed, *rest))


def _set(module: Module) -> Callable[[Shop, int, Any], None]:
    def change(shop: Shop, which: int, what: Any) -> None:
        record = _nth(shop, module, which)
        if record:
            shop.edit(module, record.name, **dict([what]))

    return change


def _pay(shop: Shop, which: int, what: str) -> None:
    record = _nth(shop, INVOICES, which)
    if record:
        shop.pay(record.name, what)


def _trash(shop: Shop, which: int, module: Module) -> None:
    record = _nth(shop, module, which)
    if record:
        shop.crm.trash(module, record.name)


def _product(shop: Shop, which: int, what: str) -> None:
    shop.product(f"NEW{which}", f"New {which}", unit_price=D(what))


def _box(shop: Shop, which: int, what: tuple[Module, bool]) -> None:
    module, ticked = what
    record = _nth(shop, module, which)
    if record:
        shop.edit(module, record.name, do_not_sync=ticked)


def _nth(shop: Shop, module: Module, which: int) -> Any:
    records = shop.stage.records(module)
    return records[which % len(records)] if records else None


# In Xero


def _id(book: Any, which: int) -> str:
    ids = sorted(book.keys() if hasattr(book, "keys") else (row_id(row) for row in book))
    return ids[which % len(ids)] if ids else ""


def row_id(row: Any) -> str:
    for name in ("document_id", "item_id", "payment_id"):
        if hasattr(row, name):
            return str(getattr(row, name))
    return str(row)


def _xero_invoice(shop: Shop, which: int, what: Any) -> None:
    quantity, price, text, kind = what
    line = shop.xero_line(price, Quantity=D(quantity), Description=text or "Blue")
    status = "AUTHORISED" if which else "DRAFT"
    contact = shop.partner(Module.ORGANIZATIONS, shop.customer)
    lines = [line, shop.xero_line("1.15", ItemCode="BOLT")]
    shop.xero_invoice(*lines, contact=contact, LineAmountTypes=kind, Status=status)


def _xero_edit(shop: Shop, which: int, what: Mapping[str, Any]) -> None:
    if found := _id(shop.books.invoices, which):
        shop.books.edit_invoice(found, **what)


def _xero_line(shop: Shop, which: int, what: str) -> None:
    if found := _id(shop.books.invoices, which):
        lines = [{"LineItemID": line.line_id} for line in shop.books.invoices[found].lines]
        lines[0] = {**lines[0], "Quantity": D(what)}
        shop.books.edit_invoice(found, LineItems=lines)


def _xero(action: str) -> Callable[[Shop, int, Any], None]:
    def act(shop: Shop, which: int, what: Any) -> None:
        book = shop.books.payments if "payment" in action else shop.books.invoices
        if found := _id(book, which):
            getattr(shop.books, action)(found, *what)

    return act


def _xero_item(shop: Shop, which: int, what: str) -> None:
    shop.books.add_item_in_xero(
        Code=f"NEW{which}", Name=f"New {which}", SalesDetails={"UnitPrice": D(what)}, IsSold=True
    )


def _xero_price(shop: Shop, which: int, what: str) -> None:
    if found := _id(shop.books.items, which):
        item = shop.books.items[found]
        details = {"UnitPrice": D(what)}
        shop.books.edit_item(found, Code=item.code, SalesDetails=details, IsSold=True)


def _sync(shop: Shop, which: int, what: Any) -> None:
    shop.sync()


ACTS: Mapping[str, Callable[[Shop, int, Any], None]] = {
    "crm invoice": _invoice,
    "crm line": _line,
    "crm invoice field": _set(INVOICES),
    "crm product field": _set(PRODUCTS),
    "crm payment field": _set(PAYMENTS),
    "crm payment": _pay,
    "crm product": _product,
    "crm trash": _trash,
    "crm box": _box,
    "xero invoice": _xero_invoice,
    "xero field": _xero_edit,
    "xero line": _xero_line,
    "xero approves": _xero("approve_invoice"),
    "xero voids": _xero("void_invoice"),
    "xero pays": _xero("pay_invoice"),
    "xero unpays": _xero("delete_payment"),
    "xero item": _xero_item,
    "xero price": _xero_price,
    "sync": _sync,
}


def play(shop: Shop, script: list[Step]) -> None:
    """Do the steps, a minute apart."""
    for name, which, what in script:
        shop.stage.xero.clock.advance(timedelta(minutes=1))
        with suppress(RecordRefused, ValueError):
            ACTS[name](shop, which, what)


def _step(name: str, what: Any) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(name), NUMBERS, what)


_NOTHING: st.SearchStrategy[Any] = st.just(())
STATUSES = st.sampled_from(["Created", "Sent", "Approved", "Approved"])
KINDS = st.sampled_from(["Exclusive", "Inclusive", "NoTax"])
CRM_STEPS = st.one_of(
    _step("crm invoice", st.tuples(QUANTITIES, AMOUNTS, TEXTS, STATUSES, st.sampled_from("05"))),
    _step("crm line", st.tuples(QUANTITIES, TEXTS)),
    _step(
        "crm invoice field",
        st.sampled_from(
            [
                ("subject", "Other"),
                ("status", "Cancel"),
                ("status", "Approved"),
                ("adjustment", D(1)),
            ]
        ),
    ),
    _step("crm product field", st.tuples(st.just("unit_price"), AMOUNTS.map(D))),
    _step("crm payment", AMOUNTS),
    _step("crm payment field", st.sampled_from([("payment_status", "Pending"), ("amount", D(2))])),
    _step("crm product", AMOUNTS),
    _step("crm trash", st.sampled_from([PAYMENTS, INVOICES, PRODUCTS])),
)
XERO_STEPS = st.one_of(
    _step("xero invoice", st.tuples(QUANTITIES, AMOUNTS, TEXTS, KINDS)),
    _step("xero field", st.sampled_from([{"Reference": "Ref"}, {"DueDate": "2027-01-31"}])),
    _step("xero line", QUANTITIES),
    _step("xero approves", _NOTHING),
    _step("xero voids", _NOTHING),
    _step("xero pays", st.tuples(AMOUNTS)),
    _step("xero unpays", _NOTHING),
    _step("xero item", AMOUNTS),
    _step("xero price", AMOUNTS),
)
STEPS = st.one_of(CRM_STEPS, XERO_STEPS, _step("sync", _NOTHING))
SCRIPTS = st.lists(STEPS, max_size=10)
# The same with people who keep records out of the sync, and let them in again.
BOXES = _step("crm box", st.tuples(st.sampled_from(Module), st.booleans()))
BOXED_SCRIPTS = st.lists(st.one_of(STEPS, STEPS, STEPS, BOXES), max_size=12)
