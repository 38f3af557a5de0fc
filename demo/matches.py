"""Possible matches in the embedded CRM: which there are, and what is answered."""

from __future__ import annotations

from collections.abc import Sequence

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Answer, MatchAnswer
from vtiger_xero.engine.possible import pairs_to_answer, require_possible
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.side_by_side import Match, side_by_side

from .stage import Stage


def matches_of(stage: Stage) -> list[Match]:
    """All that wait for an answer, side by side."""
    journal = stage.journal
    return [
        match
        for module in Module
        for match in side_by_side(
            stage.crm,
            journal,
            module,
            pairs_to_answer(journal.links(module), journal.answers(module)),
        )
    ]


def give_answers(stage: Stage, pairs: Sequence[str], answer: Answer) -> None:
    """Remember an answer on pairs that are written as NAME=ID; the next run carries it out."""
    asked = {f"{each.crm_name}={each.xero_id}": each for each in matches_of(stage)} if pairs else {}
    for text in pairs:
        match = asked.get(text)
        if match is None:
            raise RecordRefused(f"No possible match {text} waits for an answer.")
        module, now = match.module, stage.clock.now()
        given = MatchAnswer(module, match.crm_name, match.xero_id, answer, "demo", now)
        journal = stage.journal
        require_possible(journal.answers(module), [given], journal.links(module))
        journal.save_answer(given)
        journal.commit()
