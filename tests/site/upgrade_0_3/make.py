"""Makes the site of 0.3 that test_site_upgrade_from_0_3.py upgrades. It runs with 0.3's own code.

See README.md. People work in the CRM and in Xero, the sync of 0.3 runs, and the answers of its
last three requests are lost. What this added to a site that has Frappe alone is written down.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

import frappe
import time_machine
from frappe.desk.query_report import run as run_report
from frappe.utils.password import get_decrypted_password
from vtiger_xero.simulator import Fault, Simulator
from vtiger_xero.site import consent

from tests.contract.world import INVOICES, PAYMENTS, PRODUCTS
from tests.site.conftest import BENCH
from tests.site.shop import item_tax, whole_tax
from tests.site.test_site_restore import ROOT
from tests.site.world import SiteWorld, another_connection
from tests.site.xero import ALLOWED, consented, run_now, simulated_xero
from vtiger_xero import api
from vtiger_xero.engine.mapping.doctypes import DOCTYPES, ORGANIZATION, SERVICE
from vtiger_xero.engine.records import Module, Person

FOLDER = Path("/tmp/upgrade_0_3")
MOMENT = "2026-10-05T08:00:00+00:00"  # so the same, however long ago it is when it is upgraded
DAYS = {"invoice_date": "2026-09-03", "due_date": "2026-12-20"}

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def test_make_the_site_of_0_3(tmp_path: Path) -> None:
    file = tmp_path / "books.sqlite"
    with (
        time_machine.travel(MOMENT, tick=True),
        simulated_xero(state_file=file, seed=3, minute_limit=5000, day_limit=50000) as xero,
    ):
        live(xero)
        frappe.db.commit()
        pages = what_its_pages_show()
        tables = tables_here()
        xero._world.save()
        shelves = rows_of(file)
    with bare_site():
        added = without(tables_here(), tables)
        known = set(all_tables())
    write_down("pages.json", [json.dumps(pages, indent=1, ensure_ascii=False, default=str)])
    data = {table: rows for table, rows in with_dummies(added).items() if table.startswith(_DATA)}
    write_down("rows.jsonl", lines_of(data))
    rest = {table: rows for table, rows in added.items() if table not in data}
    text = "".join(f"{line}\n" for line in lines_of(rest))
    (FOLDER / "frappe.jsonl.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    new = [
        frappe.db.sql(f"show create table `{each}`")[0][1] for each in tables if each not in known
    ]
    write_down("tables.sql", [f"{each};\n" for each in new])
    write_down("books.jsonl", [json.dumps(each, ensure_ascii=False) for each in of_use(shelves)])


# -- what people and the sync did -------------------------------------------------------------


def live(xero: Simulator) -> None:
    world, books = SiteWorld(), xero.organisation
    demo, kea = list(xero.organisations)
    connect_to(xero, kea)
    switch(modules=[Module.ORGANIZATIONS])
    world.insert(organization_name="Earlier Ltd", billing_city="Sydney")
    run()
    connect_to(xero, demo)
    switch()
    change(
        sales_account=account("200"),
        charges_account=account("260"),
        adjustment_account=account("200"),
        payment_account=account("090"),
        conflicts="Ask",
    )
    gst = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    kauri = world.insert(
        organization_name="Kauri Joinery",
        primary_email="office@kauri.example",
        primary_phone="09 555 0101",
        website="https://kauri.example",
        tax_number="123-456-789",
        billing_address="1 Queen St",
        billing_city="Auckland",
        billing_postal_code="1010",
        shipping_city="Napier",
        currency="NZD",
        contacts=[
            Person("Ada", "Reed", "ada@kauri.example", True),
            Person("Tom", "Bell", "tom@kauri.example", False),
        ],
    )
    rimu = world.insert(
        organization_name="Rimu & Sons <Ltd>", description='Pays "late", 3 < 5', currency="NZD"
    )
    ask = {
        title: world.insert(organization_name=title, primary_email="old@example.com")
        for title in ("Both Ways Ltd", "Half Decided Ltd")
    }
    gone = world.insert(organization_name="Gone Ltd")
    world.insert(organization_name="Archived Ltd")
    left_out = world.insert(organization_name="Left Out Ltd")
    for _ in range(2):
        world.insert(organization_name="Twin Ltd", billing_city="Nelson")
    bolt = world.insert(
        PRODUCTS,
        product_name="Bolt",
        part_number="BOLT",
        unit_price=10,
        purchase_cost=4,
        qty_in_stock=100,
        description="Zinc bolt",
    )
    world.insert(PRODUCTS, product_name="Nut without a code", unit_price=1)
    hours = world.insert(
        PRODUCTS, item_type=SERVICE, product_name="Help", part_number="HELP", unit_price=80
    )
    bolts = {"item_name": bolt, "quantity": 3, "selling_price": 10, "item_comment": "M8"}
    help_ = {"item_type": SERVICE, "item_name": hours, "quantity": 1.5, "selling_price": 80}
    two, both = [bolts, {**help_, "discount_percent": 10}], [item_tax(gst), item_tax(gst, 2)]
    charges = {"applies_to": "Charges", "tax": gst}

    def sell(number: str, to: str, lines: list[Row], taxes: list[Row], **more: Any) -> str:
        given = {"status": "Approved", "subject": f"Sale {number}", "invoice_no": number}
        given |= {"organization_name": to, "items": lines, "taxes": taxes, **DAYS}
        return world.insert(INVOICES, **{**given, **more})

    def pay(invoice: str, amount: object, **more: Any) -> None:
        given = {"payment_date": "2026-09-10", "payment_status": "Received", **more}
        world.insert(PAYMENTS, related_to=invoice, amount=amount, **given)

    sell("OLD-DRAFT", kauri, two, both, status="Created")
    approved = sell("OLD-APPROVED", kauri, two, both, terms_and_conditions="30 days")
    sell(
        *("OLD-DISCOUNT", kauri, two, [whole_tax(gst), charges]),
        tax_mode="Group",
        overall_discount_amount=7.5,
        shipping_and_handling=12,
    )
    sell(
        *("OLD-CHARGES", kauri, two, [*both, charges]),
        shipping_and_handling=12,
        adjustment=-0.5,
    )
    pay(sell("OLD-PART", rimu, two, both), 40, reference="first part")
    paid = sell("OLD-PAID", rimu, [bolts], [item_tax(gst)])
    pay(paid, 34.5, payment_mode="Bank Transfer")
    sell("OLD-FREE", kauri, [{**bolts, "item_comment": "untaxed"}], [])
    cancelled = sell("OLD-CANCEL", rimu, two, both)
    pending = sell("OLD-PENDING", kauri, [bolts], [item_tax(gst)])
    pay(pending, 5, payment_status="Pending")
    trade_in_xero(books)
    run()
    run()
    world.edit(cancelled, INVOICES, status="Cancel")
    world.edit(left_out, do_not_sync=1)
    for title, name in ask.items():
        world.edit(name, primary_email="ours@example.com", primary_phone="09 111")
        phones = [{"PhoneType": "DEFAULT", "PhoneNumber": "222", "PhoneAreaCode": "09"}]
        contact = books.contacts.active_named(title)
        books.edit_contact(contact.key, EmailAddress="theirs@example.com", Phones=phones)
    books.archive_contact(books.contacts.active_named("Archived Ltd").key)
    world.trash(gone)
    run()
    switch({Module.PRODUCTS: "Sync Xero data with Vtiger"})
    world.edit(bolt, PRODUCTS, unit_price=11)
    run()
    change(deletions=1)
    decide_the_email_of(ask["Half Decided Ltd"])
    run()
    assert writes(run()) == {}, "from here on it is quiet"
    # Xero has the first two; of the third it never heard.
    pay(approved, 20, reference="lost part")
    broken(xero, Fault.dropped_after_commit(method="PUT", path="/Payments", times=None))
    sell("OLD-LOST", kauri, [bolts], [item_tax(gst)])
    broken(xero, Fault.dropped_after_commit(method="PUT", path="/Invoices", times=None))
    world.insert(organization_name="Never Arrived Ltd", billing_city="Picton")
    broken(xero, Fault.dropped_before_commit(method="PUT", path="/Contacts", times=None))
    assert frappe.db.count("Xero Outbox") == 3
    change(schedule="Daily", daily_at="03:15:00", on_save=1, assigned_to="Administrator")
    change(webhook_key="dummy-webhook-key")


def trade_in_xero(books: Any) -> None:
    street = {"AddressType": "POBOX", "City": "Taupo 3 < 5 & more", "AddressLine1": "2 Lake Rd"}
    mere = {"FirstName": "Mere", "LastName": "Hall", "EmailAddress": "mere@totara.example"}
    totara = books.add_contact_in_xero(
        Name="Totara Ltd",
        EmailAddress="pay@totara.example",
        Addresses=[street],
        ContactPersons=[{**mere, "IncludeInEmails": True}],
    )
    books.add_contact_in_xero(Name="<b>Bold</b> Ltd")
    coded = {"UnitPrice": "7.25", "AccountCode": "200", "TaxType": "OUTPUT2"}
    books.add_item_in_xero(Code="TILE", Name="Tile", Description="Grey tile", SalesDetails=coded)
    tile = {"ItemCode": "TILE", "Description": "Grey tile", "Quantity": 4, "UnitAmount": "7.25"}
    tile |= {"AccountCode": "200", "TaxType": "OUTPUT2"}
    free = {"Description": "Delivery", "Quantity": 1, "UnitAmount": 15}
    free |= {"AccountCode": "260", "TaxType": "NONE"}

    def sell(number: str, *lines: Row, **more: Any) -> str:
        given = {"Contact": {"ContactID": totara.contact_id}, "Status": "AUTHORISED"}
        given |= {"Date": "2026-09-01", "DueDate": "2026-12-21", "InvoiceNumber": number}
        made = books.add_invoice_in_xero(**{**given, "LineItems": list(lines), **more})
        return str(made.document_id)

    books.pay_invoice(sell("XERO-PART", tile, free), 10)
    books.pay_invoice(sell("XERO-PAID", tile), Decimal("33.35"))
    sell("XERO-DRAFT", {**tile, "DiscountRate": 5}, Status="DRAFT", Reference="PO 7")


def connect_to(xero: Simulator, tenant: str) -> None:
    _, choose = consent.finish(ALLOWED, consented(xero, tenants=[tenant]))
    if choose:
        consent.choose(tenant, ALLOWED)
    frappe.db.commit()


def change(**values: Any) -> None:
    frappe.get_doc("Xero Settings").update(values).save()
    frappe.db.commit()


def switch(directions: dict[Module, str] | None = None, modules: Any = Module) -> None:
    rows = [
        {
            "module": each.value,
            "enable_sync": int(each in modules),
            "sync_direction": (directions or {}).get(each, "Sync both ways"),
        }
        for each in Module
    ]
    settings = frappe.get_doc("Xero Settings")
    settings.set("modules", rows)
    settings.save()
    frappe.db.commit()


def account(code: str) -> str:
    tenant = frappe.db.get_single_value("Xero Settings", "tenant_id")
    return str(frappe.db.get_value("Xero Account", {"code": code, "tenant": tenant}))


def run() -> str:
    done = run_now()
    assert done.status == "Completed", done.message
    return str(done.name)


def broken(xero: Simulator, fault: Fault) -> None:
    xero.faults.add(fault)
    assert run_now().status == "Waiting"
    xero.faults.clear()


def writes(run: str) -> dict[str, int]:
    sides = chain.from_iterable((f"{s}_created", f"{s}_updated") for s in ("crm", "xero"))
    rows = frappe.get_all("Xero Sync Log", {"run": run}, list(sides))
    return {key: value for row in rows for key, value in row.items() if value}


def decide_the_email_of(name: str) -> None:
    (row,) = [each for each in api.conflicts()["rows"] if each["name"] == name]
    (email,) = [each for each in row["fields"] if each["field"] == "primary_email"]
    seen = {"primary_email": {side: email[side] for side in ("crm", "xero")}}
    api.resolve(ORGANIZATION, name, {"primary_email": "Vtiger CRM"}, seen)
    frappe.db.commit()


# -- what 0.3 shows of it ---------------------------------------------------------------------


def what_its_pages_show() -> Row:
    filters = {"only_differences": 0}
    report = run_report("Xero Reconciliation", filters=filters, ignore_prepared_report=True)
    names = [
        (doctype, name)
        for doctype in chain(*DOCTYPES.values())
        for name in frappe.get_all(doctype, pluck="name", order_by="name")
    ]
    return {
        "records": {f"{kind} {name}": shown(kind, name) for kind, name in names},
        "conflicts": api.conflicts(),
        "log": [without_zeros(row) for row in api.sync_log(0, 500)["rows"]],
        "reconciliation": [row for row in report["result"] if row["part"] != "Customer"],
    }


def shown(doctype: str, name: str) -> Row:
    """The history is in the entries."""
    state = api.record_state(doctype, name)
    return {key: value for key, value in state.items() if key not in ("history", "xero_address")}


def without_zeros(row: Row) -> Row:
    return {key: value for key, value in row.items() if value != 0}


# -- what it left on the site -----------------------------------------------------------------

# What people made and the sync remembers; the rest is what Frappe knows of the app.
_DATA = ("tabVtiger ", "tabXero ", "tabContact", "tabDynamic Link", "tabSeries", "tabSingles")
_DATA += ("tabComment", "tabNotification Log", "__Auth")

_PASSING = {
    "__global_search",
    "tabSessions",
    "tabVersion",
    "tabDeleted Document",
    "tabRoute History",
}
_PASSING |= {f"tab{each} Log" for each in ("Error", "Activity", "Access", "Scheduled Job")}
_PASSING |= {"tabRoute History"}


@contextmanager
def bare_site() -> Iterator[None]:
    """Frappe alone, in the place of the connection to this site."""
    site = f"bare-{uuid4().hex[:8]}.localhost"
    new = ["new-site", site, "--admin-password", "admin"]
    new += ["--db-root-username", "root", "--db-root-password", ROOT]
    new += ["--db-host", frappe.conf.db_host, "--db-port", str(frappe.conf.db_port)]
    new += ["--mariadb-user-host-login-scope", "%"]
    subprocess.run([sys.executable, "-m", "frappe.utils.bench_helper", "frappe", *new], check=True)
    folder = Path(BENCH, "sites", site)
    config, mine = json.loads((folder / "site_config.json").read_text()), frappe.local.conf
    frappe.local.conf = frappe._dict({**mine, **config, "db_user": config["db_name"]})
    try:
        with another_connection():
            yield
    finally:
        frappe.local.conf = mine
        shutil.rmtree(folder, ignore_errors=True)


def all_tables() -> list[str]:
    query = "select table_name from information_schema.tables where table_schema = database()"
    found = frappe.db.sql(f"{query} and table_type = 'BASE TABLE'", pluck=True)
    return sorted(set(found) - _PASSING)


def tables_here() -> Tables:
    return {table: list(_rows(table)) for table in all_tables()}


def _rows(table: str) -> Iterator[Row]:
    """Without what is each column's default."""
    columns = "select column_name, column_default from information_schema.columns"
    here = f"{columns} where table_schema = database() and table_name = %s"
    defaults = dict(frappe.db.sql(here, table))
    for row in frappe.db.sql(f"select * from `{table}`", as_dict=True):
        values = {column: _plain(value) for column, value in row.items()}
        yield {c: v for c, v in values.items() if not _is_default(v, defaults[c])}


