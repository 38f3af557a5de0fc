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


@dataclass(frozen=True)
class Alternative:
    """Another reading of one row of docs/xero.md: its id, what Xero does then, the readings."""

    id: str
    says: str
    readings: Readings


# The sync suite runs under each of these, and the probe must find exactly its row contradicted.
ALTERNATIVES = (
    Alternative(
        "L1",
        "a free line of an approved invoice loses its account and keeps its tax type",
        Readings(free_lines_lose=frozenset({"account_code"})),
    ),
    Alternative(
        "L5",
        "an update of the head alone is refused for a discount that is an amount",
        Readings(head_update=HeadUpdate.REFUSES),
    ),
    Alternative(
        "L6",
        "lines of less than a cent are taken",
        Readings(refuses_less_than_a_cent=False),
    ),
    Alternative(
        "L8",
        "a negative quantity is taken",
        Readings(refuses_negative_quantities=False),
    ),
)
