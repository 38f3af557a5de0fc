"""The workspace Xero: its figures, where each leads, and who sees them."""

from __future__ import annotations

import inspect
import json
from typing import Any

import frappe
import pytest
from frappe.desk.desktop import get_desktop_page
from frappe.desk.query_report import run as run_report
from frappe.utils import add_days, nowdate

from tests.contract.world import unique
from tests.site.shop import INVOICE, Shop
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero import cards
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.views import figures
from vtiger_xero.xero.budget import BudgetState
from xero_simulator import Simulator

CARDS = [
    *("Received This Month", "Outstanding", "Overdue"),
    *("Conflicts", "Possible Matches", "Skipped"),
    *("In Sync", "Waiting", "Calls Left Today"),
]
CHARTS = ["Outstanding by Age", "Xero Runs"]
BLOCKS = ["Xero Last Payments"]


def page() -> dict[str, Any]:
    """What the Desk is given of the workspace, in the name of the person at hand."""
    frappe.cache.delete_value("user_perm_can_read", user=frappe.session.user)
    found: dict[str, Any] = get_desktop_page(json.dumps({"name": "Xero", "title": "Xero"}))
    return found


def labels(part: dict[str, Any]) -> list[str]:
    return [each.get("label") for each in part["items"]]


@pytest.mark.parametrize("role", ["Xero User", "Xero Manager", "System Manager"])
def test_the_roles_of_the_sync_see_cards_and_charts(role: str) -> None:
    frappe.set_user(new_person(role))
    shown = page()
    assert labels(shown["number_cards"]) == CARDS
    assert labels(shown["charts"]) == CHARTS
    assert set(BLOCKS) <= {each.custom_block_name for each in shown["custom_blocks"]["items"]}
    pages = {each["link_to"] for each in shown["shortcuts"]["items"]}
    assert {"xero-log", "xero-skipped", "xero-conflicts", "xero-matches"} <= pages


def test_a_sales_user_sees_records_and_no_figures() -> None:
    frappe.set_user(new_person("Sales User"))
    shown = page()
    assert labels(shown["number_cards"]) == labels(shown["charts"]) == []
    links = {each["link_to"] for card in shown["cards"]["items"] for each in card["links"]}
    assert ORGANIZATION in links
    assert not links & {"Xero Records", "Xero Reconciliation", "xero-log", "xero-skipped"}


def test_everything_on_the_workspace_is_there_and_laid_out() -> None:
    workspace = frappe.get_doc("Workspace", "Xero")
    for link in workspace.links:
        if link.type == "Link":
            assert frappe.db.exists(link.link_type, link.link_to), link.link_to
    for shortcut in workspace.shortcuts:
        assert frappe.db.exists(shortcut.type, shortcut.link_to), shortcut.link_to
    laid_out = [block["data"] for block in json.loads(workspace.content)]
    for kind, given in [
        ("number_card_name", [each.label for each in workspace.number_cards]),
        ("chart_name", [each.label for each in workspace.charts]),
        ("custom_block_name", [each.custom_block_name for each in workspace.custom_blocks]),
        ("shortcut_name", [each.label for each in workspace.shortcuts]),
        ("card_name", [each.label for each in workspace.links if each.type == "Card Break"]),
    ]:
        assert [each[kind] for each in laid_out if kind in each] == given


def test_every_card_and_chart_asks_a_door_that_answers(xero: Simulator) -> None:
    ours = {"module": "Vtiger Xero"}
    methods = frappe.get_all("Number Card", ours, pluck="method")
    assert len(methods) == len(CARDS)
    for source in frappe.get_all("Dashboard Chart Source", ours, pluck="name"):
        script = frappe.call(
            "frappe.desk.doctype.dashboard_chart_source.dashboard_chart_source.get_config",
            name=source,
        )
        assert f'chart_sources["{source}"]' in script
        methods.append(script.split('method: "')[1].split('"')[0])
    for method in methods:
        door = frappe.get_attr(method)
        assert door in frappe.whitelisted
        assert frappe.call(door, filters="[]", chart_name="x", refresh=0) is not None


