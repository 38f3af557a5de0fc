"""What a probe is given to try its row with: records of its own, under the mark, and calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from .calls import Answer, Calls
from .findings import CouldNotTellError
from .organisation import Books, Row
from .scrubbing import MARK

_EACH = {"summarizeErrors": "false"}
_FINE = {"unitdp": "4"}
_PRICED = ("Invoices", "Items")


class Trial:
    """The trial of one row. `token` tells this probe's records from those of an earlier one."""

    def __init__(self, calls: Calls, books: Books, token: str, row: str, customer: str) -> None:
        self.books = books
        self._calls = calls
        self._names = f"{MARK}{token}-{row}"
        self._customer = customer
        self._made = 0
        self._items: list[str] = []
        self._payments: list[str] = []

    # -- calls -------------------------------------------------------------------------------

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Read."""
        return self._calls.ask("GET", path, params, headers=headers)

    def put_summarised(self, collection: str, *rows: Row) -> Answer:
        """Create records in the way in which one refusal refuses all."""
        return self._calls.ask("PUT", f"/{collection}", {}, {collection: list(rows)})

    def put(self, collection: str, *rows: Row, headers: Mapping[str, str] | None = None) -> Answer:
        """Create records; each is taken or refused by itself."""
        return self._write("PUT", collection, rows, headers)

    def post(self, collection: str, *rows: Row) -> Answer:
        """Change records; each is taken or refused by itself."""
        return self._write("POST", collection, rows, None)

    def _write(
        self, method: str, collection: str, rows: Any, headers: Mapping[str, str] | None
    ) -> Answer:
        params = _EACH | (_FINE if collection in _PRICED else {})
        answer = self._calls.ask(
            method, f"/{collection}", params, {collection: list(rows)}, headers
        )
        for row in answer.rows(collection):
            if not list(row.get("ValidationErrors") or ()):
                self._remember(collection, row)
        return answer

    def _remember(self, collection: str, row: Row) -> None:
        ids = {"Items": self._items, "Payments": self._payments}.get(collection)
        found = row.get(f"{collection[:-1]}ID")
        if ids is not None and found and found not in ids:
            ids.append(found)

    def wait(self, seconds: int = 1) -> None:
        """Let time pass between two changes."""
        self._calls.wait(seconds)

    # -- what records are made of ------------------------------------------------------------

    def name(self) -> str:
        """A name, number or code that nothing else has."""
        self._made += 1
        return f"{self._names}-{self._made}"

    def line(self, amount: str = "10.00", **others: Any) -> Row:
        """A taxed line."""
        return {
            "Description": "Probe",
            "Quantity": 1,
            "UnitAmount": Decimal(amount),
            "AccountCode": self.books.sales["Code"],
            "TaxType": self.books.sales["TaxType"],
            **others,
        }

    def invoice(self, *lines: Row, status: str = "AUTHORISED", **others: Any) -> Row:
        """A sales invoice that was not sent yet."""
        today = self._calls.now().date()
        return {
            "Type": "ACCREC",
            "Status": status,
            "InvoiceNumber": self.name(),
            "Reference": "Probe",
            "Contact": {"ContactID": self._customer},
            "Date": today.isoformat(),
            "DueDate": (today + timedelta(days=14)).isoformat(),
            "LineAmountTypes": "Exclusive",
            "LineItems": list(lines),
            **others,
        }

    def payment(self, invoice: Row, amount: object, **others: Any) -> Row:
        """A payment that was not sent yet."""
        return {
            "Invoice": {"InvoiceID": invoice["InvoiceID"]},
            "Account": {"AccountID": self.books.bank["AccountID"]},
            "Date": self._calls.now().date().isoformat(),
            "Amount": amount,
            "Reference": self.name(),
            **others,
        }

    # -- what must be there first ------------------------------------------------------------

    def made(self, collection: str, row: Row) -> Row:
        """A record that was created; else there is nothing to tell."""
        return only(self.put(collection, row), collection)

    def approved(self, *lines: Row, **others: Any) -> Row:
        """An approved invoice."""
        return self.made("Invoices", self.invoice(*lines, **others))

    def changed(self, collection: str, row: Row) -> Row:
        """A record that was changed; else there is nothing to tell."""
        return only(self.post(collection, row), collection)

    def contact(self, **others: Any) -> Row:
        """A contact of its own."""
        return self.made("Contacts", {"Name": self.name(), **others})

    def read(self, collection: str, record_id: str) -> Row:
        """One record by its id."""
        params = _FINE if collection in _PRICED else {}
        return only(self.get(f"/{collection}/{record_id}", params), collection)

    def listed(self, invoice: Row) -> Row:
        """An invoice as a page shows it."""
        params = {"IDs": invoice["InvoiceID"], "page": "1", **_FINE}
        return only(self.get("/Invoices", params), "Invoices")

    # -- the end -----------------------------------------------------------------------------

    def tidy_up(self) -> None:
        """Take away the payments and items; invoices and contacts go at the end, all at once."""
        while self._payments:
            delete_payment(self._calls, self._payments.pop())
        while self._items:
            self._calls.ask("DELETE", f"/Items/{self._items.pop()}")

    def delete_payment(self, payment: Row) -> Row:
        """Delete a payment of this trial."""
        self._payments.remove(payment["PaymentID"])
        return only(delete_payment(self._calls, payment["PaymentID"]), "Payments")

    def delete_item(self, item: Row) -> Answer:
        """Delete an item of this trial."""
        self._items.remove(item["ItemID"])
        return self._calls.ask("DELETE", f"/Items/{item['ItemID']}")


def delete_payment(calls: Calls, payment_id: str) -> Answer:
    """Delete any payment."""
    return calls.ask("POST", f"/Payments/{payment_id}", body={"Status": "DELETED"})


def only(answer: Answer, collection: str) -> Row:
    """The one record of an answer; else there is nothing to tell."""
    rows = answer.rows(collection)
    if answer.is_refused or len(rows) != 1:
        raise CouldNotTellError(f"What the probe needs first did not come about: {answer.why}")
    return rows[0]
