"""Who may read what by Frappe's own endpoints: a record that a person may not read is told by none.

Each endpoint is asked by people who may not read a record, and its answer is searched for what only
the record holds. The endpoints are those that Frappe's Desk, its lists, links, reports, prints and
exports call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import frappe
import pytest
import requests

from tests.site.cleaning import everything, take_away
from tests.site.conftest import SITE
from tests.site.web import PASSWORD, Caller, new_person, served
from tests.site.world import customize
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
        invoice_date=TODAY,
        status="Approved",
        items=[{**line, "item_comment": f"{secret} line"}],
    )
    payment = {"related_to": invoice, "amount": amount, "payment_date": TODAY}
    for kind, values in _PEOPLE.items():
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


_PEOPLE = {
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


Ask = Callable[[Caller, str, str], requests.Response]  # with a DocType, and the hidden name of one


def _asking(path: str, how: str = "form", /, **given: Any) -> Ask:
    """An endpoint; `DOCTYPE`, `NAME` and the fields of the DocType stand for what is asked of."""

    def ask(caller: Caller, doctype: str, name: str) -> requests.Response:
        known = {
            "DOCTYPE": doctype,
            "NAME": name,
            "TITLE": TITLES[doctype],
            "AMOUNT": AMOUNTS[doctype],
        }
        return method(caller, path, how, **_filled(given, known))

    return ask


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {_filled(k, known): _filled(v, known) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    for word, text in known.items() if isinstance(value, str) else ():
        value = value.replace(word, text)
    return value


def _getting(path: str, /, **query: str) -> Ask:
    def ask(caller: Caller, doctype: str, name: str) -> requests.Response:
        known = {"DOCTYPE": doctype, "NAME": name, "TITLE": TITLES[doctype]}
        known["AMOUNT"] = AMOUNTS[doctype]
        parts = _filled(query, known)
        url = f"{caller.address}{_filled(path, known)}"
        return caller._session.get(url, params=parts, timeout=60)

    return ask


FIELDS = ["name", "TITLE", "AMOUNT"]
_LINK = {"doctype": "DOCTYPE", "txt": "", "page_length": 1000}
_VIEW = {"doctype": "DOCTYPE", "fields": ["name", "TITLE", "AMOUNT"], "page_length": 1000}
_CHART = {
    "doctype": "Dashboard Chart",
    "chart_name": "x",
    "chart_type": "Group By",
    "document_type": "DOCTYPE",
    "group_by_type": "Count",
    "group_by_based_on": "TITLE",
    "filters_json": "[]",
    "dynamic_filters_json": "[]",
    "time_interval": "Daily",
    "number_of_groups": 0,
}
_CARD = {"document_type": "DOCTYPE", "function": "Maximum", "aggregate_function_based_on": "AMOUNT"}
DOORS: dict[str, Ask] = {
    "title": _asking("frappe.desk.search.get_link_title", doctype="DOCTYPE", docname="NAME"),
    "title v2": _getting(
        "/api/v2/method/frappe.desk.search.get_link_title", doctype="DOCTYPE", docname="NAME"
    ),
    "title by a filter": _asking(
        "frappe.desk.search.get_link_title",
        "json",
        doctype="DOCTYPE",
        docname={"AMOUNT": [">", 8000]},
    ),
    "default address": _asking(
        "frappe.contacts.doctype.address.address.get_default_address",
        doctype="DOCTYPE",
        name="NAME",
    ),
    "link": _asking("frappe.desk.search.search_link", **_LINK),
    "link past user permissions": _asking(
        "frappe.desk.search.search_link", **_LINK, ignore_user_permissions=1
    ),
    "link past user permissions, of another form": _asking(
        "frappe.desk.search.search_link",
        "json",
        **_LINK,
        ignore_user_permissions=True,
        reference_doctype="ToDo",
    ),
    "link by another name": _asking(
        "frappe.tests.test_search.search_link", **_LINK, ignore_user_permissions=1
    ),
    "search box": _asking(
        "frappe.desk.search.search_widget",
        **_LINK,
        filter_fields=["AMOUNT"],
        as_dict=1,
        ignore_user_permissions="true",
    ),
    "link v2": _getting(
        "/api/v2/method/frappe.desk.search.search_link",
        doctype="DOCTYPE",
        txt="",
        ignore_user_permissions="1",
    ),
    "validate link": _asking(
        "frappe.client.validate_link", doctype="DOCTYPE", docname="NAME", fields=["TITLE"]
    ),
    "value": _asking(
        "frappe.client.get_value", doctype="DOCTYPE", fieldname=FIELDS, filters={"name": "NAME"}
    ),
    "values": _asking("frappe.client.get_list", doctype="DOCTYPE", fields=FIELDS),
    "get": _asking("frappe.client.get", doctype="DOCTYPE", name="NAME"),
    "get by a filter": _asking(
        "frappe.client.get", doctype="DOCTYPE", filters={"AMOUNT": [">", 80000]}
    ),
    "list": _asking("frappe.desk.reportview.get", **_VIEW),
    "list as rows": _asking("frappe.desk.reportview.get_list", **_VIEW),
    "list's groups": _asking(
        "frappe.desk.listview.get_group_by_count",
        doctype="DOCTYPE",
        current_filters="[]",
        field="TITLE",
    ),
    "list's tags": _asking(
        "frappe.desk.reportview.get_sidebar_stats", doctype="DOCTYPE", stats=["_user_tags"]
    ),
    "list's export": _asking(
        "frappe.desk.reportview.export_query", **_VIEW, file_format_type="CSV", title="x"
    ),
    "calendar": _asking(
        "frappe.desk.calendar.get_events",
        doctype="DOCTYPE",
        start="2000-01-01",
        end="2100-01-01",
        field_map={"start": "creation", "end": "modified", "title": "TITLE"},
        fields=FIELDS,
    ),
    "form": _asking("frappe.desk.form.load.getdoc", doctype="DOCTYPE", name="NAME"),
    "form's timeline": _asking("frappe.desk.form.load.get_docinfo", doctype="DOCTYPE", name="NAME"),
    "preview of a link": _asking(
        "frappe.desk.link_preview.get_preview_data", doctype="DOCTYPE", docname="NAME"
    ),
    "linked with": _asking("frappe.desk.form.linked_with.get", doctype="DOCTYPE", docname="NAME"),
    "dashboard of a form": _asking(
        "frappe.desk.notifications.get_open_count", doctype="DOCTYPE", name="NAME"
    ),
    "global search": _asking("frappe.utils.global_search.search", text="Zq", doctype="DOCTYPE"),
    "tags": _asking("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="DOCTYPE", tag=""),
    "website's list": _asking("frappe.www.list.get_list_data", doctype="DOCTYPE", txt=""),
    "tree": _asking("frappe.desk.treeview.get_children", doctype="DOCTYPE"),
    "chart": _asking(
        "frappe.desk.doctype.dashboard_chart.dashboard_chart.get", chart=_CHART, no_cache=1
    ),
    "card": _asking(
        "frappe.desk.doctype.number_card.number_card.get_result", doc=_CARD, filters=[], to_date=""
    ),
    "print": _asking("frappe.www.printview.get_html_and_style", doc="DOCTYPE", name="NAME"),
    "printed page": _getting("/printview", doctype="DOCTYPE", name="NAME"),
    "import's template": _asking(
        "frappe.core.doctype.data_import.data_import.download_template",
        doctype="DOCTYPE",
        export_fields={"DOCTYPE": ["TITLE", "AMOUNT"]},
        export_records="all",
        file_type="CSV",
    ),
    "data export": _asking(
        "frappe.core.doctype.data_export.exporter.export_data",
        doctype="DOCTYPE",
        select_columns={"DOCTYPE": ["TITLE", "AMOUNT"]},
        with_data=1,
        file_type="CSV",
        filters=[],
    ),
    "resource": _getting("/api/resource/DOCTYPE/NAME"),
    "resources": _getting("/api/resource/DOCTYPE", fields='["*"]'),
    "document v2": _getting("/api/v2/document/DOCTYPE/NAME"),
    "documents v2": _getting("/api/v2/document/DOCTYPE", fields='["name","TITLE"]'),
}


def _told(shop: Shop, answer: requests.Response) -> bool:
    """Whether an answer holds what only a hidden record holds."""
    text = answer.text
    return shop.secret in text or "81643.57" in text or "81,643.57" in text


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("door", DOORS)
def test_no_endpoint_tells_of_a_record_that_one_may_not_read(
    shop: Shop, who: str, door: str
) -> None:
    caller = shop.people[who]
    told = [
        doctype
        for doctype in DOCTYPES
        if _told(shop, DOORS[door](caller, doctype, shop.hidden[doctype]))
    ]
    assert told == []


@pytest.mark.parametrize("door", DOORS)
def test_whoever_may_read_it_is_told(shop: Shop, door: str) -> None:
    """Else an endpoint that answers with an error alone would pass."""
    answer = DOORS[door](shop.people["reader"], INVOICE, shop.hidden[INVOICE])
    assert _told(shop, answer) is (door not in TELL_NOTHING), (
        answer.status_code,
        answer.text[:300],
    )


# Our DocTypes have no tree, no tags, no preview, no dashboard; global search is the site's choice.
TELL_NOTHING = {
    "list's tags",
    "preview of a link",
    "title by a filter",
    "default address",
    "form's timeline",
    "dashboard of a form",
    "global search",
    "tags",
    "tree",
}


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
    assert not _told(shop, answer)
    assert f'"{shop.hidden[parent]}"' not in answer.text
    if who == "restricted" and child == "Vtiger Invoice Item":
        assert f'"{shop.mine[parent]}"' in answer.text, "their own rows are theirs to read"


@pytest.mark.parametrize("doctype", _PEOPLE)
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
        assert [_told(shop, each) for each in answers] == [is_told] * 2
        assert mine in answers[1].text


def test_a_hidden_record_is_not_taken_over_by_what_a_request_says_it_is(shop: Shop) -> None:
    """Frappe asks for the right on the values of the request; the stored ones are another's."""
    caller = shop.people["restricted"]
    frappe.set_user("Administrator")
    of_hidden = {"doctype": INVOICE, "organization_name": shop.hidden[ORGANIZATION]}
    line = {"item_type": PRODUCT, "item_name": shop.mine[PRODUCT], "quantity": 1}
    row = {"doctype": "Vtiger Invoice Item", **line, "selling_price": 1}
    invoice = frappe.get_doc({**of_hidden, "subject": "theirs", "items": [line]}).insert()
    contact = {"doctype": "Contact", "first_name": f"{shop.secret} Other"}
    link = {"link_doctype": ORGANIZATION, "link_name": shop.hidden[ORGANIZATION]}
    person = frappe.get_doc({**contact, "links": [link]}).insert()
    frappe.db.commit()
    mine = {"organization_name": shop.mine[ORGANIZATION], "tax_mode": "Individual"}
    said = {"subject": "taken", "status": "Created", "assigned_to": caller.user, "items": [row]}
    for document, values in ((invoice, {**mine, **said}), (person, {"first_name": "taken"})):
        times = frappe.db.get_value(document.doctype, document.name, ["creation", "modified"])
        creation, modified = map(str, times)  # a refusal tells when a record was changed
        known = {"doctype": document.doctype, "name": document.name, "modified": modified}
        sent = {**known, "creation": creation, **values}
        for path, more in (
            ("frappe.client.save", {}),
            ("frappe.desk.form.save.savedocs", {"action": "Save"}),
        ):
            answer = method(caller, path, doc=sent, **more)
            assert answer.status_code == 403, answer.text[:300]
    frappe.db.rollback()
    assert frappe.db.get_value(INVOICE, invoice.name, "subject") == "theirs"
    assert frappe.db.get_value("Contact", person.name, "first_name") == contact["first_name"]
    person.delete()
    invoice.delete()
    frappe.db.commit()


