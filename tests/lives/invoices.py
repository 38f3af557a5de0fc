"""What people do with invoices."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tests.lives.meaning import Invoice, Line
from tests.lives.office import (
    CRM,
    DAY,
    DUE,
    INVOICES,
    PRODUCT,
    XERO,
    D,
    NotDone,
    Office,
    Rows,
    sides_of,
)


class Invoices(Office):
    """Acts on invoices and their lines."""

    def invoice(
        self,
        tag: str,
        where: str,
        customer: str,
        lines: Rows,
        status: str = "approved",
        numbers: str = "same",
        inclusive: bool = False,
    ) -> None:
        """An invoice; in both systems it is one, with one number or with a number of each."""
        sides = sides_of(where)
        number = f"N-{tag}"
        if CRM in sides:
            self._crm_invoice(tag, customer, lines, status, number)
        if XERO in sides:
            theirs = {"same": number, "own": f"X{tag[1:]}00", "none": ""}[numbers]
            self._xero_invoice(tag, customer, lines, status, theirs, inclusive)
        made = {
            f"{tag}.{n}": _line(row, XERO if where == XERO else CRM, inclusive)
            for n, row in enumerate(lines, 1)
        }
        for line in made.values():
            line.in_both = where == "both"
        meant = Invoice(tag, customer, made, sides, status)
        meant.has_one_number = numbers == "same"
        if where == "both" and any(row.get("product") and row["sale"] == "none" for row in lines):
            self.of_two_products.add(tag)  # see `_crm_line`
        for side in sides:
            self._type(tag, side, subject=f"Bolts {tag}")
        self.meaning.invoices[tag] = meant

    def _crm_invoice(self, tag: str, customer: str, lines: Rows, status: str, number: str) -> None:
        rows = tuple(self._crm_line(row, tag, n) for n, row in enumerate(lines, 1))
        taxes = tuple(tax for n, row in enumerate(lines, 1) for tax in self._taxes(row["sale"], n))
        fields = {
            "subject": f"Bolts {tag}",
            "organization_name": self.crm_customer(customer),
            "invoice_no": number,
            "invoice_date": DAY,
            "due_date": DUE,
            "status": "Approved" if status == "approved" else "Created",
            "items": rows,
            "taxes": taxes,
        }
        self.meaning.records[tag, CRM] = self.stage.crm.insert(INVOICES, fields).name

    def _crm_line(self, row: Mapping[str, Any], tag: str, n: int) -> dict[str, Any]:
        item = self.base
        if (
            row.get("product") and row["sale"] != "none"
        ):  # else the product's own taxes are filled in
            with suppress(NotDone):
                item = self.crm_product(row["product"])
        line = {
            "line_no": n,
            "item_type": PRODUCT,
            "item_name": item,
            "item_comment": f"line {tag}.{n}",
            "quantity": D(row["q"]),
            "selling_price": D(row["price"]),
        }
        if row.get("off"):
            line["discount_percent"] = D(row["off"])
        if row.get("account"):
            line["xero_sales_account"] = self.stage.account(row["account"])
        return line

    def _taxes(self, sale: str, line: int) -> list[dict[str, Any]]:
        names = [name for name, _ in self.country.sales[sale].crm]
        return [{"applies_to": "Item", "line": line, "tax": name} for name in names]

    def _xero_invoice(
        self, tag: str, customer: str, lines: Rows, status: str, number: str, inclusive: bool
    ) -> None:
        rows = [self._xero_line(row, f"{tag}.{n}") for n, row in enumerate(lines, 1)]
        made = self.stage.books.add_invoice_in_xero(
            Contact={"ContactID": self.xero_customer(customer)},
            InvoiceNumber=number,
            Reference=f"Bolts {tag}",
            Date=DAY.isoformat(),
            DueDate=DUE.isoformat(),
            Status="AUTHORISED" if status == "approved" else "DRAFT",
            LineAmountTypes="Inclusive" if inclusive else "Exclusive",
            LineItems=rows,
        )
        self.meaning.records[tag, XERO] = made.document_id

    def _xero_line(self, row: Mapping[str, Any], key: str) -> dict[str, Any]:
        line: dict[str, Any] = {
            "Description": f"line {key}",
            "Quantity": D(row["q"]),
            "UnitAmount": D(row["price"]),
            "AccountCode": row.get("account") or "200",
            "TaxType": self.country.sales[row["sale"]].typed,
        }
        if row.get("off"):
            line["DiscountRate"] = D(row["off"])
        if row.get("product"):
            with suppress(NotDone):
                line["ItemCode"] = self.xero_item(row["product"]).code
        return line

    def edit_line(self, tag: str, side: str, line: int, price: str, q: str = "") -> None:
        """Somebody changes the price of a line, and perhaps its quantity."""
        meant = self._meant(tag)
        key = self._line_there(meant, side, line)
        here, there = {"selling_price": D(price)}, {"UnitAmount": D(price)}
        if q:
            here["quantity"] = there["Quantity"] = D(q)
        self._change_line(tag, side, key, here, there)
        if side == XERO:
            found = self.xero_invoice(tag)
            self._keep_amount_off(meant.lines[key], found, key)
        self._edited(meant, side)
        meant.lines[key].was_free |= not meant.lines[key].price or not D(price)
        meant.lines[key].price = D(price)
        meant.lines[key].inclusive = side == XERO and self._is_inclusive(found)
        if q:
            meant.lines[key].quantity = D(q)

    def _line_there(self, meant: Invoice, side: str, line: int) -> str:
        """The key of a line that stands on this side by now."""
        key = f"{meant.tag}.{line}"
        if side == CRM:
            rows = self._crm_record(meant.tag).fields["items"]
            words = {row["item_comment"] for row in rows}
        else:
            lines = self.stage.books.invoices[self.xero_invoice(meant.tag)].lines
            words = {each.description for each in lines}
        if key not in meant.lines or f"line {key}" not in words:
            raise NotDone
        return key

    def _change_line(
        self, tag: str, side: str, key: str, here: Mapping[str, Any], there: Mapping[str, Any]
    ) -> None:
        """Give a line other values, by the CRM's names of fields or by Xero's."""
        if side == CRM:
            record = self._crm_record(tag)
            items = tuple(
                {**row, **here} if row["item_comment"] == f"line {key}" else row
                for row in record.fields["items"]
            )
            self.stage.crm.edit(INVOICES, record.name, items=items)
            return
        found = self.xero_invoice(tag)
        lines = self.stage.books.invoices[found].lines
        rows = [
            {"LineItemID": each.line_id, **(there if each.description == f"line {key}" else {})}
            for each in lines
        ]
        self._edit_lines(found, rows)

    def _keep_amount_off(self, line: Line, found: str, key: str) -> None:
        """A discount that Xero shows as an amount stays that amount when somebody edits the line.

        The CRM's percentage comes so where Xero's own rounding of it would be another cent.
        """
        rows = self.stage.books.invoices[found].lines
        shown = next(row for row in rows if row.description == f"line {key}")
        if shown.discount_amount:
            line.percent_off, line.amount_off = D(0), shown.discount_amount

    def add_line(self, tag: str, side: str, row: Mapping[str, Any]) -> None:
        """Somebody adds a line."""
        meant = self._meant(tag)
        n = len(meant.lines) + 1
        key = f"{tag}.{n}"
        if side == CRM:
            record = self._crm_record(tag)
            number = max((each["line_no"] for each in record.fields["items"]), default=0) + 1
            new = {**self._crm_line(row, tag, n), "line_no": number}
            taxes = (*record.fields["taxes"], *self._taxes(row["sale"], number))
            lines = (*record.fields["items"], new)
            self.stage.crm.edit(INVOICES, record.name, items=lines, taxes=taxes)
        else:
            found = self.xero_invoice(tag)
            kept = [{"LineItemID": each.line_id} for each in self.stage.books.invoices[found].lines]
            lines_ = [*kept, self._xero_line(row, key)]
            self._edit_lines(found, lines_)
        self._edited(meant, side)
        meant.lines[key] = _line(row, side, side == XERO and self._is_inclusive(found))

    def reword_invoice(self, tag: str, side: str, word: str) -> None:
        """Somebody changes its words only."""
        text = f"{word} {tag}"
        if side == CRM:
            self.stage.crm.edit(INVOICES, self.crm_invoice(tag), subject=text)
        else:
            self.stage.books.edit_invoice(self.xero_invoice(tag), Reference=text)
        self._type(tag, side, subject=text)

    def approve(self, tag: str, side: str) -> None:
        """Somebody approves it."""
        meant = self._meant(tag)
        if side == CRM:
            self.stage.crm.edit(INVOICES, self.crm_invoice(tag), status="Approved")
        else:
            self.stage.books.approve_invoice(self.xero_invoice(tag))
        meant.state = "approved"

    def cancel(self, tag: str, side: str) -> None:
        """Somebody cancels or voids it."""
        if side == CRM:
            self.stage.crm.edit(INVOICES, self.crm_invoice(tag), status="Cancel")
        else:
            found = self.xero_invoice(tag)
            approved = self.stage.books.invoices[found].is_approved
            books = self.stage.books
            (books.void_invoice if approved else books.delete_invoice)(found)
        self._meant(tag).is_ended = True
        self.meaning.ended.add(tag)

    def add_charges(self, tag: str, amount: str, adjustment: str = "") -> None:
        """Somebody adds Shipping & Handling and an adjustment in the CRM."""
        meant = self._meant(tag)
        fields = {"shipping_and_handling": D(amount), "adjustment": D(adjustment or 0)}
        self.stage.crm.edit(INVOICES, self.crm_invoice(tag), **fields)
        self._edited(meant, CRM)
        for key, value in (("charges", amount), ("adjustment", adjustment or "0")):
            meant.lines[f"{tag}.{key}"] = Line(D(1), D(value), "none", CRM, account="260")

    def discount_line(self, tag: str, side: str, line: int, off: str) -> None:
        """Somebody gives a percentage off a line."""
        meant = self._meant(tag)
        key = self._line_there(meant, side, line)
        here = {"discount_percent": D(off), "discount_amount": None}
        self._change_line(tag, side, key, here, {"DiscountRate": D(off)})
        self._edited(meant, side)
        meant.lines[key].percent_off, meant.lines[key].amount_off = D(off), D(0)

    def add_words(self, tag: str) -> None:
        """Somebody in Xero adds a line of text only."""
        meant = self._meant(tag)
        self._edited(meant, XERO)
        found = self.xero_invoice(tag)
        kept = [{"LineItemID": each.line_id} for each in self.stage.books.invoices[found].lines]
        self._edit_lines(found, [*kept, {"Description": "Thank you"}])

    def change_customer(self, tag: str, side: str, customer: str) -> None:
        """Somebody gives the invoice to another customer."""
        meant = self._meant(tag)
        if side == CRM:
            fields = {"organization_name": self.crm_customer(customer)}
            self.stage.crm.edit(INVOICES, self.crm_invoice(tag), **fields)
        else:
            contact = {"ContactID": self.xero_customer(customer)}
            self.stage.books.edit_invoice(self.xero_invoice(tag), Contact=contact)
        self._edited(meant, side)
        meant.customer = customer

    def _edit_lines(self, invoice_id: str, lines: list[dict[str, Any]]) -> None:
        self.stage.books.edit_invoice(invoice_id, LineItems=lines)

    def _is_inclusive(self, invoice_id: str) -> bool:
        return bool(self.stage.books.invoices[invoice_id].line_amount_types == "Inclusive")

    def _crm_record(self, tag: str) -> Any:
        (record,) = self.stage.crm.get(INVOICES, [self.crm_invoice(tag)])
        return record


def _line(row: Mapping[str, Any], side: str, inclusive: bool) -> Line:
    return Line(
        D(row["q"]),
        D(row["price"]),
        row["sale"],
        side,
        D(row.get("off") or 0),
        row.get("account") or "200",
        row.get("product") or "",
        inclusive and side == XERO,
    )
