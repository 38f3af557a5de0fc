"""Hostile text in records is text everywhere: no piece of SQL, and no piece of HTML."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import frappe
import hypothesis
import pytest
from frappe.desk.query_report import export_query as export_report
from frappe.desk.reportview import export_query as export_list
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.contract.world import unique
from tests.site import hostile
from tests.site.conftest import SITE
from tests.site.queueing import choose
from tests.site.shop import Shop
from tests.site.test_site_records import a_sales_account
from tests.site.web import Caller, new_person, served
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.stored_text import from_stored, secured, to_stored
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

MARK = "<img src=x onerror=alert(7)>"
NAMES = [
    "'; drop table `tabVtiger Organization`; -- ",
    '" or "1"="1',
    "%s %(name)s {0} {{ 7*7 }}",
    "\\' or 1=1 -- ",
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(SITE) as address:
        yield address


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero(minute_limit=1000) as simulator:
        connect(simulator)
        yield simulator


def organization(**fields: Any) -> str:
    made = frappe.get_doc({"doctype": "Vtiger Organization", **fields}).insert()
    frappe.db.commit()
    return str(made.name)


def test_text_that_looks_like_sql_goes_over_and_comes_back_as_it_is(xero: Simulator) -> None:
    for name in NAMES:
        organization(organization_name=name, billing_city=name)
        xero.organisation.add_contact_in_xero(Name=f"Xero {name}", TaxNumber=name[:20])
    assert run_now().status == "Completed"
    assert run_now().status == "Completed"
    theirs = {each.name for each in xero.organisation.contacts.in_order()}
    kept = frappe.get_all("Vtiger Organization", pluck="organization_name")
    ours = {from_stored(each) for each in kept}
    for name in NAMES:
        tidy = " ".join(name.split())
        assert tidy in theirs
        assert f"Xero {tidy}" in ours
    assert frappe.db.count("Vtiger Organization") >= 2 * len(NAMES)


def test_what_the_site_says_of_a_record_holds_no_html_of_it(
    xero: Simulator, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages, the bell, comments and runs are shown as HTML by Frappe itself."""
    choose(conflicts="Ask")
    name = organization(organization_name=f"Kea {MARK}", billing_city="Napier")
    frappe.get_doc("Vtiger Organization", name).update({"organization_name": "Kea"}).save()
    organization(organization_name=f"Weka {MARK}")  # Xero takes no such name: it is skipped
    run_now()
    (contact,) = (each for each in xero.organisation.contacts.in_order() if each.name == "Kea")
    address_there = {"AddressType": "POBOX", "City": MARK}
    xero.organisation.edit_contact(contact.contact_id, Addresses=[address_there])
    frappe.get_doc("Vtiger Organization", name).update({"billing_city": f"B {MARK}"}).save()
    frappe.db.commit()
    run_now()
    assert MARK not in _shown_as_html()
    manager = Caller(address, new_person("Xero Manager")).sign_in()
    for door, given in (
        ("sync_now", {"module": MARK}),
        ("sync_records", {"doctype": "Vtiger Organization", "names": f'["{MARK}"]'}),
        ("run_status", {"run": MARK}),
        ("apply_plan", {"run": MARK}),
        ("retry_cause", {"key": MARK}),
        ("choose_organisation", {"tenant": MARK}),
        ("sync_records", {"doctype": MARK, "names": "[1]"}),
    ):
        said = manager.call(door, **given).json()
        assert MARK not in str(said.get("_server_messages", "")), door


@pytest.mark.parametrize("account", [{"type": "BANK"}, {"status": "ARCHIVED"}])
def test_an_account_that_is_refused_is_named_as_text(account: dict[str, str]) -> None:
    """Its title is Xero's text, and the sentence is shown as HTML."""
    held = a_sales_account(Shop(), title=MARK, account_name=MARK, **account)
    with pytest.raises(frappe.ValidationError) as refused:
        frappe.get_doc("Xero Settings").update({"sales_account": held}).save()
    assert MARK not in str(refused.value)
    assert "&lt;img" in from_stored(str(refused.value))


def contact_with(xero: Simulator, city: str, **fields: Any) -> str:
    title = unique("Kea")
    address = {"AddressType": "POBOX", "City": city}
    xero.organisation.add_contact_in_xero(Name=title, Addresses=[address], **fields)
    return title


def in_crm(title: str) -> Any:
    name = frappe.db.get_value("Vtiger Organization", {"organization_name": title})
    assert name, "it came"
    (record,) = SiteCrm().get(Module.ORGANIZATIONS, [name])
    return record