@pytest.mark.parametrize("who", ANYBODY)
def test_an_object_in_the_place_of_a_name_answers_no_question(shop: Shop, who: str) -> None:
    def answers(filters: Any) -> list[tuple[int, str]]:
        record = {"doctype": INVOICE}
        asked: dict[str, dict[str, Any]] = {
            "frappe.client.get": {**record, "filters": filters},
            "frappe.client.get_doc_permissions": {**record, "docname": filters},
            "frappe.client.set_value": {**record, "name": filters, "fieldname": "subject"},
            "frappe.desk.form.load.getdoc": {**record, "name": filters},
            "frappe.desk.form.load.get_communications": {**record, "name": filters},
            "frappe.client.bulk_update": {
                "docs": json.dumps([{**record, "docname": filters, "subject": "x"}])
            },
        }
        said = [method(shop.people[who], path, "json", **asked[path]) for path in asked]
        return [(each.status_code, str(each.json().get("exc_type"))) for each in said]

    field = AMOUNTS[INVOICE]
    for there, absent in (
        ({field: [">", 80000]}, {field: [">", 90000]}),
        ([[field, ">", 80000]], [[field, ">", 90000]]),
    ):
        assert answers(there) == answers(absent)


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


@pytest.mark.parametrize("who", ANYBODY)
def test_counting_answers_no_question_about_a_hidden_record(shop: Shop, who: str) -> None:
    def count(caller: Caller, doctype: str, filters: Any) -> Any:
        asked = {"doctype": doctype, "filters": filters}
        return method(caller, "frappe.client.get_count", **asked).json().get("message")

    questions: list[tuple[str, Any]] = [
        (doctype, {AMOUNTS[doctype]: [">", 80000]}) for doctype in DOCTYPES
    ]
    address = f"%{shop.secret}.example.com"
    questions.append(("Contact", [["Contact Email", "email_id", "like", address]]))
    for doctype, filters in questions:
        assert not count(shop.people[who], doctype, filters), doctype
        assert count(shop.people["reader"], doctype, filters) == 1, doctype
    assert count(shop.people["reader"], "User", {"name": shop.people[who].user}) == 1


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
        assert not _told(shop, printed(seller, name))
    assert _told(shop, printed(shop.people["reader"], hidden))
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


