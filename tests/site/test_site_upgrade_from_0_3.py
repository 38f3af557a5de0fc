"""A site that 0.3 itself has filled is upgraded: nothing is lost, and nothing is written anew.

What was on it, and how that was made, is in upgrade_0_3/README.md. Three requests were on their
way: Xero has a payment and an invoice of which the CRM does not know yet, and of an organization
it never heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run as run_report

from tests.site.old_site import OldSite, Row, Tables, plain, working_on
from tests.site.test_site_restore import SecondSite, needs_a_second_site, second_site
from tests.site.xero import run_now
from vtiger_xero import api
from vtiger_xero.connection.passwords import kept_password
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.stored_text import from_stored
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.modules import DOCTYPES
from xero_simulator import Simulator

# A new site, two upgrades and three runs stand before the first test.
pytestmark = [needs_a_second_site, pytest.mark.timeout(1800)]

RECORDS = ("tabVtiger ", "tabContact", "tabDynamic Link")
LOST = {"Vtiger Organization ACC13", "Vtiger Invoice INV13", "Vtiger Payment PAY6"}
COUNTS = [f"{s}_{what}" for s in ("crm", "xero") for what in ("created", "updated", "deleted")]
BOTH, HALF = "ACC4", "ACC5"  # in conflict; of the second a person has decided one field


@dataclass
class Upgrade:
    """What was there after each step, by the name of the step."""

    old: OldSite
    xero: Simulator
    tables: dict[str, Tables] = field(default_factory=dict)
    pages: dict[str, Row] = field(default_factory=dict)
    books: dict[str, Row] = field(default_factory=dict)
    wrote: dict[str, Row] = field(default_factory=dict)
    sent: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    secrets: Row = field(default_factory=dict)
    structure: Row = field(default_factory=dict)

    def look(self, step: str) -> None:
        self.tables[step] = {table: _rows(table) for table in self.old.tables}
        self.pages[step] = _pages()
        self.books[step] = _books(self.xero)

    def run(self, step: str) -> None:
        self.xero.reset_calls()
        run = run_now()
        assert run.status == "Completed", run.message
        rows = frappe.get_all("Xero Sync Log", {"run": run.name}, ["module", *COUNTS])
        counts = {row.module: {key: row[key] for key in COUNTS if row[key]} for row in rows}
        self.wrote[step] = {module: count for module, count in counts.items() if count}
        calls = [call for call in self.xero.calls if call.path.startswith("/api.xro/")]
        self.sent[step] = [(call.method, call.path) for call in calls if call.method != "GET"]
        self.look(step)

    def records(self, step: str) -> dict[str, Row]:
        """The CRM's own records with all their rows, by table and name."""
        tables = self.tables[step].items()
        return {
            f"{table} {row['name']}": row
            for table, rows in tables
            if table.startswith(RECORDS)
            for row in rows
        }

    def links(self, step: str) -> dict[str, Row]:
        left_out = ("modified", "base", "remedy", "possible")
        return {
            row["name"]: {key: value for key, value in row.items() if key not in left_out}
            for row in self.tables[step]["tabXero Link"]
        }


@pytest.fixture(scope="module")
def upgrade(connected_site: None, tmp_path_factory: pytest.TempPathFactory) -> Upgrade:
    old = OldSite("upgrade_0_3")
    books = old.books(tmp_path_factory.mktemp("books") / "state.sqlite")
    with second_site() as site, Simulator(state_file=books, minute_limit=5000) as xero:
        site.configure(encryption_key=frappe.conf.encryption_key)
        with working_on(site.name):
            old.load()
        done = Upgrade(old, xero)
        for step in ("upgraded", "upgraded again"):
            migrate(site)
            with working_on(site.name):
                done.look(step)
        with working_on(site.name):
            done.structure, done.secrets = _structure(), _secrets()
            frappe.conf.xero_address = xero.url
            done.run("first run")
            done.run("second run")
            decide(BOTH, primary_email="Vtiger CRM", primary_phone="Vtiger CRM")
            decide(HALF, primary_phone="Xero")
            done.run("decided")
    return done


def migrate(site: SecondSite) -> None:
    status, said = site.command("migrate", "--skip-search-index")
    assert status == 0, said
    assert "Traceback" not in said, said


def decide(name: str, **choices: str) -> None:
    (row,) = [each for each in api.conflicts()["rows"] if each["name"] == name]
    shown = {each["field"]: each for each in row["fields"]}
    seen = {each: {side: shown[each][side] for side in ("crm", "xero")} for each in choices}
    api.resolve(ORGANIZATION, name, choices, seen)
    frappe.db.commit()


