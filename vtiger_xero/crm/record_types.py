"""Which DocType a record is of: products and services are one module with two DocTypes."""

from collections.abc import Iterable, Mapping

from ..engine.mapping.doctypes import DOCTYPES, RENAMED
from ..engine.records import Module
from .rows import select_in

_FLOWING = {
    doctype: {own: name for name, own in names.items()} for doctype, names in RENAMED.items()
}


class RecordTypes:
    """The DocTypes of records by name. It remembers: a run asks for many at once, and once.

    A name never changes its DocType: numbers are given once, and a service never gets the name
    of a product (`vtiger_xero/numbered.py`).
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Module, str], str] = {}

    def of(self, module: Module, names: Iterable[str]) -> Mapping[str, str]:
        """The DocType of each name; a record that is not there counts as one of the first."""
        asked = set(names)
        first, *others = DOCTYPES[module]
        unknown = [name for name in asked if (module, name) not in self._known] if others else []
        for doctype in others if unknown else ():
            found = select_in(doctype, ("name",), "name", unknown)
            self.remember(module, doctype, (row["name"] for row in found))
        for name in unknown:
            self._known.setdefault((module, name), first)
        return {name: self._known.get((module, name), first) for name in asked}

    def one(self, module: Module, name: str) -> str:
        """The DocType of one record."""
        return self.of(module, [name])[name]

    def remember(self, module: Module, doctype: str, names: Iterable[str]) -> None:
        """Records that somebody has just read or made."""
        self._known.update(((module, name), doctype) for name in names)


def own_name(doctype: str, field: str) -> str:
    """The DocType's own name of a field that flows under the product's name."""
    return RENAMED.get(doctype, {}).get(field, field)


def flowing_name(doctype: str, field: str) -> str:
    """The name under which a DocType's field flows."""
    return _FLOWING.get(doctype, {}).get(field, field)
