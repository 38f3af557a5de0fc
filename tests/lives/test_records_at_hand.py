"""What a run reads is enough: its plan is the one that it would make had it read everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import pytest

from tests.lives.countries import known_countries
from tests.lives.doing import Doer
from tests.lives.places import opened
from tests.lives.story import Story
from tests.lives.writing import written
from tests.support.stage import Quiet, Stage
from vtiger_xero.engine.plan import Plan, join
from vtiger_xero.engine.ports import Ports
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.run_filter import EVERYTHING, RunFilter
from vtiger_xero.engine.sync.dependencies import add_dependencies
from vtiger_xero.engine.sync.filtering import part_in_filter
from vtiger_xero.engine.sync.previewing import preview_modules
from vtiger_xero.engine.sync.session import Request, open_session

SEEDS = range(500, 506)


def plans(
    stage: Stage, *, everything: bool, run_filter: RunFilter = EVERYTHING
) -> tuple[list[Plan], bool]:
    """What a run would do now, and whether it would read everything for that."""
    ledger = stage.ledger()
    ports = Ports(stage.crm, ledger, stage.journal, stage.clock, Quiet())
    with stage.journal.lock():
        request = Request(retry=True, run_filter=run_filter)
        session = open_session(ports, stage.settings, ledger.reference(), request)
        if everything:
            session.cache.take_everything()
        session = add_dependencies(session, session.modules)
        parts = preview_modules(session, session.modules)
        found = [join(module, some) for module, some in groupby(parts, lambda part: part.module)]
        if not run_filter.has_all_records:
            found = [part_in_filter(session, each) for each in found]
        return found, session.cache.at_hand.is_everything


class Comparing(Doer):
    """Before each run, both plans are made."""

    compared = 0

    def sync(self) -> None:
        """Sync Now."""
        for run_filter in self.filters():
            here, is_everything = plans(self.stage, everything=False, run_filter=run_filter)
            whole, _ = plans(self.stage, everything=True, run_filter=run_filter)
            for ours, theirs in zip(here, whole, strict=True):
                assert ours == theirs, f"{ours.module} of {self.story}, {run_filter}"
            self.compared += not is_everything
        super().sync()

    def filters(self) -> Iterator[RunFilter]:
        """What the runs to compare are limited to."""
        yield EVERYTHING


class Choosing(Comparing):
    """Runs of a single module, and of some records of each."""

    def filters(self) -> Iterator[RunFilter]:
        """A module, and a few records of either side, whatever became of them."""
        chance = random.Random(f"{self.story.seed} {len(self.reports)}")
        yield RunFilter(chance.choice(list(Module)))
        for module in chance.sample(list(Module), 2):
            names = [each.name for each in self.stage.crm.heads(module)]
            links = self.stage.journal.links(module)
            names += [each.crm_name for each in links if each.crm_name and each.xero_id]
            ids = [each.id for each in self.stage.journal.xero_heads(module)]
            some, others = (
                chance.sample(each, min(2, len(each))) for each in (sorted(set(names)), ids)
            )
            yield RunFilter.of_records(module, some)
            yield RunFilter.of_records(module, xero_ids=others)


@pytest.mark.parametrize(("doer_type", "lives"), [(Comparing, 6), (Choosing, 2)])
@pytest.mark.parametrize("country", known_countries())
def test_a_plan_from_the_records_at_hand_is_the_plan_from_all(
    country: str, doer_type: type[Comparing], lives: int
) -> None:
    for seed in SEEDS[:lives]:
        live(written(seed, country), doer_type)


@pytest.mark.parametrize("direction", [Direction.TO_CRM, Direction.TO_XERO])
def test_so_it_is_where_records_go_one_way(direction: Direction) -> None:
    for seed in SEEDS:
        one_way = tuple((module.value, direction.value) for module in Module)
        live(replace(written(seed, "NZ"), directions=one_way), Comparing)


def live(story: Story, doer_type: type[Comparing]) -> None:
    """A life with its comparisons."""
    with opened(story) as stage:
        doer = doer_type(stage, story)
        for act in story.acts:
            doer.do(act)
        for _ in range(3):
            doer.sync()
            doer.answer()
    assert doer.compared, "no run of this life looked at less than everything"
