"""What a person reads and answers where two records are possibly one (rule G6).

An answer is about one pair. *One*: both are linked in the next run, as if a name had proved it.
*Two*: this pair is never compared again. Both hold until the answer is taken back, or the CRM's
record is no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .errors import RecordRefused
from .links import Answer, Likeness, Link, MatchAnswer, Possible
from .messages import _lt, lines
from .records import Side
from .text import quote_names

_MOST = 3  # titles in a sentence
_ANSWER = _lt("Answer under Possible Matches whether they are one or two, and sync.")
_RENAME = _lt("Give one of them another name, and sync.")


def reason_and_remedy(side: Side, possible: Sequence[Possible]) -> tuple[str, str]:
    """Reason and remedy of a record that waits for an answer; `side` is where it is not copied to.

    One line for each kind of likeness.
    """
    titles: dict[Likeness, list[str]] = {}
    for each in possible:
        titles.setdefault(each.likeness, []).append(each.title)
    reasons = [
        _REASONS[side][likeness].format(titles=quote_names(some, _MOST))
        for likeness, some in titles.items()
    ]
    asks = any(likeness.asks for likeness in titles)
    return lines(reasons), _ANSWER if asks else _RENAME


def reason_of(side: Side, likeness: Likeness, title: str) -> str:
    """Why a record of `side`'s other side and the one of this title may be one."""
    return _REASONS[side][likeness].format(titles=quote_names([title], 1))


_REASONS: Mapping[Side, Mapping[Likeness, str]] = {
    Side.XERO: {
        Likeness.NAME: _lt("Xero has a contact that looks alike: {titles}."),
        Likeness.TAX_NUMBER: _lt("Xero has a contact with the same tax number: {titles}."),
        Likeness.EMAIL: _lt("Xero has a contact with the same e-mail: {titles}."),
        Likeness.TAX_NUMBERS_DIFFER: (
            _lt("Xero has a contact of this name with another tax number: {titles}.")
        ),
        Likeness.CODE: _lt("Xero has an item whose code looks alike: {titles}."),
        Likeness.ITEM_NAME: _lt("Xero has an item of this name: {titles}."),
        Likeness.NUMBER: (
            _lt(
                "Xero has an invoice of this number, of another customer or over another "
                "amount: {titles}."
            )
        ),
        Likeness.NUMBER_ALIKE: (
            _lt("Xero has an invoice of this customer whose number looks alike: {titles}.")
        ),
        Likeness.FIGURES: (
            _lt(
                "Xero has an invoice of this customer over the same amount on the same day: "
                "{titles}."
            )
        ),
        Likeness.NEARLY: (
            _lt(
                "Xero has an invoice of this customer on the same day whose total is only "
                "cents away: {titles}."
            )
        ),
        Likeness.DAYS: (
            _lt("Xero has a payment of this amount for the same invoice on another day: {titles}.")
        ),
        Likeness.REFERENCE: (
            _lt(
                "Xero has a payment of this amount for the same invoice with another "
                "reference: {titles}."
            )
        ),
        Likeness.ACCOUNT: (
            _lt(
                "Xero has a payment of this amount for the same invoice in another account: "
                "{titles}."
            )
        ),
        Likeness.EXPECTED: (
            _lt(
                "Xero has a payment of this amount for the same invoice, and this one is not "
                "Received: {titles}."
            )
        ),
        Likeness.SEVERAL: (
            _lt(
                "Xero has a payment of this amount for the same invoice, and it may be this "
                "one or another: {titles}."
            )
        ),
        Likeness.NAMESAKE: (
            _lt(
                "A person answered that it and the contact {titles} in Xero are two, but Xero "
                "does not allow two contacts with the same name."
            )
        ),
    },
    Side.CRM: {
        Likeness.NAME: _lt("The CRM has an organization that looks alike: {titles}."),
        Likeness.TAX_NUMBER: _lt("The CRM has an organization with the same tax number: {titles}."),
        Likeness.EMAIL: _lt("The CRM has an organization with the same e-mail: {titles}."),
        Likeness.TAX_NUMBERS_DIFFER: (
            _lt("The CRM has an organization of this name with another tax number: {titles}.")
        ),
        Likeness.CODE: _lt("The CRM has a product or service whose code looks alike: {titles}."),
        Likeness.ITEM_NAME: _lt("The CRM has a product or service of this name: {titles}."),
        Likeness.NUMBER: (
            _lt(
                "The CRM has an invoice of this number, of another customer or over another "
                "amount: {titles}."
            )
        ),
        Likeness.NUMBER_ALIKE: (
            _lt("The CRM has an invoice of this customer whose number looks alike: {titles}.")
        ),
        Likeness.FIGURES: (
            _lt(
                "The CRM has an invoice of this customer over the same amount on the same "
                "day: {titles}."
            )
        ),
        Likeness.NEARLY: (
            _lt(
                "The CRM has an invoice of this customer on the same day whose total is only "
                "cents away: {titles}."
            )
        ),
        Likeness.DAYS: (
            _lt(
                "The CRM has a payment of this amount for the same invoice on another day: "
                "{titles}."
            )
        ),
        Likeness.REFERENCE: (
            _lt(
                "The CRM has a payment of this amount for the same invoice with another "
                "reference: {titles}."
            )
        ),
        Likeness.ACCOUNT: (
            _lt(
                "The CRM has a payment of this amount for the same invoice in another "
                "account: {titles}."
            )
        ),
        Likeness.EXPECTED: (
            _lt(
                "The CRM has a payment of this amount for the same invoice that is not "
                "Received yet: {titles}."
            )
        ),
        Likeness.SEVERAL: (
            _lt(
                "The CRM has a payment of this amount for the same invoice, and it may be "
                "this one or another: {titles}."
            )
        ),
        Likeness.NAMESAKE: (
            _lt(
                "A person answered that it and the organization {titles} are two, but Xero "
                "does not allow two contacts with the same name."
            )
        ),
    },
}


