"""What Xero says of contacts, and of the contact of a document."""

from __future__ import annotations

from ...engine.messages import _lt
from .row import Row

ROWS = (
    Row(
        r"^The contact name (?P<name>.+?) is already assigned to another contact\.",
        _lt("Xero already has an active contact named {name}, and names must be unique there."),
        _lt(
            "Rename one of the two: to Xero, names may be the same though their accents "
            "differ. If the contact is new in Xero, sync again: equal names are linked."
        ),
    ),
    Row(
        r"^Another contact has this contact number\.",
        _lt("Another Xero contact already has this organization's number as its Contact Code."),
        _lt("Change the Contact Code of that contact in Xero, then sync again."),
    ),
    Row(
        r"matched an archived contact\.",
        _lt("This contact is archived in Xero, and apps cannot change archived contacts."),
        _lt("Restore the contact in Xero, then sync again."),
    ),
    Row(
        r"^The contact with the specified contact details has been archived",
        _lt(
            "The organization's contact is archived in Xero, and Xero accepts no new "
            "documents for it."
        ),
        _lt("Restore the contact in Xero, then sync again."),
    ),
    Row(
        r"^A Contact must be specified",
        _lt("The invoice names no contact, and Xero needs one."),
        _lt("Choose an Organization Name on the invoice."),
    ),
    Row(
        r"^Email address must be valid",
        _lt("Xero does not accept this e-mail address."),
        _lt("Correct the Primary Email of the organization or of its contact persons."),
    ),
    Row(
        r"^Website must be valid",
        _lt(
            "Xero refuses every change to this contact, because the website that is stored in "
            "Xero is not a valid address."
        ),
        _lt("Correct or clear the website of the contact in Xero, then sync again."),
    ),
    Row(
        r"^(Contact Name cannot be empty|The Contact must contain at least 1 of the following)",
        _lt("The organization has no name, and Xero needs one."),
        _lt("Enter an Organization Name."),
    ),
)
