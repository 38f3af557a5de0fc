"""What Xero says of lines: their item, account, tax, discount and amounts.

Items have accounts and taxes too, and Xero says the same of these.
"""

from __future__ import annotations

from ...engine.messages import _lt
from .row import Row

_CHOOSE_ACCOUNT = _lt(
    "Choose another Xero account on the line, on its product or service, or in the Xero "
    "settings, then sync again."
)
_CHECK_TAXES = _lt(
    "Compare the taxes here with the tax rates in Xero (Accounting, Tax rates), then sync again."
)

ROWS = (
    Row(
        r"^(Account code (''|\"\") is not a valid code|Account code or ID must be specified)",
        _lt("A line has no account, and Xero needs one."),
        _lt(
            "Choose a Xero Sales Account on the line or on its product or service, or a "
            "default one in the Xero settings."
        ),
    ),
    Row(
        r"^Account code ['\"]?(?P<code>.*?)['\"]? is not a valid code",
        _lt(
            "The account {code} cannot be used here: Xero has no such account, or it is a "
            "bank account or one that Xero keeps for itself."
        ),
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Account code ['\"]?(?P<code>.*?)['\"]? has been archived",
        _lt("The account {code} is archived or deleted in Xero."),
        _lt("Restore it in Xero (Accounting, Chart of accounts), or do this: {0}").format(
            _CHOOSE_ACCOUNT
        ),
    ),
    Row(
        r"^Account code ['\"]?(?P<code>.*?)['\"]? has been removed",
        _lt("Xero has no account {code}, so it left the line without one."),
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^The TaxType code ['\"]?(?P<code>.+?)['\"]? does not exist or cannot be used",
        _lt("The tax rate {code} is not in Xero, or it is no longer in use."),
        _CHECK_TAXES,
    ),
    Row(
        r"^The TaxType code ['\"]?(?P<tax>.+?)['\"]? cannot be used with account code "
        r"['\"]?(?P<code>.*?)['\"]?\.?$",
        _lt("Xero does not let the tax rate {tax} be used with the account {code}."),
        _lt("Use other taxes, or another account. {0}").format(_CHECK_TAXES),
    ),
    Row(
        r"^Item code ['\"]?(?P<code>.*?)['\"]? is not valid",
        _lt("Xero has no item with the code {code}."),
        _lt("Sync Products/Services first, or correct the code of the product or service."),
    ),
    Row(
        r"^The description field is mandatory for each line item",
        _lt("A line has no description, and Xero needs one."),
        _lt("Enter an Item Comment on the line, or a Description on its product or service."),
    ),
    Row(
        r"^The line total (?P<sent>\S+) does not match the expected line total "
        r"(?P<expected>\S*\d)",
        _lt("The amount of a line is {expected} in Xero and {sent} here."),
        _lt("Check the quantity, price and discount of the lines."),
    ),
    Row(
        r"^Discounts may not be applied to ACCPAY",
        _lt("Xero takes discounts on sales only."),
        _lt("Lower the price instead of giving a discount."),
    ),
    Row(
        r"^The discount rate ['\"]?(?P<amount>.+?)['\"]? is invalid\. "
        r"Discount must not be greater than the line",
        _lt("The discount of {amount} is larger than its line, or its line is negative."),
        _lt("Correct the Discount Amount of the line, or give the line its final price instead."),
    ),
    Row(
        r"^The quantity value ['\"]?(?P<quantity>.+?)['\"]? is invalid\. "
        r"Quantity must not be less than zero",
        _lt("Xero does not accept negative quantities. The quantity sent was {quantity}."),
        _lt("Enter the line with a positive quantity and a negative price."),
    ),
    Row(
        r"^Account must be valid",
        _lt(
            "Xero does not accept the account of a line. Often the amount of that line is "
            "less than one cent."
        ),
        _lt(
            "Change each line so that its amount is at least one cent, or set its price to "
            "zero. Check its Xero Sales Account too."
        ),
    ),
    Row(
        r"^Tax rate must be valid",
        _lt(
            "Xero does not accept the tax of a line. Often the amount of that line is less "
            "than one cent."
        ),
        _lt(
            "Change each line so that its amount is at least one cent, or set its price to "
            "zero. {0}"
        ).format(_CHECK_TAXES),
    ),
    Row(
        r"^The tax amount cannot be greater than the line amount",
        _lt("The tax of a line is larger than its amount."),
        _CHECK_TAXES,
    ),
    Row(
        r"^An existing line item with the specified LineItemID could not be found",
        _lt("A line of the invoice is no longer in Xero."),
        _lt("Sync again: the lines that Xero has now are read first."),
    ),
    Row(
        r"^To update fields on a paid invoice line item, you must supply a LineItemID",
        _lt("The invoice has a payment or credit in Xero, so no line can be added or exchanged."),
        _lt("Undo the change of the lines, or remove the payment or credit in Xero first."),
    ),
)
