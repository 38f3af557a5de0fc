"""The rules of docs/rules.md, and marks that tie a test to one, so that no rule goes without.

`applies` marks a test in which the rule bites, `spares` one in which it rightly does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])
ROOT = Path(__file__).resolve().parents[2]


def applies(*codes: str) -> Callable[[Test], Test]:
    """In this test the rules take effect."""
    return _unchanged


def spares(*codes: str) -> Callable[[Test], Test]:
    """In this test the rules look on and do nothing, or leave alone what is not theirs."""
    return _unchanged


def _unchanged(test: Test) -> Test:
    return test


@dataclass(frozen=True)
class Rule:
    """A row of docs/rules.md: its ids, and the ids of the conditions that belong to it."""

    ids: Sequence[str]
    promise: str
    limits: Sequence[str]
    whose: str
    files: Sequence[str]


def read_rules() -> list[Rule]:
    """Every row of docs/rules.md."""
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [_rule(*row) for row in rows if row[0] != "id"]


def _rule(ids: str, promise: str, whose: str, kept_in: str) -> Rule:
    promise, _, limits = re.sub(r"\bLimit: ", "Limits: ", promise).partition("Limits: ")
    files = re.findall(r"`([^`]+)`", kept_in)
    return Rule(ids.split(", "), promise, limits.split(", ") if limits else (), whose, files)
