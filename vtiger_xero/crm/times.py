"""A site's naive local times, the engine's aware UTC times, and the clock.

Frappe stores `modified` and every Datetime as naive wall-clock time of the site's system time
zone. Microseconds are kept exactly: versions are compared for equality.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from time import sleep
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_datetime, get_system_timezone


def to_utc(stored: datetime | str) -> datetime:
    """A stored time as aware UTC.

    The hour that a clock change repeats exists twice; the first one is meant. One stored time
    always gives the same UTC time, which is all that comparing versions asks for.
    """
    local: datetime = get_datetime(stored).replace(tzinfo=ZoneInfo(get_system_timezone()))
    return local.astimezone(timezone.utc)


def utc_reader() -> Callable[[str], datetime]:
    """Reads many stored times, as the database writes them, the way `to_utc` reads one."""
    zone = ZoneInfo(get_system_timezone())

    def read(stored: str) -> datetime:
        return datetime.fromisoformat(stored).replace(tzinfo=zone).astimezone(timezone.utc)

    return read


def to_site(time: datetime | None) -> datetime | None:
    """An aware time as the naive local time that a Datetime field holds."""
    if time is None:
        return None
    return time.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)


def to_user(time: datetime) -> datetime:
    """An aware time as the user at hand reads it, in a time zone of their own if they chose one."""
    zone = frappe.get_cached_value("User", frappe.session.user, "time_zone")
    return time.astimezone(ZoneInfo(zone or get_system_timezone()))


class SystemClock:
    """The engine's clock: the server's own, whose time zone does not matter."""

    def now(self) -> datetime:
        """Now, aware UTC."""
        return datetime.now(timezone.utc)

    def sleep(self, duration: timedelta) -> None:
        """Wait."""
        sleep(duration.total_seconds())


CLOCK = SystemClock()
