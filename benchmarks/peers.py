"""What the same costs otherwise: a call for each record, pages of 100, JSON that is only parsed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from benchmarks import books
from benchmarks.books import Sizes
from benchmarks.figures import Figure
from benchmarks.stage import staged

SECTION = "Beside a plain loop over the SDK, in the same run"
_PAGE = 100
_WITHIN = timedelta(minutes=5)  # a call may wait for Xero's limits


def figures(count: int) -> Iterator[Figure]:
    """Contacts, both ways."""
    yield from _written(count)
    yield from _read(count)


def bars(found: Sequence[Figure]) -> list[tuple[str, float, float]]:
    """What a picture of it shows: the title, the sync's calls, the loop's."""
    mine = [figure for figure in found if figure.section == SECTION]
    return [
        (one.title.partition(":")[0], one.value, two.value)
        for one, two in pairwise(mine)
        if two.title == "… calls of the loop"
    ]


def _written(count: int) -> Iterator[Figure]:
    with staged() as stage:
        stage.fill_crm(Sizes(count))
        _, sync = stage.run()
    with staged() as stage, stage.meter.of(stage.xero, stage.database) as plain:
        client = stage.client()
        for number in range(count):
            contact = {"Name": f"Plain {number}", "EmailAddress": f"plain{number}@example.com"}
            until = stage.clock.now() + _WITHIN
            client.call("create_contacts", write_until=until, contacts={"Contacts": [contact]})
    waited = stage.clock.slept.total_seconds()
    yield Figure(SECTION, f"{count:,} contacts to Xero: calls of the sync", _all(sync.calls))
    yield Figure(SECTION, "… calls of the loop", _all(plain.calls))
    yield Figure(SECTION, "… minutes that the loop waits for Xero's limits", waited / 60)
    yield Figure(SECTION, "… CPU of the sync, the loop's is 1", sync.cpu / plain.cpu, "×")


def _read(count: int) -> Iterator[Figure]:
    with staged() as stage:
        stage.fill_xero(Sizes(count, 50, count))
        _, sync = stage.run()
        client = stage.client()
        stage.rest()
        with stage.meter.of(stage.xero, stage.database) as plain:
            for page in range(1, count // _PAGE + 1):
                client.call("get_invoices", page=page, page_size=_PAGE)
    parsing = _parsing(count)
    yield Figure(
        SECTION, f"{count:,} invoices from Xero: calls of the sync", sync.asked["Invoices"]
    )
    yield Figure(SECTION, "… calls of the loop", _all(plain.calls))
    yield Figure(
        SECTION, "… whole sync (with contacts) against parsing their JSON", sync.cpu / parsing, "×"
    )


def _parsing(count: int) -> float:
    rows = list(books.invoices_at_xero(Sizes(count, 50, count)))
    text = json.dumps({"Invoices": rows}, default=str)
    began = time.thread_time()
    for _ in range(3):
        json.loads(text, parse_float=Decimal)
    return (time.thread_time() - began) / 3


def _all(calls: dict[str, int]) -> int:
    return sum(calls.values())
