"""Two records of each DocType, of which people may read one: what each endpoint is asked of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import frappe
import pytest
import requests
from frappe.utils.global_search import sync_global_search

from tests.site.cleaning import everything, take_away
from tests.site.conftest import SITE
from tests.site.web import PASSWORD, Caller, new_person, served
from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE

DOCTYPES = (ORGANIZATION, PRODUCT, SERVICE, INVOICE, PAYMENT)
TITLES = {
    ORGANIZATION: "organization_name",
    PRODUCT: "product_name",
    SERVICE: "service_name",
    INVOICE: "subject",
    PAYMENT: "reference",
}
AMOUNT = 81643.57  # of the hidden records only
AMOUNTS = {
    ORGANIZATION: "annual_revenue",
    PRODUCT: "unit_price",
    SERVICE: "price",
    INVOICE: "grand_total",
    PAYMENT: "amount",
}
TODAY = "2026-03-02"


@dataclass(frozen=True)
class Shop:
    """Two records of each DocType; `secret` is in every text of those that are hidden."""

    address: str
    secret: str
    mine: Mapping[str, str]
    hidden: Mapping[str, str]
    people: Mapping[str, Caller]


def _records(secret: str, amount: float) -> dict[str, str]:
    """One record of each DocType."""

    def insert(doctype: str, **values: Any) -> str:
        return str(frappe.get_doc({"doctype": doctype, **values}).insert().name)

    organization = insert(ORGANIZATION, organization_name=f"{secret} Ltd", annual_revenue=amount)
    product = insert(PRODUCT, product_name=f"{secret} Chair", unit_price=amount)
    line = {"item_type": PRODUCT, "item_name": product, "quantity": 1, "selling_price": amount}
    invoice = insert(
        INVOICE,
        organization_name=organization,
        subject=f"{secret} order",
        invoice_no=f"{secret}-1",
        invoice_date=TODAY,
        status="Approved",
        items=[{**line, "item_comment": f"{secret} line"}],
    )
    payment = {"related_to": invoice, "amount": amount, "payment_date": TODAY}
    for kind, values in OF_ORGANIZATIONS.items():
        of = [{"link_doctype": ORGANIZATION, "link_name": organization}]
        named = json.loads(json.dumps(values).replace("{}", secret))
        insert(kind, **named, links=of)
    return {
        ORGANIZATION: organization,
        PRODUCT: product,
        SERVICE: insert(SERVICE, service_name=f"{secret} Help", price=amount),
        INVOICE: invoice,
        PAYMENT: insert(PAYMENT, **payment, reference=f"{secret} paid"),
    }


OF_ORGANIZATIONS = {
    "Contact": {
        "first_name": "{} Person",
        "image": "/none.png",
        "email_ids": [{"email_id": "person@{}.example.com", "is_primary": 1}],
        "phone_nos": [{"phone": "+64 21 555 666"}],
    },
    "Address": {
        "address_title": "{} house",
        "address_type": "Billing",
        "address_line1": "{} street",
        "city": "x",
        "country": "New Zealand",
    },
}


def _restrict(person: str, allowed: Mapping[str, str]) -> None:
    for doctype in (ORGANIZATION, PRODUCT, SERVICE, PAYMENT):
        frappe.permissions.add_user_permission(doctype, allowed[doctype], person)


def _website_user() -> str:
    name = f"{uuid4().hex[:10]}@example.com"
    user = {"doctype": "User", "email": name, "first_name": "Site", "send_welcome_email": 0}
    document = frappe.get_doc({**user, "user_type": "Website User", "new_password": PASSWORD})
    document.flags.no_welcome_mail = True
    document.insert()
    return name


@pytest.fixture(scope="module")
def shop(connected_site: None) -> Iterator[Shop]:
    frappe.set_user("Administrator")
    before = everything()
    secret = f"Zq{uuid4().hex[:8]}"
    mine, hidden = _records(f"Mine{uuid4().hex[:6]}", 12.5), _records(secret, AMOUNT)
    names = {
        "website user": _website_user(),
        "no role": new_person(),
        "restricted": new_person("Sales User", "Xero User", "Xero Manager"),
        "reader": new_person("System Manager", "Sales User"),
    }
    _restrict(names["restricted"], mine)
    sync_global_search()
    frappe.db.commit()
    with served(SITE) as address:
        people = {who: Caller(address, name).sign_in() for who, name in names.items()}
        yield Shop(address, secret, mine, hidden, people)
    frappe.db.rollback()
    frappe.set_user("Administrator")
    for doctype in ("User Permission", "ToDo", "Address", "Event", "DocShare"):
        frappe.db.delete(doctype)
    take_away(before)


PEOPLE = ("website user", "restricted")
ANYBODY = (*PEOPLE, "no role")


def method(
    caller: Caller, address: str, how: str = "form", /, **arguments: Any
) -> requests.Response:
    """The answer of a whitelisted method."""
    url = f"{caller.address}/api/method/{address}"
    sent = {"json": arguments} if how == "json" else {"data": _texts(arguments)}
    return caller._session.post(url, timeout=60, **sent)


def _texts(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in arguments.items()
    }


def shows_hidden(shop: Shop, answer: requests.Response) -> bool:
    """Whether an answer holds what only a hidden record holds."""
    text = answer.text
    return shop.secret in text or "81643.57" in text or "81,643.57" in text
