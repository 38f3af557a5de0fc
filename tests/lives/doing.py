"""How the acts of a story are done: on Xero's side in its screens, in the CRM by a user's saves.

Each act also writes down what people meant by it (`meaning`). What a side's own rules refuse is not
done, as the person would have been told so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.lives.countries import COUNTRIES, Country
from tests.lives.meaning import Invoice, Line, Meaning, Payment
from tests.lives.story import Act, Story
from tests.support.fakes import Quiet
from tests.support.stage import Stage
from vtiger_xero.engine.approval import approval_of
from vtiger_xero.engine.choosing import with_choices
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Answer, Choice, LinkState, MatchAnswer
from vtiger_xero.engine.possible import pairs_to_answer, require_possible
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.sync import Sync
from vtiger_xero.engine.taxes import CrmTax
from xero_simulator import Fault

D = Decimal
DAY, DUE = date(2026, 11, 2), date(2026, 12, 1)
CRM, XERO = "crm", "xero"
PRODUCT = "Vtiger Product"
ORGANIZATIONS, PRODUCTS = Module.ORGANIZATIONS, Module.PRODUCTS
INVOICES, PAYMENTS = Module.INVOICES, Module.PAYMENTS
Rows = list[Mapping[str, Any]]


class NotDone(Exception):
    """What the act deals with is not there (any more)."""


def mentions(text: str | None, tag: str) -> bool:
    """Whether a text bears a tag: c1 is in "Kea c1 Ltd", not in "Kea c12 Ltd"."""
    return re.search(rf"(?<![A-Za-z0-9]){tag}(?![A-Za-z0-9])", text or "") is not None


@dataclass
class Doer:
    """The people of a life."""

    stage: Stage
    story: Story
    meaning: Meaning = field(default_factory=Meaning)
    reports: list[Report] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    of_two_products: set[str] = field(default_factory=set)  # named otherwise on each side

    def __post_init__(self) -> None:
        taxes = {tax for sale in self.country.sales.values() for tax in sale.crm}
        for name, percent in sorted(taxes):
            self.stage.crm.add_tax(CrmTax(name, D(percent)))
        fields = {"item_type": PRODUCT, "part_number": "BASE", "product_name": "Base"}
        self.base = self.stage.crm.insert(PRODUCTS, fields).name

    @property
    def country(self) -> Country:
        """Where it all takes place."""
        return COUNTRIES[self.story.country]

    def do(self, act: Act) -> None:
        """Do one act, a minute after the one before."""
        self.stage.xero.clock.advance(timedelta(minutes=1))
        deed: Callable[..., None] = getattr(self, act.name)
        try:
            deed(**act.args)
        except NotDone:
            self.refused.append(f"{act}: not there")
        except (RecordRefused, ValueError) as refusal:
            self.refused.append(f"{act}: {refusal}")

    # Finding what a tag stands for

    def _rows(self, doctype: str) -> Rows:
        return list(self.stage.crm._database.rows(f'SELECT * FROM "{doctype}" ORDER BY creation'))

    def crm_customer(self, tag: str) -> str:
        """The name of the CRM's organization."""
        return self._named("Vtiger Organization", "organization_name", tag)

    def crm_product(self, tag: str) -> str:
        """The name of the CRM's product."""
        return self._named("Vtiger Product", "product_name", tag)

    def crm_invoice(self, tag: str) -> str:
        """The name of the CRM's invoice."""
        return self._named("Vtiger Invoice", "subject", tag)

    def _named(self, doctype: str, field: str, tag: str) -> str:
        found = [row["name"] for row in self._rows(doctype) if mentions(row[field], tag)]
        if not found:
            raise NotDone
        return str(found[0])

    def _part_ways(self, tag: str) -> None:
        """What was typed in both is not alike any more, and no run has met it yet."""
        self.meaning.unlike |= {tag} if self._is_apart(tag) else set()

    def _is_apart(self, tag: str) -> bool:
        here, there = (self.meaning.records.get((tag, side)) for side in (CRM, XERO))
        links = (link for module in Module for link in self.stage.journal.links(module))
        have_met = any(
            link.crm_name == here
            and link.xero_id
            and (link.state is LinkState.IN_SYNC or tag not in self.of_two_products)
            for link in links
        )
        return bool(here and there) and not have_met

    def xero_customer(self, tag: str) -> str:
        """The ContactID of an active contact."""
        contacts = self.stage.books.contacts.values()
        found = [each for each in contacts if mentions(each.name, tag) and each.is_active]
        return str(_first(found).contact_id)

    def xero_item(self, tag: str) -> Any:
        """The item."""
        items = self.stage.books.items.values()
        return _first([each for each in items if mentions(each.get("Name") or each.code, tag)])

    def xero_invoice(self, tag: str) -> str:
        """The InvoiceID."""
        invoices = self.stage.books.invoices.values()
        return str(_first([each for each in invoices if mentions(each.reference, tag)]).document_id)

    # Customers

    def customer(
        self, tag: str, where: str, kind: str = "same", email: str = "", phone: str = ""
    ) -> None:
        """A customer, in one system or in both; `kind` says how alike the names are."""
        name = f"Kea {tag} Ltd"
        sides = _sides(where)
        if CRM in sides:
            values = {"primary_email": email, "primary_phone": phone}
            values = {key: each for key, each in values.items() if each}
            made = self.stage.crm.insert(ORGANIZATIONS, {"organization_name": name, **values})
            self.meaning.records[tag, CRM] = made.name
            self._type(tag, CRM, email=email, phone=phone)
        if XERO in sides:
            alike = {"same": name, "case": name.upper().replace(tag.upper(), tag)}
            alike |= {"suffix": f"Kea {tag} Limited", "accent": f"K\u00e9a {tag} Ltd"}
            fields = {"EmailAddress": email} if email and where == XERO else {}
            contact = self.stage.books.add_contact_in_xero(
                Name=alike[kind], IsCustomer=True, **fields
            )
            self.meaning.records[tag, XERO] = contact.contact_id
            self._type(tag, XERO, email=email if where == XERO else "")
        self.meaning.customers[tag] = sides

    def rename_customer(self, tag: str, side: str, word: str) -> None:
        """Somebody gives it another name."""
        name = f"{word} {tag} Ltd"
        if self._is_apart(tag):  # their first meeting is to come: the policy chooses a name there
            self._type(tag, XERO if side == CRM else CRM, name=self._name_on_other(tag, side))
        if side == CRM:
            self.stage.crm.edit(ORGANIZATIONS, self.crm_customer(tag), organization_name=name)
            if self.meaning.copies[tag]:  # two names in the CRM are two customers (rule G2)
                self.meaning.unlike.add(tag)
        else:
            self.stage.books.edit_contact(self.xero_customer(tag), Name=name)
        self._type(tag, side, name=name)
        self._part_ways(tag)

    def _name_on_other(self, tag: str, side: str) -> str:
        if side == CRM:
            return str(self.stage.books.contacts[self.xero_customer(tag)].name)
        key, rows = self.crm_customer(tag), self._rows("Vtiger Organization")
        return next(str(row["organization_name"]) for row in rows if row["name"] == key)

    def email_customer(self, tag: str, side: str, email: str) -> None:
        """Somebody changes its e-mail address."""
        if side == CRM:
            self.stage.crm.edit(ORGANIZATIONS, self.crm_customer(tag), primary_email=email)
        else:
            self.stage.books.edit_contact(self.xero_customer(tag), EmailAddress=email)
        self._type(tag, side, email=email)

    def archive_customer(self, tag: str) -> None:
        """Somebody archives it in Xero."""
        self.stage.books.archive_contact(self.xero_customer(tag))
        self.meaning.ended.add(tag)
        self._part_ways(tag)

    def merge_customers(self, tag: str, into: str) -> None:
        """Somebody merges two in Xero."""
        self.stage.books.merge_contacts(self.xero_customer(tag), self.xero_customer(into))
        self.meaning.merged[into] += 1
        self.meaning.ended.add(tag)
        self._part_ways(tag)

    # Products

    def product(
        self,
        tag: str,
        where: str,
        price: str,
        cost: str = "",
        silent: str = "",
        named: bool = True,
        kind: str = "same",
    ) -> None:
        """A product; `silent` is the side that says neither price nor cost.

        `kind` says how alike the codes are.
        """
        sides = _sides(where)
        code = f"P-{tag}"
        theirs = {"same": code, "case": f"p-{tag}", "blank": f"P {tag}"}[kind]
        if CRM in sides:
            fields = {"item_type": PRODUCT, "part_number": code, "product_name": f"Bolt {tag}"}
            figures = {"unit_price": price, "purchase_cost": cost} if silent != CRM else {}
            figures = {key: each for key, each in figures.items() if each}
            given = {**fields, **{key: D(each) for key, each in figures.items()}}
            self.meaning.records[tag, CRM] = self.stage.crm.insert(PRODUCTS, given).name
            self._type(tag, CRM, price=figures.get("unit_price", ""))
            self._type(tag, CRM, cost=figures.get("purchase_cost", ""))
        if XERO in sides:
            details: dict[str, Any] = {}
            if silent != XERO:
                details["SalesDetails"] = {"UnitPrice": D(price), "AccountCode": "200"}
                self._type(tag, XERO, price=price)
                if cost:
                    details["PurchaseDetails"] = {"UnitPrice": D(cost), "AccountCode": "300"}
                    self._type(tag, XERO, cost=cost)
            name = {"Name": f"Bolt {tag}"} if named else {}
            item = self.stage.books.add_item_in_xero(Code=theirs, **name, **details)
            self.meaning.records[tag, XERO] = item.item_id
        self.meaning.products[tag] = sides

    def price_product(self, tag: str, side: str, price: str) -> None:
        """Somebody changes its price."""
        if side == CRM:
            self.stage.crm.edit(PRODUCTS, self.crm_product(tag), unit_price=D(price))
        else:
            item = self.xero_item(tag)
            details = {**item.sales, "UnitPrice": D(price)}
            self.stage.books.edit_item(item.item_id, Code=item.code, SalesDetails=details)
        self._type(tag, side, price=price)

    def delete_item(self, tag: str, again: bool) -> None:
        """Somebody deletes the item in Xero, and may make it anew with its code."""
        item = self.xero_item(tag)
        self.stage.books.delete_item(item.item_id)
        self.meaning.ended.add(tag)
        if again:
            details = {"SalesDetails": dict(item.sales)} if item.sales else {}
            details |= {"PurchaseDetails": dict(item.purchase)} if item.purchase else {}
            self.stage.books.add_item_in_xero(Code=item.code, Name=f"Bolt {tag}", **details)
            self.meaning.ended.discard(tag)

    # Invoices

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
        sides = _sides(where)
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

    def trash(self, tag: str) -> None:
        """Somebody deletes a record in the CRM."""
        finders = {"c": (ORGANIZATIONS, self.crm_customer), "p": (PRODUCTS, self.crm_product)}
        module, find = finders.get(tag[0], (INVOICES, self.crm_invoice))
        self.stage.crm.trash(module, find(tag))
        self.meaning.ended.add(tag)
        if tag in self.meaning.invoices:
            self.meaning.invoices[tag].is_ended = True

    def copy_customer(self, tag: str) -> None:
        """Somebody types a customer into the CRM who is there already (rule G2)."""
        key = self.crm_customer(tag)
        rows = self._rows("Vtiger Organization")
        name = next(row["organization_name"] for row in rows if row["name"] == key)
        name = name.upper().replace(tag.upper(), tag)
        self.stage.crm.insert(ORGANIZATIONS, {"organization_name": name})
        self.meaning.copies[tag] += 1

    # Money

    def hold_payment(self, tag: str, status: str) -> None:
        """Somebody sets a payment of the CRM to Pending, or to Received again."""
        meant = self.meaning.payments.get(tag)
        if meant is None:
            raise NotDone
        self._require_one(meant)
        name = self.crm_invoice(meant.invoice)
        found = [
            row["name"]
            for row in self._rows("Vtiger Payment")
            if row["related_to"] == name and D(row["amount"]) == meant.amount
        ]
        self.stage.crm.edit(PAYMENTS, str(_first(found)), payment_status=status)
        if status == "Received":
            meant.taken_out_in.discard(CRM)
        else:
            meant.taken_out_in.add(CRM)

    def payment(
        self,
        tag: str,
        invoice: str,
        where: str,
        amount: str,
        reference_crm: str = "",
        reference_xero: str = "",
        days: int = 0,
        account: str = "",
        times: int = 1,
    ) -> None:
        """Money that came in once (or `times` alike), typed in one system or in both.

        What both say of it may differ: the day by `days`, the reference, the bank account.
        """
        self._meant(invoice)
        sides = _sides(where)
        if CRM in sides:
            name = self.crm_invoice(invoice)
        if XERO in sides:
            found = self.xero_invoice(invoice)
        done = {CRM: 0, XERO: 0}
        if XERO in sides:
            with suppress(ValueError):  # more than is outstanding
                for _ in range(times):
                    day = DAY + timedelta(days=days if where == "both" else 0)
                    code = account or "090"
                    paid = self.stage.books.pay_invoice(found, amount, code, day, reference_xero)
                    self._paid(tag, XERO, done, paid.payment_id)
        for _ in range(times if where == CRM else done[XERO] if CRM in sides else 0):
            fields = {
                "related_to": name,
                "amount": D(amount),
                "payment_date": DAY,
                "payment_status": "Received",
                "reference": reference_crm,
            }
            self._paid(tag, CRM, done, self.stage.crm.insert(PAYMENTS, fields).name)
        apart = reference_crm and reference_xero and reference_crm != reference_xero
        evidence = "possible" if where == "both" and (days or apart or account) else "same"
        for n in range(max(done.values())):
            key = tag if not n else f"{tag}-{n + 1}"
            typed_in = {side for side, count in done.items() if count > n}
            meant = Payment(key, invoice, D(amount), typed_in, evidence=evidence)
            self.meaning.payments[key] = meant
        if not any(done.values()):
            raise NotDone

    def _paid(self, tag: str, side: str, done: dict[str, int], key: str) -> None:
        done[side] += 1
        n = done[side]
        self.meaning.records[tag if n == 1 else f"{tag}-{n}", side] = key

    def _require_one(self, meant: Payment) -> None:
        """Of several equal payments only one is taken out: which one a next act means is open."""
        equal = [
            each
            for each in self.meaning.payments.values()
            if (each.invoice, each.amount) == (meant.invoice, meant.amount)
        ]
        if len(equal) > 1 and any(each.taken_out_in for each in equal):
            raise NotDone

    def take_out_payment(self, tag: str, side: str) -> None:
        """Somebody deletes a payment."""
        meant = self.meaning.payments.get(tag)
        if meant is None or side in meant.taken_out_in:
            raise NotDone
        self._require_one(meant)
        if side == CRM:
            rows = self._rows("Vtiger Payment")
            name = self.crm_invoice(meant.invoice)
            live = [
                row["name"]
                for row in rows
                if row["related_to"] == name
                and D(row["amount"]) == meant.amount
                and row["payment_status"] == "Received"
            ]
            self.stage.crm.trash(PAYMENTS, str(_first(live)))
        else:
            found = self.xero_invoice(meant.invoice)
            live_ = [
                each.payment_id
                for each in self.stage.books.payments.values()
                if each.document_id == found
                and each.amount == meant.amount
                and each.status == "AUTHORISED"
            ]
            self.stage.books.delete_payment(_first(live_))
        meant.taken_out_in.add(side)

    def credit(self, invoice: str, amount: str, kind: str = "credit_note") -> None:
        """Somebody in Xero applies a credit note, an over- or a prepayment."""
        meant = self._meant(invoice)
        found = self.xero_invoice(invoice)
        getattr(self.stage.books, f"apply_{kind}")(found, amount)
        meant.credits += D(amount)

    def type_total(self, tag: str, by: str) -> None:
        """Somebody in Xero types another total over the sum of the lines."""
        meant = self._meant(tag)
        found = self.stage.books.invoices[self.xero_invoice(tag)]
        if found.total + D(by) < 0:
            raise NotDone
        self.stage.books.type_total(found.document_id, found.total - found.rounding + D(by))
        self._edited(meant, XERO)
        meant.typed_over = D(by)

    def deduct_cis(self, tag: str, amount: str) -> None:
        """A customer in the UK's building trade keeps an amount for the tax office."""
        self._meant(tag)
        found = self.stage.books.invoices[self.xero_invoice(tag)]
        if found.outstanding <= D(amount):
            raise NotDone
        self.stage.books.deduct_cis(found.document_id, amount)

    def change_rate(self, percent: str) -> None:
        """The usual rate of tax has another percentage from now on."""
        sale = self.country.sales["std"]
        (rate,) = [r for r in self.stage.books.books.tax_rates if r["TaxType"] == sale.typed]
        if len(rate["TaxComponents"]) > 1:
            raise NotDone
        part = {**rate["TaxComponents"][0], "Rate": D(percent)}
        figures = {"EffectiveRate": D(percent), "DisplayTaxRate": D(percent)}
        self.stage.books.edit_tax_rate(sale.typed, TaxComponents=[part], **figures)
        self.meaning.is_rate_changed = True

    def tie_tax(self) -> None:
        """Somebody says which of Xero's rates the usual tax of the CRM is."""
        sale = self.country.sales["std"]
        if len(sale.crm) != 1:
            raise NotDone
        held = next(tax for tax in self.stage.crm.taxes() if tax.name == sale.crm[0][0])
        self.stage.crm.add_tax(replace(held, chosen=sale.typed))

    # Syncing

    def sync(self) -> None:
        """Sync Now."""
        self.reports.append(self.stage.sync())
        self.meaning.synced()

    def sync_by_preview(self) -> None:
        """Preview, and apply exactly this plan; then what it leaves."""
        approved = approval_of(self.stage.preview())
        self.reports.append(self.stage.sync(run_filter=RunFilter(approval=approved)))
        self.sync()

    def sync_with_a_lost_answer(self, path: str) -> None:
        """Xero writes something, and its answer is lost."""
        faults = self.stage.xero.faults
        for method in ("PUT", "POST"):
            faults.add(Fault.dropped_after_commit(method=method, path=path, times=9))
        self.reports.append(self.stage.sync())
        faults.clear()
        self.meaning.synced()

    def sync_killed(self, after: int, sent: bool) -> None:
        """A run dies at its n-th write to Xero, before or after Xero carried it out."""
        self.stage.xero.clock.advance(timedelta(minutes=10))
        ledger = _Dying(self.stage.ledger(), after, sent)
        stage = self.stage
        ports = (stage.crm, ledger, stage.journal, stage.clock, Quiet())
        try:
            self.reports.append(Sync(*ports, stage.settings).run())
        except Killed:
            stage.journal.rollback()
        self.stage.xero.clock.advance(timedelta(minutes=10))
        self.meaning.synced()

    # Deciding

    def answer(self) -> int:
        """People answer everything that waits for them; how many answers that were."""
        given = self.answer_matches()
        for module in Module:
            for link in self.stage.journal.links(module):
                if link.state is not LinkState.CONFLICT or not link.conflict:
                    continue
                choices = [
                    Choice(each.field, _winner(each.field, link.crm_name), each.crm, each.xero)
                    for each in link.conflict
                ]
                decided = with_choices(link, choices, None)
                if decided != link:
                    self.stage.journal.save_link(decided)
                    self._decided(module, link.crm_name or "")
                    given += 1
        self.stage.journal.commit()
        return given

    def answer_matches(self) -> int:
        """People say of all possible matches whether they are one or two."""
        given = 0
        for module in Module:
            while asked := self._asked(module):
                self.stage.journal.save_answer(asked)
                given += 1
        self.stage.journal.commit()
        return given

    def _asked(self, module: Module) -> MatchAnswer | None:
        """The answer to the next question that is open."""
        links, answers = self.stage.journal.links(module), self.stage.journal.answers(module)
        for name, xero_id, _ in pairs_to_answer(links, answers):
            given = Answer.ONE if self._is_one(module, name, xero_id) else Answer.TWO
            answer = MatchAnswer(module, name, xero_id, given, "Administrator")
            require_possible(answers, [answer], links)
            return answer
        return None

    def _is_one(self, module: Module, name: str, xero_id: str) -> bool:
        """Whether people meant one by both."""
        if module is PAYMENTS:
            tags = {key: tag for (tag, _), key in self.meaning.records.items()}
            ours, theirs = tags.get(name), tags.get(xero_id)
            return ours is None or theirs is None or ours == theirs
        books, crm = self.stage.books, {row["name"]: row for row in self._crm_rows(module)}
        gone = name not in crm or (module is PRODUCTS and xero_id not in books.items)
        if gone:  # the next run will ask no more
            return False
        if module is ORGANIZATIONS:
            texts = crm[name]["organization_name"], books.contacts[xero_id].name
        elif module is PRODUCTS:
            texts = crm[name]["part_number"], books.items[xero_id].code
        else:
            texts = crm[name]["subject"], books.invoices[xero_id].reference
        tags_ = [set(re.findall(r"(?<![A-Za-z0-9])[cpi][0-9]+", text or "")) for text in texts]
        return bool(tags_[0] & tags_[1])

    def _crm_rows(self, module: Module) -> Rows:
        doctypes = {ORGANIZATIONS: ("Organization",), INVOICES: ("Invoice",)}
        found = doctypes.get(module, ("Product", "Service"))
        return [row for each in found for row in self._rows(f"Vtiger {each}")]

    def _decided(self, module: Module, name: str) -> None:
        """A person chose one side's lines: what was typed on the other is given up on purpose."""
        if module is INVOICES:
            subjects = {row["name"]: row["subject"] for row in self._rows("Vtiger Invoice")}
            for tag, meant in self.meaning.invoices.items():
                meant.is_contested |= mentions(subjects.get(name), tag)
        names = {ORGANIZATIONS: "organization_name", PRODUCTS: "part_number"}
        rows = self._crm_rows(module) if module in names else []
        said = next((row[names[module]] for row in rows if row["name"] == name), "")
        tags = (*self.meaning.customers, *self.meaning.products)
        self.meaning.decided |= {tag for tag in tags if mentions(said, tag)}

    # Small things

    def _meant(self, tag: str) -> Invoice:
        meant = self.meaning.invoices.get(tag)
        if meant is None or meant.is_ended:
            raise NotDone
        return meant

    def _edit_lines(self, invoice_id: str, lines: list[dict[str, Any]]) -> None:
        self.stage.books.edit_invoice(invoice_id, LineItems=lines)

    def _edited(self, meant: Invoice, side: str) -> None:
        meant.edit(side)
        if self._is_apart(meant.tag):
            meant.is_contested = True  # a first meeting of two figures, which the policy decides
            self.meaning.unlike |= set() if meant.has_one_number else {meant.tag}

    def _is_inclusive(self, invoice_id: str) -> bool:
        return bool(self.stage.books.invoices[invoice_id].line_amount_types == "Inclusive")

    def _crm_record(self, tag: str) -> Any:
        (record,) = self.stage.crm.get(INVOICES, [self.crm_invoice(tag)])
        return record

    def _type(self, tag: str, side: str, **values: str) -> None:
        for name, value in values.items():
            if value:
                self.meaning.type(tag, name, side, value)


class Killed(BaseException):
    """The process is no more: nothing in the app may catch it."""


class _Dying:
    """A ledger at whose n-th write the process dies."""

    def __init__(self, ledger: Any, after: int, sent: bool) -> None:
        self._ledger, self._left, self._sent = ledger, after, sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def send(self, batch: Any) -> Any:
        """Send it, unless it is the one."""
        self._left -= 1
        if not self._left and not self._sent:
            raise Killed
        outcome = self._ledger.send(batch)
        if not self._left:
            raise Killed
        return outcome


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


def _sides(where: str) -> set[str]:
    return {CRM, XERO} if where == "both" else {where}


def _first(found: list[Any]) -> Any:
    if not found:
        raise NotDone
    return found[0]


def _winner(field: str, name: str | None) -> Side:
    return Side.CRM if (len(field) + len(name or "")) % 2 else Side.XERO
