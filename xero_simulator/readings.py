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


# The sync suite runs under each of these, and the probe must find exactly its row contradicted.
ALTERNATIVES = (
    Alternative(
        "L1",
        "a free line of an approved invoice loses its account and keeps its tax type",
        Readings(free_lines_lose=frozenset({"account_code"})),
    ),
    Alternative(
        "L4",
        "of a discount's rate and amount that are sent together the amount counts",
        Readings(rate_wins=False),
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
        "L7",
        "a discount that is an amount is taken on a negative line",
        Readings(refuses_amount_off_negative_line=False),
    ),
    Alternative(
        "L8",
        "a negative quantity is taken",
        Readings(refuses_negative_quantities=False),
    ),
    Alternative(
        "L9",
        "a line with a negative price brings its tracked item back into stock",
        Readings(returns_restock=True),
    ),
    Alternative(
        "L13",
        "a free line of an approved invoice is refused without its account",
        Readings(takes_free_lines_without_codes=False),
    ),
    Alternative(
        "L14",
        "a rate of 0 leaves a discount that is an amount",
        Readings(zero_rate_ends_discount=False),
    ),
    Alternative(
        "L15",
        "an update without lines makes them anew, with other LineItemIDs",
        Readings(renews_lines=True),
    ),
    Alternative(
        "T15",
        "a TaxAmount that is far from its rate is computed anew",
        Readings(takes_any_tax=False),
    ),
    Alternative(
        "F2",
        "the Total of a list is without the rounding",
        Readings(lists_contain_rounding=False),
    ),
    Alternative(
        "F4",
        "an update that does not mention the rounding ends it",
        Readings(forgets_rounding=True),
    ),
    Alternative(
        "D10",
        "an invoice below zero is approved",
        Readings(refuses_below_zero=False),
    ),
    Alternative(
        "F7",
        "an approved invoice of 0.00 stays AUTHORISED",
        Readings(closes_nothing=False),
    ),
    Alternative(
        "F8",
        "an update gives an invoice without a number one",
        Readings(numbers_updates=True),
        is_visible=False,
    ),
    Alternative(
        "S7",
        "If-Modified-Since is inclusive",
        Readings(since=Since.INCLUSIVE),
    ),
    Alternative(
        "S8",
        "If-Modified-Since leaves out everything of its own second",
        Readings(since=Since.NEXT_SECOND),
    ),
    Alternative(
        "S9",
        "CurrencyRate is the base currency for one of the other",
        Readings(rate_is_base=True),
    ),
    Alternative(
        "R2",
        "a price of 0 that is sent is no price",
        Readings(keeps_zero_prices=False),
    ),
    Alternative(
        "R4",
        "its first invoice moves a contact's UpdatedDateUTC",
        Readings(stamps_new_customers=True),
    ),
    Alternative(
        "R6",
        "an id that Xero does not know is a 404 for the whole list of IDs",
        Readings(leaves_out_unknown_ids=False),
    ),
    Alternative(
        "R7",
        "after a merge the invoices go on naming the contact that was merged",
        Readings(merge_moves_documents=False),
        is_visible=False,
    ),
    Alternative(
        "R8",
        "an empty list of ContactPersons takes them out",
        Readings(empty_persons_clear=True),
    ),
    Alternative(
        "R9",
        "names that differ in their accents alone are the same name",
        Readings(accents_count=False),
    ),
    Alternative(
        "R10",
        "the last element of a request is carried out first",
        Readings(last_comes_first=True),
    ),
    Alternative(
        "R11",
        "an item whose code was deleted comes back under its ItemID",
        Readings(item_comes_back=True),
    ),
    Alternative(
        "R14",
        "a merge moves the UpdatedDateUTC of the invoices",
        Readings(merge_stamps_documents=True),
        is_visible=False,
    ),
    Alternative(
        "R15",
        "one person without name and e-mail takes no person out, and nothing else does",
        Readings(blank_person_clears=False),
    ),
    Alternative(
        "R16",
        "the ContactNumber of an archived contact is free",
        Readings(archived_keep_numbers=False),
    ),
    Alternative(
        "R17",
        "parts of SalesDetails and PurchaseDetails that are not sent stay",
        Readings(details_are_sparse=True),
    ),
    Alternative(
        "R18",
        "parts of an address or a phone that are not sent stay",
        Readings(addresses_are_sparse=True),
    ),
)
