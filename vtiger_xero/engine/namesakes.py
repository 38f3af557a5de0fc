"""Which documents of Xero have a name like a wanted one: what a refusal of the name hangs on.

Xero refuses a name that another active contact has. Whether accents count there is documented
nowhere, so those are looked at that are alike without them. What was refused is sent again by
itself as soon as they are no longer the same ones: a scheduled run repeats no reason that has
become untrue, and spends no call on one that has not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from .links import XeroHead
from .modules import spec_of
from .records import Document, Module
from .text import likeness_key, name_key

_Name = tuple[str, str, str]  # a document's id, title and number


class Namesakes:
    """The documents of one module by their names, read and indexed when it is first asked."""

    def __init__(self, read: Callable[[], Iterable[XeroHead]] = tuple) -> None:
        self._read = read

    def of(self, module: Module, document: Document, own: str | None) -> str:
        """The ids and names of others that are like what the request asks for, as text."""
        name = spec_of(module).xero.requested_name(document)
        number = name_key(document.get("ContactNumber"))
        found = [*self._by_likeness.get(likeness_key(name), ())] if name else []
        found += self._by_number.get(number, ()) if number else ()
        return "|".join(sorted({f"{id}:{title}" for id, title, _ in found if id != own}))

    @cached_property
    def _names(self) -> Sequence[_Name]:
        return [(head.id, head.title, head.number) for head in self._read()]

    @cached_property
    def _by_likeness(self) -> Mapping[str, Sequence[_Name]]:
        return _index((likeness_key(each[1]), each) for each in self._names)

    @cached_property
    def _by_number(self) -> Mapping[str, Sequence[_Name]]:
        return _index((name_key(each[2]), each) for each in self._names)


def _index(pairs: Iterable[tuple[str, _Name]]) -> Mapping[str, Sequence[_Name]]:
    index: dict[str, list[_Name]] = defaultdict(list)
    for key, each in pairs:
        if key:
            index[key].append(each)
    return index
