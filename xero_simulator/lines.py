"""The arithmetic of a line: amounts, discounts, tax. Faults are told, never put right.

Texts: [3P] third parties' logs, or ours where it says invented [Y1].
"""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator import chart
from xero_simulator.documents import APPROVED, DRAFT, INCLUSIVE, NO_TAX, Line
from xero_simulator.item_fields import Item
from xero_simulator.item_rules import item_coded
from xero_simulator.money import cents, places
from xero_simulator.shapes import number
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# 3P x3 (real logs: Xero-NetStandard 412, hmb 225)
LINE_TOTAL = "The line total {sent} does not match the expected line total {expected}"
# 3P (xero-php-oauth2 288, Xero-OpenAPI 429): of a DiscountAmount, although it says rate
DISCOUNT_TOO_LARGE = (
    "The discount rate '{amount}' is invalid. Discount must not be greater than the line total."
)
# 3P (WorkGuru)
QUANTITY_NEGATIVE = (
    "The quantity value '{quantity}' is invalid. Quantity must not be less than zero."
)
# 3P (xero-node 702, Xero-Java 353): both together, of a line that comes to less than half a cent
ACCOUNT_INVALID = "Account must be valid."
TAX_RATE_INVALID = "Tax rate must be valid."
ITEM_UNKNOWN = "Item code '{code}' is not valid"  # 3P (Fooman, digitalzest)
NO_DESCRIPTION = "The description field is mandatory for each line item."  # Xero-Net 198
DISCOUNT_SALES_ONLY = "Discounts may not be applied to ACCPAY invoices."  # Xero-Net 198
# invented [Y1]: the rules are real, the wording is ours
DESCRIPTION_LENGTH = "Description must be 4000 characters or fewer."
QUANTITY_LENGTH = "Quantity must be 13 characters or fewer."
AMOUNT_SIZE = "The line amount cannot exceed 9999999999.99."
DISCOUNT_RATE = "DiscountRate must be between 0 and 100."
TAX_WITHOUT_RATE = "A TaxAmount cannot be given for the TaxType {tax_type}, whose rate is zero."
TRACKING = "A line item can have no more than 2 tracking categories."

NEAR_ITS_RATE = Decimal("0.05")
LARGEST_AMOUNT = Decimal("9999999999.99")
_ARITHMETIC = ("Quantity", "UnitAmount", "LineAmount", "DiscountRate", "DiscountAmount")
_TAXING = (*_ARITHMETIC, "TaxType")


