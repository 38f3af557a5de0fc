"""Xero's call limits where every worker of the site sees them."""

from dataclasses import asdict

from ..engine import stored
from ..xero.budget import BudgetState
from . import shared

_KEY = "vtiger_xero:budget"
_LIFE = 26 * 60 * 60  # seconds: what Xero said is of no use after its day has ended


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
