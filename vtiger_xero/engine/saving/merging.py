"""Which two records of the CRM may become one: what no ledger could mean is refused.

A merge moves all that names the one record to the other. Payments of one customer, or of one
currency, would then count on an invoice of another one, and a record would be two at Xero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import RecordRefused
from ..mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE
from ..messages import _lt
from ..money import as_text
from ..totals import number
from ..totals.payments import CANCEL, CREDIT_INVOICE

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
            _lt(
                "“{0}” is an invoice of “{1}” and “{2}” one of “{3}”. A payment of one "
                "customer cannot count on an invoice of another."
            ).format(gone.name, gone.customer, stays.name, stays.customer),
            remedy=_lt("If the two customers are one, merge their organizations first."),
        )
    currencies = [each.fields.get("currency") for each in (gone, stays)]
    if all(currencies) and currencies[0] != currencies[1]:
        raise RecordRefused(
            _lt(
                "“{0}” is in {1} and “{2}” in {3}. A payment in one currency cannot count on "
                "an invoice in another."
            ).format(gone.name, currencies[0], stays.name, currencies[1]),
            remedy=_lt("Cancel the invoice that is too much."),
        )
    if _is_credit(gone) != _is_credit(stays):
        raise RecordRefused(
            _lt(
                "One of “{0}” and “{1}” is a credit invoice, which cannot be merged with an "
                "invoice."
            ).format(gone.name, stays.name),
            remedy=_lt("Cancel the invoice that is too much."),
        )
    if gone.paid and stays.fields.get("status") in (CANCEL, CREDIT_INVOICE):
        raise RecordRefused(
            _lt(
                "“{0}” has payments, but “{1}” is cancelled or a credit invoice and cannot "
                "have any."
            ).format(gone.name, stays.name),
            remedy=_lt("Merge the other way round, or move the payments to another invoice first."),
        )


def _is_credit(invoice: Merged) -> bool:
    return invoice.fields.get("status") == CREDIT_INVOICE


def _require_one_payment(gone: Merged, stays: Merged) -> None:
    if gone.fields.get("related_to") != stays.fields.get("related_to"):
        raise RecordRefused(
            _lt(
                "“{0}” is a payment of the invoice “{1}” and “{2}” one of “{3}”. One payment "
                "cannot belong to two invoices."
            ).format(gone.name, gone.invoice, stays.name, stays.invoice),
            remedy=_lt(
                "Correct Related To of one of the two, or delete the payment that is too much."
            ),
        )
    amounts = [number(each.fields.get("amount")) for each in (gone, stays)]
    if amounts[0] != amounts[1]:
        raise RecordRefused(
            _lt("“{0}” is over {1} and “{2}” over {3}: these are two payments.").format(
                gone.name, as_text(amounts[0]), stays.name, as_text(amounts[1])
            ),
            remedy=_lt("Correct Amount of one of the two, or delete the payment that is too much."),
        )


_TWO_ITEMS = (
    _lt("“{0}” and “{1}” are two items in Xero."),
    _lt("Delete one of the two items in Xero and sync. Then merge the records here."),
)
_TWO_AT_XERO: Mapping[str, tuple[str, str]] = {
    ORGANIZATION: (
        _lt("“{0}” and “{1}” are two contacts in Xero."),
        _lt("Merge the two contacts in Xero and sync. Then merge the organizations here."),
    ),
    PRODUCT: _TWO_ITEMS,
    SERVICE: _TWO_ITEMS,
    INVOICE: (
        _lt("“{0}” and “{1}” are two invoices in Xero."),
        _lt("Void one of the two invoices in Xero and sync. Then merge the records here."),
    ),
    PAYMENT: (
        _lt("“{0}” and “{1}” are two payments in Xero."),
        _lt("Remove one of the two payments in Xero and sync. Then merge the records here."),
    ),
}
