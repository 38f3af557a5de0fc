"""Making a failing life short: what can be left out, and it still fails in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.lives.story import Act, Story

MOST_TRIES = 150


def shrunk(story: Story, fails: Callable[[Story], bool], tries: int = MOST_TRIES) -> Story:
    """The shortest life that `fails` still says yes to, within so many tries."""
    left = tries
    progress = True
    while progress and left > 0:
        progress = False
        for smaller in _smaller(story):
            if left <= 0:
                break
            left -= 1
            if fails(smaller):
                story, progress = smaller, True
                break
    return story


def _smaller(story: Story) -> Iterator[Story]:
    acts = story.acts
    for size in (8, 4, 2, 1):
        if size < len(acts) or size == 1:
            for start in range(0, len(acts), size):
                yield story.with_acts((*acts[:start], *acts[start + size :]))
    plain = Story(story.seed)
    for name in ("directions", "policy", "deletions", "customers_only"):
        if getattr(story, name) != getattr(plain, name):
            yield replace(story, **{name: getattr(plain, name)})
    for name in ("free_account", "special_rate"):
        if getattr(story, name):
            yield replace(story, **{name: False})
    if story.country != "NZ":
        yield replace(story, country="NZ")
    for n, act in enumerate(acts):
        for other in _simpler(act):
            yield story.with_acts((*acts[:n], other, *acts[n + 1 :]))


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
    if act.name.startswith("sync_"):
        yield Act("sync")
    for name, plain in _PLAIN.items():
        if name in act.args and act.args[name] != plain and not (name, act.name) == ("kind", "credit"):
            yield Act(act.name, {**act.args, name: plain})
    lines = act.args.get("lines")
    if lines:
        for n in range(len(lines)):
            if len(lines) > 1:
                yield Act(act.name, {**act.args, "lines": [*lines[:n], *lines[n + 1 :]]})
        for n, row in enumerate(lines):
            for simple in _simpler_rows(row):
                changed = [*lines[:n], simple, *lines[n + 1 :]]
                yield Act(act.name, {**act.args, "lines": changed})
    if "row" in act.args:
        for simple in _simpler_rows(act.args["row"]):
            yield Act(act.name, {**act.args, "row": simple})


def _simpler_rows(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("off", "account", "product"):
        if row.get(name):
            yield {key: each for key, each in row.items() if key != name}
    for name, plain in (("q", "1"), ("price", "100"), ("sale", "std")):
        if row[name] != plain and not (name == "price" and row[name] == "0"):
            yield {**row, name: plain}
