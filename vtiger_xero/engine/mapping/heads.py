"""What matching looks at: the form of a record's keys, and of a module's rule (rule G6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..evidence import Details, Signs
from ..text import name_key


@dataclass(frozen=True, slots=True)
class Keys:
    """The match keys of a CRM record, as comparable text, "" for what it lacks.

    `name` is what a record is matched by first, `number` what it is matched by else. `marks` are
    details that distinguish two records of one name or number. `details` are those that show
    whether it may be the same as a record of another name (see `evidence`).
    """

    name: str
    number: str = ""
    marks: tuple[str, ...] = ()
    details: Details = field(default_factory=dict, hash=False)

    @property
    def duplicate_key(self) -> str:
        """Equal for CRM records that share one document in Xero (rule G2)."""
        return self.name or (f"number:{self.number}" if self.number else "")


@dataclass(frozen=True)
class MatchRule:
    """How a module's records find each other.

    `name_needs_mark`: a name alone proves nothing (two CRMs both count invoices from one).
    `number_needs_mark`: nor does a number. `contradicts` is the detail by which two records of one
    name may be two. `pairs_off`: there is no name, records are paired off by their values
    (`pairing_off`). `shares_document`: two CRM records of one name are one document in Xero.
    `keeps_name`: a document that is gone keeps its name (an archived contact can be restored); of
    the others a new one of that name may be made. `signs` show what may be one.
    """

    signs: Signs
    name_needs_mark: bool = False
    number_needs_mark: bool = True
    contradicts: str = ""
    pairs_off: bool = False
    shares_document: bool = False
    keeps_name: bool = False


def marks(*details: Any) -> tuple[str, ...]:
    """The details that say something, as comparable text, each once."""
    return tuple(sorted({one for one in (name_key(each) for each in details) if one}))
