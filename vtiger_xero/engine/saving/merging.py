"""Which two records of the CRM may become one: what no ledger could mean is refused.

A merge moves all that names the one record to the other. Payments of one customer, or of one
currency, would then count on an invoice of another one, and a record would be two at Xero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..conditions.payments import CREDIT_INVOICE
from ..errors import RecordRefused
from ..mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE
from ..money import as_text
from ..totals import number
from ..totals.payments import CANCEL

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Merged:
    """One of the two: its DocType's own fields, and its record at Xero, "" for none.

    `paid` says whether payments that are Received name it. `customer` is the title of an invoice's
    organization, `invoice` that of a payment's invoice.
    """

    name: str
    fields: Row
    xero_id: str = ""
    paid: bool = False
    customer: str = ""
    invoice: str = ""


def require_mergeable(doctype: str, gone: Merged, stays: Merged) -> None:
    """`RecordRefused` where `gone` and `stays` cannot be one record."""
    if doctype == INVOICE:
        _require_one_invoice(gone, stays)
    if doctype == PAYMENT:
        _require_one_payment(gone, stays)
    if gone.xero_id and stays.xero_id and gone.xero_id != stays.xero_id:
        said, remedy = _TWO_AT_XERO[doctype]
        raise RecordRefused(said.format(gone.name, stays.name), remedy=remedy)


def _require_one_invoice(gone: Merged, stays: Merged) -> None:
    if gone.fields.get("organization_name") != stays.fields.get("organization_name"):
        raise RecordRefused(
            f"\u201c{gone.name}\u201d is an invoice of \u201c{gone.customer}\u201d and "
            f"\u201c{stays.name}\u201d one of \u201c{stays.customer}\u201d. A payment of one "
            "customer cannot count on an invoice of another.",
            remedy="If the two customers are one, merge their organizations first.",
        )
    currencies = [each.fields.get("currency") for each in (gone, stays)]
    if all(currencies) and currencies[0] != currencies[1]:
        raise RecordRefused(
            f"\u201c{gone.name}\u201d is in {currencies[0]} and \u201c{stays.name}\u201d in "
            f"{currencies[1]}. A payment in one currency cannot count on an invoice in another.",
            remedy="Cancel the invoice that is too much.",
        )
    if _is_credit(gone) != _is_credit(stays):
        raise RecordRefused(
            f"One of \u201c{gone.name}\u201d and \u201c{stays.name}\u201d is a credit invoice, "
            "which cannot be merged with an invoice.",
            remedy="Cancel the invoice that is too much.",
        )
    if gone.paid and stays.fields.get("status") in (CANCEL, CREDIT_INVOICE):
        raise RecordRefused(
            f"\u201c{gone.name}\u201d has payments, but \u201c{stays.name}\u201d is cancelled or "
            "a credit invoice and cannot have any.",
            remedy="Merge the other way round, or move the payments to another invoice first.",
        )


def _is_credit(invoice: Merged) -> bool:
    return invoice.fields.get("status") == CREDIT_INVOICE


def _require_one_payment(gone: Merged, stays: Merged) -> None:
    if gone.fields.get("related_to") != stays.fields.get("related_to"):
        raise RecordRefused(
            f"\u201c{gone.name}\u201d is a payment of the invoice \u201c{gone.invoice}\u201d and "
            f"\u201c{stays.name}\u201d one of \u201c{stays.invoice}\u201d. One payment cannot "
            "belong to two invoices.",
            remedy="Correct Related To of one of the two, or delete the payment that is too much.",
        )
    amounts = [number(each.fields.get("amount")) for each in (gone, stays)]
    if amounts[0] != amounts[1]:
        raise RecordRefused(
            f"\u201c{gone.name}\u201d is over {as_text(amounts[0])} and \u201c{stays.name}\u201d "
            f"over {as_text(amounts[1])}: these are two payments.",
            remedy="Correct Amount of one of the two, or delete the payment that is too much.",
        )


_TWO_ITEMS = (
    "\u201c{0}\u201d and \u201c{1}\u201d are two items in Xero.",
    "Delete one of the two items in Xero and sync. Then merge the records here.",
)
_TWO_AT_XERO: Mapping[str, tuple[str, str]] = {
    ORGANIZATION: (
        "\u201c{0}\u201d and \u201c{1}\u201d are two contacts in Xero.",
        "Merge the two contacts in Xero and sync. Then merge the organizations here.",
    ),
    PRODUCT: _TWO_ITEMS,
    SERVICE: _TWO_ITEMS,
    INVOICE: (
        "\u201c{0}\u201d and \u201c{1}\u201d are two invoices in Xero.",
        "Void one of the two invoices in Xero and sync. Then merge the records here.",
    ),
    PAYMENT: (
        "\u201c{0}\u201d and \u201c{1}\u201d are two payments in Xero.",
        "Remove one of the two payments in Xero and sync. Then merge the records here.",
    ),
}
