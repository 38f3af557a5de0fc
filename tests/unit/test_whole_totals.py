"""A listed Total that leaves its rounding out is completed by what is due and paid (rule I19)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vtiger_xero.engine.mapping.invoice_figures import rounding_of, with_whole_total

D = Decimal


def invoice(**fields: Any) -> dict[str, Any]:
    figures = {"SubTotal": 100, "TotalTax": 15, "Total": 115}
    paid = {"AmountDue": D("115.05"), "AmountPaid": 0, "AmountCredited": 0}
    return {"Status": "AUTHORISED", **figures, **paid, **fields}


@pytest.mark.parametrize(
    "paid",
    [
        {},
        {"AmountDue": 0, "AmountPaid": D("115.05"), "Status": "PAID"},
        {"AmountDue": D("110.05"), "AmountCredited": 5},
    ],
)
def test_what_is_due_and_paid_says_the_whole_total(paid: dict[str, Any]) -> None:
    whole = with_whole_total(invoice(**paid))
    assert (whole["Total"], rounding_of(whole)) == (D("115.05"), D("0.05"))


@pytest.mark.parametrize(
    "fields",
    [
        {"Total": D("115.05")},  # it contains the rounding
        {"AmountDue": 115},  # there is none
        {"AmountDue": 0, "Status": "VOIDED"},
        {"AmountDue": 100},  # more than Xero rounds: told as a difference
        {"AmountCredited": None},  # the answer to a write
        {"CISDeduction": 20, "AmountDue": D("115.05")},
    ],
)
def test_any_other_total_stays_as_it_is(fields: dict[str, Any]) -> None:
    document = invoice(**fields)
    assert with_whole_total(document) == document
