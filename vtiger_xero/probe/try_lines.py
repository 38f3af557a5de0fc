"""Lines of invoices: lines of nothing, discounts, signs, decimals, taxes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .findings import CouldNotTellError, Finding, Verdict, judged
from .organisation import Row
from .trial import Trial

# 33.35 % of 2,250.45 is 750.53 (750.525), and of the rate of two decimals no cent is lost; of
# 2,000.00 less 263.50 the rate is 13.18 (13.175), which comes to 263.60.
_PRICE, _OFF, _LEFT = "2000.00", Decimal("263.50"), Decimal("1736.50")


def tax_amount_stands(trial: Trial) -> Finding:
    """T15: a TaxAmount that is sent stands."""
    usual = trial.books.percentage(trial.books.taxed_sales["TaxType"])
    sent = Decimal("12.50") if usual != Decimal("12.5") else Decimal("10.00")
    made = trial.approved(trial.line("100.00", TaxAmount=sent))
    found = made["LineItems"][0].get("TaxAmount")
    return judged(found == sent, f"{sent} was sent where the rate is {usual}; it is {found}.")


def free_line(trial: Trial) -> Finding:
    """L1: a line of 0.00 has neither account nor tax once it is approved."""
    made = trial.approved(trial.line(), trial.line("0.00", Description="Free"))
    free = _called(trial.read("Invoices", made["InvoiceID"]), "Free")
    kept = {name: free[name] for name in ("AccountCode", "TaxType") if free.get(name)}
    return judged(not kept, f"The free line of an approved invoice has {kept or 'neither'}.")


def amount_of_nothing(trial: Trial) -> Finding:
    """L2: LineAmount 0 beside a discount is refused."""
    line = trial.line("795.00", DiscountRate=100, LineAmount=0)
    answer = trial.put("Invoices", trial.invoice(line, status="DRAFT"))
    return judged(answer.is_refused, _refused_or_taken(answer.is_refused, answer.why))


def discount_as_shown(trial: Trial) -> Finding:
    """L3: a page shows the rate alone; one document and a write show all about a discount."""
    made = trial.approved(trial.line("2250.45", DiscountAmount=Decimal("750.53")))
    one, listed = trial.read("Invoices", made["InvoiceID"]), trial.listed(made)
    whole = {"DiscountRate", "DiscountAmount", "DiscountEnteredAsPercent"}
    shown = [whole & each["LineItems"][0].keys() for each in (made, one, listed)]
    totals = ["TotalDiscount" in each for each in (made, one)]
    rate = listed["LineItems"][0].get("DiscountRate")
    return judged(
        shown == [whole, whole, {"DiscountRate"}] and all(totals) and rate == Decimal("33.35"),
        f"Written {sorted(shown[0])}, by id {sorted(shown[1])}, in a page {sorted(shown[2])}; "
        f"TotalDiscount {totals}; the rate in a page is {rate}.",
    )


def rate_before_amount(trial: Trial) -> Finding:
    """L4: of both the rate counts."""
    both = trial.line("100.00", DiscountRate=10, DiscountAmount=5)
    made = trial.made("Invoices", trial.invoice(both, status="DRAFT"))
    amount = made["LineItems"][0].get("LineAmount")
    return judged(amount == 90, f"100.00 with a rate of 10 and an amount of 5 is {amount}.")


def rate_of_nothing(trial: Trial) -> Finding:
    """L14: a rate of 0 ends a discount that is an amount."""
    line = trial.line("100.00", DiscountAmount=5)
    made = trial.made("Invoices", trial.invoice(line, status="DRAFT"))
    ended = {
        "LineItemID": made["LineItems"][0]["LineItemID"],
        **trial.line("100.00", DiscountRate=0),
    }
    after = trial.changed("Invoices", {"InvoiceID": made["InvoiceID"], "LineItems": [ended]})
    amount = after["LineItems"][0].get("LineAmount")
    return judged(amount == 100, f"With a rate of 0 the line of 100.00 less 5.00 is {amount}.")


def update_of_the_head(trial: Trial) -> Finding:
    """L5: an update without lines makes a discount anew from its rate of two decimals."""
    made = trial.approved(trial.line(_PRICE, DiscountAmount=_OFF))
    before = made["LineItems"][0].get("LineAmount")
    if before != _LEFT:
        raise CouldNotTellError(f"The line is {before} and not {_LEFT} to begin with.")
    answer = trial.post("Invoices", {"InvoiceID": made["InvoiceID"], "Reference": "Changed"})
    if answer.is_refused:
        return Finding(Verdict.CONTRADICTED, f"The update was refused: {answer.why}")
    after = answer.rows("Invoices")[0]["LineItems"][0].get("LineAmount")
    return judged(after != before, f"The line was {before} before the update, {after} after it.")


def less_than_a_cent(trial: Trial) -> Finding:
    """L6: a line of less than half a cent is refused on an approved invoice."""
    small = trial.line("1.00", Quantity=Decimal("0.004"))
    answer = trial.put("Invoices", trial.invoice(trial.line(), small))
    return judged(answer.is_refused, _refused_or_taken(answer.is_refused, answer.why))


def amount_off_a_negative_line(trial: Trial) -> Finding:
    """L7: DiscountAmount is refused on a negative line and above the amount; a rate is taken."""
    usual = trial.line("100.00")
    wrong = (trial.line("-10.00", DiscountAmount=0), trial.line("10.00", DiscountAmount=11))
    right = trial.line("-10.00", DiscountRate=10)
    found = [_is_refused(trial, usual, each) for each in (*wrong, right)]
    return judged(
        found == [True, True, False],
        f"Refused: an amount of 0 off a negative line {found[0]}, more than the line {found[1]}, "
        f"a rate off a negative line {found[2]}.",
    )


def negative_quantity(trial: Trial) -> Finding:
    """L8: a negative quantity is refused, a negative price taken."""
    usual = trial.line("100.00")
    found = [
        _is_refused(trial, usual, trial.line(Quantity=-1)),
        _is_refused(trial, usual, trial.line("-10.00")),
    ]
    return judged(
        found == [True, False],
        f"Refused: a negative quantity {found[0]}, a negative price {found[1]}.",
    )


def longest_description(trial: Trial) -> Finding:
    """L10: 4,000 characters are taken, one more is not."""
    found = [_is_refused(trial, trial.line(Description="x" * size)) for size in (4000, 4001)]
    return judged(found == [False, True], f"Refused: 4,000 {found[0]}, 4,001 {found[1]}.")


def decimals(trial: Trial) -> Finding:
    """L11: Quantity keeps four decimals, DiscountRate two."""
    line = trial.line(Quantity=Decimal("1.23456"), DiscountRate=Decimal("33.346"))
    made = trial.made("Invoices", trial.invoice(line, status="DRAFT"))
    found = made["LineItems"][0]
    quantity, rate = found.get("Quantity"), found.get("DiscountRate")
    return judged(
        (quantity, rate) == (Decimal("1.2346"), Decimal("33.35")),
        f"1.23456 became {quantity}, a rate of 33.346 became {rate}.",
    )


def free_line_sent_again(trial: Trial) -> Finding:
    """L13: a free line may be sent with its codes, and on a paid invoice without them."""
    made = trial.approved(trial.line(), trial.line("0.00", Description="Free"))
    usual, free = _called(made, "Probe"), _called(made, "Free")
    coded = {"LineItemID": free["LineItemID"], **trial.line("0.00", Description="Free again")}
    kept = {"LineItemID": usual["LineItemID"], **trial.line()}
    first = trial.post("Invoices", _update(made, kept, coded))
    trial.made("Payments", trial.payment(made, made["Total"]))
    bare = {"LineItemID": free["LineItemID"], "Description": "Free once more"}
    figures = {"Quantity": 1, "UnitAmount": Decimal("0.00")}
    second = trial.post("Invoices", _update(made, kept, {**bare, **figures}))
    return judged(
        not first.is_refused and not second.is_refused,
        f"With its codes: {_refused_or_taken(first.is_refused, first.why)} "
        f"Without them, paid: {_refused_or_taken(second.is_refused, second.why)}",
    )


def _update(invoice: Row, *lines: Row) -> Row:
    return {"InvoiceID": invoice["InvoiceID"], "LineItems": list(lines)}


def _called(invoice: Row, description: str) -> dict[str, Any]:
    for line in invoice["LineItems"]:
        if line.get("Description") == description:
            return dict(line)
    raise CouldNotTellError(f"The line {description} is not in the answer.")


def _is_refused(trial: Trial, *lines: Row) -> bool:
    return trial.put("Invoices", trial.invoice(*lines)).is_refused


def _refused_or_taken(is_refused: bool, why: str) -> str:
    return f"Refused: {why}" if is_refused else "Taken."
