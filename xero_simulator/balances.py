"""What is open between the organisation and a contact, as /Contacts shows it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator.contact_fields import Contact
from xero_simulator.documents import AUTHORISED, Document
from xero_simulator.money import shown, total
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger


def balances_of(ledger: "Ledger", contact: Contact) -> JsonObject | None:
    """Balances: outstanding and overdue, in no currency in particular [OAS]; None for no document.

    Only where there is an approved one: a contact without documents shows none [REC].
    """
    documents = [
        document
        for document in ledger.invoices.equal("Contact", contact.contact_id)
        if document.status == AUTHORISED
    ]
    if not documents:
        return None
    return {
        name: {
            "Outstanding": _outstanding(d for d in documents if d.is_sale == is_sale),
            "Overdue": _outstanding(
                d for d in documents if d.is_sale == is_sale and d.due and d.due < ledger.today()
            ),
        }
        for name, is_sale in (("AccountsReceivable", True), ("AccountsPayable", False))
    }


def _outstanding(documents: Iterable[Document]) -> Decimal:
    return shown(total(document.outstanding for document in documents))
