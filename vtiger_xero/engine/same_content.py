"""Whether a document that was read again has new content.

Xero answers a write in one form and a reading in another: flags that a reading does not have, the
paid invoice with all its lines. The next run reads what this one has written; if its form alone
made it a change, every first sync would be decided twice.
"""

from __future__ import annotations

from typing import Any

from .records import Document

# How an answer went, and what other documents make of a contact or have attached: nothing of it
# is read from a document that is linked already.
_IGNORED = frozenset(
    {
        *("StatusAttributeString", "ValidationErrors", "HasValidationErrors", "HasErrors"),
        *("Warnings", "HasAttachments", "IsCustomer", "IsSupplier"),
        # A page shows a discount by its rate alone; LineAmount says what it comes to.
        *("DiscountAmount", "DiscountEnteredAsPercent", "TotalDiscount"),
        # What others make of it: a line's item, whose ItemCode is the line's own and whose name is
        # not; what is open with a contact. Tracking of contacts stands in answers to writes alone.
        *("Item", "Balances", "SalesTrackingCategories", "PurchasesTrackingCategories"),
    }
)
# What changes in these is a change of their own module; here only their id counts.
_REFERENCES = {"Contact": "ContactID", "Account": "AccountID", "Invoice": "InvoiceID"}
_NOTHING: tuple[object, ...] = (None, "", False, [], {})


def has_same_content(held: Document, new: Document) -> bool:
    """Whether two readings of a document differ in form at most."""
    return bool(_content_of(held) == _content_of(new))


def _content_of(value: Any) -> Any:
    if isinstance(value, dict):
        pieces = (
            (key, _value_of(key, piece)) for key, piece in value.items() if key not in _IGNORED
        )
        return {key: piece for key, piece in pieces if piece not in _NOTHING}
    return [_content_of(each) for each in value] if isinstance(value, list) else value


def _value_of(key: str, value: Any) -> Any:
    if key in _REFERENCES and isinstance(value, dict):
        return value.get(_REFERENCES[key])
    return _content_of(value)
