"""Whether a document has the shape that everything behind the adapter relies on.

Xero's always do. One that does not (an object where a list should be, an amount that is no number)
costs itself and never the run, and none of its figures is taken for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ..engine.modules import spec_of
from ..engine.records import Module

_OBJECTS = frozenset({"Account", "Contact", "Invoice", "PurchaseDetails", "SalesDetails"})
_LISTS = frozenset(
    {
        "Addresses",
        "ContactPersons",
        "CreditNotes",
        "LineItems",
        "Overpayments",
        "Payments",
        "Phones",
        "Prepayments",
    }
)
_NUMBERS = frozenset(
    {
        "Amount",
        "AmountCredited",
        "AmountDue",
        "AmountPaid",
        "AppliedAmount",
        "CurrencyRate",
        "DiscountAmount",
        "DiscountRate",
        "LineAmount",
        "Quantity",
        "QuantityOnHand",
        "TaxAmount",
        "Total",
        "UnitAmount",
        "UnitPrice",
    }
)
_TEXTS = frozenset(
    {
        *("AccountCode", "AccountID", "Code", "ContactID", "ContactNumber", "ContactStatus"),
        *("CurrencyCode", "Date", "DefaultCurrency", "Description", "DueDate", "EmailAddress"),
        *("FirstName", "InvoiceID", "InvoiceNumber", "ItemCode", "ItemID", "LastName"),
        *("LineAmountTypes", "LineItemID", "MergedToContactID", "Name", "PaymentID"),
        *("PurchaseDescription", "Reference", "Status", "TaxNumber", "TaxType", "Type", "Website"),
        # of an address and a phone
        *("AddressType", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4"),
        *("AttentionTo", "City", "Country", "PostalCode", "Region"),
        *("PhoneAreaCode", "PhoneCountryCode", "PhoneNumber", "PhoneType"),
    }
)
_MOST = Decimal(10) ** 15  # more than any ledger holds, and few enough digits for every sum


def as_text(key: str, piece: Any) -> Any:
    """A number where a text should be, as text; every other piece of a document as it is."""
    is_number = isinstance(piece, int | float | Decimal) and not isinstance(piece, bool)
    return str(piece) if is_number and key in _TEXTS else piece


def require_sound(document: Mapping[str, Any]) -> None:
    """ValueError for a document, or a piece of it, that is not what its key says."""
    for key, piece in document.items():
        if key in _OBJECTS:
            require_sound(_object(key, piece))
        elif key in _LISTS:
            if not isinstance(piece, list):
                raise ValueError(f"its {key} are no list")
            for each in piece:
                require_sound(_object(key, each))
        elif key in _TEXTS and not isinstance(piece, str):
            raise ValueError(f"its {key} is a {type(piece).__name__}, and no text")
        elif key in _NUMBERS and not _is_amount(piece):
            raise ValueError(f"its {key} is {str(piece)[:40]!r}, which is no amount")


def require_known(module: Module, document: Mapping[str, Any]) -> None:
    """ValueError for a document that says something of money which nobody here understands.

    Read as another one, a new word of Xero's would book something that is not so; what is left out
    is reported, and read again once this app knows the word.
    """
    for key, words in spec_of(module).xero.words.items():
        if key in document and document[key] not in words:
            raise ValueError(f"its {key} is {str(document[key])[:40]!r}, which is not known here")


def _object(key: str, piece: Any) -> Mapping[str, Any]:
    if not isinstance(piece, dict):
        raise ValueError(f"an object was expected in its {key}, not a {type(piece).__name__}")
    return piece


def _is_amount(value: Any) -> bool:
    try:
        found = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return False
    return found.is_finite() and abs(found) < _MOST
