"""Where reports of Xero are weak or contradict each other: which reading this simulator follows.

The first reading is the one that punishes a careless client. A test sets another one on an
organisation (`xero.organisation.readings = replace(Readings(), ...)`), because what relies on
neither must work under both. The sources stand in docs/xero.md, by the ids in brackets.
"""

from dataclasses import dataclass
from enum import Enum


class HeadUpdate(Enum):
    """What an update without lines does to an invoice with discounts as amounts [L5]."""

    RECOMPUTES = "the amounts are made anew from the rate of two decimals"
    REFUSES = "the totals of its lines are refused"
    KEEPS = "the lines stay as they are"


@dataclass(frozen=True)
class Readings:
    """The readings in force.

    `free_lines_lose`: the codes that a line of 0.00 has no more once it is approved [L1].
    `refuses_negative_quantities`: by the API; in Xero's screens a person may type them [L8].
    `refuses_less_than_a_cent`: on approved documents [L6].
    """

    free_lines_lose: frozenset[str] = frozenset({"account_code", "tax_type"})
    head_update: HeadUpdate = HeadUpdate.RECOMPUTES
    refuses_negative_quantities: bool = True
    refuses_less_than_a_cent: bool = True
