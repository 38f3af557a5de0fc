"""What Xero says of contacts, and of the contact of a document."""

from __future__ import annotations

from .row import Row

ROWS = (
    Row(
        r"^The contact name (?P<name>.+?) is already assigned to another contact\.",
        "Xero already has an active contact named {name}, and names must be unique there.",
        "Rename one of the two: to Xero, names may be the same though their accents differ. If the "
        "contact is new in Xero, sync again: equal names are linked.",
    ),
    Row(
        r"^Another contact has this contact number\.",
        "Another Xero contact already has this organization's number as its Contact Code.",
        "Change the Contact Code of that contact in Xero, then sync again.",
    ),
    Row(
        r"matched an archived contact\.",
        "This contact is archived in Xero, and apps cannot change archived contacts.",
        "Restore the contact in Xero, then sync again.",
    ),
    Row(
        r"^The contact with the specified contact details has been archived",
        "The organization's contact is archived in Xero, and Xero accepts no new documents for it.",
        "Restore the contact in Xero, then sync again.",
    ),
    Row(
        r"^A Contact must be specified",
        "The invoice names no contact, and Xero needs one.",
        "Choose an Organization Name on the invoice.",
    ),
    Row(
        r"^Email address must be valid",
        "Xero does not accept this e-mail address.",
        "Correct the Primary Email of the organization or of its contact persons.",
    ),
    Row(
        r"^Website must be valid",
        "Xero refuses every change to this contact, because the website that is stored in Xero "
        "is not a valid address.",
        "Correct or clear the website of the contact in Xero, then sync again.",
    ),
    Row(
        r"^(Contact Name cannot be empty|The Contact must contain at least 1 of the following)",
        "The organization has no name, and Xero needs one.",
        "Enter an Organization Name.",
    ),
)
