"""What a person keeps out of the sync is no difference between the ledgers: it is their wish.

As long as both sides of such a pair say the same, it counts like any other. As soon as they do
not, each stands alone on its side, for that reason: so the sums of what does sync can agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..messages import _lt
from .pairing import Pair, Paired

REASON = _lt("Do Not Sync with Xero is ticked on it.")
REMEDY = _lt("Untick it, if the record should sync.")


def separate_excluded(found: Paired, differs: Callable[[Pair], bool]) -> None:
    """Take the pairs apart that are kept out and differ."""
    kept_out = [each for each in found.pairs if each.crm and each.crm.is_excluded and differs(each)]
    taken = {id(each) for each in kept_out}
    found.pairs = [each for each in found.pairs if id(each) not in taken]
    for pair in kept_out:
        known = _lt("Do Not Sync with Xero is ticked on {0}, which is its record.").format(
            pair.link.crm_name
        )
        if pair.crm is not None and not pair.crm.is_gone:
            found.only_crm.append((pair.crm, pair.link))
        if pair.xero is not None and not pair.xero.is_gone:
            found.only_xero.append((pair.xero, replace(pair.link, reason=known, remedy=REMEDY)))