DOORS = [
    door
    for _, door in inspect.getmembers(cards, inspect.isfunction)
    if door in frappe.whitelisted and door.__module__ == cards.__name__
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_figure_asks_for_the_role(door: Any) -> None:
    assert len(DOORS) == len(CARDS) + len(CHARTS) + len(BLOCKS)
    for person in (new_person("Sales User"), "Guest"):
        frappe.set_user(person)
        with pytest.raises(frappe.PermissionError, match="Xero User"):
            door()
    assert door not in frappe.guest_methods


# Cards


def test_cards_count_what_lists_show(xero: Simulator, world: SiteWorld) -> None:
    first = world.insert(organization_name=unique("Ours"))
    world.insert(organization_name=unique("Long " + "n" * 260))
    world.insert(organization_name=unique("More"))
    run_now()
    world.edit(first, website="https://example.com")
    in_sync, waiting, skipped = cards.in_sync(), cards.waiting(), cards.skipped()
    kept = len(frappe.get_all(ORGANIZATION, {"xero_state": "In Sync"}))
    assert (in_sync["value"], waiting["value"], skipped["value"]) == (kept, 1, 1)
    assert kept >= 1
    assert skipped["route"] == ["xero-skipped"]
    assert cards.conflicts() == {"value": 0, "fieldtype": "Int", "route": ["xero-conflicts"]}
    matches = {"value": 0, "fieldtype": "Int", "route": ["xero-matches"]}
    assert cards.possible_matches() == matches
    for card in (in_sync, waiting):
        rows = run_report(card["route"][1], card["route_options"])["result"]
        assert len(rows) == card["value"]


def test_a_figure_is_counted_once_until_something_is_saved(
    xero: Simulator, world: SiteWorld, counted: list[str]
) -> None:
    name = world.insert(organization_name=unique("Ours"))
    run_now()
    doors: list[Any] = [
        *(cards.in_sync, cards.owed, cards.runs),
        *(cards.outstanding, cards.overdue, cards.received_this_month),
    ]
    before = [door() for door in doors]
    counted.clear()
    assert [door() for door in doors] == before
    assert [each for each in counted if "sum(" in each.lower() or "count(" in each.lower()] == []
    world.edit(name, website="https://example.com")
    assert cards.in_sync()["value"] == before[0]["value"] - 1
    run_now()
    assert cards.in_sync()["value"] == before[0]["value"]


def test_no_figure_passes_from_one_person_to_another(xero: Simulator, world: SiteWorld) -> None:
    """What is kept for a minute is kept by the statement, which a person's rights are part of."""
    names = [world.insert(organization_name=unique("Two")) for _ in range(3)]
    run_now()
    people = [new_person("Xero User") for _ in range(2)]
    for person, allowed in zip(people, (names[:1], names[1:]), strict=True):
        for name in allowed:
            permission = {"user": person, "allow": ORGANIZATION, "for_value": name}
            frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.db.commit()
    for _ in range(2):
        for person, seen in zip(people, (1, 2), strict=True):
            frappe.set_user(person)
            assert cards.in_sync()["value"] == seen
    frappe.set_user("Administrator")
    assert cards.in_sync()["value"] >= 3
    frappe.db.delete("User Permission", {"user": ["in", people]})


def test_what_one_may_not_read_is_not_counted(xero: Simulator, world: SiteWorld) -> None:
    first, second = (world.insert(organization_name=unique("Two")) for _ in range(2))
    run_now()
    everything = cards.in_sync()["value"]
    person = new_person("Xero User")
    permission = {"user": person, "allow": ORGANIZATION, "for_value": first}
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.set_user(person)
    assert (everything >= 2, cards.in_sync()["value"]) == (True, 1)
    rows = run_report("Xero Records", {"state": "In Sync"})["result"]
    assert [row["name"] for row in rows] == [first]
    assert second not in str(rows)
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})


