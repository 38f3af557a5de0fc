"""Wherever the server stands and whatever the hour: a date is the date that a person typed.

The moments are those at which clocks go forward and back, and both sides of a midnight.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone

import pytest
from freezegun import freeze_time

from tests.reliability.figures import note
from tests.support.agreement import disagreements
from tests.support.settling import settles
from tests.support.shop import INVOICES, PAYMENTS, open_shop
from vtiger_xero.xero.wire import moment

ZONES = (
    *("UTC", "Pacific/Auckland", "America/New_York", "Europe/London"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Australia/Lord_Howe"),
)
EDGES = {
    "New Zealand falls back": "2026-04-04T13:59:58Z",
    "New Zealand springs forward": "2026-09-26T13:59:58Z",
    "New York falls back": "2026-11-01T05:59:58Z",
    "London springs forward": "2026-03-29T00:59:58Z",
    "midnight in Auckland": "2026-11-10T10:59:58Z",
    "midnight in New York": "2026-11-10T04:59:58Z",
    "a leap day's midnight": "2028-02-28T23:59:58Z",
    "the end of a year": "2026-12-31T23:59:58Z",
}


@contextmanager
def standing_in(zone: str) -> Iterator[None]:
    """The time zone of this process."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


@pytest.mark.parametrize("edge", EDGES.values(), ids=list(EDGES))
@pytest.mark.parametrize("zone", ZONES)
def test_dates_are_what_was_typed_and_the_next_run_writes_nothing(zone: str, edge: str) -> None:
    moment_of_it = datetime.fromisoformat(edge.replace("Z", "+00:00"))
    today = moment_of_it.date()
    days = [today + timedelta(days=n) for n in (-1, 0, 1)]
    with standing_in(zone), freeze_time(moment_of_it, tick=True), open_shop() as shop:
        ours = [shop.invoice(invoice_no=f"CRM-{day}", invoice_date=day) for day in days]
        theirs = {
            shop.xero_invoice(
                contact=shop.contact(f"Moa {day}"), InvoiceNumber=f"X-{day}", Date=day.isoformat()
            ): day
            for day in days
        }
        payments = {
            shop.books.pay_invoice(invoice, "1", on=day).payment_id: day
            for invoice, day in theirs.items()
        }
        paid = shop.pay(ours[0], "1", payment_date=today)
        settles(shop)
        assert disagreements(shop.stage) == []
        assert [shop.wire(each)["DateString"][:10] for each in ours] == list(map(str, days))
        for xero_id, day in theirs.items():
            assert shop.here(INVOICES, xero_id).fields["invoice_date"] == day
        for xero_id, day in payments.items():
            assert shop.here(PAYMENTS, xero_id).fields["payment_date"] == day
        assert shop.books.payments[shop.partner(PAYMENTS, paid)].day == today
    note("time zones", edges=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/Date(1775311198000)/", "2026-04-04T13:59:58+00:00"),
        ("/Date(1775311198000+0000)/", "2026-04-04T13:59:58+00:00"),
        ("/Date(1775311198000+1300)/", "2026-04-04T13:59:58+00:00"),
        ("/Date(1775311198000-0930)/", "2026-04-04T13:59:58+00:00"),
        ("/Date(-86400000+0000)/", "1969-12-31T00:00:00+00:00"),
        ("2026-04-04T13:59:58", "2026-04-04T13:59:58+00:00"),
        ("2026-04-05T02:59:58.1234567+13:00", "2026-04-04T13:59:58.123456+00:00"),
    ],
)
def test_xeros_forms_of_a_time_do_not_depend_on_where_we_stand(
    zone: str, text: str, wanted: str
) -> None:
    with standing_in(zone):
        assert moment(text).isoformat() == wanted
        assert moment(text).tzinfo is timezone.utc


def test_a_local_date_is_never_used_for_one_of_xero() -> None:
    """23:30 in New York is the next day in UTC: what is sent is the date, not a time."""
    night = datetime(2026, 11, 10, 4, 30, tzinfo=timezone.utc)
    with standing_in("America/New_York"), freeze_time(night, tick=True), open_shop() as shop:
        name = shop.invoice(invoice_date=date(2026, 11, 9))
        settles(shop)
        assert shop.wire(name)["DateString"] == "2026-11-09T00:00:00"
