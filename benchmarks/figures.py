"""A figure with its target, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Something measured. `target` is None where it is only told; `most` says which way is good."""

    section: str
    title: str
    value: float
    unit: str = ""
    target: float | None = None
    most: bool = True
    spread: tuple[float, float] | None = None

    @property
    def is_met(self) -> bool:
        """Whether the target was reached."""
        if self.target is None:
            return True
        return self.value <= self.target if self.most else self.value >= self.target

    @property
    def row(self) -> tuple[str, str, str, str]:
        """What was measured, the figure, the target, the verdict."""
        sign = "≤" if self.most else "≥"
        target = "" if self.target is None else f"{sign} {_shown(self.target)}{self.unit}"
        verdict = "" if self.target is None else ("met" if self.is_met else "MISSED")
        spread = f" ({_shown(self.spread[0])}–{_shown(self.spread[1])})" if self.spread else ""
        return self.title, f"{_shown(self.value)}{self.unit}{spread}", target, verdict


def _shown(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


HEAD = ("What", "Figure", "Target", "")


def table(figures: Sequence[Figure]) -> str:
    """All figures as text, by sections."""
    rows = [figure.row for figure in figures]
    widths = [max(len(row[place]) for row in [HEAD, *rows]) for place in range(len(HEAD))]
    lines, section = [_line(HEAD, widths), "-" * (sum(widths) + 6)], ""
    for figure in figures:
        if figure.section != section:
            section = figure.section
            lines += ["", section]
        lines.append(_line(figure.row, widths))
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def markdown(figures: Sequence[Figure]) -> str:
    """The same as tables of a document."""
    parts, section = [], ""
    for figure in figures:
        if figure.section != section:
            section = figure.section
            parts += ["", f"### {section}", "", "| what | figure | target | |", "|---|---|---|---|"]
        parts.append("| " + " | ".join(figure.row) + " |")
    return "\n".join(parts).strip() + "\n"
