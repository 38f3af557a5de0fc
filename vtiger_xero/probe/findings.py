"""What a probe finds out about its row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(str, Enum):
    """What became of an assumption on the wire."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    COULD_NOT_TELL = "could not tell"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Finding:
    """The verdict and, in a sentence, what was seen or why it could not be seen."""

    verdict: Verdict
    saw: str


class CouldNotTellError(Exception):
    """What the probe needs first did not come about; the text says what."""


def judged(holds: object, saw: str) -> Finding:
    """Confirmed where it holds, else contradicted."""
    return Finding(Verdict.CONFIRMED if holds else Verdict.CONTRADICTED, saw)
