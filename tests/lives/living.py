"""Playing a story from its first day to the last run, and what the judge found on the way."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field

from tests.lives.doing import Doer
from tests.lives.judge import Finding, in_sync_means_equal, judged, reasons
from tests.lives.places import opened
from tests.lives.story import Story
from tests.lives.wires import Wires, XeroReader
from vtiger_xero.engine.report import RunStatus

MOST_RUNS = 9  # after the last act; a lost answer waits for Xero's key


@dataclass
class Lived:
    """What came of a life."""

    story: Story
    findings: list[Finding] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reasons: list[tuple[str, str, str]] = field(default_factory=list)
    runs: int = 0

    @property
    def kinds(self) -> set[str]:
        """The kinds of what was found."""
        return {each.kind for each in self.findings}


def lived(story: Story) -> Lived:
    """Live it."""
    life = Lived(story)
    try:
        _play(story, life)
    except Exception as error:  # noqa: BLE001 (whatever breaks a life is a finding, with its story)
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"
        text = f"{type(error).__name__}: {error} ({where})"
        life.findings.append(Finding(f"broke: {where}", "life", text, "?"))
    return life


def _play(story: Story, life: Lived) -> None:
    with opened(story) as stage:
        doer, reader = Doer(stage, story), XeroReader(stage)
        for act in story.acts:
            runs = len(doer.reports)
            doer.do(act)
            if len(doer.reports) > runs and _completed(doer):
                wires = Wires.of(reader, stage)
                wires.is_rate_changed = doer.meaning.is_rate_changed
                _add(life, in_sync_means_equal(wires))
        _settle(doer, life)
        wires = Wires.of(reader, stage)
        wires.is_rate_changed = doer.meaning.is_rate_changed
        _add(life, judged(wires, doer.meaning, story, doer.country))
        _add(life, _moved(doer, reader, wires))
        life.refused, life.reasons = doer.refused, list(reasons(wires))
        life.runs = len(doer.reports)


def _completed(doer: Doer) -> bool:
    return doer.reports[-1].header.status is RunStatus.COMPLETED


def _settle(doer: Doer, life: Lived) -> None:
    """People answer, and runs follow, until there is nothing left to do."""
    for _ in range(MOST_RUNS):
        doer.sync()
        if not doer.answer() and not doer.reports[-1].writes and _completed(doer):
            return
    header = doer.reports[-1].header
    if not _completed(doer):
        text = f"{header.status.value}: {header.message}"
        life.findings.append(Finding("run does not complete", "run", text, "?"))
        return
    written = [
        f"{each.side.value} {each.operation.value} {each.title} "
        f"{[(c.field, c.old, c.new) for c in each.changes]}"
        for each in doer.reports[-1].entries
        if not each.reason
    ]
    text = f"after {MOST_RUNS} runs still written: {'; '.join(written)[:600]}"
    life.findings.append(Finding("never quiet", "run", text, "records"))


def _moved(doer: Doer, reader: XeroReader, before: Wires) -> list[Finding]:
    """The next run moves nothing on either wire."""
    doer.sync()
    after = Wires.of(reader, doer.stage)
    return [
        Finding("next run writes", name, f"{name} moved in a run that had nothing to do", "?")
        for name, held in before.figures().items()
        if held != after.figures()[name]
    ]


def _add(life: Lived, found: list[Finding]) -> None:
    known = {(each.kind, each.about) for each in life.findings}
    life.findings += [each for each in found if (each.kind, each.about) not in known]