def test_a_contact_of_a_hidden_organization_tells_nothing_of_it(shop: Shop) -> None:
    (contact,) = frappe.get_all("Contact", [["name", "like", f"%{shop.secret}%"]], pluck="name")
    line = {"item_type": PRODUCT, "item_name": shop.mine[PRODUCT], "quantity": 1}
    invoice = {"doctype": INVOICE, "subject": "x", "organization_name": shop.mine[ORGANIZATION]}
    asked = {**invoice, "contact_name": contact, "items": [line]}
    answer = method(shop.people["restricted"], "frappe.client.insert", doc=asked)
    assert answer.status_code == 417
    assert f"{shop.secret} Ltd" not in answer.text


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


@pytest.mark.parametrize("who", PEOPLE)
def test_no_act_on_a_hidden_record_opens_it(shop: Shop, who: str) -> None:
    caller, me = shop.people[who], shop.people[who].user
    for doctype in (ORGANIZATION, INVOICE):
        name = shop.hidden[doctype]
        record, on = {"doctype": doctype, "name": name}, {"doctype": doctype, "docname": name}
        told = {"reference_doctype": doctype, "reference_name": name}
        acts = {
            "frappe.desk.form.assign_to.add": {**record, "assign_to": [me]},
            "frappe.share.add": {**record, "user": me, "read": 1, "everyone": 1},
            "frappe.desk.like.toggle_like": {**record, "add": "Yes"},
            "frappe.desk.form.document_follow.follow_document": {
                "doctype": doctype,
                "doc_name": name,
                "user": me,
            },
            "frappe.desk.doctype.tag.tag.add_tag": {"tag": "x", "dt": doctype, "dn": name},
            "frappe.desk.form.utils.add_comment": {
                **told,
                "content": "x",
                "comment_email": me,
                "comment_by": me,
            },
            "frappe.core.doctype.communication.email.make": {
                **record,
                "recipients": me,
                "content": "x",
                "subject": "x",
                "print_html": "x",
            },
            "frappe.client.validate_link": {**on, "fields": ["name", TITLES[doctype]]},
            "frappe.realtime.can_subscribe_doc": on,  # of Frappe 15
            "frappe.realtime.has_permission": record,  # of Frappe 16
        }
        answers = {act: method(caller, act, **given) for act, given in acts.items()}
        assert [act for act, each in answers.items() if _told(shop, each)] == []
        listening = [each for act, each in answers.items() if act.startswith("frappe.realtime")]
        assert not any(each.ok for each in listening), "the other of the two is not there"
        assert method(caller, "frappe.client.get", **record).status_code in (403, 404)