def _rows(table: str) -> list[Row]:
    found = frappe.db.sql(f"select * from `{table}`", as_dict=True)
    return [{column: plain(value) for column, value in row.items()} for row in found]


def _pages() -> Row:
    filters = {"only_differences": 0}
    report = run_report("Xero Reconciliation", filters=filters, ignore_prepared_report=True)
    kinds = DOCTYPES
    names = [(kind, name) for kind in kinds for name in frappe.get_all(kind, pluck="name")]
    log = api.sync_log(0, 500)["rows"]
    return {
        "records": {f"{kind} {name}": api.record_state(kind, name) for kind, name in names},
        "conflicts": api.conflicts(),
        "log": [{key: plain(value) for key, value in row.items() if value != 0} for row in log],
        "entries": list(chain.from_iterable(_entries(row) for row in log)),
        "reconciliation": [row for row in report["result"] if row["part"] != "Customer"],
        "causes": api.causes(),
        "runs": api.last_runs(50),
    }


def _entries(row: Row) -> Iterator[Row]:
    """What the log shows behind each of its numbers."""
    for side, short in (("Vtiger CRM", "crm"), ("Xero", "xero")):
        for operation in ("Created", "Updated", "Deleted", "Skipped"):
            shown = api.sync_entries(row["run"], row["module"], side, operation)
            assert shown["total"] == row[f"{short}_{operation.lower()}"]
            yield from shown["rows"]


def _books(xero: Simulator) -> Row:
    books = xero.organisation
    kinds = {"contacts": books.contacts, "items": books.items}
    kinds |= {"invoices": books.invoices, "payments": books.payments}
    return {kind: list(held.in_order()) for kind, held in kinds.items()}


def _secrets() -> Row:
    place, tokens = ("Xero Settings", "Xero Settings"), SiteTokens().load()
    own = {name: kept_password(*place, name) for name in ("client_secret", "webhook_key")}
    return {**own, "refresh_token": tokens.refresh_token}


def _structure() -> Row:
    """What Frappe knows of the app, and how its tables are made.

    Of columns and indexes, those of the app's fields: Frappe's own are those of the dump's Frappe,
    and other tests add fields of a site's own. Frappe names an index by its field, and one that it
    adds to a table that was there `<field>_index`.
    """
    ours = {"module": "Vtiger Xero"}
    doctypes = frappe.get_all("DocType", ours, pluck="name")
    own = {"parent": ["in", doctypes]}
    tables = ["tab" + each for each in doctypes]
    kind = "regexp_replace(column_type, '^(tiny)?int.*', 'int')"  # a tick is tinyint in Frappe 16
    columns = f"select table_name, column_name, {kind} from information_schema.columns"
    name = "regexp_replace(index_name, '_index$', '')"
    indexes = f"select table_name, {name}, column_name from information_schema.statistics"
    here = " where table_schema = database() and table_name in %(tables)s"
    of_fields = " and column_name in %(fields)s"
    fields = frappe.get_all("DocField", own, pluck="fieldname")
    levels = ["parent", "role", "permlevel", "read", "write", "create", "delete", "export"]
    workspace = frappe.get_doc("Workspace", "Xero")
    kinds = ["DocType", "Page", "Report", "Number Card", "Dashboard Chart", "Workspace"]
    job = {"method": ["like", "vtiger_xero.%"]}
    return {
        **{kind: set(frappe.get_all(kind, ours, pluck="name")) for kind in kinds},
        "columns": set(
            frappe.db.sql(columns + here + of_fields, {"tables": tables, "fields": fields})
        ),
        "indexes": set(
            frappe.db.sql(indexes + here + of_fields, {"tables": tables, "fields": fields})
        ),
        "fields": _all("DocField", own, ["parent", "fieldname", "fieldtype", "options", "label"]),
        "permissions": _all("DocPerm", own, levels),
        "given": _all("Custom DocPerm", {"role": ["like", "Xero %"]}, levels),
        "jobs": _all("Scheduled Job Type", job, ["method", "cron_format", "stopped"]),
        "patches": _all("Patch Log", {"patch": ["like", "vtiger_xero.%"]}, ["patch"]),
        "shortcuts": {row.label for row in workspace.shortcuts},
        "blocks": {
            (row.custom_block_name, frappe.db.exists("Custom HTML Block", row.custom_block_name))
            for row in workspace.custom_blocks
        },
        "links": {(row.type, row.label, row.link_to) for row in workspace.links},
    }


