"""How many records of both sides may be one, before and after a run."""

from __future__ import annotations

from collections.abc import Mapping

from ..candidates import MatchInput
from ..journal import Journal
from ..lookups import Lookups
from ..matching import candidates
from ..messages import _lt, label
from ..modules import SPECS, spec_of
from ..plan import possible_pairs
from ..ports import Crm
from ..possible import pairs_to_answer
from ..records import Module, Side
from ..reference import Reference
from ..settings import Settings
from .planning import heads_at_xero, heads_to_sync, keys_for
from .session import RunLog, Session


def count_possible(crm: Crm, journal: Journal, settings: Settings) -> Mapping[Module, int]:
    """How many pairs would wait for an answer now, by what was last read of Xero."""
    found = [spec.look_up_keys(journal) for spec in SPECS.values()]
    lookups = Lookups(
        Reference("", ""), settings, **{k: v for each in found for k, v in each.items()}
    )
    counts = {}
    for module in Module:
        if settings.of(module).enabled:
            inputs = MatchInput(
                heads_to_sync(crm, module),
                heads_at_xero(journal, module, lookups),
                journal.links(module),
                keys_for(module, settings, lookups),
                spec_of(module).rule,
                answers=journal.answers(module),
                is_customer_unlinked=lambda head: (
                    not lookups.knows_contact(head.details.get("contact", ""))
                ),
            )
            writes = [side for side in Side if settings.writes(module, side)]
            counts[module] = len(possible_pairs(candidates(inputs, writes)))
    return counts


def notify_matched(log: RunLog) -> None:
    """Add a notice on payments that were in both systems, by what matched them (rule P5)."""
    for (module, matched_by), number in log.match_counts.items():
        if spec_of(module).rule.pairs_off:
            log.notify(
                _lt("Payments that were in both systems, and are linked now by {0}: {1}.").format(
                    label(matched_by), number
                )
            )


def notify_possible(session: Session) -> None:
    """Add a notice on the pairs that wait for an answer when a run ends."""
    modules = session.modules
    journal = session.journal
    waits = sum(
        len(pairs_to_answer(journal.links(each), journal.answers(each))) for each in modules
    )
    if waits:
        session.log.notify(
            _lt(
                "Records of both sides that may be one, and wait for an answer: {0}. Answer "
                "under Possible Matches whether they are one or two."
            ).format(waits)
        )
