"""Pictures of the figures, made from what was measured; without matplotlib there are none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.virtual import FirstSync

_INK, _MUTED, _ACCENT = "#24292f", "#9aa4b1", "#1f6feb"


def is_possible() -> bool:
    """Whether the library is there (`pip install '.[bench]'`)."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def _axes(title: str, x: str, y: str) -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "vtiger_xero", "font.size": 10})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 3.4), layout="constrained")
    axes.set_title(title, loc="left", color=_INK)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    pyplot.close(figure)


def first_sync(runs: Sequence[FirstSync], path: Path) -> None:
    """Calls over time against what the limits allow."""
    run = max(runs, key=lambda each: each.calls)
    total = f"{run.sizes.records:,} records"
    figure, axes = _axes(f"A first sync of {total} to Xero", "minutes", "calls made")
    minutes = [moment / 60 for moment in run.moments]
    axes.step(minutes, range(1, len(minutes) + 1), where="post", color=_ACCENT, label="the sync")
    last = max(minutes, default=0)
    steps = range(int(last) + 2)
    allowed = [min(60 * (minute + 1), run.calls) for minute in steps]
    axes.step(steps, allowed, where="post", color=_MUTED, ls="--", label="60 calls a minute")
    axes.axhline(run.day, color=_INK, lw=0.8, label="a free day")
    axes.legend(frameon=False, loc="lower right")
    _save(figure, path)


def peers(bars: Sequence[tuple[str, float, float]], path: Path) -> None:
    """Calls of the sync beside those of a plain loop, on a scale of powers of ten."""
    figure, axes = _axes("Calls for the same records", "", "calls")
    places = range(len(bars))
    plain = axes.bar([p - 0.2 for p in places], [b[2] for b in bars], 0.38, color=_MUTED)
    ours = axes.bar([p + 0.2 for p in places], [b[1] for b in bars], 0.38, color=_ACCENT)
    for drawn in (plain, ours):
        axes.bar_label(drawn, fmt="{:,.0f}", color=_INK)
    axes.set_yscale("log")
    axes.set_xticks(list(places), [bar[0] for bar in bars])
    axes.legend([plain, ours], ["a plain loop over the SDK", "this app"], frameon=False)
    _save(figure, path)


def growth(points: Sequence[tuple[int, float, float]], path: Path) -> None:
    """Memory and queries for each record, over the number of records."""
    figure, axes = _axes("Growth with the number of contacts", "contacts", "megabytes above rest")
    sizes = [point[0] for point in points]
    axes.plot(sizes, [point[1] for point in points], marker="o", color=_ACCENT)
    other = axes.twinx()
    other.plot(sizes, [point[2] for point in points], marker="s", ls="--", color=_MUTED)
    other.set_ylabel("SQL queries for each record (dashed)")
    other.set_ylim(0, 1.4 * max(point[2] for point in points))
    axes.set_ylim(0, 1.2 * max(point[1] for point in points))
    axes.set_xlim(0, 1.05 * max(sizes))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    other.spines[["top"]].set_visible(False)
    _save(figure, path)