def _all(doctype: str, filters: Row, fields: list[str]) -> set[tuple[Any, ...]]:
    return set(frappe.get_all(doctype, filters, fields, as_list=True))


def _same(now: Any, before: Any) -> bool:
    """Texts are kept so that no page runs them since 0.4; what they say is the same."""
    if isinstance(now, str) and isinstance(before, str):
        return from_stored(now) == from_stored(before)
    return bool(now == before or str(now) == str(before))


def test_every_value_of_the_tables_is_there(upgrade: Upgrade) -> None:
    known = ("tabVtiger ", "tabXero ", "tabContact", "tabDynamic Link", "tabSeries", "tabComment")
    changed = {}
    for table, rows in upgrade.old.tables.items():
        if not table.startswith((*known, "tabNotification Log")):
            continue
        now = {row["name"]: row for row in upgrade.tables["upgraded"][table]}
        assert now.keys() == {row["name"] for row in rows}, table
        for row in rows:
            held = now[row["name"]]
            other = {key for key, value in row.items() if not _same(held[key], value)}
            if other:
                changed[f"{table} {row['name']}"] = other
    assert changed == {"tabVtiger Invoice INV8": {"balance"}}, "cancelled: it owes nothing"


def test_what_is_new_in_0_4_is_filled_in(upgrade: Upgrade) -> None:
    tables = upgrade.tables["upgraded"]
    invoices = {row["invoice_no"]: row for row in tables["tabVtiger Invoice"]}
    expected = {
        "OLD-APPROVED": 20.7,  # 15 % of 30 and of 120 less 10 %
        "OLD-DISCOUNT": 21.38,  # 15 % of 138 - 7.50, and of the charges of 12
        "OLD-CHARGES": 22.5,
        "OLD-FREE": 0,
        "XERO-PART": 4.35,  # 15 % of 29; the delivery carries no tax
    }
    assert {number: invoices[number]["total_tax"] for number in expected} == expected
    lines = {(row["parent"], row["line_no"]): row for row in tables["tabVtiger Invoice Item"]}
    free = {key for key, row in lines.items() if row["no_taxes"]}
    assert free == {(invoices["OLD-FREE"]["name"], 1), (invoices["XERO-PART"]["name"], 2)}
    assert all(row["details"] for row in tables["tabXero Document"])


def test_settings_and_secrets_stay(upgrade: Upgrade) -> None:
    def own(rows: list[Row]) -> Row:
        ours = [row for row in rows if row["doctype"] == "Xero Settings"]
        return {row["field"]: row.get("value") for row in ours}

    before = own(upgrade.old.tables["tabSingles"])
    now = own(upgrade.tables["upgraded"]["tabSingles"])
    assert {key: now[key] for key in before} == before
    assert (now["schedule"], now["daily_at"], now["on_save"]) == ("Daily", "03:15:00", "1")
    assert now["conflicts"] == "Ask"
    assert upgrade.secrets == {
        "client_secret": "demo-secret",
        "webhook_key": "dummy-webhook-key",
        "refresh_token": "dummy-refresh",
    }


def test_an_upgraded_site_is_built_as_a_new_one(upgrade: Upgrade) -> None:
    for what, new in _structure().items():
        missing = new - upgrade.structure[what]
        assert not missing, what
        if what not in ("columns", "indexes"):  # Frappe drops no column
            assert upgrade.structure[what] == new, what


def test_every_page_shows_what_0_3_showed(upgrade: Upgrade) -> None:
    said, now = upgrade.old.pages, upgrade.pages["upgraded"]
    assert now["records"].keys() == said["records"].keys()
    for record, before in said["records"].items():
        shown = {key: plain(now["records"][record][key]) for key in before}
        assert shown == before, record
    assert now["conflicts"]["total"] == said["conflicts"]["total"] == 2
    before, after = (_without_times(each["conflicts"]["rows"]) for each in (said, now))
    assert [{key: row[key] for key in before[0]} for row in after] == before
    assert now["log"] == said["log"]
    entries = upgrade.old.tables["tabXero Sync Entry"]
    assert sorted((e["record_name"], e["reason"]) for e in now["entries"]) == sorted(
        (e["record_name"], e.get("reason") or "") for e in entries
    )
    assert len(now["runs"]) == 10


def _without_times(rows: list[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if key != "since"} for row in rows]


