"""Xero's call limits where every worker of the site sees them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import WatchError

from ..crm.times import CLOCK, to_site
from ..xero.budget import TextBudget

_KEY = "vtiger_xero:calls"
_LIFE = 26 * 60 * 60  # seconds: what Xero said is of no use after its day has ended
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class SiteBudget(TextBudget):
    """A `BudgetStore` in the site's Redis, one per Xero organisation.

    Not in the database: a worker in the middle of a transaction neither sees what others
    commit nor may hold a row lock for long. What an eviction loses, Xero's next answer says.
    """

    def __init__(self, tenant: str) -> None:
        super().__init__(RedisText(f"{_KEY}:{tenant}", _LIFE))


class RedisText:
    """A `SharedText` under a key of the site's Redis, kept for some seconds after its last change.

    Without a Redis everybody is alone: like Frappe's own cache, it does without one that is down.
    """

    def __init__(self, key: str, life: int) -> None:
        self._key = key
        self._life = life

    def load(self) -> str:
        """The text as it is now: from Redis itself, and never from a copy of this process."""
        try:
            key = frappe.cache.make_key(self._key)  # with the site's name before it
            held: bytes | None = frappe.cache.get(key)  # nosemgrep
        except Unreachable:
            return ""
        return held.decode() if held else ""

    def change(self, work: Callable[[str], str]) -> str:
        """What `work` makes of it; begun again for as long as somebody else was faster.

        Not under a lock: one that outlives its worker would stop all others, and what is changed
        here takes no time. Of those that meet, one always gets through.
        """
        while True:
            try:
                return self._changed(work)
            except WatchError:
                continue
            except Unreachable:
                return work("")

    def _changed(self, work: Callable[[str], str]) -> str:
        place = frappe.cache.make_key(self._key)
        with frappe.cache.pipeline(transaction=True) as steps:
            steps.watch(place)
            held: bytes | None = steps.get(place)
            text = work(held.decode() if held else "")
            steps.multi()
            steps.setex(place, self._life, text)
            steps.execute()
        return text


def budget_view(tenant: str) -> dict[str, Any]:
    """What is known of Xero's limits, for people; times are those of the site.

    A number that Xero gave before its day or minute began anew is out of date: None.
    """
    state, now = SiteBudget(tenant).load(), CLOCK.now()
    age = now - state.seen if state.seen else _DAY
    spent = state.spent_until if state.spent_until and state.spent_until > now else None
    return {
        "day_left": 0 if spent else (state.day_remaining if age < _DAY else None),
        "day_limit": state.day_limit,
        "minute_left": state.minute_remaining if age < _MINUTE else None,
        "seen_on": to_site(state.seen),
        "reset_on": to_site(spent),
    }
