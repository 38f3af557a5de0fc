"""Three-way merge, value by value: what changed since both sides last agreed, and who wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .mapping.rows import is_empty as is_empty
from .records import Side, Value
from .settings import ConflictPolicy


class _Unknown:
    """The base of a field on which the two sides have never agreed."""


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Policy:
    """The conflict policy at work on one pair: `winner` is the side that wins a clash.

    `keeps` is the side that a person gave every clash of this record to: it answers where the
    policy asks. The other policies decide by themselves.
    """

    choice: ConflictPolicy
    crm_modified: datetime
    xero_updated: datetime
    keeps: Side | None = None

    def winner(self) -> Side | None:
        """The side whose value stands, None where a person must decide."""
        if self.choice is ConflictPolicy.ASK:
            return self.keeps
        if self.choice is ConflictPolicy.NEWEST:
            return Side.XERO if self.xero_updated > self.crm_modified else Side.CRM
        return Side.XERO if self.choice is ConflictPolicy.XERO else Side.CRM


@dataclass(frozen=True)
class Verdict:
    """Whose value stands for one field. `winner` is None where both agree or a person must ask.

    `overwrites` is True where a value is lost that the losing side had changed: the log says so.
    """

    winner: Side | None = None
    overwrites: bool = False
    asks: bool = False


AGREED = Verdict()


def merge_value(base: Value | _Unknown, crm: Value, xero: Value, policy: Policy) -> Verdict:
    """Whose value of one field stands (rule G7).

    With no base (a first meeting) an empty side is filled from the other and nothing is lost;
    two different values are a clash like any other.
    """
    if crm == xero:
        return AGREED
    if isinstance(base, _Unknown):
        if is_empty(crm) or is_empty(xero):
            return Verdict(Side.XERO if is_empty(crm) else Side.CRM)
        return _clash(policy)
    if crm == base:
        return Verdict(Side.XERO)
    if xero == base:
        return Verdict(Side.CRM)
    return _clash(policy)


def merge_number(base: Value | _Unknown, crm: Value, xero: Value, policy: Policy) -> Verdict:
    """Whose number stands: an absent one is filled from the other, and wipes nothing (rule G13).

    Where both never agreed on a number, a zero says no more than an absent one: a price list shows
    0 where nobody typed a price, and no policy may take that for an answer. Later a zero in the CRM
    is what a person typed.
    """
    if crm == xero:
        return AGREED
    if base is None or isinstance(base, _Unknown):
        if crm and xero:
            return _clash(policy)
        return Verdict(Side.CRM if crm else Side.XERO) if crm or xero else AGREED
    if xero is None:
        return Verdict(Side.CRM) if crm and crm != base else AGREED
    return Verdict(Side.XERO) if crm is None else merge_value(base, crm, xero, policy)


def _clash(policy: Policy) -> Verdict:
    winner = policy.winner()
    return Verdict(winner, overwrites=winner is not None, asks=winner is None)
