"""What Xero says of items, which are products and services here."""

from __future__ import annotations

from ...engine.messages import _lt
from .row import Row

ROWS = (
    Row(
        # Doubled quotes stand in an example of Xero's, as an artefact.
        r"^Price List Item with Code '+(?P<code>.*?)'+ already exists",
        _lt("Xero already has an item with the code {code}, and codes must be unique there."),
        _lt(
            "Change the Part Number or Service Code here, or the code of the item in Xero, "
            "then sync again."
        ),
    ),
    Row(
        r"^Account code ['\"]?(?P<code>.*?)['\"]? does not exist or cannot be applied to Items",
        _lt(
            "Xero has no account {code} that an item may use: there is no such account, it is "
            "archived, or it is one that Xero keeps for itself."
        ),
        _lt(
            "Choose another Xero account on the product or service, or in the Xero settings, "
            "then sync again."
        ),
    ),
    Row(
        r"^Price List Item Code must be supplied",
        _lt("The product or service has no code, and Xero needs one."),
        _lt("Enter a Part Number, or for a service a Service Code."),
    ),
)
