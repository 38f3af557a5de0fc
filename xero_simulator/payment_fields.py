"""A payment, as the ledger keeps it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

AUTHORISED, DELETED = "AUTHORISED", "DELETED"

# The kind of the document that is paid, and Xero's name for such a payment [DOC].
PAYMENT_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENTPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENTPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENTPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENTPAYMENT",
}


@dataclass(frozen=True)
class Payment:
    """Made once and never changed but for being deleted or reconciled."""

    payment_id: str
    updated: datetime
    document_id: str
    document_kind: str
    account_id: str
    day: date
    amount: Decimal
    rate: Decimal = Decimal(1)
    bank_amount: Decimal = Decimal(0)
    reference: str = ""
    is_reconciled: bool = False
    status: str = AUTHORISED
    batch_id: str = ""

    @property
    def key(self) -> str:
        """Its place in the book."""
        return self.payment_id

    @property
    def payment_type(self) -> str:
        """PaymentType."""
        return PAYMENT_TYPES[self.document_kind]
