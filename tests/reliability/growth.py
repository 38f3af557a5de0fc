"""Large books and long trade: what they are made of, and what a run on them takes.

Xero is a process of its own here, so that a run's memory is a run's memory.
"""

from __future__ import annotations

import os
import resource
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.reliability.places import APP, Place
from tests.reliability.trade import open_place, stage_at
from tests.reliability.trials import final
from tests.reliability.xero_process import XeroProcess
from tests.support.fakes import Quiet
from tests.support.shop import DAY, DUE, INVOICES, ORGANIZATIONS, PRODUCTS, Shop, item_tax
from vtiger_xero.engine.records import Fields
from vtiger_xero.engine.sync import Sync
from vtiger_xero.xero import Addresses, Budget, connect
from xero_simulator import Simulator
from xero_simulator.wire import wire_date

D = Decimal
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Measured:
    """One run: how it ended, what it cost, and the memory of its process, in MiB."""

    status: str
    message: str
    writes: int
    calls: int
    seconds: float
    memory: float
    peak: float


def measured(place: Place, url: str) -> Measured:
    """A run in this process."""
    with place.database() as database:
        at, budget = Addresses.at(url), Budget(place.budget(database), place.time)
        tenant, tokens = place.settings.tenant, place.tokens(database)
        ledger = connect(APP, tenant, tokens, budget, place.time, at)
        ports = (place.crm(database), ledger, place.journal(database), place.time, Quiet())
        began = time.monotonic()
        report = Sync(*ports, place.settings).run()
        took = time.monotonic() - began
    head = report.header
    place.time.sleep(timedelta(minutes=10))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(
        head.status.value, head.message, report.writes, head.calls, took, memory_now(), peak
    )


def memory_now() -> float:
    """What this process holds of the machine's memory, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


# What the books are made of


def prepare_books(folder: Path, contacts: int, invoices: int) -> None:
    """Half of both is the CRM's alone, the other half Xero's."""
    open_place(folder)
    place = Place.of(folder)
    with place.simulator() as xero:
        stage = stage_at(place, xero)
        shop = Shop(stage)
        rows = ({"organization_name": f"Kea {n}"} for n in range(contacts // 2))
        customers = stage.crm.load(ORGANIZATIONS, rows)
        stage.crm.load(INVOICES, _crm_invoices(shop, customers, invoices // 2))
        _xero_books(xero, contacts // 2, invoices // 2)
        stage.pass_time(minutes=10)
        place.keep()


def _crm_invoices(shop: Shop, customers: list[str], count: int) -> Iterator[Fields]:
    for n in range(count):
        yield {
            "subject": f"Bolts {n}",
            "invoice_no": f"CRM-{n}",
            "organization_name": customers[n % len(customers)],
            "invoice_date": DAY,
            "due_date": DUE,
            "status": "Approved",
            "items": ({"line_no": 1, **shop.line(str(1 + n % 90), "2")},),
            "taxes": (item_tax("GST", 1),),
        }


def _xero_books(xero: Simulator, contacts: int, invoices: int) -> None:
    stamp = wire_date(DAY)
    ids = [f"00000000-0000-4000-8000-{n:012d}" for n in range(contacts)]
    xero.organisation.load_contacts(
        {"ContactID": each, "Name": f"Moa {n}", "UpdatedDateUTC": stamp}
        for n, each in enumerate(ids)
    )
    for n in range(invoices):
        line = {"Description": "as agreed", "Quantity": 1, "UnitAmount": D(1 + n % 90)}
        xero.organisation.add_invoice_in_xero(
            Contact={"ContactID": ids[n % contacts]},
            InvoiceNumber=f"XERO-{n}",
            Date=DAY.isoformat(),
            DueDate=DUE.isoformat(),
            Status="AUTHORISED",
            LineItems=[{**line, "AccountCode": "200", "TaxType": "OUTPUT2"}],
        )


def counted(xero: Simulator) -> dict[str, int]:
    """How many records there are on each side, and how many of them twice."""
    books, crm = xero.organisation, stage_at(xero.place, xero).crm  # type: ignore[attr-defined]
    return {
        "contacts at Xero": len(books.contacts),
        "invoices at Xero": len(books.invoices),
        "organizations in the CRM": len(crm.heads(ORGANIZATIONS)),
        "invoices in the CRM": len(crm.heads(INVOICES)),
    }


# Long trade


@dataclass
class Soaked:
    """What a soak came to."""

    rounds: list[Measured]
    edits: int
    disagreements: list[str]
    twice: list[str]


def soaked(template: Path, folder: Path, rounds: int) -> Soaked:
    """Rounds of edits on both sides and a run, all runs in this one process."""
    shutil.rmtree(folder, ignore_errors=True)
    place = Place.of(template).copy(folder)
    found: list[Measured] = []
    edits = 0
    with XeroProcess(place) as xero:
        for number in range(rounds):
            edits += xero.ask(edited, number)
            found.append(measured(place, xero.url))
        while (last := measured(place, xero.url)).writes:
            found.append(last)
        ended = xero.ask(final)
    return Soaked([*found, last], edits, ended.disagreements, ended.twice)


def edited(xero: Simulator, number: int) -> int:
    """What people do between two runs, on both sides; how many deeds that are."""
    stage = stage_at(xero.place, xero)  # type: ignore[attr-defined]
    shop = Shop.__new__(Shop)  # the shop is there since the first day
    shop.stage, shop.crm, shop.books = stage, stage.crm, stage.books
    organizations, products = (
        [head.name for head in stage.crm.heads(module)] for module in (ORGANIZATIONS, PRODUCTS)
    )
    shop.bolt, shop.customer = products[0], organizations[number % len(organizations)]
    for n in range(8):
        which = organizations[(8 * number + n) % len(organizations)]
        shop.edit(ORGANIZATIONS, which, billing_city=f"City {number}")
    stage.pass_time(minutes=1)
    contacts = sorted(shop.books.contacts)
    for n in range(8):
        which = contacts[(8 * number + 3 * n) % len(contacts)]
        shop.books.edit_contact(which, TaxNumber=f"{number}-{n}")
    made = shop.invoice(shop.line("3.33", "3"), invoice_no=f"SOAK-{number}")
    shop.pay(made, "5", reference=f"round {number}")
    theirs = shop.xero_invoice(
        shop.xero_line("7.5", Quantity=3), contact=contacts[number % len(contacts)]
    )
    shop.books.pay_invoice(theirs, "4", reference="card")
    stage.pass_time(minutes=5)
    stage.crm._database.close()
    return 20