def at_xero(xero: Simulator) -> dict[str, str]:
    contacts = xero.organisation.contacts.in_order()
    return {each.name: repr((each.fields, each.addresses)) for each in contacts}


def written(run: Any) -> int:
    counts = frappe.get_all(
        "Xero Sync Log",
        {"run": run.name},
        ["crm_created", "crm_updated", "xero_created", "xero_updated"],
    )
    return sum(sum(row.values()) for row in counts)


def test_every_text_of_xeros_comes_whole_and_none_of_them_is_live(xero: Simulator) -> None:
    """Nothing is skipped, lost or sent back, and no view of Frappe's has anything to run."""
    texts = [*hostile.TEXTS, *hostile.PLAIN]
    titles = {text: contact_with(xero, text) for text in texts}
    theirs = at_xero(xero)
    assert run_now().status == "Completed"
    for text, title in titles.items():
        assert in_crm(title).fields["billing_city"] == " ".join(text.split())
    assert list(hostile.live_texts()) == []
    assert written(run_now()) == 0
    assert at_xero(xero) == theirs
    # A person's edit of something else sends the texts back as they came.
    for title in titles.values():
        document = frappe.get_doc("Vtiger Organization", in_crm(title).name)
        document.update({"billing_state": "North"}).save()
    frappe.db.commit()
    run_now()
    for text, title in titles.items():
        found = xero.organisation.contacts.active_named(title).addresses["POBOX"]
        assert (found["City"], found["Region"]) == (" ".join(text.split()), "North")
    assert list(hostile.live_texts()) == []


def test_names_of_xeros_are_live_nowhere(xero: Simulator) -> None:
    """Contacts, items, invoices: in records, in the log, and in what a run remembers."""
    hostile.enable_everything()
    organisation = xero.organisation
    for number, text in enumerate(hostile.TEXTS):
        organisation.add_contact_in_xero(Name=f"{text} {number}"[:255])
        organisation.add_item_in_xero(Code=f"H{number}", Name=text[:50], Description=text)
        buyer = organisation.contacts.in_order()[-1]
        line = {"Description": text, "Quantity": 1, "UnitAmount": 9, "AccountCode": "200"}
        organisation.add_invoice_in_xero(
            Contact={"ContactID": buyer.contact_id},
            Status="AUTHORISED",
            Date="2026-03-01",
            DueDate="2026-03-21",
            InvoiceNumber=f"{number} {text}"[:140],
            Reference=text,
            LineItems=[{**line, "TaxType": "OUTPUT2"}],
        )
    run = run_now()
    skipped = {"run": run.name, "operation": "Skipped"}
    assert frappe.get_all("Xero Sync Entry", skipped, ["record_name", "reason"]) == []
    comments = frappe.get_all("Vtiger Invoice Item", pluck="item_comment")
    assert {from_stored(each) for each in comments} >= set(hostile.TEXTS)
    assert list(hostile.live_texts()) == []
    assert written(run_now()) == 0
    kept = frappe.get_all("Xero Document", pluck="title")
    assert {from_stored(each) for each in kept} >= {
        " ".join(f"{text} {number}".split())[:140] for number, text in enumerate(hostile.TEXTS)
    }


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_what_a_person_enters_is_live_in_no_record_of_the_app(text: str) -> None:
    """On every way through a Document: form, request, import, program."""
    made = frappe.get_doc({"doctype": "Vtiger Product", "product_name": f"Weka {text}"[:140]})
    made.update({"description": text, "part_number": unique("P")}).insert()
    kept = frappe.db.get_value(made.doctype, made.name, ["product_name", "description"])
    assert not any(map(hostile.is_live, kept))
    assert [from_stored(each) for each in kept] == [f"Weka {text}"[:140], text]
    made.reload().save()
    assert frappe.db.get_value(made.doctype, made.name, ["product_name", "description"]) == kept


@pytest.mark.parametrize(
    "address",
    [
        MARK,
        'x" onerror="window.ran=1',
        '/files/x" onerror="window.ran=1',
        "/files/x' onerror='window.ran=1",
        "javascript:window.ran=1",
        "data:text/html,<script>window.ran=1</script>",
        "//files/x.png",
    ],
)
def test_an_address_of_a_picture_that_a_page_would_run_is_not_saved(address: str) -> None:
    """Frappe cleans no such field, and inserts it as HTML in its Report and Image views."""
    product = {"doctype": "Vtiger Product", "product_name": unique("Chair")}
    made = frappe.get_doc(product).insert()
    with pytest.raises(frappe.ValidationError) as refused:
        made.update({"product_image": address}).save()
    assert MARK not in str(refused.value)
    with pytest.raises(frappe.ValidationError):
        frappe.get_doc({**product, "product_image": address}).insert()
    for good in ("/files/a chair (1).png", "/private/files/x.png?fid=a1&x=2", "https://x.org/a=b"):
        made.reload().update({"product_image": good}).save()
    file = {"doctype": "File", "file_name": "x", "file_url": 'https://x/" onerror="window.ran=1'}
    to = {"attached_to_doctype": made.doctype, "attached_to_name": made.name}
    kept = frappe.get_doc({**file, **to, "attached_to_field": "product_image"}).insert()
    assert not kept.attached_to_field


