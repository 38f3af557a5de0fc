"""Differences between Xero's recorded answers and the simulator's that are meant to be.

Each row says where and why. One that no difference needs any more fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.recorded.comparing import Difference

CUT = "The recorder keeps two elements of a list; the organisation had more than are here."
NEXT = "The next number depends on invoices that were not recorded."


@dataclass(frozen=True)
class Explained:
    """A difference at `path` of the recordings called `recording` (both as file patterns)."""

    recording: str
    path: str
    why: str

    def fits(self, recording: str, difference: Difference) -> bool:
        """Whether it explains this one. [] of a path is no pattern."""
        names = fnmatchcase(recording, self.recording)
        return names and difference.path == self.path


ANSWERS = (
    Explained("accounts", "Accounts", CUT),
    *(
        Explained(f"{name}_page", f"pagination.{count}", CUT)
        for name in ("contacts", "credit_notes", "invoices")
        for count in ("pageCount", "itemCount")
    ),
    Explained(
        "invoices_page",
        "Invoices[].CurrencyRate",
        "One of the two, made by a repeating invoice of the Demo Company, shows no rate.",
    ),
    Explained(
        "invoice", "Invoices[].Contact.ContactGroups", "The simulator has no contact groups."
    ),
    Explained("invoice_create", "Invoices[].InvoiceNumber", NEXT),
    Explained("invoice_void", "Invoices[].InvoiceNumber", NEXT),
)

# What the app would send for the same change, beside what the recorder sent.
_LINE = "Invoices[].LineItems[]"
REQUESTS = (
    Explained(
        "contact_create",
        "Contacts[].IsCustomer",
        "Xero takes it from no one: it answers false. The app does not send it.",
    ),
    Explained("invoice_create", "Invoices[].InvoiceNumber", "The app sends the CRM's number."),
    *(
        Explained("invoice_create", f"{_LINE}.{key}", "The app sends every figure and code.")
        for key in ("LineAmount", "TaxAmount", "TaxType")
    ),
    *(
        Explained("invoice_create", f"Invoices[].{key}", "The app always says the currency.")
        for key in ("CurrencyCode", "CurrencyRate")
    ),
    *(
        Explained(
            name, f"Invoices[].{key}", "Nothing else of a voided invoice counts; the id is enough."
        )
        for name in ("invoice_void",)
        for key in ("Contact", "Date")
    ),
)
