"""What a run reads is enough: its plan is the one that it would make had it read everything."""

from __future__ import annotations

import pytest

from tests.lives.countries import known_countries
from tests.lives.doing import Doer
from tests.lives.places import opened
from tests.lives.writing import written
from tests.support.stage import Quiet, Stage
from vtiger_xero.engine.plan import Plan
from vtiger_xero.engine.ports import Ports
from vtiger_xero.engine.sync.previewing import preview_modules
from vtiger_xero.engine.sync.session import Request, open_session

SEEDS = range(500, 506)


def plans(stage: Stage, *, everything: bool) -> tuple[list[Plan], bool]:
    """What a run would do now, and whether it would read everything for that."""
    ledger = stage.ledger()
    ports = Ports(stage.crm, ledger, stage.journal, stage.clock, Quiet())
    with stage.journal.lock():
        session = open_session(ports, stage.settings, ledger.reference(), Request(retry=True))
        if everything:
            session.cache.take_everything()
        found = preview_modules(session, session.modules)
        return found, session.cache.at_hand.is_everything


class Comparing(Doer):
    """Before each run, both plans are made."""

    compared = 0

    def sync(self) -> None:
        """Sync Now."""
        here, is_everything = plans(self.stage, everything=False)
        whole, _ = plans(self.stage, everything=True)
        for ours, theirs in zip(here, whole, strict=True):
            assert ours == theirs, f"{ours.module} of {self.story}"
        self.compared += not is_everything
        super().sync()


@pytest.mark.parametrize("country", known_countries())
def test_a_plan_from_the_records_at_hand_is_the_plan_from_all(country: str) -> None:
    for seed in SEEDS:
        story = written(seed, country)
        with opened(story) as stage:
            doer = Comparing(stage, story)
            for act in story.acts:
                doer.do(act)
            for _ in range(3):
                doer.sync()
                doer.answer()
        assert doer.compared, "no run of this life looked at less than everything"
