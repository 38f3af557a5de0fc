"""Who may read what by Frappe's own endpoints: a record that a person may not read is told by none.

Each endpoint is asked by people who may not read a record, and its answer is searched for what only
the record holds. The endpoints are those that Frappe's Desk, its lists, links, reports, prints and
exports call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import frappe
import pytest
import requests

from tests.site.hidden import (
    AMOUNTS,
    ANYBODY,
    DOCTYPES,
    PEOPLE,
    TITLES,
    Shop,
    method,
    shop,
    shows_hidden,
)
from tests.site.web import Caller
from tests.site.world import customize
from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT

__all__ = ["shop"]  # the fixture


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


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("door", DOORS)
def test_no_endpoint_tells_of_a_record_that_one_may_not_read(
    shop: Shop, who: str, door: str
) -> None:
    caller = shop.people[who]
    told = [
        doctype
        for doctype in DOCTYPES
        if shows_hidden(shop, DOORS[door](caller, doctype, shop.hidden[doctype]))
    ]
    assert told == []


@pytest.mark.parametrize("door", DOORS)
def test_whoever_may_read_it_is_told(shop: Shop, door: str) -> None:
    """Else an endpoint that answers with an error alone would pass."""
    answer = DOORS[door](shop.people["reader"], INVOICE, shop.hidden[INVOICE])
    assert shows_hidden(shop, answer) is (door not in TELL_NOTHING), (
        answer.status_code,
        answer.text[:300],
    )


# Our DocTypes have no tree, no tags, no preview, no dashboard.
TELL_NOTHING = {
    "list's tags",
    "preview of a link",
    "title by a filter",
    "default address",
    "form's timeline",
    "dashboard of a form",
    "tags",
    "tree",
}


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


def test_frappe_has_the_endpoints_that_are_overridden_under_one_name() -> None:
    """An override holds for one name; under another one it would be open."""
    app = Path(frappe.__file__).parent
    names = (
        r"(search import .*\bget_link_title|client import .*\bget(_count)?"
        r"|global_search import .*\bsearch)"
    )
    imported = re.compile(rf"^from \S*{names}\b", re.MULTILINE)
    found = [
        str(each.relative_to(app))
        for each in app.rglob("*.py")
        if "test" not in each.name and imported.search(each.read_text("utf-8"))
    ]
    assert found == []