def test_the_reconciliation_says_what_it_said(upgrade: Upgrade) -> None:
    # What the linked records come to is called so, and totals with what is left out are new.
    now_called = {"Sum": "Linked", "Sum of an organization": "Linked, of an organization"}

    def figures(rows: list[Row]) -> list[tuple[Any, ...]]:
        kept = ("module", "figure", "currency", "crm", "xero", "difference")
        found = (
            (
                from_stored(row["record"]),
                now_called.get(row["part"], row["part"]),
                *(row.get(key) for key in kept),
            )
            for row in rows
            if row["part"] != "Total"
        )
        return sorted(found, key=str)  # organizations are listed by their names now

    said = upgrade.old.pages["reconciliation"]
    assert figures(upgrade.pages["upgraded"]["reconciliation"]) == figures(said)
    after = upgrade.pages["second run"]["reconciliation"]
    assert not any(row.get("difference") for row in after if row["part"] != "Total")
    lost = ("Never Arrived Ltd", "OLD-LOST", "PAY6", "20.00 OLD-APPROVED")
    alone = {row["record"] for row in said if row["part"].startswith("Only")}
    assert {row["record"] for row in after if row["part"].startswith("Only")} == alone - {*lost}


def test_an_upgrade_is_made_once(upgrade: Upgrade) -> None:
    def lasting(step: str) -> Row:
        tables = dict(upgrade.tables[step])
        return {t: r for t, r in tables.items() if t.startswith(("tabVtiger", "tabXero", "tabCon"))}

    assert lasting("upgraded again") == lasting("upgraded")
    assert upgrade.pages["upgraded again"] == upgrade.pages["upgraded"]


def test_the_next_run_writes_only_what_was_on_its_way(upgrade: Upgrade) -> None:
    assert upgrade.sent["first run"] == [("PUT", "/api.xro/2.0/Contacts")], "it never arrived"
    before, after = upgrade.books["upgraded"], upgrade.books["first run"]
    assert [each.name for each in after["contacts"] if each not in before["contacts"]] == [
        "Never Arrived Ltd"
    ]
    assert [each for each in before["contacts"] if each not in after["contacts"]] == []
    for kind in ("items", "invoices", "payments"):
        assert after[kind] == before[kind], kind
    old, new = upgrade.records("upgraded"), upgrade.records("first run")
    assert old.keys() == new.keys()
    changed = {name: row for name, row in new.items() if row != old[name]}
    assert {name.removeprefix("tab") for name in changed} == LOST
    for name, row in changed.items():
        assert row == {**old[name], "xero_state": "In Sync"}
    assert upgrade.wrote["first run"] == {
        module: {"xero_created": 1} for module in ("Organizations", "Invoices", "Payments")
    }
    assert upgrade.tables["first run"]["tabXero Outbox"] == []


def test_every_link_stays_as_it_was(upgrade: Upgrade) -> None:
    before, after = upgrade.links("upgraded"), upgrade.links("first run")
    assert before.keys() == after.keys()
    for name, row in before.items():
        changed = {key for key, value in row.items() if value != after[name][key]}
        if f"{row['link_doctype']} {row['crm_name']}" in LOST:
            assert (row["state"], after[name]["state"]) == ("Waiting", "In Sync")
            assert changed <= {"state", "xero_id", "xero_key", "matched_by", "matched_on"}
        else:
            assert changed <= {"reason", "messages"}, "which is worded otherwise by now"
            assert bool(row["reason"]) == bool(after[name]["reason"])
    states = {row["state"] for row in after.values()}
    assert states == {"In Sync", "Waiting", "Skipped", "Conflict", "Excluded", "Gone"}


def test_one_more_run_writes_nothing(upgrade: Upgrade) -> None:
    assert (upgrade.sent["second run"], upgrade.wrote["second run"]) == ([], {})
    assert upgrade.books["second run"] == upgrade.books["first run"]
    assert upgrade.records("second run") == upgrade.records("first run")
    assert upgrade.links("second run") == upgrade.links("first run")


def test_what_was_in_conflict_is_decided_with_what_was_decided_before(upgrade: Upgrade) -> None:
    assert upgrade.pages["decided"]["conflicts"]["total"] == 0
    rows = {row["name"]: row for row in upgrade.tables["decided"]["tabVtiger Organization"]}
    held = {each.name: each.fields for each in upgrade.books["decided"]["contacts"]}
    for name, phone in ((BOTH, "09 111"), (HALF, "09 222")):
        row = rows[name]
        assert (row["xero_state"], row["primary_phone"]) == ("In Sync", phone)
        assert row["primary_email"] == "ours@example.com"
        assert held[row["organization_name"]]["EmailAddress"] == "ours@example.com"