class LineMaker:
    """Makes the lines of one document and collects what is wrong with them."""

    def __init__(
        self,
        organisation: "Ledger",
        status: str,
        is_sale: bool,
        line_amount_types: str,
        unit_places: int,
        recomputes_tax: bool = False,
        by_hand: bool = False,
    ) -> None:
        self._organisation = organisation
        self._is_draft = status == DRAFT
        self._is_sale = is_sale
        self._types = line_amount_types
        self._unit_places = unit_places
        self._is_approved = status in APPROVED
        self._by_hand = by_hand
        self.recomputes_tax = recomputes_tax
        self.messages: list[str] = []
        self.warnings: list[str] = []

    def make(self, sent: JsonObject, kept: Line) -> Line:
        """The line `kept` with what was sent laid over it; a new line is `kept` empty.

        # invented [D6]: an update of a line is sparse, as that of its document is.
        """
        line, item = self._texts(sent, kept)
        line = self._amounts(sent, line, item)
        if line.is_text_only:
            return line
        line = self._coded(sent, line, item, kept)
        computes = self.recomputes_tax or line.tax_type != kept.tax_type
        line = self._taxed(sent, line, computes or any(sent.get(n) is not None for n in _TAXING))
        return self._without_codes(line)

    def _without_codes(self, line: Line) -> Line:
        """Once it is approved, a line of 0.00 has neither account nor tax [3P].

        Cloud Depot quoting Xero's API team; calcinai/xero-php 660; sde1000/quicktill 135.
        """
        if not self._is_approved or line.line_amount:
            return line
        lost = self._organisation.readings.free_lines_lose
        return replace(
            line,
            account_code="" if "account_code" in lost else line.account_code,
            tax_type="" if "tax_type" in lost else line.tax_type,
        )

    # -- texts and amounts -------------------------------------------------------------------

    def _texts(self, sent: JsonObject, kept: Line) -> tuple[Line, Item | None]:
        code = _text(sent, "ItemCode", kept.item_code)
        item = item_coded(self._organisation, code) if code else None
        if code and item is None and sent.get("ItemCode"):
            self.messages.append(ITEM_UNKNOWN.format(code=code))
        description = _text(sent, "Description", kept.description)
        if not description and item is not None:
            name = "Description" if self._is_sale else "PurchaseDescription"
            description = item.get(name) or ""
        if len(description) > 4000:
            self.messages.append(DESCRIPTION_LENGTH)
        if not description and not self._is_draft:
            self.messages.append(NO_DESCRIPTION)
        tracking = sent["Tracking"] if sent.get("Tracking") is not None else kept.tracking
        if len(tracking) > 2:
            self.messages.append(TRACKING)
        line = replace(kept, description=description, item_code=code, tracking=tracking)
        return line, item

    def _amounts(self, sent: JsonObject, line: Line, item: Item | None) -> Line:
        line = self._priced(sent, line, item)
        if line.quantity is None or line.unit_amount is None:
            return replace(line, line_amount=Decimal(0), tax_amount=Decimal(0))
        line = self._discounted(sent, line)
        exact = exact_amount(line)
        expected, told = cents(exact), number(sent, "LineAmount")
        # LineAmount 0 beside a discount is refused, with the discount as its own sum [3P]:
        # Xero-NetStandard 74 and 147, xeroizer 553.
        is_taken_off = line.discount_rate is not None or line.discount_amount is not None
        if told is not None and not cents(told) and is_taken_off:
            told = exact - gross_of(line)
        if told is not None and cents(told) != expected:
            message = LINE_TOTAL.format(sent=f"{cents(told):f}", expected=f"{expected:f}")
            self.messages.append(message)
        is_too_small = exact and not expected and self._is_approved
        if is_too_small and self._organisation.readings.refuses_less_than_a_cent:
            self.messages += [ACCOUNT_INVALID, TAX_RATE_INVALID]
        if abs(expected) > LARGEST_AMOUNT:
            self.messages.append(AMOUNT_SIZE)
        return replace(line, line_amount=expected)

    def _priced(self, sent: JsonObject, line: Line, item: Item | None) -> Line:
        quantity = _number(sent, "Quantity", line.quantity)
        if len(f"{quantity or 0:f}") > 13:
            self.messages.append(QUANTITY_LENGTH)
        asked = number(sent, "Quantity")
        is_below = asked is not None and asked < 0 and not self._by_hand
        if is_below and self._organisation.readings.refuses_negative_quantities:
            self.messages.append(QUANTITY_NEGATIVE.format(quantity=f"{asked:.4f}"))
        price = _number(sent, "UnitAmount", line.unit_amount)
        told = number(sent, "LineAmount")
        if price is None and told:
            # Whichever of the two is left out is computed from LineAmount [DOC].
            quantity = Decimal(1) if quantity is None else quantity
            price = told / quantity if quantity else told
        if price is None and item is not None:
            details = item.sales if self._is_sale else item.purchase
            price = details.get("UnitPrice", Decimal(0))
        if price is not None and quantity is None:
            quantity = told / price if told and price else Decimal(1)
        return replace(
            line,
            # [REC: L11] Quantities are kept with four decimals.
            quantity=None if quantity is None else places(quantity, 4),
            unit_amount=None if price is None else self._price(sent, line, price),
        )

    def _price(self, sent: JsonObject, line: Line, price: Decimal) -> Decimal:
        # A price that is not sent keeps its four decimals; one that is has unitdp of them.
        if number(sent, "UnitAmount") is None and line.unit_amount is not None:
            return price
        return places(price, self._unit_places)

    def _discounted(self, sent: JsonObject, line: Line) -> Line:
        """Where both are sent the rate wins [3P: xeroizer 483]; one that is sent ends the other.

        # invented [L14]: that a rate of 0 ends an amount, too.
        """
        rate, amount = number(sent, "DiscountRate"), number(sent, "DiscountAmount")
        readings = self._organisation.readings
        if None not in (rate, amount) and not readings.rate_wins:
            rate = None
        if rate == 0 and line.discount_amount and not readings.zero_rate_ends_discount:
            rate = None
        if rate is None and amount is None:
            return line
        if not self._is_sale and (rate or amount):
            self.messages.append(DISCOUNT_SALES_ONLY)
        if amount is not None and rate is None:
            return self._with_amount_off(line, places(amount, 2))
        if rate is not None and not 0 <= rate <= 100:
            self.messages.append(DISCOUNT_RATE)
            rate = None
        return replace(
            line,
            discount_rate=places(rate, 2) if rate else None,  # two decimals [REC][3P]
            discount_amount=None,
        )

    def _with_amount_off(self, line: Line, amount: Decimal) -> Line:
        """An amount is refused on a negative line, even 0; a rate is not [3P]."""
        gross = gross_of(line)
        refuses = gross < 0 and self._organisation.readings.refuses_amount_off_negative_line
        if refuses or amount > max(gross, Decimal(0)):
            self.messages.append(DISCOUNT_TOO_LARGE.format(amount=f"{amount:.2f}"))
            amount = Decimal(0)
        return replace(line, discount_rate=None, discount_amount=amount or None)

    # -- account and tax ---------------------------------------------------------------------

    def _coded(self, sent: JsonObject, line: Line, item: Item | None, kept: Line) -> Line:
        code = _text(sent, "AccountCode", line.account_code)
        # invented [D27]: of the two the code counts. Clients send back the id that they have read.
        account_id = sent.get("AccountID")
        if account_id and sent.get("AccountCode") is None:
            account = chart.account_named(self._organisation, account_id, None)
            code = (account or {}).get("Code", code)
        tax_type = _text(sent, "TaxType", line.tax_type)
        if item is not None:
            details = item.sales if self._is_sale else item.purchase
            code = code or self._account_of(item)
            tax_type = tax_type or details.get("TaxType", "")
        # invented [L13]: a line of 0.00 that has none may be sent again without one.
        is_sent = not self._by_hand and sent.keys() != {"LineItemID"}
        has_none = bool(kept.description) and not kept.account_code and not line.line_amount
        if has_none and is_sent:
            has_none = self._organisation.readings.takes_free_lines_without_codes
        if code or not has_none:
            code = self._checked_account(code, item is not None and item.is_tracked)
        if not tax_type and code:
            account = chart.account_coded(self._organisation, code)
            tax_type = (account or {}).get("TaxType", "")
        return replace(line, account_code=code, tax_type=tax_type)

    def _account_of(self, item: Item) -> str:
        if item.is_tracked and not self._is_sale:
            return str(item.get("InventoryAssetAccountCode"))
        details = item.sales if self._is_sale else item.purchase
        return str(details.get("AccountCode", ""))

    def _checked_account(self, code: str, is_stock: bool) -> str:
        if not code:
            if not self._is_draft:  # invented [Y1]: the text, with nothing between its quotes
                self.messages.append(chart.ACCOUNT_UNKNOWN.format(code=""))
            return ""
        is_stock_bill = is_stock and not self._is_sale
        fault = chart.account_fault(self._organisation, code, is_stock_bill)
        if fault is None:
            return code
        if self._is_draft and chart.account_coded(self._organisation, code) is None:
            # A draft is saved without the account, with a warning [OAS][3P].
            self.warnings.append(chart.ACCOUNT_REMOVED.format(code=code))
            return ""
        self.messages.append(fault)
        return code

    def _taxed(self, sent: JsonObject, line: Line, computes: bool) -> Line:
        if self._types == NO_TAX:
            # invented [D7]: NONE whatever was sent; there is no tax, and so no type to check.
            return replace(line, tax_type="NONE", tax_amount=Decimal(0))
        if not line.tax_type:
            return replace(line, tax_amount=Decimal(0))
        faults = list(chart.tax_faults(self._organisation, line.tax_type, line.account_code))
        self.messages.extend(faults)
        rate = chart.rate_of(self._organisation, line.tax_type)
        if rate is None:
            return line
        told = number(sent, "TaxAmount")
        if told is None:
            return replace(line, tax_amount=self._tax(rate, line)) if computes else line
        # Avalara computes the tax of a line by its address; the rate itself says 0 %.
        if told and not chart.percentage(rate) and line.tax_type != "AVALARA":
            self.messages.append(TAX_WITHOUT_RATE.format(tax_type=line.tax_type))
        return replace(line, tax_amount=self._as_taken(cents(told), rate, line))

    def _as_taken(self, told: Decimal, rate: JsonObject, line: Line) -> Decimal:
        """# invented [T15]: that an amount stands which is far from that of the rate."""
        own = self._tax(rate, line)
        is_near = abs(told - own) <= NEAR_ITS_RATE
        if is_near or self._by_hand or line.tax_type == "AVALARA":
            return told
        return told if self._organisation.readings.takes_any_tax else own

    def _tax(self, rate: JsonObject, line: Line) -> Decimal:
        # [REC: D8] The components are rounded together, not one by one.
        compute = chart.tax_within if self._types == INCLUSIVE else chart.tax_on
        return cents(compute(rate, line.line_amount))


