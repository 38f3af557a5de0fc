"""What people do with items, invoices and payments in Xero's own screens.

Whatever the screens refuse is a ValueError with Xero's words. Fields have their names on the
wire: add_invoice_in_xero(Type="ACCREC", Contact={"ContactID": ...}, LineItems=[...]).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from xero_simulator.document_rules import (
    BAD_ROUNDING,
    MOST_ROUNDING,
    SETTLED,
    closed_at_once,
    is_held_fast,
)
from xero_simulator.document_saving import (
    CREDIT_NOTES,
    INVOICES,
    Options,
    save_document_as_sent,
)
from xero_simulator.documents import AUTHORISED, DELETED, VOIDED, Document
from xero_simulator.invalid import Invalid
from xero_simulator.item_fields import Item
from xero_simulator.item_rules import IN_USE
from xero_simulator.item_saving import is_moved, save_item_as_sent
from xero_simulator.ledger import Ledger
from xero_simulator.loading import (
    loaded_credit_note,
    loaded_document,
    loaded_item,
    loaded_payment,
)
from xero_simulator.payment_fields import Payment
from xero_simulator.payment_saving import delete_payment, make_payment
from xero_simulator.settlements import allocate
from xero_simulator.wire import JsonObject

_BY_HAND = Options(unit_places=4, by_hand=True)


class PeopleWithDocuments(Ledger):
    """The screens for items, invoices, payments and credits of one organisation."""

    # -- items ---------------------------------------------------------------------------------

    def add_item_in_xero(self, **fields: Any) -> Item:
        """Add an item. QuantityOnHand and TotalCostPool are an opening balance."""
        with self._screen():
            item = save_item_as_sent(self, fields, create_only=True, unit_places=4, by_hand=True)
            return self._stocked(item, fields)

    def edit_item(self, item_id: str, **fields: Any) -> Item:
        """Change an item; QuantityOnHand and TotalCostPool are an inventory adjustment."""
        with self._screen():
            sent = {**fields, "ItemID": item_id}
            item = save_item_as_sent(self, sent, create_only=False, unit_places=4, by_hand=True)
            return self._stocked(item, fields)

    def delete_item(self, item_id: str) -> None:
        """Delete an item, unless it is tracked and was used."""
        with self._screen():
            item = self.items[item_id]
            if item.is_tracked and is_moved(self, item):
                raise ValueError(IN_USE)
            self.remove_item(item)

    def _stocked(self, item: Item, fields: JsonObject) -> Item:
        on_hand = Decimal(fields.get("QuantityOnHand", item.on_hand))
        cost_pool = Decimal(fields.get("TotalCostPool", item.cost_pool))
        stocked = replace(item, on_hand=on_hand, cost_pool=cost_pool)
        self.items.save(stocked)
        return stocked

    # -- invoices ------------------------------------------------------------------------------

    def add_invoice_in_xero(self, **fields: Any) -> Document:
        """Add an invoice or a bill; Type is ACCREC unless it is said."""
        return self._saved_by_hand(
            {"Type": "ACCREC", **fields}, replace(_BY_HAND, create_only=True)
        )

    def edit_invoice(self, invoice_id: str, **fields: Any) -> Document:
        """Change fields. LineItems follow the API's way: those without LineItemID are new."""
        return self._saved_by_hand({**fields, "InvoiceID": invoice_id}, _BY_HAND)

    def type_total(self, invoice_id: str, total: Decimal | str | int) -> Document:
        """Type another total over Xero's own: the difference is its RoundingAmount.

        # invented [F10]: that the screen takes ten cents at most, as the API does [OAS 19.0.0].
        """
        document = self.invoices[invoice_id]
        own = document.total - document.rounding
        rounding = Decimal(total) - own
        with self._screen():
            if is_held_fast(document):
                raise ValueError(SETTLED)
            if abs(rounding) > MOST_ROUNDING:
                raise ValueError(BAD_ROUNDING)
            typed = replace(document, rounding=rounding, updated=self.stamp())
            self.invoices.save(typed)
            return typed

    def deduct_cis(
        self, invoice_id: str, deduction: Decimal | str | int, rate: Decimal | str | int = 20
    ) -> Document:
        """What the customer withholds for the tax office under the UK's CIS.

        Xero computes it from the lines on its CIS accounts [3P: ApprovalMax]; here it is told.
        """
        with self._screen():
            document = self.invoices[invoice_id]
            if is_held_fast(document):
                raise ValueError(SETTLED)
            deducted = replace(
                document,
                cis_deduction=Decimal(deduction),
                cis_rate=Decimal(rate),
                updated=self.stamp(),
            )
            self.invoices.save(closed_at_once(deducted, self.readings))
            return self.invoices[invoice_id]

    def approve_invoice(self, invoice_id: str) -> Document:
        """Approve it; it needs a due date."""
        return self.edit_invoice(invoice_id, Status=AUTHORISED)

    def void_invoice(self, invoice_id: str) -> Document:
        """Void an approved one that nothing is paid of."""
        return self.edit_invoice(invoice_id, Status=VOIDED)

    def delete_invoice(self, invoice_id: str) -> Document:
        """Delete one that is not approved."""
        return self.edit_invoice(invoice_id, Status=DELETED)

    def _saved_by_hand(self, sent: JsonObject, options: Options) -> Document:
        with self._screen():
            return save_document_as_sent(self, INVOICES, sent, options).document

    # -- payments and credits ------------------------------------------------------------------

    def pay_invoice(
        self,
        invoice_id: str,
        amount: Decimal | str | int | None = None,
        account: str = "090",
        on: date | None = None,
        reference: str = "",
        reconciled: bool = False,
    ) -> Payment:
        """Enter a payment; all that is outstanding, today, into the bank, unless it is said."""
        with self._screen():
            outstanding = self.invoices[invoice_id].outstanding
            sent = {
                "Invoice": {"InvoiceID": invoice_id},
                "Account": {"Code": account},
                "Amount": Decimal(outstanding if amount is None else amount),
                "Date": (on or self.today()).isoformat(),
                "Reference": reference,
                "IsReconciled": reconciled,
            }
            return make_payment(self, sent)

    def delete_payment(self, payment_id: str) -> Payment:
        """Remove a payment, a reconciled one too: "Remove & Redo"."""
        with self._screen():
            return delete_payment(self, self.payments[payment_id], by_hand=True)

    def put_in_batch(self, *payment_ids: str) -> str:
        """Pay several at once, as a batch deposit: the API cannot delete such a payment."""
        with self._screen():
            batch_id, updated = self.new_id(), self.stamp()
            for payment_id in payment_ids:
                payment = self.payments[payment_id]
                self.payments.save(replace(payment, batch_id=batch_id, updated=updated))
            return batch_id

    def reconcile_payment(self, payment_id: str) -> Payment:
        """Match it with the bank statement."""
        with self._screen():
            payment = self.payments[payment_id]
            reconciled = replace(payment, is_reconciled=True, updated=self.stamp())
            self.payments.save(reconciled)
            return reconciled

    def add_credit_note_in_xero(
        self,
        contact_id: str,
        amount: Decimal | str | int,
        *,
        kind: str = "ACCRECCREDIT",
        currency: str | None = None,
        account: str = "200",
    ) -> Document:
        """Make an approved credit note of that amount, without tax."""
        sent = {
            "Type": kind,
            "Contact": {"ContactID": contact_id},
            "CurrencyCode": currency,
            "LineAmountTypes": "NoTax",
            "Status": AUTHORISED,
            "LineItems": [{"Description": "Credit", "UnitAmount": amount, "AccountCode": account}],
        }
        with self._screen():
            options = replace(_BY_HAND, create_only=True)
            return save_document_as_sent(self, CREDIT_NOTES, sent, options).document

    def apply_credit_note(self, invoice_id: str, amount: Decimal | str | int) -> Document:
        """Make a credit note of that amount and apply it. Returns the credit note."""
        with self._screen():
            invoice = self.invoices[invoice_id]
            kind = f"{invoice.kind}CREDIT"
            credit = self.add_credit_note_in_xero(
                invoice.contact_id, amount, kind=kind, currency=invoice.currency
            )
            allocate(self, credit, invoice, credit.total, self.today())
            return self.credit_notes[credit.document_id]

    def apply_overpayment(self, invoice_id: str, amount: Decimal | str | int) -> Document:
        """Money that came in beyond an earlier invoice, applied to this one."""
        return self._apply_money(invoice_id, Decimal(amount), "OVERPAYMENT")

    def apply_prepayment(self, invoice_id: str, amount: Decimal | str | int) -> Document:
        """Money that came in before there was an invoice, applied to this one."""
        return self._apply_money(invoice_id, Decimal(amount), "PREPAYMENT")

    def _apply_money(self, invoice_id: str, amount: Decimal, word: str) -> Document:
        with self._screen():
            invoice = self.invoices[invoice_id]
            kind = f"{'RECEIVE' if invoice.is_sale else 'SPEND'}-{word}"
            book = self.overpayments if word == "OVERPAYMENT" else self.prepayments
            credit = loaded_document(
                self,
                {
                    "Type": kind,
                    "Contact": {"ContactID": invoice.contact_id},
                    "Status": AUTHORISED,
                    "CurrencyCode": invoice.currency,
                    "LineAmountTypes": "NoTax",
                    "LineItems": [{"Description": word.title(), "LineAmount": amount}],
                },
            )
            book.save(credit)
            allocate(self, credit, invoice, amount, self.today())
            return book[credit.document_id]

    # -- taking over what is there ---------------------------------------------------------------

    def load_items(self, rows: Iterable[JsonObject]) -> None:
        """Take over items as they are on the wire, with their ids, stock and times."""
        self._load(rows, lambda row: self.items.save(loaded_item(self, row), quietly=True))

    def load_invoices(self, rows: Iterable[JsonObject]) -> None:
        """Take over invoices and bills as they are; what settles them comes by load_payments."""

        def load(row: JsonObject) -> None:
            document = loaded_document(self, row)
            self.invoices.save(document, quietly=True)
            self.mark_contact(document)

        self._load(rows, load)

    def load_credit_notes(self, rows: Iterable[JsonObject]) -> None:
        """Take over credit notes as they are, and what of them is applied to known invoices."""
        self._load(rows, lambda row: loaded_credit_note(self, row))

    def load_payments(self, rows: Iterable[JsonObject]) -> None:
        """Take over payments as they are, and settle their invoices with those not deleted."""
        self._load(rows, lambda row: loaded_payment(self, row))

    def load_tax_rates(self, rows: Iterable[JsonObject]) -> None:
        """Add tax rates as they are on the wire."""
        with self._lock:
            self._change_books(tax_rates=[*self.books.tax_rates, *rows])

    def _load(self, rows: Iterable[JsonObject], load: Callable[[JsonObject], None]) -> None:
        with self._lock:
            for row in rows:
                load(row)
            stamps = (row.updated for book in self.every_book for row in book.values())
            self.not_before(max(stamps, default=self.stamp()))

    @contextmanager
    def _screen(self) -> Iterator[None]:
        try:
            with self._lock, self.all_or_nothing():
                yield
        except Invalid as invalid:
            raise ValueError("; ".join(invalid.messages)) from None
