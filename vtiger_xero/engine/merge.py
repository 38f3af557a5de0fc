"""Three-way merge of values: what changed since both sides last agreed, and which side wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .mapping.rows import is_empty as is_empty
from .records import Side, Value, unreachable
from .settings import ConflictPolicy


class _Unknown:
    """The base of a field on which the two sides have never agreed."""


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Policy:
    """The conflict policy of one pair: `winner` is the side that wins a conflict.

    `keeps` is the side that a user chose for every conflict of this record: it answers where the
    policy asks. The other policies decide by themselves.
    """

    choice: ConflictPolicy
    crm_modified: datetime
    xero_updated: datetime
    keeps: Side | None = None

    def winner(self) -> Side | None:
        """The side whose value is kept, None where a user must decide."""
        match self.choice:
            case ConflictPolicy.ASK:
                return self.keeps
            case ConflictPolicy.NEWEST:
                return Side.XERO if self.xero_updated > self.crm_modified else Side.CRM
            case ConflictPolicy.XERO:
                return Side.XERO
            case ConflictPolicy.CRM:
                return Side.CRM
            case _:
                return unreachable(self.choice)


@dataclass(frozen=True)
class Verdict:
    """Whose value of one field is kept. `winner` is None where both agree or a user must decide.

    `overwrites` is True where a value is lost that the losing side had changed: the log says so.
    """

    winner: Side | None = None
    overwrites: bool = False
    asks: bool = False


AGREED = Verdict()


def merge_value(base: Value | _Unknown, crm: Value, xero: Value, policy: Policy) -> Verdict:
    """Whose value of one field is kept (rule G7).

    With no base (a first meeting) an empty side is filled from the other and nothing is lost;
    two different values are a conflict like any other.
    """
    if crm == xero:
        return AGREED
    if isinstance(base, _Unknown):
        if is_empty(crm) or is_empty(xero):
            return Verdict(Side.XERO if is_empty(crm) else Side.CRM)
        return _resolve(policy)
    if crm == base:
        return Verdict(Side.XERO)
    if xero == base:
        return Verdict(Side.CRM)
    return _resolve(policy)


def merge_number(base: Value | _Unknown, crm: Value, xero: Value, policy: Policy) -> Verdict:
    """Whose number is kept: an absent one is filled from the other and clears nothing (rule G13).

    Where both never agreed on a number, a zero says no more than an absent one: a price list shows
    0 where no price was typed, and no policy may take that for an answer. Later a zero in the CRM
    is what a person typed.
    """
    if crm == xero:
        return AGREED
    if base is None or isinstance(base, _Unknown):
        if crm and xero:
            return _resolve(policy)
        return Verdict(Side.CRM if crm else Side.XERO) if crm or xero else AGREED
    if xero is None:
        return Verdict(Side.CRM) if crm and crm != base else AGREED
    return Verdict(Side.XERO) if crm is None else merge_value(base, crm, xero, policy)


def _resolve(policy: Policy) -> Verdict:
    winner = policy.winner()
    return Verdict(winner, overwrites=winner is not None, asks=winner is None)