def test_the_calls_that_are_left_lead_to_the_settings(xero: Simulator) -> None:
    left = cards.calls_left_today()
    assert left == {
        "value": SiteBudget(xero.organisation.tenant_id).load().day_remaining,
        "fieldtype": "Int",
        "route": ["Form", "Xero Settings"],
    }
    SiteBudget(xero.organisation.tenant_id).save(BudgetState())
    assert cards.calls_left_today() == "\u2013"
    spent = BudgetState(spent_until=frappe.utils.add_to_date(CLOCK.now(), hours=1))
    SiteBudget(xero.organisation.tenant_id).save(spent)
    assert cards.calls_left_today()["value"] == 0


# Charts


def test_runs_are_counted_by_day(xero: Simulator, world: SiteWorld) -> None:
    world.insert(organization_name=unique("Ours"))
    world.insert(organization_name=unique("Long " + "n" * 260))
    run = run_now()
    (log,) = frappe.get_all("Xero Sync Log", {"run": run.name}, ["*"])
    chart = cards.runs()
    written, skipped = (each["values"] for each in chart["datasets"])
    assert len(chart["labels"]) == len(written) == len(skipped) == 30
    assert (written[-1], skipped[-1]) == (log.crm_created + log.xero_created, log.xero_skipped)
    assert (sum(written), sum(skipped)) == (written[-1], 1)
    yesterday = add_days(log.synced_at, -1)
    frappe.db.set_value("Xero Sync Log", log.name, "synced_at", yesterday)
    figures.forget()
    assert cards.runs()["datasets"][1]["values"][-2:] == [1, 0]
    frappe.db.set_value("Xero Sync Log", log.name, "synced_at", add_days(log.synced_at, -30))
    figures.forget()
    assert sum(cards.runs()["datasets"][1]["values"]) == 0


def test_a_record_that_every_run_leaves_out_is_shown_once_a_day(
    xero: Simulator, world: SiteWorld
) -> None:
    """With a run each quarter of an hour, 60 records were 6,000 in the evening."""
    before = cards.runs()["datasets"][1]["values"][-1]
    names = [world.insert(organization_name=unique("Long " + "n" * 260)) for _ in range(2)]
    skipped = []
    for _ in range(3):
        run = run_now()
        (log,) = frappe.get_all("Xero Sync Log", {"run": run.name}, ["xero_skipped"])
        skipped.append(log.xero_skipped)
    assert skipped[0] >= len(names)
    assert cards.runs()["datasets"][1]["values"][-1] == max(before, *skipped) < sum(skipped)


def receivables() -> dict[str, float]:
    """The figures above the report Receivables by Customer, by their first words."""
    found = run_report("Receivables by Customer", {})["report_summary"]
    return {each["label"].split(" (")[0]: each["value"] for each in found}


def told(text: str) -> float:
    """The amount that a card tells, which begins with the base currency."""
    currency, _, amount = text.rpartition(" ")
    assert currency == (frappe.db.get_default("currency") or "")
    return float(amount.replace(",", ""))


def test_cards_of_money_say_what_the_report_says() -> None:
    shop, base = Shop(), frappe.db.get_default("currency")
    foreign, today = "USD" if base != "USD" else "EUR", nowdate()
    received = told(cards.received_this_month())
    due = {"status": "Approved", "due_date": add_days(today, -1)}
    shop.invoice(shop.line(1_234_567), **due)
    abroad = shop.invoice(shop.line(100), **due, currency=foreign, conversion_rate=0.3)
    shop.pay(abroad, 10, payment_date=today)
    shop.pay(shop.invoice(shop.line(40), status="Approved", due_date=today), 15, payment_date=today)
    figures.forget()  # nothing of it is committed
    report = receivables()
    assert told(cards.outstanding()) == pytest.approx(report["Outstanding"], abs=0.001)
    assert told(cards.overdue()) == pytest.approx(report["Overdue"], abs=0.001)
    assert "1,234" in cards.overdue() or report["Overdue"] > 1_300_000
    # The payment of 10 is turned by the rate of its invoice.
    added = told(cards.received_this_month()) - received
    assert added == pytest.approx(15 + 33.33, abs=0.001)
    first, second = cards.paid_last()[:2]
    assert {each["amount"].split()[-1] for each in (first, second)} == {"10.00", "15.00"}
    assert first["customer"] == frappe.db.get_value(
        ORGANIZATION, shop.organization, "organization_name"
    )
    frappe.db.rollback()


