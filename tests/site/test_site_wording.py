"""Values and fields as the person at hand reads them, on every page that lists changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.shop import INVOICE, PRODUCT, Shop, by_sync
from tests.site.test_site_records import a_sales_account
from tests.site.web import new_person
from tests.site.world import SiteWorld, customize
from tests.site.xero import run_now
from vtiger_xero.api import record_state, sync_entries
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION, SERVICE
from vtiger_xero.views.wording import Wording, labelled, titles_of
from xero_simulator import Simulator


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


def read(doctype: str, field: str, text: str, name: str | None = None) -> str:
    return Wording([text], [(doctype, name)]).value(doctype, name, field, text)


# Labels


def test_labels_are_those_of_the_live_doctype(shop: Shop) -> None:
    wording = Wording([])
    assert wording.label(ORGANIZATION, "primary_email") == "Primary Email"
    assert wording.label(SERVICE, "product_name") == "Service Name", "it flows under another name"
    assert wording.label(PRODUCT, "item_type") == "Item Type"
    assert wording.label(ORGANIZATION, "contacts") == "Contacts"
    assert wording.label(ORGANIZATION, "gone_in_a_later_version") == "gone_in_a_later_version"


def test_a_label_that_a_site_has_changed_is_shown() -> None:
    customize("website", "label", "Home Page")
    assert Wording([]).label(ORGANIZATION, "website") == "Home Page"


# Values


@pytest.mark.parametrize(
    ("doctype", "field", "text", "shown"),
    [
        (INVOICE, "due_date", "soon", "soon"),
        (INVOICE, "conversion_rate", "0.595238", "0.595238"),
        (INVOICE, "conversion_rate", "1", "1"),
        (PRODUCT, "qty_in_stock", "1234.5", "1,234.5"),
        (PRODUCT, "qty_in_stock", "many", "many"),
        (PRODUCT, "product_active", "1", "Yes"),
        (PRODUCT, "product_active", "0", "No"),
        (INVOICE, "status", "Paid", "Paid"),
        (INVOICE, "subject", "2026-06-01", "2026-06-01"),
        (INVOICE, "subject", "", ""),
        (ORGANIZATION, "organization_name", "<b>", "<b>"),
    ],
)
def test_values_are_written_as_the_desk_writes_them(
    doctype: str, field: str, text: str, shown: str
) -> None:
    assert read(doctype, field, text) == shown


@pytest.mark.parametrize(
    ("date_format", "shown"), [("dd-mm-yyyy", "30-06-2026"), ("mm/dd/yyyy", "06/30/2026")]
)
def test_dates_are_in_the_format_of_the_site(
    date_format: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frappe.utils.data.get_user_date_format", lambda: date_format)
    assert read(INVOICE, "due_date", "2026-06-30") == shown


def test_amounts_are_in_the_currency_of_their_record(shop: Shop) -> None:
    base = frappe.db.get_default("currency") or "NZD"
    frappe.db.set_default("currency", base)
    invoice = shop.invoice(shop.line(1), currency="JPY", conversion_rate=80)
    texts = [
        read(INVOICE, "grand_total", "1234", invoice.name),
        read(INVOICE, "grand_total", "1234.5", None),
        read(PRODUCT, "unit_price", "0.1234", shop.bolt),
    ]
    yen = frappe.db.get_value("Currency", "JPY", "symbol")
    ours = frappe.db.get_value("Currency", base, "symbol") or base
    assert texts[0].replace(yen, "").strip() == "1,234"
    assert yen in texts[0]
    assert "1,234.50" in texts[1]
    assert "0.1234" in texts[2], "no digit is lost"
    assert ours in texts[1] and ours in texts[2]


def test_ids_of_xero_are_the_names_of_what_they_stand_for(xero: Simulator) -> None:
    title = unique("Known")
    contact = xero.organisation.add_contact_in_xero(Name=title)
    run_now()
    account = frappe.get_all("Xero Account", {"code": "200"}, ["name", "title"])[0]
    assert read(INVOICE, "organization_name", contact.key) == title
    assert read("Vtiger Payment", "xero_account", account.name) == account.title
    assert read(PRODUCT, "xero_sales_account", "200") == account.title
    nobody = "00000000-0000-4000-8000-000000000000"
    assert read(INVOICE, "organization_name", nobody) == nobody


def test_codes_of_tax_rates_are_read_by_their_names(xero: Simulator) -> None:
    rate = frappe.db.get_value("Xero Tax Rate", {"tax_type": "OUTPUT2"}, "tax_rate_name")
    assert read(PRODUCT, "taxes", "OUTPUT2") == rate
    assert read(PRODUCT, "taxes", "OUTPUT999") == "OUTPUT999"
    assert read(PRODUCT, "taxes", "?VAT 4.5% + Sales 10%") == "VAT 4.5% + Sales 10% (not in Xero)"
    assert read(PRODUCT, "product_name", "??????") == "??????"
    lines = [
        "B1, Bolt (M8): 2 \u00d7 5 = 10.00 + 1.50 OUTPUT2 (200)",
        "B2: 2 \u00d7 5 = 10.00 (200)",
        "Thank you (all)",
        "Adjustment: 1 \u00d7 -0.2 = -0.20 ()",
        "B3: 1 \u00d7 5 = 5.00 + 0.75 ?Sales 10% (200)",
    ]
    assert read(INVOICE, "items", "\n".join(lines)).split("\n") == [
        f"B1, Bolt (M8): 2 \u00d7 5 = 10.00 + 1.50 {rate} (200)",
        *lines[1:3],
        "Adjustment: 1 \u00d7 -0.2 = -0.20",
        "B3: 1 \u00d7 5 = 5.00 + 0.75 Sales 10% (not in Xero) (200)",
    ]


def test_two_rates_of_one_name_keep_their_codes(xero: Simulator) -> None:
    frappe.db.set_value("Xero Tax Rate", {"tax_type": "OUTPUT2"}, "tax_rate_name", "GST")
    frappe.db.set_value("Xero Tax Rate", {"tax_type": "INPUT2"}, "tax_rate_name", "GST")
    assert read(PRODUCT, "taxes", "OUTPUT2") == "OUTPUT2"


def test_a_hundred_rows_are_read_with_a_handful_of_statements(
    shop: Shop, counted: list[str]
) -> None:
    invoices = [shop.invoice(shop.line(1)).name for _ in range(5)]
    a_sales_account(shop)
    change = {"field": "grand_total", "old": "1", "new": "2", "overwrites": False}
    rows = [
        {"crm_doctype": INVOICE, "crm_name": name, "changes": [change] * 20} for name in invoices
    ]
    labelled(rows)
    counted.clear()
    shown = labelled(rows)
    assert len(counted) <= 5
    assert shown[0]["changes"][0]["label"] == "Grand Total"


def test_titles_are_what_lists_show(shop: Shop) -> None:
    records = [(PRODUCT, shop.bolt), (ORGANIZATION, shop.organization), (ORGANIZATION, None)]
    titles = titles_of(records)
    assert titles[PRODUCT, shop.bolt].startswith("Bolt")
    assert titles[ORGANIZATION, shop.organization].startswith("Buyer")
    assert len(titles) == 2


# On the pages


def changed_in_xero(xero: Simulator, world: SiteWorld) -> tuple[str, str]:
    title = unique("Ours")
    name = world.insert(organization_name=title)
    run_now()
    contact = xero.organisation.contacts.active_named(title)
    xero.organisation.edit_contact(contact.key, EmailAddress="new@example.com")
    return name, run_now().name


def test_the_log_tells_changes_by_their_labels(xero: Simulator, world: SiteWorld) -> None:
    name, run = changed_in_xero(xero, world)
    rows = sync_entries(run, "Organizations", "Vtiger CRM", "Updated")["rows"]
    (row,) = [each for each in rows if each["crm_name"] == name]
    (change,) = row["changes"]
    assert (change["label"], change["old"], change["new"]) == (
        "Primary Email",
        "",
        "new@example.com",
    )


def test_a_form_tells_what_became_of_its_record(xero: Simulator, world: SiteWorld) -> None:
    name, run = changed_in_xero(xero, world)
    held = record_state(ORGANIZATION, name)
    assert held
    newest, oldest = held["history"]
    assert (newest["run"], newest["side"], newest["operation"]) == (run, "Vtiger CRM", "Updated")
    assert newest["changes"][0]["label"] == "Primary Email"
    assert (oldest["side"], oldest["operation"], oldest["changes"]) == ("Xero", "Created", [])
    assert held["matched_on"] and held["last_synced"] >= held["matched_on"]
    assert (held["state"], held["keeps"], held["rule"]) == ("In Sync", "", "")


def test_a_form_shows_the_last_twenty(xero: Simulator, world: SiteWorld) -> None:
    name, run = changed_in_xero(xero, world)
    entry = {"doctype": "Xero Sync Entry", "run": run, "crm_doctype": ORGANIZATION}
    for number in range(25):
        by_sync(frappe.get_doc({**entry, "crm_name": name, "reason": str(number)})).insert()
    held: Any = record_state(ORGANIZATION, name)
    assert [each["reason"] for each in held["history"]] == [str(n) for n in range(24, 4, -1)]
    frappe.db.rollback()


@pytest.mark.parametrize("role", ["Sales User", "Xero User"])
def test_a_form_asks_for_role_and_record(world: SiteWorld, role: str) -> None:
    seen, hidden = (world.insert(organization_name=unique("Two")) for _ in range(2))
    person = new_person(role)
    permission = {"user": person, "allow": ORGANIZATION, "for_value": seen}
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.set_user(person)
    refused = [hidden] if role == "Xero User" else [hidden, seen]
    for name in refused:
        with pytest.raises(frappe.PermissionError):
            record_state(ORGANIZATION, name)
    if role == "Xero User":
        held: Any = record_state(ORGANIZATION, seen)
        assert held["may_decide"] is True
    assert role == "Sales User" or record_state("User", person) is None
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})


def test_whoever_may_only_read_may_not_decide(world: SiteWorld) -> None:
    from frappe.permissions import add_permission, update_permission_property

    name = world.insert(organization_name=unique("Read"))
    person = new_person("Xero User")
    try:
        add_permission(ORGANIZATION, "Guest")
        update_permission_property(ORGANIZATION, "Xero User", 0, "write", 0, validate=False)
        frappe.clear_cache(doctype=ORGANIZATION)
        frappe.set_user(person)
        held: Any = record_state(ORGANIZATION, name)
        assert held["may_decide"] is False
    finally:
        frappe.set_user("Administrator")
        frappe.db.rollback()
        frappe.db.delete("Custom DocPerm", {"parent": ORGANIZATION})
        frappe.db.commit()
        frappe.clear_cache(doctype=ORGANIZATION)
