"""A run that lasts reached its time limit ends between two batches, to be gone on with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.fakes import Quiet
from tests.sync.conftest import World
from vtiger_xero.engine.report import Report, RunStatus

MOST = timedelta(hours=5)


def slow(world: World, monkeypatch: pytest.MonkeyPatch, doing: str) -> None:
    """Each message of this step takes hours."""

    def report(self: Any, module: Any, step: str, done: int, total: int) -> None:
        if step == doing:
            world.clock.advance(hours=4)

    monkeypatch.setattr(Quiet, "report", report)


def run(world: World) -> Report:
    return world.engine.run(until=world.clock.now() + MOST)


@pytest.mark.parametrize("doing", ["Writing to Xero", "Writing to the CRM"])
def test_it_waits_to_be_gone_on_with(
    world: World, monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    for number in range(220):
        if doing == "Writing to Xero":
            world.organization(organization_name=f"Kea {number}")
        else:
            world.xero.add(Name=f"Kea {number}")
    slow(world, monkeypatch, doing)
    report = run(world)
    assert report.header.status is RunStatus.WAITING
    assert "reached its time limit" in report.header.message
    assert 0 < min(len(world.organizations()), len(world.xero.contacts)) < 220
    rest = [run(world).header.status for _ in range(2)]
    assert rest[-1] is RunStatus.COMPLETED
    assert len(world.organizations()) == len(world.xero.contacts) == 220


def test_so_does_one_whose_reading_takes_that_long(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.xero.add(Name="Moa")
    monkeypatch.setattr(Quiet, "report", lambda *_: world.clock.advance(hours=6))
    assert run(world).header.status is RunStatus.WAITING
    assert world.organizations() == []
    monkeypatch.setattr(Quiet, "report", lambda *_: None)
    assert run(world).header.status is RunStatus.COMPLETED
    assert len(world.organizations()) == 1


def test_a_run_without_an_end_lasts_as_long_as_it_takes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.organization(organization_name="Kea")
    monkeypatch.setattr(Quiet, "report", lambda *_: world.clock.advance(days=1))
    assert world.engine.run().header.status is RunStatus.COMPLETED
    assert len(world.xero.contacts) == 1
