"""When an automatic run is due: times of a clock on the wall, compared as instants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta, timezone, tzinfo
from enum import Enum

from .modules import SPECS
from .modules.spec import SWEEP as SWEEP
from .records import Module, unreachable


class Schedule(str, Enum):
    """How often, in the words of Xero Settings."""

    OFF = "Off"
    QUARTER_HOURLY = "Every 15 Minutes"
    HOURLY = "Hourly"
    DAILY = "Daily"


_A_LITTLE = timedelta(minutes=2)  # a run may begin somewhat earlier than the one before it did


def modules_not_due(
    read: Mapping[Module, datetime | None], now: datetime, *, webhooks_work: bool
) -> frozenset[Module]:
    """The modules that a scheduled run need not read, where Xero's webhooks work.

    `read` is when each was read last, `webhooks_work` whether any have arrived lately.
    """
    good_for = {module: spec.xero.sweep for module, spec in SPECS.items()}
    due = {module: now - good + _A_LITTLE for module, good in good_for.items() if good}
    fresh = (each for each, since in due.items() if (last := read.get(each)) and last > since)
    return frozenset(fresh) if webhooks_work else frozenset()


def last_due(schedule: Schedule, now: datetime, zone: tzinfo, daily_at: time) -> datetime | None:
    """The newest moment up to `now` at which the schedule wanted a run; None where it is off.

    `now` and the answer are aware UTC. Clocks show the local time of `zone`: quarters and full
    hours are its own, and `daily_at` is read on them. Where the clock is put back, the first of
    the two is meant; where it is put forward over `daily_at`, the run comes that much later.
    """
    match schedule:
        case Schedule.OFF:
            return None
        case Schedule.QUARTER_HOURLY:
            return _last_full(now, zone, minutes=15)
        case Schedule.HOURLY:
            return _last_full(now, zone, minutes=60)
        case Schedule.DAILY:
            return _last_daily(now, zone, daily_at)
        case _:
            return unreachable(schedule)


def _last_full(now: datetime, zone: tzinfo, *, minutes: int) -> datetime:
    local = now.astimezone(zone)
    return now - timedelta(
        minutes=local.minute % minutes, seconds=local.second, microseconds=local.microsecond
    )


def _last_daily(now: datetime, zone: tzinfo, daily_at: time) -> datetime:
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(3))
    moments = (_instant(datetime.combine(day, daily_at), zone) for day in days)
    return next(moment for moment in moments if moment <= now)


def _instant(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(timezone.utc)
