"""The CRM's invoices and payments, with a few that break each rule of the sync."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from xero_simulator.money import ZERO, cents
from xero_simulator.wire import JsonObject

FIRST_DAY = date(2026, 1, 5)
GST = {"tax_name": "GST", "percentage": Decimal(15)}
_STATUSES = (
    "Approved", "Created", "Approved", "Sent", "Approved", "AutoCreated", "Approved", "Overdue",
    "In Progress", "Initiated",
)  # fmt: skip
_VAT = {"tax_name": "VAT", "percentage": Decimal("4.5")}
_SALES = {"tax_name": "Sales", "percentage": Decimal(10)}
_LEVY = {"tax_name": "Tourism Levy", "percentage": Decimal(2)}
_FEDERAL = {"tax_name": "Federal Tax", "percentage": Decimal(5)}
_COMPOUND = {
    "tax_name": "Compound Tax",
    "percentage": Decimal("9.975"),
    "compound_on": ["Federal Tax"],
}
_WITHHOLDING = {"tax_name": "Withholding", "percentage": Decimal(5)}

Oddity = Callable[[JsonObject], JsonObject]


def _lines(**changes: Any) -> Oddity:
    """The first line changed."""
    return lambda row: {**row, "items": [{**row["items"][0], **changes}, *row["items"][1:]]}


def _group(*taxes: JsonObject) -> Oddity:
    def change(row: JsonObject) -> JsonObject:
        items = [{**line, "taxes": []} for line in row["items"]]
        return {**row, "tax_mode": "Group", "items": items, "taxes": list(taxes)}

    return change


def _header(**changes: Any) -> Oddity:
    return lambda row: {**row, **changes}


# Every so-manieth invoice of the CRM has this done to it; the rule it is about.
ODDITIES: tuple[tuple[int, str, Oddity], ...] = (
    (4, "I5", _lines(discount_percent=Decimal(10))),
    (5, "I12", _lines(quantity=Decimal("3.333"), selling_price=Decimal("19.9875"))),
    (6, "I5", _lines(discount_percent=ZERO, discount_amount=Decimal("1.50"))),
    (7, "I2", _header(charges=Decimal("12.50"), charge_taxes=[GST])),
    (9, "I4 exists", _group(GST, _LEVY)),
    (10, "I4 single", _group(GST)),
    (13, "I11", _header(adjustment=Decimal("-0.35"))),
    (17, "currency", _header(currency="USD", conversion_rate=Decimal("0.595"))),
    (19, "I3", _header(overall_discount_percent=Decimal(5))),
    (21, "I4 compound", _group(_FEDERAL, _COMPOUND)),
    (23, "I7", _lines(taxes=[_VAT, _SALES])),
    (29, "I8 bank", _lines(xero_sales_account="090")),
    (31, "I1", _header(organization_name="")),
    (33, "I8 system", _lines(xero_sales_account="610")),
    (35, "I8 unfit", _lines(xero_sales_account="300")),
    (39, "I8 archived", _lines(xero_sales_account="750")),
    (41, "I8 unknown", _lines(xero_sales_account="999")),
    (43, "I4 missing", _group(_VAT, _SALES)),
    (47, "I6", _header(deducted_taxes=[_WITHHOLDING])),
    (49, "I10 locked", _header(invoice_date="2009-06-30", due_date="2009-07-20")),
    (51, "due date", _header(due_date="", status="Approved")),
    (53, "status", _header(status="Credit Invoice")),
    (55, "status", _header(status="Cancel")),
    (57, "G5", _header(currency="JPY", conversion_rate=Decimal(89))),
    (59, "I3", _header(overall_discount_amount=Decimal("3.00"))),
)
_SHORT_OF_STOCK = 37  # I9
# Of an ordinary company: what syncs, in all its forms, and a few that somebody must look at.
_FIRST_OF = {rule: oddity for _, rule, oddity in reversed(ODDITIES)}
_LEFT_OUT = ((67, "due date"), (89, "I7"), (113, "I3"))
_SYNC = ("I5", "I12", "I2", "I4 exists", "I4 single", "I11", "I4 compound")
_ORDINARY: tuple[tuple[int, str, Oddity], ...] = (
    *((every, rule, oddity) for every, rule, oddity in ODDITIES if rule in _SYNC),
    *((every, rule, _FIRST_OF[rule]) for every, rule in _LEFT_OUT),
)
_ORDINARY_STATUSES = (*["Approved"] * 8, "Sent", "Created")
_DAYS = 290


def make_crm_invoices(
    random: Random,
    count: int,
    organizations: list[JsonObject],
    things: list[JsonObject],
    tracked: list[JsonObject],
    today: date | None = None,
) -> list[JsonObject]:
    """So many invoices. `things`: name, price, taxes; `tracked` are kept in stock at Xero."""
    if not organizations:
        return []
    invoices = []
    for number in range(1, count + 1):
        customer = random.choice(organizations)
        row = _invoice(random, number, customer["organization_name"], things)
        row = _as_ordinary(row, number, customer, day_of(number, count, today)) if today else row
        for every, _, oddity in _ORDINARY if today else ODDITIES:
            if number % every == 0:
                row = oddity(row)
        if tracked and not today and number % _SHORT_OF_STOCK == 0:
            row = _lines(**_named(random.choice(tracked)), quantity=Decimal(50_000))(row)
            row["status"] = "Approved"
        invoices.append(row)
    return invoices


def day_of(number: int, count: int, today: date) -> date:
    """The day of one of so many invoices of the last months: the last one is today's."""
    return today - timedelta(days=_DAYS * (count - number) // count)


def _as_ordinary(row: JsonObject, number: int, customer: JsonObject, day: date) -> JsonObject:
    """Nearly always approved, in the customer's currency."""
    is_foreign = customer["currency"] == "USD"
    return {
        **row,
        "subject": f"{row['subject'].split(' of ')[0]} of {day:%B}",
        "invoice_date": day.isoformat(),
        "due_date": (day + timedelta(days=20)).isoformat(),
        "status": _ORDINARY_STATUSES[number % len(_ORDINARY_STATUSES)],
        "currency": "USD" if is_foreign else "NZD",
        "conversion_rate": Decimal("0.595") if is_foreign else Decimal(1),
    }


def grand_total(invoice: JsonObject) -> Decimal:
    """Grand Total by Vtiger's arithmetic, each step rounded to cents; see the data model."""
    nets = [_after_discount(line) for line in invoice["items"]]
    taxes = [_tax(line["taxes"], net) for line, net in zip(invoice["items"], nets, strict=True)]
    items_total = sum(nets, ZERO) + sum(taxes, ZERO)
    percent = invoice["overall_discount_percent"]
    discount = cents(items_total * percent / 100) + invoice["overall_discount_amount"]
    base = items_total - discount
    charges = invoice["charges"] + _tax(invoice["charge_taxes"], invoice["charges"])
    group, deducted = _tax(invoice["taxes"], base), _tax(invoice["deducted_taxes"], base)
    return cents(base + charges - deducted + group + invoice["adjustment"])


def _after_discount(line: JsonObject) -> Decimal:
    total = cents(line["quantity"] * line["selling_price"])
    if line["discount_amount"]:
        return cents(total - line["discount_amount"])
    return cents(total - total * line["discount_percent"] / 100)


def _tax(taxes: list[JsonObject], base: Decimal) -> Decimal:
    amounts: dict[str, Decimal] = {}
    for tax in taxes:
        on = base + sum((amounts[name] for name in tax.get("compound_on", [])), ZERO)
        amounts[tax["tax_name"]] = cents(on * tax["percentage"] / 100)
    return sum(amounts.values(), ZERO)


def _invoice(
    random: Random, number: int, organization: str, things: list[JsonObject]
) -> JsonObject:
    day = FIRST_DAY + timedelta(days=number % 290)
    return {
        "subject": f"Order {random.randint(1000, 9999)} of {day:%B}",
        "invoice_no": f"INV{number}",
        "organization_name": organization,
        "invoice_date": day.isoformat(),
        "due_date": (day + timedelta(days=20)).isoformat(),
        "status": _STATUSES[number % len(_STATUSES)],
        "currency": "NZD",
        "conversion_rate": Decimal(1),
        "tax_mode": "Individual",
        "items": [_line(random, things) for _ in range(random.randint(1, 4))],
        "taxes": [],
        "overall_discount_percent": ZERO,
        "overall_discount_amount": ZERO,
        "charges": ZERO,
        "charge_taxes": [],
        "deducted_taxes": [],
        "adjustment": ZERO,
        "received": ZERO,
        "description": "",
    }


def _line(random: Random, things: list[JsonObject]) -> JsonObject:
    thing = random.choice(things) if things else {"name": "", "price": Decimal(80), "code": ""}
    return {
        **_named(thing),
        "quantity": Decimal(random.randint(1, 12)),
        "selling_price": thing["price"],
        "item_comment": random.choice(("", "as agreed", f"{thing['name']}\nsecond line")),
        "discount_percent": ZERO,
        "discount_amount": ZERO,
        "taxes": [GST],
        "xero_sales_account": "200",
    }


def _named(thing: JsonObject) -> JsonObject:
    return {"item_name": thing["name"], "item_code": thing["code"]}


# -- payments ----------------------------------------------------------------------------------

# Every so-manieth payment of the CRM: what is odd about it, and the rule.
PAYMENT_ODDITIES: tuple[tuple[int, str, JsonObject], ...] = (
    (7, "P1", {"payment_status": "Pending"}),
    (11, "P1", {"payment_status": "In Progress"}),
    (13, "P1", {"payment_status": "Failure"}),
    (17, "P3 amount", {"amount": Decimal("999999.00")}),
    (19, "P3 account", {"xero_account": "200"}),
    (23, "P3 locked", {"payment_date": "2009-07-31"}),
)
_ORDINARY_PAYMENTS = ((61, "P1", {"payment_status": "Pending"}),)


def make_crm_payments(
    random: Random, count: int, invoices: list[JsonObject], today: date | None = None
) -> list[JsonObject]:
    """So many payments on the CRM's invoices, whatever state these are in [P1]. Fills Received.

    A cancelled invoice and a credit invoice take none: the CRM refuses it. Of an ordinary company
    there are at most as many as invoices that are approved and open.
    """
    payable = [each for each in invoices if each["status"] not in ("Cancel", "Credit Invoice")]
    if today:
        return _ordinary_payments(random, count, payable, today)
    payments: list[JsonObject] = []
    if not payable:
        return payments
    for number in range(1, count + 1):
        invoice = random.choice(payable)
        open_amount = grand_total(invoice) - invoice["received"]
        share = random.choice((Decimal(1), Decimal("0.5"), Decimal("0.25")))
        row = _payment(number, invoice, max(cents(open_amount * share), Decimal("0.01")))
        for every, _, change in PAYMENT_ODDITIES:
            if number % every == 0:
                row |= change
        payments.append(row)
        if row["payment_status"] == "Received":
            invoice["received"] += row["amount"]
    return payments


def _ordinary_payments(
    random: Random, count: int, invoices: list[JsonObject], today: date
) -> list[JsonObject]:
    """Two customers of three pay all of it, some weeks after they were invoiced."""
    payments: list[JsonObject] = []
    owing = [row for row in invoices if row["status"] == "Approved" and row["due_date"]]
    for invoice in random.sample(owing, min(count, len(owing))):
        number = len(payments) + 1
        share = random.choice((Decimal(1), Decimal(1), Decimal("0.5")))
        row = _payment(number, invoice, cents(grand_total(invoice) * share))
        day = date.fromisoformat(invoice["invoice_date"]) + timedelta(days=random.randint(3, 34))
        row |= {"payment_date": min(day, today).isoformat()}
        for every, _, change in _ORDINARY_PAYMENTS:
            row |= change if number % every == 0 else {}
        payments.append(row)
        if row["payment_status"] == "Received":
            invoice["received"] += row["amount"]
    return payments


def _payment(number: int, invoice: JsonObject, amount: Decimal) -> JsonObject:
    return {
        "payment_no": f"PAY{number}",
        "related_to": invoice["invoice_no"],
        "organization_name": invoice["organization_name"],
        "amount": amount,
        "currency": invoice["currency"],
        "payment_date": (FIRST_DAY + timedelta(days=number % 300)).isoformat(),
        "payment_status": "Received",
        "payment_mode": ("Bank Transfer", "Cash", "Credit Card")[number % 3],
        "reference": f"Ref {number}",
        "xero_account": ("090", "091", "880")[number % 3],
    }
