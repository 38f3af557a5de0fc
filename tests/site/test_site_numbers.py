"""Numbers from outside that no ledger holds: a sentence over every door, and nothing half saved.

Every number field of every DocType that a person may save is found by its meta; the requests are
those of Frappe's own REST doors, over HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.conftest import SITE
from tests.site.hostile import enable_everything
from tests.site.queueing import choose
from tests.site.shop import Shop, committed_shop
from tests.site.test_site_webhook import KEY, body_of, event, post
from tests.site.web import Caller, new_person, served
from tests.site.xero import connect, run_now, simulated_xero

NUMBERS = ("Currency", "Float", "Percent", "Int", "Check")
# As JSON spells them: not all of it is JSON, and Python reads it all the same.
ODD = ["NaN", "Infinity", "-Infinity", "1e308", "-1e308", "1" + "0" * 40, "-" + "9" * 40, '"1e308"']
ODD += ['"NaN"', '"1e999"', "0." + "1" * 60, '"x"', "[1]", '{"a": 1}', "1e999"]
DOCTYPES = ["Vtiger Organization", "Vtiger Product", "Vtiger Service", "Vtiger Tax"]
DOCTYPES += ["Vtiger Invoice", "Vtiger Payment"]


@pytest.fixture(scope="module")
def address(connected_site: None) -> Iterator[str]:
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def person(address: str) -> Caller:
    return Caller(address, new_person("Xero Manager", "Sales Manager", "Sales User")).sign_in()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with committed_shop() as shop:
        yield shop


def whole(shop: Shop, doctype: str) -> dict[str, Any]:
    """A record that would be saved."""
    line = {**shop.line(10, 3), "line_no": 1}
    invoice = {"subject": "Bolts", "organization_name": shop.organization, "items": [line]}
    return {
        "Vtiger Organization": {"organization_name": unique("Odd")},
        "Vtiger Product": {"product_name": unique("Odd"), "taxes": [{"tax": shop.vat}]},
        "Vtiger Service": {"service_name": unique("Odd"), "taxes": [{"tax": shop.vat}]},
        "Vtiger Tax": {"tax_name": unique("Odd"), "rate": 3},
        "Vtiger Invoice": {
            **invoice,
            "taxes": [{"applies_to": "Item", "line": 1, "tax": shop.vat}],
        },
        "Vtiger Payment": {"amount": 5, "payment_status": "Pending"},
    }[doctype]


def odd_bodies(made: dict[str, Any], doctype: str) -> Iterator[tuple[str, str, str]]:
    """The record with each of its numbers made odd: field, number, body."""
    meta = frappe.get_meta(doctype)
    places = [(field.fieldname, None) for field in meta.fields if field.fieldtype in NUMBERS]
    for table in meta.get_table_fields():
        fields = frappe.get_meta(table.options).fields
        places += [
            (each.fieldname, table.fieldname) for each in fields if each.fieldtype in NUMBERS
        ]
    for field, table in places:
        if table and not made.get(table):
            continue
        for number in ODD:
            odd = {**made, **({field: "ODD"} if table is None else {})}
            if table:
                odd[table] = [{**row, field: "ODD"} for row in made[table]]
            yield f"{table or ''}.{field}", number, json.dumps(odd).replace('"ODD"', number)


def send(person: Caller, method: str, path: str, body: str) -> Any:
    kind = {"Content-Type": "application/json"}
    url = f"{person.address}/api/resource/{path}"
    return person._session.request(method, url, data=body, headers=kind, timeout=60)


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_an_odd_number_gets_a_sentence_on_an_insert_and_on_an_update(
    person: Caller, shop: Shop, doctype: str
) -> None:
    made = whole(shop, doctype)
    if doctype == "Vtiger Payment":
        made["related_to"] = shop.invoice(shop.line(10)).name
    first = frappe.get_doc({"doctype": doctype, **made}).insert()
    frappe.db.commit()
    faults = []
    for field, number, body in odd_bodies(made, doctype):
        unlike = body.replace("Odd", unique("Odd")) if doctype != "Vtiger Payment" else body
        for method, path, sent in (
            ("POST", doctype, unlike),
            ("PUT", f"{doctype}/{first.name}", body),
        ):
            answer = send(person, method, path, sent)
            if answer.status_code >= 500:
                faults.append((method, field, number, answer.status_code, answer.text[-300:]))
            elif answer.status_code < 300:
                faults += [
                    (method, field, number, "holds", figure)
                    for figure in _figures(answer.json()["data"])
                    if abs(figure) >= 1e12
                ]
    assert faults == []


def _figures(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _figures(each)
    elif isinstance(value, float):
        yield value


@pytest.mark.parametrize("percent", [-500, 1e9, 100.01, -0.01])
def test_no_discount_is_beyond_the_whole(person: Caller, shop: Shop, percent: float) -> None:
    made = whole(shop, "Vtiger Invoice")
    invoice = frappe.get_doc({"doctype": "Vtiger Invoice", **made}).insert()
    frappe.db.commit()
    line = {**made["items"][0], "discount_percent": percent}
    bodies = [{**made, "items": [line]}, {**made, "overall_discount_percent": percent}]
    for body in bodies:
        for method, path in (
            ("POST", "Vtiger Invoice"),
            ("PUT", f"Vtiger Invoice/{invoice.name}"),
        ):
            answer = send(person, method, path, json.dumps(body))
            assert answer.status_code == 417, answer.text
            assert "from 0 to 100" in answer.text


PAGED = ["sync_log", "conflicts", "possible_matches", "match_answers"]


@pytest.mark.parametrize("start", [10**40, -(10**40), 2**63, 2**31, -1])
def test_a_page_that_begins_nowhere_is_empty(person: Caller, start: int) -> None:
    for door in PAGED:
        for page_length in (1, start):
            answer = person.call(door, start=start, page_length=page_length)
            assert answer.status_code == 200, (door, answer.text[-300:])
    entries = {"run": "x", "module": "Invoices", "side": "Xero", "operation": "Skipped"}
    assert person.call("sync_entries", **entries, start=start).status_code == 200
    assert person.call("last_runs", limit=start).status_code == 200


@pytest.mark.parametrize("door", ["sync_records", "answer_matches", "resolve"])
def test_json_that_is_nested_without_end_is_refused(person: Caller, door: str) -> None:
    deep = "[" * 5_000 + "]" * 5_000
    given = {
        "sync_records": {"doctype": "Vtiger Invoice", "names": deep},
        "answer_matches": {"module": "Invoices", "pairs": deep, "answer": "One"},
        "resolve": {
            "doctype": "Vtiger Invoice",
            "name": "x",
            "choices": deep,
            "seen": deep,
        },
    }[door]
    assert person.call(door, **given).status_code in (403, 417)


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-32", "cp037"])
def test_a_webhook_message_in_another_encoding_is_none(
    address: str, encoding: str, kind: str
) -> None:
    with simulated_xero() as xero:
        connect(xero)
        choose(webhook_key=KEY)
        body = body_of(event(xero)).decode().encode(encoding)
        answer = post(address, body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.content) == (400, b"")
        odd = body_of(event(xero, eventDateUtc="0001-01-01T00:00:00+14:00"))
        assert post(address, odd, headers={"Content-Type": kind}).status_code == 200


def test_an_amount_that_no_column_holds_costs_its_record_and_says_so() -> None:
    """Below what the client takes for no amount at all, and above what the CRM can keep."""
    with simulated_xero() as xero:
        connect(xero)
        enable_everything()
        large, small = unique("L")[:30], unique("S")[:30]
        for code, price in ((large, 10**13), (small, 5)):
            xero.organisation.add_item_in_xero(
                Code=code, Name=code, SalesDetails={"UnitPrice": price}
            )
        run = run_now()
        assert run.status == "Completed"
        skipped = {"run": run.name, "operation": "Skipped"}
        (reason,) = frappe.get_all("Xero Sync Entry", skipped, pluck="reason")
        assert "is not a number that the CRM can hold" in reason
        codes = frappe.get_all("Vtiger Product", pluck="part_number")
        assert small in codes
        assert large not in codes
