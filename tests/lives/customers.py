"""What people do with customers and products."""

from __future__ import annotations

from typing import Any

from tests.lives.office import (
    CRM,
    ORGANIZATIONS,
    PRODUCT,
    PRODUCTS,
    XERO,
    D,
    Office,
    sides_of,
)


class CustomersAndProducts(Office):
    """Acts on customers and products."""

    # Customers

    def customer(
        self, tag: str, where: str, kind: str = "same", email: str = "", phone: str = ""
    ) -> None:
        """A customer, in one system or in both; `kind` says how alike the names are."""
        name = f"Kea {tag} Ltd"
        sides = sides_of(where)
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

    def copy_customer(self, tag: str) -> None:
        """Somebody types a customer into the CRM who is there already (rule G2)."""
        key = self.crm_customer(tag)
        rows = self._rows("Vtiger Organization")
        name = next(row["organization_name"] for row in rows if row["name"] == key)
        name = name.upper().replace(tag.upper(), tag)
        self.stage.crm.insert(ORGANIZATIONS, {"organization_name": name})
        self.meaning.copies[tag] += 1

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
        sides = sides_of(where)
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
