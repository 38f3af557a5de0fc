"""When a scheduled run is due, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.schedule import Schedule, last_due

UTC = timezone.utc
AUCKLAND, KATHMANDU, NEW_YORK = map(
    ZoneInfo, ("Pacific/Auckland", "Asia/Kathmandu", "America/New_York")
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(schedule: Schedule, now: str, zone: ZoneInfo = AUCKLAND, daily: time = time(2, 30)) -> str:
    found = last_due(schedule, at(now), zone, daily)
    return f"{found:%Y-%m-%d %H:%M:%S}" if found else ""


def test_switched_off_nothing_is_ever_due() -> None:
    assert last_due(Schedule.OFF, at("2026-03-01 12:00"), AUCKLAND, time(2)) is None


@pytest.mark.parametrize(
    ("schedule", "now", "moment"),
    [
        (Schedule.QUARTER_HOURLY, "2026-03-01 12:14:59.5", "2026-03-01 12:00:00"),
        (Schedule.QUARTER_HOURLY, "2026-03-01 12:15:00", "2026-03-01 12:15:00"),
        (Schedule.HOURLY, "2026-03-01 12:59:59", "2026-03-01 12:00:00"),
        # 02:30 in Auckland, 13 hours before UTC in summer
        (Schedule.DAILY, "2026-03-01 13:29:59", "2026-02-28 13:30:00"),
        (Schedule.DAILY, "2026-03-01 13:30:00", "2026-03-01 13:30:00"),
        (Schedule.DAILY, "2026-03-02 13:00:00", "2026-03-01 13:30:00"),
    ],
)
def test_the_moment_before_now_is_the_one_that_counts(
    schedule: Schedule, now: str, moment: str
) -> None:
    assert due(schedule, now) == moment


def test_hours_are_full_on_the_clock_of_the_site() -> None:
    assert due(Schedule.HOURLY, "2026-03-01 12:20", KATHMANDU) == "2026-03-01 12:15:00"  # 18:00


def test_a_night_in_which_the_clock_jumps_over_the_time_has_its_run_all_the_same() -> None:
    """New York, 8 March 2026: 02:30 does not exist, the clock goes from 02:00 to 03:00."""
    before, after = "2026-03-08 07:29:59", "2026-03-08 07:30:00"  # 03:30 by the new time
    assert due(Schedule.DAILY, before, NEW_YORK) == "2026-03-07 07:30:00"
    assert due(Schedule.DAILY, after, NEW_YORK) == "2026-03-08 07:30:00"


def test_a_night_in_which_the_time_comes_twice_has_one_run() -> None:
    """New York, 1 November 2026: 01:30 by summer time, and an hour later 01:30 again."""
    for minutes in (0, 30, 60, 90):
        now = at("2026-11-01 05:30") + timedelta(minutes=minutes)
        assert last_due(Schedule.DAILY, now, NEW_YORK, time(1, 30)) == at("2026-11-01 05:30")


ZONES = st.sampled_from([AUCKLAND, KATHMANDU, NEW_YORK, ZoneInfo("Australia/Lord_Howe")])


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),
    ZONES,
    st.times(),
)
def test_a_day_has_one_run_and_no_day_is_left_out(
    start: datetime, zone: ZoneInfo, daily_at: time
) -> None:
    daily = {
        last_due(Schedule.DAILY, moment, zone, daily_at.replace(fold=0))
        for moment in _minutes(start.replace(tzinfo=UTC), days=4)
    }
    gaps = [after - before for before, after in _neighbours(daily)]
    assert 4 <= len(daily) <= 5
    assert all(timedelta(hours=23) <= gap <= timedelta(hours=25) for gap in gaps)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)), ZONES)
def test_it_is_never_in_the_future_nor_longer_ago_than_its_interval(
    start: datetime, zone: ZoneInfo
) -> None:
    now = start.replace(tzinfo=UTC)
    longest = {Schedule.QUARTER_HOURLY: 15, Schedule.HOURLY: 60, Schedule.DAILY: 25 * 60}
    for schedule, minutes in longest.items():
        found = last_due(schedule, now, zone, time(2, 30))
        assert found is not None
        assert timedelta() <= now - found < timedelta(minutes=minutes + 1)


def _minutes(start: datetime, *, days: int) -> Iterator[datetime]:
    yield from (start + timedelta(minutes=10 * step) for step in range(days * 24 * 6))


def _neighbours(moments: set[datetime | None]) -> Iterator[tuple[datetime, datetime]]:
    return pairwise(sorted(each for each in moments if each))