def test_only_money_of_this_month_that_has_arrived_is_received() -> None:
    shop = Shop()
    invoice = shop.invoice(shop.line(100), status="Approved", due_date=nowdate())
    figures.forget()
    before = told(cards.received_this_month())
    shop.pay(invoice, 5, payment_date=add_days(frappe.utils.get_first_day(nowdate()), -1))
    shop.pay(invoice, 6, "Pending", payment_date=nowdate())
    figures.forget()
    assert told(cards.received_this_month()) == before
    frappe.db.rollback()


def test_what_is_owed_is_summed_by_age_in_the_base_currency() -> None:
    shop, today, base = Shop(), nowdate(), frappe.db.get_default("currency")
    before = cards.owed()["datasets"][0]["values"]

    def owed(amount: float, days: int, status: str = "Approved", **fields: Any) -> Any:
        due = add_days(today, -days)
        fields = {"currency": base, "status": status, "due_date": due, **fields}
        return shop.invoice(shop.line(amount), **fields)

    owed(100, 0)
    owed(10, 30)
    shop.pay(owed(50, 31), 20)
    owed(7, 61, "Overdue")
    owed(3, 91, "In Progress")
    owed(1000, 91, "Created")
    owed(1000, 91, "Cancel")
    foreign = "USD" if base != "USD" else "EUR"
    owed(60, 100, currency=foreign, conversion_rate=0.5)
    figures.forget()  # nothing of it is committed
    chart = cards.owed()
    added = [a - b for a, b in zip(chart["datasets"][0]["values"], before, strict=True)]
    assert [round(each, 2) for each in added] == [100, 10, 30, 7, 123]
    assert chart["labels"][0] == "Not Due"
    frappe.db.rollback()


def test_who_may_not_read_invoices_sees_nothing_owed() -> None:
    shop = Shop()
    shop.invoice(shop.line(100), status="Approved", due_date=nowdate())
    person = new_person("Xero User")
    frappe.db.delete("Custom DocPerm", {"parent": INVOICE})
    try:
        from frappe.permissions import add_permission, update_permission_property

        add_permission(INVOICE, "Sales User")
        update_permission_property(INVOICE, "Xero User", 0, "read", 0, validate=False)
        frappe.clear_cache(doctype=INVOICE)
        frappe.set_user(person)
        assert set(cards.owed()["datasets"][0]["values"]) == {0}
        assert told(cards.outstanding()) == told(cards.overdue()) == 0
        assert INVOICE not in {row["doctype"] for row in run_report("Xero Records")["result"]}
    finally:
        frappe.set_user("Administrator")
        frappe.db.rollback()
        frappe.db.delete("Custom DocPerm", {"parent": INVOICE})
        frappe.db.commit()
        frappe.clear_cache(doctype=INVOICE)


# The report


def test_the_report_tells_of_every_record_why(xero: Simulator, world: SiteWorld) -> None:
    names = [world.insert(organization_name=unique("Long " + "n" * 260)) for _ in range(2)]
    run_now()
    rows = {row["name"]: row for row in run_report("Xero Records", {})["result"]}
    assert {rows[name]["state"] for name in names} == {"Skipped"}
    assert all(rows[name]["reason"] and rows[name]["remedy"] for name in names)
    assert run_report("Xero Records", {"module": "Payments"})["result"] == []


def test_the_report_takes_two_statements_for_a_doctype(
    xero: Simulator, world: SiteWorld, counted: list[str]
) -> None:
    from vtiger_xero.views.record_report import record_rows

    for _ in range(12):
        world.insert(organization_name=unique("Many"))
    record_rows()
    counted.clear()
    assert len(record_rows()) >= 12
    assert len(counted) <= 2 * len(DOCTYPES) + 1


def test_without_the_role_there_is_no_report(world: SiteWorld) -> None:
    frappe.set_user(new_person("Sales User"))
    with pytest.raises(frappe.PermissionError):
        run_report("Xero Records", {})
