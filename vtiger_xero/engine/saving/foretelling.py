"""What Xero will leave out, said when the record is saved and not a day later.

These are the very rules of a run (`engine/conditions`), those of them that look at nothing but
the record: which other record has a name, and what is linked, only a run can know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..conditions import CONDITIONS, Context
from ..conditions.base import alone
from ..lookups import Lookups
from ..modules import table_of
from ..records import CrmRecord, Side
from ..reference import Reference
from ..settings import Settings


def foretell(
    record: CrmRecord, settings: Settings, labels: Mapping[str, str]
) -> Sequence[tuple[str, str]]:
    """Reason and remedy of everything for which Xero will leave this record out, alone by itself.

    Nothing where the settings send no records of its module to Xero, or a person keeps it out.
    """
    module, lookups = record.module, Lookups(Reference("", ""), settings)
    proposal = alone(record, table_of(module, lookups).rows)
    if (
        not settings.of(module).enabled
        or not settings.writes(module, Side.XERO)
        or proposal.pair.is_excluded
    ):
        return []
    context = Context(settings, lookups.reference, labels=labels, lookups=lookups)
    return [
        finding
        for condition in CONDITIONS
        if condition.when_saved
        if condition.module is module and condition.side is Side.XERO
        for finding in condition.find(proposal, context)
    ]
