"""Where a skip is reported: in the log, and on the link for the record's own view."""

from __future__ import annotations

from dataclasses import replace

from ..actions import Operation, Pair, Skip
from ..links import Link
from ..messages import _lt
from ..records import Module, Side
from ..report import Entry


def skip_entry(module: Module, pair: Pair, skip: Skip, xero_id: str | None = None) -> Entry:
    """The log's entry for a skip."""
    return Entry(
        module,
        skip.side,
        Operation.SKIPPED,
        pair.title,
        crm_name=pair.crm.name if pair.crm else None,
        xero_id=xero_id or (pair.xero.id if pair.xero else None),
        rule=skip.rule,
        reason=skip.reason,
        remedy=skip.remedy,
    )


def with_skip(link: Link, skip: Skip | None) -> Link:
    """The link with the rule, reason and remedy of a skip."""
    if skip is None:
        return link
    return replace(link, rule=skip.rule, reason=skip.reason, remedy=skip.remedy)


def people_skip(names: str) -> Skip:
    """The skip of contacts for whom Xero has no room."""
    return Skip(
        Side.XERO,
        "five-contacts",
        _lt(
            "Xero keeps at most five contact persons beside the primary one; “{0}” stays in "
            "the CRM."
        ).format(names),
        _lt("Remove another contact person from the organization, if this one should be in Xero."),
    )