def test_a_tax_with_a_live_name_is_not_made(xero: Simulator) -> None:
    """Its name is what invoices refer to it by."""
    before = set(frappe.get_all("Vtiger Tax", pluck="name"))
    for number, text in enumerate(hostile.TEXTS):
        made = frappe.get_doc({"doctype": "Vtiger Tax", "tax_name": text, "rate": number})
        try:
            made.insert()
        except (frappe.ValidationError, frappe.NameError):
            continue
        assert not hostile.is_live(made.name)
        assert made.name == made.tax_name
    assert not any(map(hostile.is_live, set(frappe.get_all("Vtiger Tax", pluck="name")) - before))


@hypothesis.given(st.text(st.sampled_from("<>&=\u2060\"'`alt;g#+-@ \t\r\n!/?x(1"), max_size=12))
def test_a_kept_text_says_what_it_said(text: str) -> None:
    kept = to_stored(text)
    assert from_stored(kept) == text
    assert secured(kept) == kept
    assert not hostile.is_live(kept)
    assert not hostile.is_live(secured(text))


RAW = [
    *("Xero Document", "Xero Link", "Xero Match Answer", "Xero Organisation", "Xero Outbox"),
    *("Xero Sync Entry", "Xero Preview Entry", "Xero Watermark"),
]


@pytest.mark.parametrize("doctype", RAW)
def test_a_table_of_the_syncs_own_has_a_list_and_no_report(doctype: str) -> None:
    meta = frappe.get_meta(doctype)
    assert (meta.default_view, meta.force_re_route_to_default_view) == ("List", 1)
    for permission in meta.permissions:
        for right in ("report", "export", "print", "email", "share"):
            assert not permission.get(right), (permission.role, right)


@pytest.mark.parametrize("file_type", ["CSV", "Excel"])
def test_no_export_of_frappes_holds_a_formula(xero: Simulator, file_type: str) -> None:
    for text in hostile.TEXTS:
        organization(organization_name=text[:140], billing_city=text)
    asked = {
        "doctype": "Vtiger Organization",
        "fields": '["name", "organization_name", "billing_city"]',
        "file_format_type": file_type,
    }
    frappe.local.form_dict = frappe._dict(asked)
    export_list()
    assert not [cell for cell in exported(file_type) if _is_formula(cell)]
    run_now()
    asked = {"report_name": "Xero Records", "file_format_type": file_type, "filters": "{}"}
    frappe.local.form_dict = frappe._dict(asked, visible_idx="[]")
    export_report()
    cells = exported(file_type)
    assert len(cells) > len(hostile.TEXTS)
    assert not [cell for cell in cells if _is_formula(cell)]


def exported(file_type: str) -> list[str]:
    content = frappe.response.pop("filecontent")
    if file_type == "CSV":
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        return [cell for row in rows for cell in row]
    sheet = load_workbook(io.BytesIO(content)).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [str(cell.value or "") for row in sheet.iter_rows() for cell in row]


def _is_formula(cell: str) -> bool:
    return bool(re.match(r"[=@\t\r]|[+-].*[A-Za-z(|!]", cell))


def _shown_as_html() -> str:
    shown = (
        ("Comment", "content"),
        ("Notification Log", "subject"),
        ("Xero Sync Run", "message"),
        ("Error Log", "method"),
    )
    return "\n".join(str(frappe.get_all(doctype, pluck=field)) for doctype, field in shown)


def test_the_pages_data_comes_as_data(xero: Simulator, address: str) -> None:
    """What a door gives is JSON, which no browser takes for a page, whatever stands in it."""
    organization(organization_name=f"Weka {MARK}")
    run = run_now()
    person = Caller(address, new_person("Xero User", "Sales User")).sign_in()
    given = {"run": run.name, "module": "Organizations", "side": "Xero", "operation": "Skipped"}
    for door in ("sync_entries", "causes", "sync_log", "conflicts", "last_runs"):
        answer = person.call(door, **(given if door == "sync_entries" else {}))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/json")
    csv = person.call("download_entries", "GET", **given)
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in csv.headers["Content-Disposition"]