Asked = tuple[str, str, Likeness]  # name of the CRM's record, Xero's id, by what they may be one


def pairs_to_answer(links: Iterable[Link], answers: Iterable[MatchAnswer] = ()) -> list[Asked]:
    """The pairs of a module that wait for an answer, those that share a record together.

    What was answered since the last run waits no more, nor does another pair of a record that has
    found its own.
    """
    pairs: dict[tuple[str, str], Likeness] = {}
    answers = list(answers)
    answered = {each.pair for each in answers}
    found = [each.pair for each in answers if each.answer is Answer.ONE]
    settled = {name for name, _ in found}, {xero_id for _, xero_id in found}
    for link in links:
        for each in link.possible:
            name, xero_id = link.crm_name or each.key, link.xero_id or each.key
            is_settled = name in settled[0] or xero_id in settled[1]
            if each.likeness.asks and (name, xero_id) not in answered and not is_settled:
                pairs.setdefault((name, xero_id), each.likeness)
    group = _groups(pairs)
    ordered = sorted(pairs, key=lambda pair: (group[pair[0]], pair))
    return [(*pair, pairs[pair]) for pair in ordered]


def _groups(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """For each CRM name of a pair the first name of those that are connected with it."""
    leader: dict[str, str] = {}

    def first(key: str) -> str:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    pairs = list(pairs)
    for name, xero_id in pairs:
        one, other = first(f"crm {name}"), first(f"xero {xero_id}")
        leader[max(one, other)] = min(one, other)
    return {name: first(f"crm {name}") for name, _ in pairs}


def require_possible(
    answers: Iterable[MatchAnswer], new: Sequence[MatchAnswer], links: Iterable[Link]
) -> None:
    """`RecordRefused` where one of these answers is on a pair that does not wait for one.

    A record can be one with a single record of the other side only.
    """
    answers = list(answers)
    asked = {(name, xero_id) for name, xero_id, _ in pairs_to_answer(links, answers)}
    if any(each.pair not in asked for each in new):
        raise RecordRefused(
            _lt("This pair no longer waits for an answer."),
            remedy=_lt("Look at the possible matches again."),
        )
    ones = [each for each in new if each.answer is Answer.ONE]
    taken: dict[tuple[int, str], tuple[str, str]] = {}
    for each in ones:
        for place, key in enumerate(each.pair):
            if taken.setdefault((place, key), each.pair) != each.pair:
                raise RecordRefused(
                    _lt("One of these records would then match two records of the other side."),
                    remedy=_lt("Answer one for a single pair, and two for the others."),
                )
