"""Odd JSON: what a proxy, a new version or an enemy may put where Xero's answer should be."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.xero.support import desk_at
from vtiger_xero.engine.records import Module
from vtiger_xero.xero.endpoints import ENDPOINTS
from xero_simulator import Simulator, make_sample

TELLING = ["", " ", "\x00", "null", "NaN", "-0", "1e400", "12,50", "\ud83d", "\u202e", "\U0001f600"]
TELLING += ["/Date(0)/", "/Date(99999999999999999)/", "/Date(-1)/", "2026-02-30", "0000-00-00"]
TELLING += ["00000000-0000-0000-0000-000000000000", "5f0ee000-0000-4000-8000-00000000beef"]
TELLING += ["<script>alert(1)</script>", "'; drop table--", "{{7*7}}", "..\\..", "x" * 5_000]
texts = st.text(max_size=12) | st.sampled_from(TELLING)
numbers = st.one_of(
    st.integers(-(10**25), 10**25),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -1, 10**40, Decimal("1e400"), Decimal("0.00000000000000000001")]),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@functools.cache
def answers() -> dict[Module, Any]:
    """What Xero answers to a read of each module: the sample's documents, parsed."""
    found = {}
    with Simulator(seed=3, minute_limit=1_000) as xero:
        make_sample(12, products=12, invoices=20, payments=12).load_into(xero.organisation)
        desk = desk_at(xero)
        for module in Module:
            endpoint = ENDPOINTS[module]
            found[module] = desk.ledger()._client.call(endpoint.read, **endpoint.arguments(1, 100))
    return found


@functools.cache
def reference_answers() -> dict[str, Any]:
    """The same for what is no module."""
    with Simulator(seed=3) as xero:
        client = desk_at(xero).ledger()._client
        names = ("get_organisations", "get_currencies", "get_accounts", "get_tax_rates")
        return {name: client.call(name) for name in names}


def documents(module: Module) -> list[Any]:
    return list(answers()[module][ENDPOINTS[module].collection])


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if before:
        yield before
    pieces = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        pieces = enumerate(value)
    for key, piece in pieces:
        yield from _paths(piece, (*before, key))


@st.composite
def altered(draw: Any, value: Any, most: int = 3) -> Any:
    """A piece of JSON with some of its pieces replaced, dropped, doubled or renamed."""
    changed = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, most))):
        paths = list(_paths(changed))
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        place = functools.reduce(lambda held, key: held[key], way, changed)
        _alter(draw, place, last)
    return changed


def _alter(draw: Any, place: Any, key: Any) -> None:
    kind = draw(st.sampled_from(["value", "value", "drop", "double", "rename", "wrap"]))
    if kind == "drop":
        del place[key]
    elif kind == "double" and isinstance(place, list):
        place.append(copy.deepcopy(place[key]))
    elif kind == "rename" and isinstance(place, dict):
        place[draw(texts)] = place.pop(key)
    elif kind == "wrap":
        place[key] = [place[key]] if draw(st.booleans()) else {"0": place[key]}
    else:
        place[key] = draw(values)


def body(value: Any) -> bytes:
    """As bytes on the wire, lone surrogates and all."""
    return json.dumps(value, default=str).encode("utf-8", "surrogatepass")