def gross_of(line: Line) -> Decimal:
    """Quantity × UnitAmount."""
    return (line.quantity or Decimal(0)) * (line.unit_amount or Decimal(0))


def exact_amount(line: Line) -> Decimal:
    """The same less the discount, before it is rounded."""
    if line.discount_rate:
        return gross_of(line) * (100 - line.discount_rate) / 100
    return gross_of(line) - (line.discount_amount or Decimal(0))


def rate_of(line: Line) -> Decimal | None:
    """Its discount as the rate of two decimals that every answer shows [3P: Xero-OpenAPI 592]."""
    if not line.discount_amount:
        return line.discount_rate
    gross = gross_of(line)
    return places(line.discount_amount * 100 / gross, 2) if gross else None


def by_its_rate(line: Line) -> Line:
    """The line with a discount that is an amount made anew from its rate."""
    if not line.discount_amount:
        return line
    after = replace(line, discount_rate=rate_of(line), discount_amount=None)
    return replace(after, line_amount=cents(exact_amount(after)))


def _text(sent: JsonObject, name: str, kept: str) -> str:
    value = sent.get(name)
    return kept if value is None else str(value)


def _number(sent: JsonObject, name: str, kept: Decimal | None) -> Decimal | None:
    value = number(sent, name)
    return kept if value is None else value
