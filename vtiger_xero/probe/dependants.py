"""What depends on an assumption: by its row in docs/xero.md, and by the tests that name its id.

A test names a row by its id in brackets, `[L5]`, within the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .assumptions import Assumption

TESTS = Path(__file__).parents[2] / "tests"
_TEST = re.compile(r"^\s*def (test_\w+)", re.MULTILINE)


def dependants(row: str, assumption: Assumption | None, tests: Path = TESTS) -> list[str]:
    """Sentences for people: what breaks, which code and which tests rely on it."""
    found = []
    if assumption is None:
        found.append("docs/xero.md has no such row here, or is not installed.")
    else:
        found.append(f"Assumed: {assumption.says} ({assumption.evidence})")
        found.append(f"What breaks if it is wrong: {assumption.breaks}")
        found.append(f"Relied on in: {assumption.relied_on}")
    named = list(named_in_tests(row, tests))
    if named:
        found.append(f"Tests: {', '.join(named)}")
    elif tests.exists():
        found.append("Tests: none names it.")
    else:
        found.append("Tests: they are not installed here.")
    return found


def named_in_tests(row: str, tests: Path) -> Iterator[str]:
    """The tests with `[row]` in them; the file, where it stands outside of all tests."""
    for file in sorted(tests.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        places = [place.start() for place in re.finditer(re.escape(f"[{row}]"), text)]
        within = f"tests/{file.relative_to(tests)}"
        yield from dict.fromkeys(_named(within, text, place) for place in places)


def _named(file: str, text: str, place: int) -> str:
    before = [found.group(1) for found in _TEST.finditer(text, 0, place)]
    return f"{file}::{before[-1]}" if before else file
