"""Every sentence that Xero is known to say has a reason and a remedy; the others stay its own."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from vtiger_xero.xero import refusals
from vtiger_xero.xero.refusals import refusal
from vtiger_xero.xero.refusals.row import Row

# Xero's sentences with where they were seen: not part of the repository.
DATA = Path(__file__).parents[2].parent / "shared" / "xero" / "messages.tsv"


def test_every_sentence_that_was_seen_has_a_remedy_however_it_is_punctuated() -> None:
    if not DATA.exists():
        pytest.skip(f"the list of Xero's sentences should be at {DATA}")
    with DATA.open(encoding="utf-8", newline="") as file:
        seen = [row[0] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]
    assert len(seen) > 40
    for text in seen:
        bare = text.rstrip(".")
        for each in (bare, f"{bare}.", bare.replace("'", '"'), bare.replace("'", "")):
            assert refusal([each]).remedy, each


# Sentences that Xero was seen to send, by recordings, its documents, its SDKs' trackers and other
# integrations' help pages; with a few spellings in which these differ.
KNOWN = [
    (
        "The contact name Acme Ltd is already assigned to another contact. The contact name "
        "must be unique across all active contacts.",
        "named Acme Ltd",
        "Rename",
    ),
    (
        "The specified contact details matched an archived contact. Archived contacts cannot "
        "currently be edited via the API.",
        "archived",
        "Restore",
    ),
    (
        "Another contact has this contact number. Please enter a different contact number.",
        "number",
        "Code",
    ),
    ("Website must be valid", "website", "clear the website"),
    ("Email address must be valid.", "e-mail", "Primary Email"),
    ("Users Organisation is not subscribed to currency USD", "currency USD", "Add the currency"),
    (
        "The current organisation is not subscribed to currency 'EUR'.",
        "currency EUR",
        "Add the currency",
    ),
    (
        "This document cannot be edited as it has a reconciled payment or credit note allocated "
        "to it.",
        "reconciled with the bank statement",
        "unreconciled",
    ),
    (
        "Date cannot be changed on an invoice that has payment or credit notes allocated to it.",
        "its date can no longer be changed",
        "remove the payment",
    ),
    (
        "The document cannot be edited as it is currently dated before the period lock date",
        "before the period lock date",
        "lock date moved",
    ),
    ("Due date cannot be empty.", "no due date", "Due Date"),
    (
        "An existing invoice with the specified ID could not be found",
        "This invoice is not in Xero",
        "Resync",
    ),
    (
        "Account code 201 has been removed as it does not match a recognised account.",
        "no account 201",
        "another Xero account",
    ),
    ("Price List Item Code must be supplied", "no code", "Part Number"),
    (
        "Account code '200' does not exist or cannot be applied to Items.",
        "no account 200 that an item may use",
        "another Xero account",
    ),
    ("Only Status accepted for updates.", "saved payment cannot be changed", "Undo the change"),
    (
        "You must specify an Account code or Account ID for the payment.",
        "no account",
        "another Xero Account",
    ),
    ("Item code 'X' is not valid", "no item with the code X", "Sync Products/Services"),
    (
        "The document total does not equal the sum of the lines.",
        "is different in Xero",
        "Check the prices",
    ),
    (
        "The resource you're looking for cannot be found",
        "This record is not in Xero",
        "Resync",
    ),
    # Of a line and of the date of a payment: as Xero says it of other elements.
    (
        "An existing line item with the specified LineItemID could not be found",
        "no longer in Xero",
        "Sync again",
    ),
    ("The Date field must be specified", "no date", "Payment Date"),
    ("Payment amounts must be positive amounts", "zero or less", "Correct the Amount"),
    ("Invoice not of valid status for modification", "paid, voided or deleted", "Look at"),
    ("Invoice # must be unique.", "an invoice with this number", "another Invoice No"),
    ("Price List Item with Code 'abc' already exists", "the code abc,", "Part Number"),
    ("Price List Item with Code ''abc'' already exists", "the code abc,", "Part Number"),
    (
        "Payment amount exceeds the amount outstanding on this document",
        "larger than what the invoice still owes",
        "correct the Amount",
    ),
    ("Please enter a unique Name.", "this Name", "Change it"),
    ("Please enter a unique Code.", "this Code", "Change it"),
    (
        "The Contact must contain at least 1 of the following elements to identify the contact: "
        "Name, ContactID, ContactNumber",
        "no name",
        "Organization Name",
    ),
    (
        "An existing Credit Note with the specified CreditNoteID could not be found",
        "This Credit Note is not in Xero",
        "Resync",
    ),
    (
        "An existing Invoice with the specified InvoiceID could not be found",
        "This Invoice is not in Xero",
        "Resync",
    ),
    (
        "The document with the supplied id was not found for this endpoint.",
        "This record is not in Xero",
        "Resync",
    ),
    (
        "The TaxType code 'OUTPUT2' cannot be used with account code '300'.",
        "the tax rate OUTPUT2 be used with the account 300",
        "another account",
    ),
    ("Invoice not of valid type for creation", "this kind of document", "by hand"),
    (
        "Only AUTHORISED invoices may have SentToContact updated.",
        "only approved invoices as sent",
        "Approve",
    ),
    (
        "The TaxType code NONE does not exist or cannot be used for this type of transaction.",
        "The tax rate NONE is not in Xero",
        "tax rates",
    ),
    (
        "The TaxType code 'NONE' does not exist or cannot be used for this type of transaction.",
        "The tax rate NONE is not in Xero",
        "tax rates",
    ),
    (
        "Account code '999' is not a valid code for this document.",
        "The account 999 cannot be used",
        "another Xero account",
    ),
    ("Account code '' is not a valid code for this document.", "has no account", "Sales Account"),
    (
        "Account code '205' has been archived, or has been deleted. Each line item must reference "
        "a valid account.",
        "205 is archived or deleted",
        "Restore it",
    ),
    (
        "Account code '600' has been removed as it does not match a recognised account.",
        "no account 600",
        "another Xero account",
    ),
    ("Account could not be found", "no such account for the payment", "bank account"),
    (
        "Account type is invalid for making a payment to/from",
        "cannot receive payments",
        "bank account",
    ),
    (
        "Payments can only be made against Authorised documents",
        "approved invoices",
        "Approve the invoice",
    ),
    ("Payment not of valid status for modification", "does not change payments", "enter another"),
    ("Payments within a batch cannot be deleted.", "part of a batch payment", "remove it there"),
    (
        "This document cannot be edited as it has a payment or credit note allocated to it.",
        "payment or credit in Xero",
        "remove the payment",
    ),
    (
        "The status VOIDED cannot be applied to the invoice because it has payments or credit "
        "notes allocated to it.",
        "cannot be given the status VOIDED",
        "Remove the payment",
    ),
    (
        "To update fields on a paid invoice line item, you must supply a LineItemID",
        "no line can be added",
        "Undo the change",
    ),
    (
        "The document date cannot be before the period lock date, currently set at 31-Mar-2026",
        "closed up to 31-Mar-2026 (period lock date)",
        "lock date moved",
    ),
    (
        "The document date cannot be before the end of year lock date, currently set at "
        "31 March 2026.",
        "closed up to 31 March 2026 (end of year lock date)",
        "lock date moved",
    ),
    (
        "The contact with the specified contact details has been archived. The contact must be "
        "un-archived before creating new invoices or credit notes",
        "contact is archived",
        "Restore the contact",
    ),
    ("One or more line items must be specified", "no lines", "Add an item"),
    ("Invoice not of valid status for creation", "does not create an invoice", "Status"),
    ("A Contact must be specified for this type of transaction", "no contact", "Organization"),
    ("Contact Name cannot be empty.", "no name", "Organization Name"),
    (
        "You have reached the limit of invoices you can approve",
        "no more approved invoices",
        "Upgrade",
    ),
    ("No items available to sell", "too little of it in stock", "lower the Quantity"),
    ("No item available to sell", "too little of it in stock", "lower the Quantity"),
    ("The document DueDate field must be specified.", "no due date", "Due Date"),
    ("Account code or ID must be specified", "has no account", "Sales Account"),
    ("Account must be valid.", "account of a line. Often", "one cent"),
    ("Tax rate must be valid.", "tax of a line. Often", "one cent"),
    ("The description field is mandatory for each line item.", "no description", "Item Comment"),
    (
        "The line total -795.00 does not match the expected line total 0.00",
        "is 0.00 in Xero and -795.00 here",
        "discount of the lines",
    ),
    ("Discounts may not be applied to ACCPAY invoices.", "on sales only", "Lower the price"),
    (
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.",
        "negative quantities. The quantity sent was -1.0000",
        "negative price",
    ),
    (
        "The discount rate '27.83' is invalid. Discount must not be greater than the line total.",
        "The discount of 27.83 is larger",
        "final price",
    ),
    (
        "The tax amount cannot be greater than the line amount!",
        "larger than its amount",
        "tax rates",
    ),
]


# The sentence that shows what each other row is for, and where it was seen.
OTHERS = {
    "The contact name [TEST] Kea is already assigned to another contact. The contact name must be "
    "unique across all active contacts.": "recorded: corrin/docketworks",
    "Another contact has this contact number. Please enter a different contact number.": (
        "WorkGuru, help pages"
    ),
    "The specified contact details matched an archived contact. Archived contacts cannot currently "
    "be edited via the API.": "recorded: corrin/docketworks",
    "Email address must be valid.": "waynerobinson/xeroizer 477",
    "Website must be valid": "XeroAPI/Xero-NetStandard 623",
    "Account code '200' does not exist or cannot be applied to Items.": "FieldInsight, help pages",
    "Price List Item Code must be supplied": "calcinai/xero-php 528",
    "Item code 'X' is not valid": "Fooman and digitalzest, help pages",
    "An existing line item with the specified LineItemID could not be found": (
        "the sentence of invoices, by analogy: Dext, help pages"
    ),
    "You must specify an Account code or Account ID for the payment.": "inFlow, help pages",
    "Only Status accepted for updates.": "XeroAPI/xero-node 115; calcinai/xero-php 250, 365",
    "Payments within a batch cannot be deleted.": "EZRentOut, help pages",
    "The Date field must be specified.": "waynerobinson/xeroizer 290, of documents",
    "This document cannot be edited as it has a reconciled payment or credit note allocated to "
    "it.": "Ascora, help pages",
    "Date cannot be changed on an invoice that has payment or credit notes allocated to it.": (
        "YourTradebase, help pages"
    ),
    "The document cannot be edited as it is currently dated before the period lock date": (
        "Cloud Depot, help pages"
    ),
    "Due date cannot be empty.": "Neto, help pages",
    "The document total does not equal the sum of the lines.": "waynerobinson/xeroizer 86",
    "Users Organisation is not subscribed to currency NZD": "waynerobinson/xeroizer, its tests",
    "An existing invoice with the specified ID could not be found": "Dext, help pages",
    "Account code 201 has been removed as it does not match a recognised account.": (
        "an answer of Xero's API Explorer, May 2021"
    ),
    "The TaxType code GST on Income does not exist or cannot be used for this type of "
    "transaction.": "XeroAPI/Xero-Java 336",
    "The resource you're looking for cannot be found": "XeroAPI/Xero-OpenAPI 163",
}


@pytest.mark.parametrize("said", OTHERS)
def test_a_sentence_that_was_seen_has_a_remedy_however_it_is_quoted(said: str) -> None:
    bare = said.rstrip(".")
    for each in (bare, f"{bare}.", bare.replace("'", '"'), bare.replace("'", "")):
        if "you're" not in said or each in (bare, f"{bare}."):
            assert refusal([each]).remedy, each


def first_row(said: str) -> Row:
    return next(row for row in refusals.ROWS if re.search(row.pattern, said))


@pytest.mark.parametrize(("said", "reason", "remedy"), KNOWN, ids=[each[0] for each in KNOWN])
def test_what_xero_is_known_to_say_has_a_reason_and_a_remedy(
    said: str, reason: str, remedy: str
) -> None:
    found = refusal([said])
    assert reason in found.reason
    assert remedy in found.remedy
    assert found.reason.endswith(".") and found.remedy.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "Something new",
        "The account code is fine",
        "Items are available to sell",
        "A lock date, currently set at 31-Mar-2026",
    ],
)
def test_a_sentence_that_no_row_knows_stays_xeros_own(text: str) -> None:
    assert refusal([text]) == refusals.Refusal(text)


def test_braces_in_a_name_do_no_harm() -> None:
    found = refusal(["Price List Item with Code '{0}{x}' already exists"])
    assert "the code {0}{x}," in found.reason


def test_what_is_said_together_is_told_together_once() -> None:
    found = refusal(
        [
            "Payments can only be made against Authorised documents",
            "Payment amount exceeds the amount outstanding on this document",
            "Payments can only be made against Authorised documents",
        ]
    )
    assert found.reason.count("approved invoices") == 1
    assert "still owes" in found.reason


def test_every_row_ends_its_sentences_and_none_is_there_twice() -> None:
    patterns = [row.pattern for row in refusals.ROWS]
    assert len(set(patterns)) == len(patterns)
    for row in refusals.ROWS:
        assert row.reason.endswith(".")
        assert row.remedy.endswith(".")


@pytest.mark.parametrize("row", refusals.ROWS, ids=[row.pattern[:40] for row in refusals.ROWS])
def test_no_row_is_unreached_or_hidden_by_an_earlier_one(row: Row) -> None:
    """Each row is the first that fits a sentence of KNOWN, where its reason and remedy are held."""
    assert [said for said, *_ in KNOWN if first_row(said) is row]