def _plain(value: Any) -> Any:
    if isinstance(value, float | Decimal):
        return int(value) if value == int(value) else float(value)
    return value if value is None or isinstance(value, int | str) else str(value)


def _is_default(value: Any, default: str | None) -> bool:
    if default in (None, "NULL"):
        return value is None
    text = default.strip("'")
    with_zeros = isinstance(value, int) and text.startswith("0.0") and value == 0
    return with_zeros or str(value) == text


def without(bare: Tables, here: Tables) -> Tables:
    found = {}
    for table, rows in here.items():
        old = {_content(row) for row in bare.get(table, ())}
        found[table] = [row for row in rows if _content(row) not in old]
    return {table: rows for table, rows in found.items() if rows}


def _content(row: Row) -> str:
    """Without what every new site has of its own: random names, and when it was made."""
    own = ("name", "creation", "modified") if "creation" in row else ()
    return json.dumps({c: v for c, v in row.items() if c not in own}, sort_keys=True)


def with_dummies(tables: Tables) -> Tables:
    """Secrets in plain text, for a key that the next site has not; the tokens are made up."""
    kept = [row for row in tables["__Auth"] if row["doctype"] == "Xero Settings"]
    for row in kept:
        row["password"] = get_decrypted_password(row["doctype"], row["name"], row["fieldname"])
        if row["fieldname"] == "tokens":
            *_, expires, scopes = json.loads(row["password"])
            row["password"] = json.dumps(["dummy-access", "dummy-refresh", expires, scopes])
    return {**tables, "__Auth": kept}


