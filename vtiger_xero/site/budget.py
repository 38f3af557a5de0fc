"""Xero's call limits where every worker of the site sees them."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ..engine import stored
from ..xero.budget import BudgetState
from . import shared
from .clock import SystemClock
from .times import to_site

_KEY = "vtiger_xero:budget"
_LIFE = 26 * 60 * 60  # seconds: what Xero said is of no use after its day has ended
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class SiteBudget:
    """A `BudgetStore` in the site's Redis, one per Xero organisation.

    Not in the database: a worker in the middle of a transaction neither sees what others
    commit nor may hold a row lock for long. What an eviction loses, Xero's next answer says.
    """

    def __init__(self, tenant: str) -> None:
        self._key = f"{_KEY}:{tenant}"

    def load(self) -> BudgetState:
        """The state as last saved; a new one says nothing."""
        held = shared.kept(self._key)
        return BudgetState(**stored.load(held)) if held else BudgetState()

    def save(self, state: BudgetState) -> None:
        """Keep it."""
        shared.keep(self._key, stored.dump(asdict(state)), _LIFE)


def budget_view(tenant: str) -> dict[str, Any]:
    """What is known of Xero's limits, for people; times are those of the site.

    A number that Xero told before its day or minute began anew is no news any more: None.
    """
    state, now = SiteBudget(tenant).load(), SystemClock().now()
    age = now - state.seen if state.seen else _DAY
    spent = state.spent_until if state.spent_until and state.spent_until > now else None
    return {
        "day_left": 0 if spent else (state.day_remaining if age < _DAY else None),
        "day_limit": state.day_limit,
        "minute_left": state.minute_remaining if age < _MINUTE else None,
        "seen_on": to_site(state.seen),
        "reset_on": to_site(spent),
    }
