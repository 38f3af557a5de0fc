"""Where reports of Xero are weak or contradict each other: which reading this simulator follows.

The first reading is the one that punishes a careless client. A test sets another one on an
organisation (`xero.organisation.readings = replace(Readings(), ...)`), because what relies on
neither must work under both. The sources stand in docs/xero.md, by the ids in brackets.

A reading is looked up where it decides something, and nowhere else: `make readings` learns so which
tests depend on it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any


class HeadUpdate(Enum):
    """What an update without lines does to an invoice with discounts as amounts [L5]."""

    RECOMPUTES = "the amounts are made anew from the rate of two decimals"
    REFUSES = "the totals of its lines are refused"
    KEEPS = "the lines stay as they are"


class Since(Enum):
    """What If-Modified-Since, which is to the second, lets through."""

    LATER = "what changed after that moment"
    INCLUSIVE = "what changed at that moment or after it"
    NEXT_SECOND = "what changed in a later second"

    def lets_through(self, changed: datetime, since: datetime) -> bool:
        """Whether what changed then is in the answer."""
        if self is Since.NEXT_SECOND:
            changed = changed.replace(microsecond=0)
        return changed >= since if self is Since.INCLUSIVE else changed > since


@dataclass(frozen=True)
class Readings:
    """The readings in force.

    Lines. `free_lines_lose`: the codes that a line of 0.00 has no more once it is approved [L1].
    `takes_free_lines_without_codes`: as they were read, through the API [L13].
    `refuses_negative_quantities`: by the API; in Xero's screens a person may type them [L8].
    `refuses_less_than_a_cent`: on approved documents [L6]. `rate_wins`: over a DiscountAmount
    beside it [L4]. `zero_rate_ends_discount`: also one that is an amount [L14].
    `refuses_amount_off_negative_line` [L7]. `renews_lines`: in an update without lines [L15].
    `returns_restock`: a negative price brings a tracked item back [L9]. `takes_any_tax`: a
    TaxAmount that is far from its rate [T15].

    Invoices. `lists_contain_rounding`: the Total of a list does [F2]. `forgets_rounding`: an
    update that does not mention one ends it [F4]. `refuses_below_zero`: an approved document whose
    total is [D10]. `closes_nothing`: an approved invoice of 0.00 is PAID [F7].
    `numbers_updates`: an update gives an invoice without a number one [F8]. `rate_is_base`:
    CurrencyRate is in the base currency for one of the other [S9].

    Contacts. `stamps_new_customers` [R4]. `merge_moves_documents`: to the contact that
    stays [R7]; `merge_stamps_documents` [R14]. `empty_persons_clear`: an empty list takes them
    out [R8]; `blank_person_clears`: one person with nothing in it does [R15]. `accents_count`: in
    the uniqueness of names [R9]. `archived_keep_numbers` [R16]. `addresses_are_sparse`: parts of
    an address or phone that are not sent stay [R18].

    Items. `keeps_zero_prices` [R2]. `item_comes_back`: a code made again has the ItemID that it
    had [R11]. `details_are_sparse`: parts of SalesDetails that are not sent stay [R17].

    Requests. `leaves_out_unknown_ids`: of IDs; otherwise nothing is found at all [R6].
    `last_comes_first`: in one request [R10]. `since` [S7, S8].
    """

    free_lines_lose: frozenset[str] = frozenset({"account_code", "tax_type"})
    head_update: HeadUpdate = HeadUpdate.RECOMPUTES
    refuses_negative_quantities: bool = True
    refuses_less_than_a_cent: bool = True
    takes_free_lines_without_codes: bool = True
    rate_wins: bool = True
    zero_rate_ends_discount: bool = True
    refuses_amount_off_negative_line: bool = True
    renews_lines: bool = False
    returns_restock: bool = False
    takes_any_tax: bool = True
    lists_contain_rounding: bool = True
    forgets_rounding: bool = False
    refuses_below_zero: bool = True
    closes_nothing: bool = True
    numbers_updates: bool = False
    rate_is_base: bool = False
    stamps_new_customers: bool = False
    merge_moves_documents: bool = True
    merge_stamps_documents: bool = False
    empty_persons_clear: bool = False
    blank_person_clears: bool = True
    accents_count: bool = True
    archived_keep_numbers: bool = True
    addresses_are_sparse: bool = False
    keeps_zero_prices: bool = True
    item_comes_back: bool = False
    details_are_sparse: bool = False
    leaves_out_unknown_ids: bool = True
    last_comes_first: bool = False
    since: Since = Since.LATER


@dataclass(frozen=True)
class Alternative:
    """Another reading of one row of docs/xero.md: its id, what Xero does then, the readings.

    `is_visible`: over the API alone, without anything that only people can do in Xero's screens.
    """

    id: str
    says: str
    readings: Readings
    is_visible: bool = True


def _other(row: str, says: str, *, is_visible: bool = True, **readings: Any) -> Alternative:
    return Alternative(row, says, Readings(**readings), is_visible)


# The sync suite runs under each of these, and the probe must find exactly its row contradicted.
ALTERNATIVES = (
    _other(
        "L1",
        "a free line of an approved invoice loses its account and keeps its tax type",
        free_lines_lose=frozenset({"account_code"}),
    ),
    _other(
        "L4",
        "of a discount's rate and amount that are sent together the amount counts",
        rate_wins=False,
    ),
    _other(
        "L5",
        "an update of the head alone is refused for a discount that is an amount",
        head_update=HeadUpdate.REFUSES,
    ),
    _other("L6", "lines of less than a cent are taken", refuses_less_than_a_cent=False),
    _other(
        "L7",
        "a discount that is an amount is taken on a negative line",
        refuses_amount_off_negative_line=False,
    ),
    _other("L8", "a negative quantity is taken", refuses_negative_quantities=False),
    _other(
        "L9",
        "a line with a negative price brings its tracked item back into stock",
        returns_restock=True,
    ),
    _other(
        "L13",
        "a free line of an approved invoice is refused without its account",
        takes_free_lines_without_codes=False,
    ),
    _other("L14", "a rate of 0 leaves a discount that is an amount", zero_rate_ends_discount=False),
    _other(
        "L15", "an update without lines makes them anew, with other LineItemIDs", renews_lines=True
    ),
    _other("T15", "a TaxAmount that is far from its rate is computed anew", takes_any_tax=False),
    _other("F2", "the Total of a list is without the rounding", lists_contain_rounding=False),
    _other("F4", "an update that does not mention the rounding ends it", forgets_rounding=True),
    _other("D10", "an invoice below zero is approved", refuses_below_zero=False),
    _other("F7", "an approved invoice of 0.00 stays AUTHORISED", closes_nothing=False),
    _other(
        "F8",
        "an update gives an invoice without a number one",
        numbers_updates=True,
        is_visible=False,
    ),
    _other("S7", "If-Modified-Since is inclusive", since=Since.INCLUSIVE),
    _other(
        "S8", "If-Modified-Since leaves out everything of its own second", since=Since.NEXT_SECOND
    ),
    _other("S9", "CurrencyRate is the base currency for one of the other", rate_is_base=True),
    _other("R2", "a price of 0 that is sent is no price", keeps_zero_prices=False),
    _other("R4", "its first invoice moves a contact's UpdatedDateUTC", stamps_new_customers=True),
    _other(
        "R6",
        "an id that Xero does not know is a 404 for the whole list of IDs",
        leaves_out_unknown_ids=False,
    ),
    _other(
        "R7",
        "after a merge the invoices go on naming the contact that was merged",
        merge_moves_documents=False,
        is_visible=False,
    ),
    _other("R8", "an empty list of ContactPersons takes them out", empty_persons_clear=True),
    _other("R9", "names that differ in their accents alone are the same name", accents_count=False),
    _other("R10", "the last element of a request is carried out first", last_comes_first=True),
    _other(
        "R11", "an item whose code was deleted comes back under its ItemID", item_comes_back=True
    ),
    _other(
        "R14",
        "a merge moves the UpdatedDateUTC of the invoices",
        merge_stamps_documents=True,
        is_visible=False,
    ),
    _other(
        "R15",
        "one person without name and e-mail takes no person out, and nothing else does",
        blank_person_clears=False,
    ),
    _other("R16", "the ContactNumber of an archived contact is free", archived_keep_numbers=False),
    _other(
        "R17",
        "parts of SalesDetails and PurchaseDetails that are not sent stay",
        details_are_sparse=True,
    ),
    _other(
        "R18", "parts of an address or a phone that are not sent stay", addresses_are_sparse=True
    ),
)