def _pointing(doctype: str, target: str, name: str, user: str) -> dict[str, Any]:
    """A record of Frappe's own that refers to one of ours."""
    row = {"link_doctype": target, "link_name": name}
    made: dict[str, dict[str, Any]] = {
        "ToDo": {
            "description": "x",
            "reference_type": target,
            "reference_name": name,
            "allocated_to": user,
        },
        "Contact": {"first_name": "x", "links": [row]},
        "Address": {
            "address_title": "x",
            "address_line1": "x",
            "city": "x",
            "country": "New Zealand",
            "address_type": "Billing",
            "links": [row],
        },
        "Event": {
            "subject": "x",
            "starts_on": TODAY,
            "event_participants": [{"reference_doctype": target, "reference_docname": name}],
        },
    }
    return {"doctype": doctype, **made[doctype]}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("doctype", ["ToDo", "Contact", "Address", "Event"])
def test_a_record_of_ones_own_that_refers_to_a_hidden_one_tells_nothing_of_it(
    shop: Shop, who: str, doctype: str
) -> None:
    caller = shop.people[who]
    for target in DOCTYPES:
        document = _pointing(doctype, target, shop.hidden[target], caller.user)
        made = method(caller, "frappe.client.insert", doc=document)
        answers = [made, method(caller, "frappe.www.printview.get_html_and_style", doc=document)]
        if made.ok:
            name = made.json()["message"]["name"]
            for door in ("frappe.desk.form.load.getdoc", "frappe.tests.test_permissions.getdoc"):
                answers.append(method(caller, door, doctype=doctype, name=name))
            page = {"doctype": doctype, "name": name}
            answers.append(caller._session.get(f"{caller.address}/printview", params=page))
        assert [each.request.url for each in answers if _told(shop, each)] == []


