"""What a run is limited to, as it stands on the run's own row.

So a worker, and a run that goes on later, find it there.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..engine.records import Module, Side
from ..engine.run_filter import Chosen, RunFilter

COLUMNS = ("only_module", "chosen", "plan")
_SIDES = {"names": Side.CRM, "xero_ids": Side.XERO}


def filter_of(row: Mapping[str, Any]) -> RunFilter:
    """The filter that stands on a run's row (its `COLUMNS`); an approval is not on it."""
    stored = json.loads(row["chosen"]) if row["chosen"] else None
    return RunFilter(
        Module(row["only_module"]) if row["only_module"] else None,
        None if stored is None else frozenset(_chosen(stored)),
        plan=row["plan"] or "",
    )


def columns_of(run_filter: RunFilter) -> dict[str, Any]:
    """The columns of a Xero Sync Run."""
    chosen = None
    if run_filter.chosen is not None:
        chosen = json.dumps({part: _keys(run_filter, side) for part, side in _SIDES.items()})
    return {
        "only_module": run_filter.only.value if run_filter.only else None,
        "chosen": chosen,
        "plan": run_filter.plan or None,
    }


def _chosen(stored: Mapping[str, Mapping[str, list[str]]]) -> Iterator[Chosen]:
    for part, side in _SIDES.items():
        for module, keys in stored[part].items():
            yield from ((Module(module), side, key) for key in keys)


def _keys(run_filter: RunFilter, side: Side) -> dict[str, list[str]]:
    keys = {module.value: sorted(run_filter.keys(module, side)) for module in Module}
    return {module: some for module, some in keys.items() if some}
