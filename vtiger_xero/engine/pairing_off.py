"""Which payments of both sides are one: they have no number in common (rule P5).

Payments of one invoice over one amount are one where their days are equal and neither references
nor accounts contradict each other; an empty one contradicts nothing, and the CRM's own number of a
payment is no reference of its own. Where Xero's reference is that number, the payment was sent from
here. Equal ones pair up by how many there are. Days close together, or references or accounts that
differ, make two payments possibly one: a person says so, and until then neither is copied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .evidence import Details, contradict
from .links import Likeness
from .messages import _lt
from .text import name_key

BY_OWN_NUMBER = _lt("the CRM's own number as reference")
BY_REFERENCE = _lt("amount, day and reference")
BY_DAY = _lt("amount and day")
CLOSE = 7  # days between two payments that may be one

AnsweredTwo = Collection[tuple[str, str]]  # pairs that a person said are two: (CRM name, Xero id)


@dataclass
class PaymentPairs:
    """The certain pairs, and the possible ones (by the CRM's name)."""

    certain: dict[str, tuple[str, str]] = field(default_factory=dict)
    possible: dict[str, list[tuple[str, Likeness]]] = field(default_factory=dict)


def pair_payments(
    crm: Mapping[str, Details], xero: Mapping[str, Details], two: AnsweredTwo = ()
) -> PaymentPairs:
    """Pair the unlinked payments of both sides; `two` are pairs that a person said are two."""
    found = PaymentPairs()
    ours, theirs = _by_invoice_and_amount(crm), _by_invoice_and_amount(xero)
    for key in ours.keys() & theirs.keys():
        _Group(ours[key], theirs[key], two, found).pair()
    return found


def _by_invoice_and_amount(
    payments: Mapping[str, Details],
) -> dict[tuple[str, str], dict[str, Details]]:
    """Payments, grouped by their invoice at Xero and their amount."""
    groups: dict[tuple[str, str], dict[str, Details]] = defaultdict(dict)
    for key, details in payments.items():
        if details.get("invoice"):
            groups[details["invoice"], details.get("amount", "")][key] = details
    return groups


class _Group:
    """The payments of one invoice over one amount."""

    def __init__(
        self,
        ours: dict[str, Details],
        theirs: dict[str, Details],
        two: AnsweredTwo,
        found: PaymentPairs,
    ) -> None:
        self._ours = {key: held for key, held in ours.items() if not held.get("expected")}
        self._expected = {key: held for key, held in ours.items() if held.get("expected")}
        self._theirs, self._two, self._found = dict(theirs), set(two), found

    def pair(self) -> None:
        """Pair what is certain first, by the strongest proof; the rest is possible."""
        self._by_own_number()
        for matched_by, fits in _PROOFS:
            self._by_proof(matched_by, fits)
        for name, ours in {**self._ours, **self._expected}.items():
            for xero_id, theirs in self._theirs.items():
                likeness = _likeness(ours, theirs)
                if likeness and (name, xero_id) not in self._two:
                    self._add_possible(name, xero_id, likeness)

    def _by_own_number(self) -> None:
        for name, ours in list(self._ours.items()):
            number = name_key(ours.get("number"))
            fits = [
                xero_id
                for xero_id, theirs in self._theirs.items()
                if number and _reference(theirs) == number and (name, xero_id) not in self._two
            ]
            if len(fits) == 1:
                self._add_certain(name, fits[0], BY_OWN_NUMBER)

    def _by_proof(self, matched_by: str, fits: Callable[[Details, Details], bool]) -> None:
        """Pair those that fit, where it makes no difference which of them are paired."""
        ours = self._classes(self._ours, [pair[0] for pair in self._two])
        theirs = self._classes(self._theirs, [pair[1] for pair in self._two])
        for names, ids in self._connected_classes(ours, theirs, fits):
            mine = [key for each in names for key in each]
            others = [key for each in ids for key in each]
            if _is_clear(names, ids, len(mine), len(others)):
                for name, xero_id in zip(mine, others, strict=False):
                    self._add_certain(name, xero_id, matched_by)
            else:
                self._add_unclear(mine, others, fits)

    def _classes(
        self, payments: Mapping[str, Details], answered: Collection[str]
    ) -> list[tuple[str, ...]]:
        """Groups of payments that are equal in day, reference and account."""
        classes: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for key, held in payments.items():
            # A payment of an answered pair is a group of its own.
            itself = key if key in answered else ""
            account, day = held.get("account", ""), held.get("date", "")
            classes[day, _reference(held), account, itself].append(key)
        return [tuple(keys) for keys in classes.values()]

    def _connected_classes(
        self,
        ours: Sequence[tuple[str, ...]],
        theirs: Sequence[tuple[str, ...]],
        fits: Callable[[Details, Details], bool],
    ) -> Iterator[tuple[list[tuple[str, ...]], list[tuple[str, ...]]]]:
        """Classes that fit, with all those that fit one of them in turn."""
        edges = [
            (mine, others)
            for mine in ours
            for others in theirs
            if fits(self._ours[mine[0]], self._theirs[others[0]])
            and (mine[0], others[0]) not in self._two
        ]
        while edges:
            names, ids = {edges[0][0]}, {edges[0][1]}
            grown = True
            while grown:
                reached = [each for each in edges if each[0] in names or each[1] in ids]
                size = len(names) + len(ids)
                names |= {each[0] for each in reached}
                ids |= {each[1] for each in reached}
                grown = len(names) + len(ids) > size
            edges = [each for each in edges if each[0] not in names]
            yield sorted(names), sorted(ids)

    def _add_certain(self, name: str, xero_id: str, matched_by: str) -> None:
        self._found.certain[name] = (xero_id, matched_by)
        del self._ours[name], self._theirs[xero_id]

    def _add_unclear(
        self,
        mine: Sequence[str],
        others: Sequence[str],
        fits: Callable[[Details, Details], bool],
    ) -> None:
        for name in mine:
            for xero_id in others:
                pair = self._ours[name], self._theirs[xero_id]
                if fits(*pair) and (name, xero_id) not in self._two:
                    self._add_possible(name, xero_id, Likeness.SEVERAL)
        for name in mine:
            del self._ours[name]
        for xero_id in others:
            del self._theirs[xero_id]

    def _add_possible(self, name: str, xero_id: str, likeness: Likeness) -> None:
        self._found.possible.setdefault(name, []).append((xero_id, likeness))


def _is_clear(names: Sequence[object], ids: Sequence[object], mine: int, others: int) -> bool:
    """Whether it makes no difference which of ours is which of theirs.

    All of one side are alike, and either all of the other are, too, or all of it finds a partner.
    """
    if len(names) == 1 and (len(ids) == 1 or mine >= others):
        return True
    return len(ids) == 1 and others >= mine


def _reference(payment: Details) -> str:
    return name_key(payment.get("reference"))


def _same_day(ours: Details, theirs: Details) -> bool:
    return bool(ours.get("date")) and ours.get("date") == theirs.get("date")


def _same_reference(ours: Details, theirs: Details) -> bool:
    return _same_day(ours, theirs) and _reference(ours) == _reference(theirs)


def _same_account(ours: Details, theirs: Details) -> bool:
    return _same_reference(ours, theirs) and ours.get("account") == theirs.get("account")


def _no_other_account(ours: Details, theirs: Details) -> bool:
    return _same_reference(ours, theirs) and not contradict(ours, theirs, "account")


def _nothing_contradicts(ours: Details, theirs: Details) -> bool:
    no_other_reference = not (_reference(ours) and _reference(theirs))
    same_day = _same_day(ours, theirs) and not contradict(ours, theirs, "account")
    return same_day and (no_other_reference or _reference(ours) == _reference(theirs))


def _with_reference(fits: Callable[[Details, Details], bool]) -> Callable[[Details, Details], bool]:
    return lambda ours, theirs: bool(_reference(ours)) and fits(ours, theirs)


_PROOFS: Sequence[tuple[str, Callable[[Details, Details], bool]]] = (
    (BY_REFERENCE, _with_reference(_same_account)),
    (BY_REFERENCE, _with_reference(_no_other_account)),
    (BY_DAY, _same_account),
    (BY_DAY, _no_other_account),
    (BY_DAY, _nothing_contradicts),
)


def _likeness(ours: Details, theirs: Details) -> Likeness | None:
    """By what two unproven payments may be one, None where they are not."""
    if ours.get("expected"):
        return Likeness.EXPECTED
    if _same_day(ours, theirs):
        if _reference(ours) != _reference(theirs) and _reference(ours) and _reference(theirs):
            return Likeness.REFERENCE
        return Likeness.ACCOUNT if contradict(ours, theirs, "account") else Likeness.SEVERAL
    same_reference = bool(_reference(ours)) and _reference(ours) == _reference(theirs)
    is_close = same_reference or _days_apart(ours, theirs) <= CLOSE
    # An invoice is not paid twice: two that together are more than it are hardly two.
    return Likeness.DAYS if is_close or ours.get("fills") else None


def _days_apart(ours: Details, theirs: Details) -> int:
    try:
        days = [date.fromisoformat(each.get("date", "")[:10]) for each in (ours, theirs)]
    except ValueError:
        return CLOSE  # a day that cannot be read contradicts nothing
    return abs((days[0] - days[1]).days)
