"""Making a failing life short: what can be left out, and it still fails in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.lives.story import Act, Story

Fails = Callable[[Story], bool]
MOST_TRIES = 120


class Shrinker:
    """Tries smaller lives, each once, until its tries are used up."""

    def __init__(self, fails: Fails, tries: int = MOST_TRIES) -> None:
        self._fails = fails
        self._left = tries

    def shrunk(self, story: Story) -> Story:
        """The shortest life found that still fails."""
        while self._left > 0:
            before = story
            story = self._plainer_settings(self._fewer_acts(story))
            story = self._simpler_acts(story)
            if story == before:
                break
        return story

    def _holds(self, story: Story) -> bool:
        if self._left <= 0:
            return False
        self._left -= 1
        return self._fails(story)

    def _fewer_acts(self, story: Story) -> Story:
        size = max(1, len(story.acts) // 2)
        while size:
            start = len(story.acts)
            while start > 0:  # from the end: the last acts are the ones that matter least
                start = max(0, start - size)
                smaller = story.with_acts((*story.acts[:start], *story.acts[start + size :]))
                if len(smaller.acts) < len(story.acts) and self._holds(smaller):
                    story = smaller
            size //= 2
        return story

    def _plainer_settings(self, story: Story) -> Story:
        plain = Story(story.seed)
        names = ("directions", "policy", "deletions", "customers_only", "country")
        for name in (*names, "free_account", "special_rate"):
            if getattr(story, name) != getattr(plain, name):
                plainer = replace(story, **{name: getattr(plain, name)})
                story = plainer if self._holds(plainer) else story
        return story

    def _simpler_acts(self, story: Story) -> Story:
        for n in range(len(story.acts)):
            for other in _simpler(story.acts[n]):
                simpler = story.with_acts((*story.acts[:n], other, *story.acts[n + 1 :]))
                if self._holds(simpler):
                    story = simpler
                    break
        return story


def shrunk(story: Story, fails: Fails, tries: int = MOST_TRIES) -> Story:
    """The shortest life that `fails` still says yes to, within so many tries."""
    return Shrinker(fails, tries).shrunk(story)


_PLAIN: dict[str, Any] = {
    "email": "",
    "phone": "",
    "kind": "same",
    "status": "approved",
    "numbers": "same",
    "inclusive": False,
    "reference_crm": "",
    "reference_xero": "",
    "days": 0,
    "account": "",
    "times": 1,
    "cost": "",
    "silent": "",
    "named": True,
}


def _simpler(act: Act) -> Iterator[Act]:
    """From the plainest on."""
    if act.name.startswith("sync_"):
        yield Act("sync")
    mine = {} if act.name == "credit" else _PLAIN
    plain = {name: each for name, each in mine.items() if name in act.args}
    apart = [name for name, each in plain.items() if act.args[name] != each]
    if len(apart) > 1:
        yield Act(act.name, {**act.args, **plain})
    for name in apart:
        yield Act(act.name, {**act.args, name: plain[name]})
    lines = act.args.get("lines")
    if lines:
        if len(lines) > 1:
            yield from (Act(act.name, {**act.args, "lines": [row]}) for row in lines)
        for n, row in enumerate(lines):
            for simple in _simpler_rows(row):
                yield Act(act.name, {**act.args, "lines": [*lines[:n], simple, *lines[n + 1 :]]})
    if "row" in act.args:
        yield from (
            Act(act.name, {**act.args, "row": row}) for row in _simpler_rows(act.args["row"])
        )


def _simpler_rows(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    plain = {"q": "1", "price": "100", "sale": "std"}
    if row != plain:
        yield plain
    for name in ("off", "account", "product"):
        if row.get(name):
            yield {key: each for key, each in row.items() if key != name}
    for name, each in plain.items():
        if row[name] != each:
            yield {**row, name: each}
