"""What a site with many records costs beside a small one, both measured in one run.

Some 2,000 records are synced once and measured. Then MariaDB copies them, row by row under other
names and keys, until there are as many as wanted, all of them linked and settled, and the same is
measured again. Items are few, as in most companies: Xero lists them whole in every run.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import frappe
from frappe.desk import reportview
from frappe.utils import add_to_date, now_datetime

from benchmarks import books
from benchmarks.books import KEYS, Sizes
from benchmarks.meters import peak_memory, reset_peak_memory
from vtiger_xero import cards
from vtiger_xero.api import matching, skipped
from vtiger_xero.engine.records import Module
from vtiger_xero.runs import automatic, jobs
from vtiger_xero.views import figures
from xero_simulator import Simulator

BASE = Sizes(contacts=800, items=20, invoices=700, payments=480)
INVOICE = "Vtiger Invoice"
_KEYS = {**KEYS, "Vtiger Invoice Tax": ("name", "parent")}
_RUNS, _TURNS = 5, 40  # of each work, after one that fills caches
_SLOWEST = 5
_STANDARD = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
_OF_PEOPLE = ("_user_tags", "_comments", "_assign", "_liked_by")


class Meter:
    """What some work takes of Python, and of MariaDB by statement."""

    def __init__(self) -> None:
        self.statements: list[tuple[float, Any, tuple[Any, ...]]] = []
        self.cpu = self.wall = self.megabytes = 0.0
        self.rows = 0

    @contextmanager
    def on(self) -> Iterator[None]:
        """What happens within; the time of a statement includes that of fetching its rows."""
        run = frappe.db.sql

        def timed(query: Any, *how: Any, **more: Any) -> Any:
            began = time.perf_counter()
            try:
                return run(query, *how, **more)
            finally:
                if more.get("run", True):
                    self.statements.append((time.perf_counter() - began, query, how[:1]))

        rows, rest = _rows_read(), _reset_memory()
        wall, cpu = time.perf_counter(), time.thread_time()
        frappe.db.sql = timed
        try:
            yield
        finally:
            frappe.db.sql = run
            self.cpu, self.wall = time.thread_time() - cpu, time.perf_counter() - wall
            self.megabytes = peak_memory() - rest
            self.rows = _rows_read() - rows

    @property
    def figures(self) -> dict[str, float]:
        """Seconds, counts and megabytes."""
        return {
            "cpu": self.cpu,
            "wall": self.wall,
            "database": sum(took for took, _, _ in self.statements),
            "queries": len(self.statements),
            "rows": self.rows,
            "megabytes": self.megabytes,
        }

    def slowest(self) -> list[dict[str, Any]]:
        """The statements that took longest, each with what MariaDB says of its plan."""
        found = sorted(self.statements, key=lambda each: -each[0])[:_SLOWEST]
        return [
            {"ms": 1000 * took, "statement": str(query)[:400], "plan": _plan(query, values)}
            for took, query, values in found
        ]


def _plan(query: Any, values: tuple[Any, ...]) -> list[str]:
    """A line for each table: how it is read, by which index, and how many rows are expected."""
    if not str(query).lstrip().lower().startswith("select"):
        return []
    with suppress(Exception):
        rows = frappe.db.sql(f"explain {query}", *values, as_dict=True)
        shown = ("table", "type", "key", "rows", "Extra")
        return [" ".join(str(row.get(each)) for each in shown) for row in rows]
    return []


def _rows_read() -> int:
    """How many rows, or entries of indexes, MariaDB has read for this connection."""
    found = frappe.db.sql("show session status like 'Handler_read%'")
    return sum(int(value) for _, value in found)


def _reset_memory() -> float:
    reset_peak_memory()
    return peak_memory()


# -- small, then large -------------------------------------------------------------------------


def small_and_large(
    xero: Simulator, records: int, run: Callable[[], Any]
) -> dict[str, dict[str, Any]]:
    """The figures of both; `run` is a run as a worker carries it out."""
    books.fill_xero(BASE, xero.organisation)
    for _ in range(2):
        run()
        xero.clock.advance(timedelta(minutes=10))
    settings = frappe.get_doc("Xero Settings")
    settings.on_save = 1
    settings.save()
    frappe.db.commit()
    small = _measured(xero, run)
    for number in range(1, records // BASE.records):
        _copy(str(number))
        frappe.db.commit()
    for table in _KEYS:
        frappe.db.sql(f"analyze table `tab{table}`")
    return {"small": small, "large": _measured(xero, run)}


def _copy(mark: str) -> None:
    """Every record but items once more, with its lines, links and documents."""
    for table, own in _KEYS.items():
        columns = frappe.db.get_table_columns(table)
        names = ", ".join(f"`{each}`" for each in columns)
        copies = (f"concat(`{x}`, '~{mark}')" if x in own else f"`{x}`" for x in columns)
        where = f"and module <> '{Module.PRODUCTS.value}'" if "module" in columns else ""
        frappe.db.sql(
            f"insert into `tab{table}` ({names}) select {', '.join(copies)} from `tab{table}` "
            f"where name not like '%~%' {where}"
        )


def _measured(xero: Simulator, run: Callable[[], Any]) -> dict[str, Any]:
    """Runs by their median; screens, which take a millisecond, by the quickest of many."""
    runs = {"idle": lambda: _idle(xero, run), "saved": lambda: _saved(xero)}
    screens = {name: _in_place(work) for name, work in _screens().items()}
    return {
        "links": frappe.db.count("Xero Link"),
        **{name: _of(work, _RUNS, statistics.median) for name, work in runs.items()},
        **{name: _of(work, _TURNS, min) for name, work in screens.items()},
    }


def _of(work: Callable[[], Meter], turns: int, which: Callable[[Any], float]) -> dict[str, Any]:
    work()  # the first one fills caches
    meters = [work() for _ in range(turns)]
    figures = [each.figures for each in meters]
    found: dict[str, Any] = {key: which([x[key] for x in figures]) for key in figures[0]}
    return {**found, "slowest": meters[-1].slowest()}


def _in_place(work: Callable[[], Any]) -> Callable[[], Meter]:
    def metered() -> Meter:
        meter = Meter()
        frappe.local.request_cache.clear()
        with meter.on():
            work()
        return meter

    return metered


def _idle(xero: Simulator, run: Callable[[], Any]) -> Meter:
    xero.clock.advance(timedelta(minutes=10))
    meter = Meter()
    with meter.on():
        run()
    return meter


def _saved(xero: Simulator) -> Meter:
    """From the save of an invoice to what Xero says: the save, the look, the queued run."""
    xero.clock.advance(timedelta(minutes=10))
    # Not a copy: Xero does not know those.
    name = frappe.get_all(INVOICE, {"name": ["not like", "%~%"]}, pluck="name", limit=1)[0]
    subject = f"Saved at {time.time()}"
    meter = Meter()
    with meter.on():
        invoice = frappe.get_doc(INVOICE, name)
        invoice.subject = subject
        invoice.save()
        frappe.db.commit()
        automatic.tick()
        frappe.db.commit()
        queued = frappe.get_all("Xero Sync Run", {"status": "Queued"}, pluck="name")
        jobs.run_sync(queued[0], jobs.ON_SAVE)
    row = frappe.get_doc("Xero Sync Run", queued[0])
    assert row.status == "Completed", row.message
    held = xero.organisation.invoices.values()
    assert any(each.reference == subject for each in held), "it is not in Xero"
    before = add_to_date(now_datetime(), minutes=-5)
    frappe.db.set_value("Xero Sync Run", row.name, "creation", before)  # one may be saved again
    frappe.db.commit()
    return meter


# -- screens -----------------------------------------------------------------------------------


def _screens() -> dict[str, Callable[[], Any]]:
    """What the Desk asks for, as Administrator."""
    return {
        "list": lambda: _asked(reportview.get, **_list_of_invoices()),
        "count": lambda: _asked(reportview.get_count, **_count_of_invoices()),
        **{f"card {each.__name__}": each for each in _CARDS},
        **{f"anew {each.__name__}": partial(_anew, each) for each in _KEPT},
        "page skipped": lambda: skipped.causes(),
        "page matches": lambda: matching.possible_matches(),
    }


_CARDS = (
    *(cards.in_sync, cards.waiting, cards.skipped, cards.conflicts, cards.possible_matches),
    *(cards.calls_left_today, cards.runs, cards.owed),
)


_KEPT = (cards.in_sync, cards.waiting, cards.runs, cards.owed)  # for a minute


def _anew(card: Callable[[], Any]) -> Any:
    figures.forget()
    return card()


def _asked(answer: Callable[[], Any], **form: Any) -> Any:
    frappe.local.form_dict = frappe._dict(form)
    return answer()


def _list_of_invoices() -> dict[str, Any]:
    """As `frappe.views.ListView` does: its columns, and what each row shows beside them."""
    meta = frappe.get_meta(INVOICE)
    shown = [each.fieldname for each in meta.fields if each.in_list_view]
    columns = [*_STANDARD, *_OF_PEOPLE, meta.title_field, *shown]
    fields = [f"`tab{INVOICE}`.`{each}`" for each in dict.fromkeys(columns)]
    order = f"`tab{INVOICE}`.`{meta.sort_field}` {meta.sort_order}"
    return {
        "doctype": INVOICE,
        "fields": json.dumps(fields),
        "filters": "[]",
        "order_by": order,
        "start": 0,
        "page_length": 20,
        "view": "List",
        "with_comment_count": 1,
    }


def _count_of_invoices() -> dict[str, Any]:
    """A list counts no further than this."""
    fields = json.dumps([f"`tab{INVOICE}`.`name`"])
    return {"doctype": INVOICE, "filters": "[]", "fields": fields, "limit": 1001}
