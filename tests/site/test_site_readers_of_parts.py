"""Rows, people and prints of a record are read by those who may read the record."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
import requests

from tests.site.hidden import (
    AMOUNTS,
    ANYBODY,
    OF_ORGANIZATIONS,
    PEOPLE,
    Shop,
    method,
    shop,
    shows_hidden,
)
from tests.site.web import Caller, new_person
from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PRODUCT, SERVICE

__all__ = ["shop"]  # the fixture


CHILDREN = {
    "Vtiger Invoice Item": (INVOICE, ["parent", "item_comment", "selling_price"]),
    "Vtiger Invoice Tax": (INVOICE, ["parent", "tax", "amount"]),
    "Vtiger Product Tax": (PRODUCT, ["parent", "tax"]),
}


@pytest.mark.parametrize("child", CHILDREN)
@pytest.mark.parametrize("who", PEOPLE)
def test_no_row_of_a_hidden_record_is_told(shop: Shop, who: str, child: str) -> None:
    parent, fields = CHILDREN[child]
    given = {"doctype": child, "parent": parent, "fields": fields, "limit_page_length": 0}
    answer = method(shop.people[who], "frappe.client.get_list", **given)
    assert not shows_hidden(shop, answer)
    assert f'"{shop.hidden[parent]}"' not in answer.text
    if who == "restricted" and child == "Vtiger Invoice Item":
        assert f'"{shop.mine[parent]}"' in answer.text, "their own rows are theirs to read"


@pytest.mark.parametrize("doctype", OF_ORGANIZATIONS)
def test_people_of_a_hidden_organization_are_hidden(shop: Shop, doctype: str) -> None:
    (hidden,) = frappe.get_all(doctype, [["name", "like", f"%{shop.secret}%"]], pluck="name")
    mine = frappe.db.get_value(ORGANIZATION, shop.mine[ORGANIZATION], "organization_name")
    asked = {"doctype": doctype, "name": hidden}
    lists = {"doctype": doctype, "fields": ["*"], "limit_page_length": 0}
    rows = {"doctype": "Dynamic Link", "parent": doctype, "fields": ["*"], "limit_page_length": 0}
    for who, is_told in (("restricted", False), ("reader", True)):
        caller = shop.people[who]
        form = method(
            caller, "frappe.desk.form.load.getdoc", **asked
        )  # a refusal names what it refuses
        assert form.status_code == (200 if is_told else 403)
        answers = [method(caller, "frappe.client.get_list", **each) for each in (lists, rows)]
        assert [shows_hidden(shop, each) for each in answers] == [is_told] * 2
        assert mine in answers[1].text


ROWS_OF_PEOPLE = {
    "Contact Email": "email_id",
    "Contact Phone": "phone",
    "Dynamic Link": "link_title",
}


@pytest.mark.parametrize("table", ROWS_OF_PEOPLE)
@pytest.mark.parametrize("who", ANYBODY)
def test_addresses_and_numbers_are_read_with_their_contact(
    shop: Shop, who: str, table: str
) -> None:
    """Everybody signed in may read Contacts of their own, which opens these tables in Frappe."""
    (hidden,) = frappe.get_all("Contact", [["name", "like", f"%{shop.secret}%"]], pluck="name")
    asked = {"doctype": table, "parent": "Contact", "fields": ["parent", ROWS_OF_PEOPLE[table]]}
    asked["limit_page_length"] = 0

    def rows(caller: Caller) -> str:
        return method(caller, "frappe.client.get_list", **asked).text

    assert shop.secret not in rows(shop.people[who])
    assert hidden in rows(shop.people["reader"])
    if who == "restricted":
        mine = frappe.db.get_value(ORGANIZATION, shop.mine[ORGANIZATION], "organization_name")
        assert mine.removesuffix(" Ltd") in rows(shop.people[who]), "their own are theirs to read"


def test_a_made_up_invoice_prints_the_name_of_no_item_that_is_hidden(shop: Shop) -> None:
    def printed(caller: Caller, *names: Any) -> requests.Response:
        rows = [{"item_type": PRODUCT, "item_name": name, "quantity": 1} for name in names]
        rows.append({"item_type": SERVICE, "item_name": shop.hidden[SERVICE], "quantity": 1})
        mine = {"doctype": INVOICE, "organization_name": shop.mine[ORGANIZATION], "subject": "x"}
        made_up = json.dumps({**mine, "name": shop.hidden[INVOICE], "items": rows})
        return method(caller, "frappe.www.printview.get_html_and_style", "json", doc=made_up)

    hidden, seller = shop.hidden[PRODUCT], shop.people["restricted"]
    by_filter = {AMOUNTS[PRODUCT]: [">", 80000]}
    for name in (hidden, by_filter):
        assert not shows_hidden(shop, printed(seller, name))
    assert shows_hidden(shop, printed(shop.people["reader"], hidden))
    mine = frappe.db.get_value(PRODUCT, shop.mine[PRODUCT], "product_name")
    assert mine in printed(seller, shop.mine[PRODUCT]).text
    foreign = {"item_type": "User", "item_name": "Administrator"}
    odd = json.dumps({"doctype": INVOICE, "subject": "x", "items": [foreign]})
    answer = method(seller, "frappe.www.printview.get_html_and_style", doc=odd)
    assert answer.status_code == 200


def test_an_invoice_that_one_may_read_prints_all_its_items_by_name(shop: Shop) -> None:
    """Also an item that is hidden from the person: it stands on their invoice."""
    invoice = frappe.get_doc(INVOICE, shop.mine[INVOICE])
    line = {"item_type": PRODUCT, "item_name": shop.hidden[PRODUCT], "quantity": 1}
    invoice.append("items", line)
    invoice.save()
    frappe.db.commit()
    asked = {"doc": INVOICE, "name": invoice.name}
    seller = shop.people["restricted"]
    printed = method(seller, "frappe.www.printview.get_html_and_style", **asked).text
    invoice.remove(invoice.items[-1])
    invoice.save()
    frappe.db.commit()
    assert f"{shop.secret} Chair" in printed


@pytest.mark.parametrize("report", ["Xero Records", "Xero Reconciliation"])
def test_no_report_is_prepared_by_one_person_for_others(shop: Shop, report: str) -> None:
    """Frappe gives a prepared report to everybody who may open the report."""
    frappe.db.set_value("Report", report, "prepared_report", 1)  # it took more than 15 seconds
    made = {"doctype": "Report", "report_type": "Custom Report", "reference_report": report}
    own = frappe.get_doc({**made, "report_name": f"My {shop.secret}", "ref_doctype": INVOICE})
    own.insert()
    frappe.db.commit()
    manager = Caller(shop.address, new_person("Xero Manager", "Sales User")).sign_in()
    path = "frappe.core.doctype.prepared_report.prepared_report.make_prepared_report"
    for name in (report, own.name):
        answer = method(manager, path, report_name=name, filters={})
        assert answer.status_code == 417
    frappe.db.rollback()
    assert not frappe.db.exists("Prepared Report", {"report_name": ["in", [report, own.name]]})
    assert not frappe.db.get_value("Report", report, "prepared_report")
    shown = method(manager, "frappe.desk.query_report.run", report_name=report, filters={})
    assert "columns" in shown.json()["message"]
    own.delete()
    frappe.db.commit()