def lines_of(tables: Tables) -> Iterator[str]:
    """For each table what all of its rows have, and then each row without it."""
    for table, rows in tables.items():
        first = rows[0].items()
        same = {c: v for c, v in first if all(c in row and row[c] == v for row in rows)}
        yield json.dumps({"table": table, "all": same}, ensure_ascii=False)
        for row in rows:
            own = {column: value for column, value in row.items() if column not in same}
            yield json.dumps(own, ensure_ascii=False)


def rows_of(file: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(file)) as database:
        query = "select shelf, key, value from row order by rowid"
        return list(database.execute(query))


def of_use(shelves: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, Any]]:
    """The books and who may read them: not the organisation of before, nor what has run out."""
    refresh = [row for row in shelves if row[0] == "refresh_token"][-1]
    (kea,) = [key for shelf, key, text in shelves if shelf == "books" and "Kea Trading" in text]
    for shelf, key, text in shelves:
        value = json.loads(text)
        if (shelf, key) == refresh[:2]:
            never = {"$moment": "2099-01-01T00:00:00+00:00"}
            yield shelf, "dummy-refresh", {**value, "issued": never, "parent": None}
        elif kea in f"{shelf} {key} {text}":
            continue
        elif shelf not in ("refresh_token", "access_token", "code", "kept_answer", "window"):
            yield shelf, key, value


def write_down(name: str, lines: Any) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