def test_a_record_that_one_may_read_shows_the_titles_that_it_refers_to(shop: Shop) -> None:
    """The form and the print of a ToDo, of a record that the person may read."""
    caller, organization = shop.people["restricted"], shop.mine[ORGANIZATION]
    title = frappe.db.get_value(ORGANIZATION, organization, "organization_name")
    document = _pointing("ToDo", ORGANIZATION, organization, caller.user)
    name = method(caller, "frappe.client.insert", doc=document).json()["message"]["name"]
    answer = method(caller, "frappe.desk.form.load.getdoc", doctype="ToDo", name=name).json()
    assert answer["_link_titles"][f"{ORGANIZATION}::{organization}"] == title
    asked = {"doctype": ORGANIZATION, "docname": organization}
    given = method(caller, "frappe.desk.search.get_link_title", **asked)
    assert given.json()["message"] == title


def test_a_record_cannot_be_made_on_one_that_is_hidden(shop: Shop) -> None:
    """A payment would take over the invoice's figures, and change what it has received."""
    caller = shop.people["restricted"]
    payment = {"doctype": PAYMENT, "related_to": shop.hidden[INVOICE], "amount": 1}
    answer = method(caller, "frappe.client.insert", doc={**payment, "payment_date": TODAY})
    assert answer.status_code in (403, 417)
    assert not _told(shop, answer)
    invoice = {"doctype": INVOICE, "subject": "x", "organization_name": shop.mine[ORGANIZATION]}
    line = {"item_type": PRODUCT, "item_name": shop.hidden[PRODUCT], "quantity": 1}
    answer = method(caller, "frappe.client.insert", doc={**invoice, "items": [line]})
    assert answer.status_code in (403, 417)
    assert not _told(shop, answer)


def test_a_link_ignores_user_permissions_where_the_site_has_chosen_so() -> None:
    from vtiger_xero.api.guards import guard_request

    def kept(form: str) -> bool:
        asked = {"doctype": ORGANIZATION, "ignore_user_permissions": "1", "reference_doctype": form}
        frappe.local.form_dict = frappe._dict(asked)
        guard_request()
        return "ignore_user_permissions" in frappe.local.form_dict

    assert not kept(INVOICE)
    customize("organization_name", "ignore_user_permissions", "1", "Check", INVOICE)
    assert kept(INVOICE)
    assert not kept(PAYMENT)
    assert not kept("None such")


def test_a_list_of_names_is_no_filter(shop: Shop) -> None:
    """Frappe's list sends the chosen names in one argument."""
    caller = shop.people["restricted"]
    chosen = {"doctype": INVOICE, "name": json.dumps([shop.mine[INVOICE]])}
    answer = method(caller, "frappe.desk.form.assign_to.remove_multiple", **chosen, names="[]")
    assert "name of the record is not valid" not in answer.text
    filters = {"name": shop.mine[INVOICE]}
    answer = method(caller, "frappe.client.get", doctype=INVOICE, filters=filters)
    assert answer.json()["message"]["name"] == shop.mine[INVOICE]
    answer = method(caller, "frappe.client.get_count", doctype=INVOICE)
    assert answer.json()["message"] == 1


def test_frappe_has_the_endpoints_that_are_overridden_under_one_name() -> None:
    """An override holds for one name; under another one it would be open."""
    app = Path(frappe.__file__).parent
    names = r"(search import .*\bget_link_title|client import .*\bget(_count)?)"
    imported = re.compile(rf"^from \S*{names}\b", re.MULTILINE)
    found = [
        str(each.relative_to(app))
        for each in app.rglob("*.py")
        if "test" not in each.name and imported.search(each.read_text("utf-8"))
    ]
    assert found == []
