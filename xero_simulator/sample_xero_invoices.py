"""Xero's invoices and payments, as they are on the wire, with consistent totals."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from xero_simulator.identifiers import stable_guid
from xero_simulator.money import ZERO, cents
from xero_simulator.sample_crm_invoices import day_of
from xero_simulator.wire import JsonObject, parse_wire_date, wire_date

FIRST_DAY = date(2026, 1, 7)
_PERCENT = {
    "OUTPUT2": Decimal(15),
    "INPUT2": Decimal(15),
    "ZERORATED": ZERO,
    "NONE": ZERO,
    "TAX001": Decimal(17),
    "TAX002": 5 + Decimal("9.975") * Decimal("1.05"),
}
_STATUSES = ("AUTHORISED", "AUTHORISED", "DRAFT", "AUTHORISED", "SUBMITTED", "AUTHORISED",
             "AUTHORISED", "VOIDED", "AUTHORISED", "DELETED", "AUTHORISED")  # fmt: skip
# Every so-manieth: a bill (rule I14), Inclusive or NoTax (rule I18), no item (rule I16), lines that
# the CRM shows as charges and adjustment (rule I17), a combined and a compound rate (rule G4).
_BILL, _INCLUSIVE, _NO_TAX, _NO_ITEM, _CHARGES, _ADJUSTMENT = 6, 5, 11, 3, 8, 10
_COMBINED, _COMPOUND, _FOREIGN, _TEXT_LINE = 13, 14, 17, 7


def make_xero_invoices(
    random: Random,
    count: int,
    contacts: list[JsonObject],
    items: list[JsonObject],
    today: date | None = None,
) -> list[JsonObject]:
    """So many invoices and bills of active contacts; with `today`, of the months before it."""
    active = [row for row in contacts if row["ContactStatus"] == "ACTIVE"]
    sold = [row for row in items if not row["IsTrackedAsInventory"]]
    if not active:
        return []
    made = [_invoice(random, number, active, sold) for number in range(1, count + 1)]
    if today is None:
        return made
    return [_dated(row, day_of(n, count, today)) for n, row in enumerate(made, 1)]


def _dated(row: JsonObject, day: date) -> JsonObject:
    return {
        **row,
        "Date": wire_date(day),
        "DueDate": wire_date(day + timedelta(days=20)),
        "UpdatedDateUTC": wire_date(day),
    }


def _invoice(
    random: Random, number: int, contacts: list[JsonObject], items: list[JsonObject]
) -> JsonObject:
    day, contact = FIRST_DAY + timedelta(days=number % 290), random.choice(contacts)
    is_bill = number % _BILL == 0
    types = (
        "Inclusive" if number % _INCLUSIVE == 0
        else "NoTax" if number % _NO_TAX == 0
        else "Exclusive"
    )  # fmt: skip
    lines = _lines(random, number, types, is_bill, items)
    is_foreign = number % _FOREIGN == 0
    wire: JsonObject = {
        "Type": "ACCPAY" if is_bill else "ACCREC",
        "InvoiceID": stable_guid(f"sample invoice {number} {contact['ContactID']}"),
        "InvoiceNumber": f"BILL {number}" if is_bill else f"INV-{number:04}",
        "Reference": f"PO {random.randint(100, 999)}",
        "Contact": {"ContactID": contact["ContactID"], "Name": contact["Name"]},
        "Date": wire_date(day),
        "DueDate": wire_date(day + timedelta(days=20)),
        "Status": _STATUSES[number % len(_STATUSES)],
        "LineAmountTypes": types,
        "LineItems": lines,
        "CurrencyCode": "USD" if is_foreign else "NZD",
        "CurrencyRate": Decimal("0.595238") if is_foreign else Decimal(1),
        "UpdatedDateUTC": wire_date(day + timedelta(days=1)),
    }
    return wire | _totals(types, lines) | {"AmountPaid": ZERO, "AmountCredited": ZERO}


def _lines(
    random: Random, number: int, types: str, is_bill: bool, items: list[JsonObject]
) -> list[JsonObject]:
    tax_type = "INPUT2" if is_bill else "OUTPUT2"
    if not is_bill and number % _COMBINED == 0:
        tax_type = "TAX001"
    if not is_bill and number % _COMPOUND == 0:
        tax_type = "TAX002"
    lines = [
        _line(random, f"{number} {n}", types, is_bill, tax_type, items)
        for n in range(random.randint(1, 4))
    ]
    if number % _NO_ITEM == 0:
        lines[0].pop("ItemCode", None)
    if not is_bill and number % _CHARGES == 0:
        lines.append(_flat(f"{number} charges", "Charges", Decimal(15), tax_type, types))
    if not is_bill and number % _ADJUSTMENT == 0:
        lines.append(_flat(f"{number} adjust", "Adjustment", Decimal("-0.20"), "NONE", types))
    if number % _TEXT_LINE == 0:
        text = {"Description": "Thank you for your business", "LineAmount": ZERO}
        lines.append({"LineItemID": stable_guid(f"line {number} text"), **text, "TaxAmount": ZERO})
    return lines


def _line(
    random: Random, seed: str, types: str, is_bill: bool, tax_type: str, items: list[JsonObject]
) -> JsonObject:
    item = random.choice(items) if items else {}
    details = item.get("PurchaseDetails" if is_bill else "SalesDetails", {})
    price = details.get("UnitPrice", Decimal(random.randint(100, 50_000)) / 100)
    quantity = Decimal(random.choice(("1", "2", "3", "10", "2.5", "0.333")))
    rate = Decimal(10) if not is_bill and random.random() < 0.15 else None
    amount = cents(quantity * price * (100 - (rate or ZERO)) / 100)
    line: JsonObject = {
        "LineItemID": stable_guid(f"line {seed}"),
        "Description": item.get("Description", "Work as agreed"),
        "Quantity": quantity,
        "UnitAmount": price,
        "AccountCode": "300" if is_bill else "200",
        "TaxType": "NONE" if types == "NoTax" else tax_type,
        "LineAmount": amount,
        "TaxAmount": _tax(types, tax_type, amount),
    }
    line |= {"ItemCode": item["Code"]} if item else {}
    return line | ({"DiscountRate": rate} if rate else {})


def _flat(seed: str, text: str, amount: Decimal, tax_type: str, types: str) -> JsonObject:
    return {
        "LineItemID": stable_guid(f"line {seed}"),
        "Description": text,
        "Quantity": Decimal(1),
        "UnitAmount": amount,
        "AccountCode": "260",
        "TaxType": "NONE" if types == "NoTax" else tax_type,
        "LineAmount": amount,
        "TaxAmount": _tax(types, tax_type, amount),
    }


def _tax(types: str, tax_type: str, amount: Decimal) -> Decimal:
    percent = _PERCENT[tax_type]
    if types == "NoTax":
        return ZERO
    return cents(amount * percent / (100 + percent if types == "Inclusive" else 100))


def _totals(types: str, lines: list[JsonObject]) -> JsonObject:
    amounts = sum((line["LineAmount"] for line in lines), ZERO)
    tax = sum((line["TaxAmount"] for line in lines), ZERO)
    sub_total = amounts - tax if types == "Inclusive" else amounts
    total = sub_total + tax
    return {"SubTotal": sub_total, "TotalTax": tax, "Total": total, "AmountDue": total}


# -- payments ----------------------------------------------------------------------------------

_REMOVED = 9  # every so-manieth payment was removed again


def make_xero_payments(
    random: Random, count: int, invoices: list[JsonObject], today: date | None = None
) -> list[JsonObject]:
    """At most so many payments on approved documents, whose amounts they change (rule P4)."""
    payments = []
    unpaid = [row for row in invoices if row["Status"] == "AUTHORISED" and row["Total"] > 0]
    for number in range(1, count + 1):
        if not unpaid:
            break
        place = random.randrange(len(unpaid))
        invoice = unpaid[place]
        share = random.choice((Decimal(1), Decimal(1), Decimal("0.5"), Decimal("0.3")))
        amount = max(cents(invoice["AmountDue"] * share), Decimal("0.01"))
        payment = _payment(number, invoice, amount)
        if today:
            invoiced = parse_wire_date(invoice["Date"]).date()
            paid = wire_date(min(invoiced + timedelta(days=number % 30 + 3), today))
            payment |= {"Date": paid, "UpdatedDateUTC": paid}
        payments.append(payment)
        if payment["Status"] == "AUTHORISED":
            _settle(invoice, payment)
        if not invoice["AmountDue"]:
            unpaid[place] = unpaid[-1]
            unpaid.pop()
    return payments


def _payment(number: int, invoice: JsonObject, amount: Decimal) -> JsonObject:
    day = FIRST_DAY + timedelta(days=295 + number % 20)
    return {
        "PaymentID": stable_guid(f"sample payment {number} {invoice['InvoiceID']}"),
        "Invoice": {"InvoiceID": invoice["InvoiceID"], "InvoiceNumber": invoice["InvoiceNumber"]},
        "Account": {"Code": ("090", "091")[number % 2]},
        "Date": wire_date(day),
        "Amount": amount,
        "CurrencyRate": invoice["CurrencyRate"],
        "Reference": f"Transfer {number}",
        "PaymentType": f"{invoice['Type']}PAYMENT",
        "IsReconciled": number % 10 == 0,
        "Status": "DELETED" if number % _REMOVED == 0 else "AUTHORISED",
        "UpdatedDateUTC": wire_date(day),
    }


def _settle(invoice: JsonObject, payment: JsonObject) -> None:
    invoice["AmountPaid"] += payment["Amount"]
    invoice["AmountDue"] -= payment["Amount"]
    if not invoice["AmountDue"]:
        invoice["Status"] = "PAID"
        invoice["FullyPaidOnDate"] = payment["Date"]
