"""Figures of invoices: roundings, invoices of nothing, currencies, numbers."""

from __future__ import annotations

from decimal import Decimal

from .findings import CouldNotTellError, Finding, judged
from .organisation import Row
from .trial import Trial

_ROUNDING = Decimal("0.05")


def rounding_counts(trial: Trial) -> Finding:
    """F1: Total contains a rounding of at most 0.10."""
    small, large = (_rounded(trial, Decimal(each)) for each in ("0.05", "0.11"))
    taken = trial.put("Invoices", small)
    refused = trial.put("Invoices", large)
    total = (taken.rows("Invoices") or [{}])[0].get("Total")
    return judged(
        not taken.is_refused and total == small["Total"] and refused.is_refused,
        f"0.05: {taken.why if taken.is_refused else f'Total {total}'}; "
        f"0.11: {refused.why if refused.is_refused else 'taken'}.",
    )


def rounding_as_shown(trial: Trial) -> Finding:
    """F2: it is shown by id and in answers to writes; in a page the Total contains it."""
    made = trial.made("Invoices", _rounded(trial, _ROUNDING))
    one, listed = trial.read("Invoices", made["InvoiceID"]), trial.listed(made)
    names = {"RoundingAmount", "EnteredTotal"}
    shown = [names & each.keys() for each in (made, one, listed)]
    return judged(
        shown == [names, names, set()] and listed.get("Total") == made.get("Total"),
        f"Written {sorted(shown[0])}, by id {sorted(shown[1])}, in a page {sorted(shown[2])}; "
        f"Total {made.get('Total')}, in a page {listed.get('Total')}.",
    )


def rounding_needs_its_sums(trial: Trial) -> Finding:
    """F3: it counts only with the three sums, and not on a draft."""
    alone = trial.invoice(trial.line(), RoundingAmount=_ROUNDING)
    draft = {**_rounded(trial, _ROUNDING), "Status": "DRAFT"}
    found = [_rounding_of(trial, each) for each in (alone, draft)]
    return judged(found == [0, 0], f"It is {found[0]} without the sums, {found[1]} on a draft.")


def rounding_that_is_not_mentioned(trial: Trial) -> Finding:
    """F4: an update that does not mention it keeps it."""
    made = trial.made("Invoices", _rounded(trial, _ROUNDING))
    if _rounding(made) != _ROUNDING:
        raise CouldNotTellError("The rounding did not count to begin with.")
    after = trial.changed("Invoices", {"InvoiceID": made["InvoiceID"], "Reference": "Changed"})
    return judged(_rounding(after) == _ROUNDING, f"It is {_rounding(after)} after the update.")


def invoice_of_nothing(trial: Trial) -> Finding:
    """F7: it is PAID once it is approved, and takes no other price."""
    made = trial.approved(trial.line("0.00"))
    status, line = made.get("Status"), made["LineItems"][0]
    if status != "PAID":
        return judged(False, f"It is {status}.")
    priced = {"LineItemID": line["LineItemID"], **trial.line("5.00")}
    answer = trial.post("Invoices", {"InvoiceID": made["InvoiceID"], "LineItems": [priced]})
    return judged(
        answer.is_refused, f"It is PAID; a price is {answer.why if answer.is_refused else 'taken'}"
    )


def rate_of_the_day(trial: Trial) -> Finding:
    """S1: an invoice in a foreign currency without a CurrencyRate gets one."""
    sent = trial.invoice(trial.line(), status="DRAFT", CurrencyCode=trial.books.foreign)
    made = trial.made("Invoices", sent)
    found = made.get("CurrencyRate")
    return judged(found and found != 1, f"CurrencyRate in {trial.books.foreign} is {found}.")


# Roughly, in US dollars: enough to tell a rate from its reverse where the two are far apart.
_WORTH = {"NZD": "0.6", "AUD": "0.65", "USD": "1", "EUR": "1.1", "GBP": "1.3", "SGD": "0.75"}
NEAR_ONE = "The rate of these currencies is too near to 1, or not known to the probe."


def direction_of_the_rate(trial: Trial) -> Finding:
    """S9: CurrencyRate is the foreign currency for one of the base currency."""
    base, foreign = (_WORTH.get(x) for x in (trial.books.currency, trial.books.foreign))
    if not base or not foreign:
        raise CouldNotTellError(NEAR_ONE)
    if Decimal("0.8") < Decimal(base) / Decimal(foreign) < Decimal("1.25"):
        raise CouldNotTellError(NEAR_ONE)
    sent = trial.invoice(trial.line(), status="DRAFT", CurrencyCode=trial.books.foreign)
    rate = Decimal(trial.made("Invoices", sent)["CurrencyRate"])
    is_less = Decimal(base) < Decimal(foreign)
    return judged(
        (rate < 1) == is_less,
        f"1 {trial.books.currency} is worth {'less' if is_less else 'more'} than 1 "
        f"{trial.books.foreign}; CurrencyRate is {rate}.",
    )


def number_taken_once(trial: Trial) -> Finding:
    """S4: a second invoice with the number of the first is refused."""
    first = trial.invoice(trial.line(), status="DRAFT")
    trial.made("Invoices", first)
    answer = trial.put("Invoices", {**first, "Reference": "Second"})
    return judged(answer.is_refused, f"The second one: {answer.why}")


def _rounded(trial: Trial, rounding: Decimal) -> Row:
    """An invoice with a rounding and the sums that go with it; its tax is sent, so it is known."""
    tax = trial.books.percentage(trial.books.sales["TaxType"]) / 10
    tax = tax.quantize(Decimal("0.01"))
    price = Decimal("10.00")
    return trial.invoice(
        trial.line(str(price), TaxAmount=tax),
        SubTotal=price,
        TotalTax=tax,
        RoundingAmount=rounding,
        Total=price + tax + rounding,
    )


def _rounding_of(trial: Trial, sent: Row) -> Decimal:
    answer = trial.put("Invoices", sent)
    rows = answer.rows("Invoices")
    if answer.is_refused or not rows:
        return Decimal(0)
    return _rounding(rows[0])


def _rounding(invoice: Row) -> Decimal:
    total, *others = (Decimal(invoice.get(k) or 0) for k in ("Total", "SubTotal", "TotalTax"))
    return total - sum(others)
