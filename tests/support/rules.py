"""Marks that tie a test to a rule of docs/rules.md, so that no rule goes without one.

`applies` marks a test in which the rule bites, `spares` one in which it rightly does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])


def applies(*codes: str) -> Callable[[Test], Test]:
    """In this test the rules take effect."""
    return _unchanged


def spares(*codes: str) -> Callable[[Test], Test]:
    """In this test the rules look on and do nothing, or leave alone what is not theirs."""
    return _unchanged


def _unchanged(test: Test) -> Test:
    return test
