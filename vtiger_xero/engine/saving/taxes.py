"""What a tax is refused for when it is saved, and what other records take from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Protocol

from ..errors import RecordRefused
from ..messages import _lt
from ..taxes import charges_as_much, percent
from ..totals import Method

Row = Mapping[str, Any]
Record = MutableMapping[str, Any]
TaxesByName = Callable[[Iterable[str]], Mapping[str, Row]]  # those that do not exist are left out

_COMPOUND, _SIMPLE = Method.COMPOUND.value, Method.SIMPLE.value


class RelatedToTax(Protocol):
    """What the save of a tax looks up in the CRM, only where it needs it."""

    def methods(self, names: Iterable[str]) -> Mapping[str, str]:
        """The methods of taxes by name; those that do not exist are left out."""

    def compound_on(self, name: str) -> str:
        """A tax that is computed on this one, "" for none."""

    def xero_rate(self, name: str) -> Row | None:
        """The record of a tax rate of Xero."""


def check_tax(name: str, before: Row | None, after: Record, related: RelatedToTax) -> None:
    """A compound tax names the simple taxes that it is computed on; the others name none.

    `RecordRefused` for a compound tax that stands on nothing or on what is not simple, for a
    simple tax that others stand on and that is to be another, and for a rate of Xero, chosen in
    this save, that charges otherwise.
    """
    if after.get("method") != _COMPOUND:
        after["compounds_on"] = []
    elif not after.get("compounds_on"):
        raise RecordRefused(
            _lt("A compound tax needs simple taxes to be computed on."), remedy=_lt("Choose them.")
        )
    _require_simple(name, [row["tax"] for row in after["compounds_on"] if row.get("tax")], related)
    _stay_simple(name, before, after, related)
    _charge_as_chosen(before, after, related)


def _require_simple(name: str, bases: Sequence[str], related: RelatedToTax) -> None:
    methods = related.methods(bases) if bases else {}
    for base in bases:
        if base == name or methods.get(base, _SIMPLE) != _SIMPLE:
            raise RecordRefused(
                _lt("{0} is not a simple tax; a compound tax is computed on simple ones.").format(
                    base
                ),
                remedy=_lt("Take {0} out of Compounds On.").format(base),
            )


def _stay_simple(name: str, before: Row | None, after: Row, related: RelatedToTax) -> None:
    if before is None or before.get("method") != _SIMPLE or after.get("method") == _SIMPLE:
        return
    if above := related.compound_on(name):
        raise RecordRefused(
            _lt("{0} is computed on this tax, so it stays simple.").format(above),
            remedy=_lt("Change {0} first.").format(above),
        )


def _charge_as_chosen(before: Row | None, after: Row, related: RelatedToTax) -> None:
    """The rate of Xero that a person chooses is this tax, so it charges as much."""
    chosen = after.get("xero_tax_rate")
    if not chosen or (before is not None and before.get("xero_tax_rate") == chosen):
        return
    held = related.xero_rate(chosen)
    if held and not charges_as_much(after.get("rate"), held["effective_rate"]):
        tax = percent(after.get("rate"))
        raise RecordRefused(
            _lt("{0} is {1}% in Xero, and this tax is {2}%.").format(
                held["tax_rate_name"], percent(held["effective_rate"]), tax
            ),
            remedy=_lt("Choose a rate of {0}%.").format(tax),
        )


def fill_rates(rows: Sequence[Record], taxes: TaxesByName) -> None:
    """A row without a rate gets that of its tax; a rate of 0 that somebody gave stays."""
    bare = [row for row in rows if row.get("rate") in (None, "") and row.get("tax")]
    known = taxes(row["tax"] for row in bare) if bare else {}
    for row in bare:
        row["rate"] = known[row["tax"]]["rate"] if row["tax"] in known else None


def keep_terms(rows: Sequence[Record], taxes: TaxesByName) -> None:
    """An invoice keeps how its taxes were computed, whatever becomes of them later."""
    named = [row for row in rows if row.get("tax")]
    known = taxes(row["tax"] for row in named) if named else {}
    for row in named:
        if tax := known.get(row["tax"]):
            row["method"] = tax["method"]
            row["compounds_on"] = "\n".join(each["tax"] for each in tax["compounds_on"])
