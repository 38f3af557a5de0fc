"""Reads the cells of Vtiger's CSV, one after the other, and collects what is wrong with them.

What cannot be known (a customer that is not here, a date that can be read in two ways) is a
problem, with its row and its column, and nothing of the file is taken. What a record can do without
(a user who is not here) is a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..engine.mapping.doctypes import INVOICE
from ..engine.messages import Message, _lt
from . import values
from .columns import FIXED_CHOICES, MODULES, currency_codes

_NUMBERS = ("Currency", "Float", "Percent", "Int")
_OWN = {doctype: module for module, doctype in MODULES.items()}
_LONGEST_CHOICE = 140


@dataclass(frozen=True)
class Field:
    """A field of a DocType: its name, its label and type as Frappe has them.

    `target` is the DocType of a Link, `choices` are those of a Select.
    """

    name: str
    label: str
    type: str
    target: str = ""
    choices: tuple[str, ...] = ()
    read_only: bool = False


class Records(Protocol):
    """The records that are here, as far as the person may read them."""

    def called(self, doctype: str, title: str) -> Sequence[str]:
        """The names of those with this title, whatever its case."""

    def exists(self, doctype: str, name: str) -> bool:
        """Whether a record has this name, no matter who may read it."""


@dataclass(frozen=True)
class Cell:
    """Where a value stands. Rows count as in Data Import: the heads are row 1."""

    row: int
    column: str
    text: str


@dataclass
class Findings:
    """What is wrong with the file, what is left out of it, and which choices are new."""

    problems: list[tuple[Cell, Message]] = field(default_factory=list)
    notes: dict[Message, None] = field(default_factory=dict)
    choices: dict[str, dict[str, None]] = field(default_factory=dict)

    def refuse(self, cell: Cell, reason: Message) -> None:
        """The file is not taken."""
        self.problems.append((cell, reason))

    def note(self, text: Message) -> None:
        """Say it once."""
        self.notes[text] = None


@dataclass(frozen=True)
class Reader:
    """Reads a cell for a field. "" is an empty one, or one with a problem or a note.

    `order` is the format of the file's dates, `within` are the titles of its own records.
    """

    records: Records
    findings: Findings
    order: str
    within: Mapping[str, str] = field(default_factory=dict)

    def read(self, cell: Cell, of: Field) -> str:
        """The value as Data Import takes it."""
        if not cell.text:
            return ""
        if of.type in _NUMBERS:
            return self._number(cell)
        if of.type == "Check":
            return self._or_refuse(values.box(cell.text), cell, _lt("Yes or no is expected."))
        if of.type in ("Date", "Datetime"):
            return self._or_refuse(
                values.day(cell.text, self.order), cell, _lt("“{0}” is not a date.")
            )
        if of.type == "Select":
            return self._choice(cell, of)
        if of.type == "Link":
            return self._record(cell, of)
        return values.reference(cell.text)[1]

    def item(self, cell: Cell) -> tuple[str, str]:
        """DocType and name of a product or service, ("", "") with a problem.

        Vtiger looks among the products first where the module is not said.
        """
        module, title = values.reference(cell.text)
        doctypes = [MODULES[module]] if module in ("Products", "Services") else ()
        for doctype in doctypes or (MODULES["Products"], MODULES["Services"]):
            found = self.records.called(doctype, title) if title else ()
            if len(found) > 1:
                self._several(cell, title, found)
                return "", ""
            if found:
                return doctype, found[0]
        reason = _lt("“{0}” is no product or service here. Import products and services first.")
        self.findings.refuse(cell, reason.format(title))
        return "", ""

    def _number(self, cell: Cell) -> str:
        reason = _lt("“{0}” is not a number, or can be read as two. Write it as 1234.56.")
        return self._or_refuse(values.number(cell.text), cell, reason)

    def _or_refuse(self, value: str | None, cell: Cell, reason: Message) -> str:
        if value is None:
            self.findings.refuse(cell, reason.format(cell.text))
        return value or ""

    def _choice(self, cell: Cell, of: Field) -> str:
        wanted = cell.text.casefold()
        known = next((each for each in of.choices if each.casefold() == wanted), None)
        if known is not None:
            return known
        if of.name in FIXED_CHOICES:
            reason = _lt("“{0}” is none of the values that {1} can have here.")
            self.findings.refuse(cell, reason.format(cell.text, of.label))
        elif len(cell.text) > _LONGEST_CHOICE or set("<>\n") & set(cell.text):
            self.findings.refuse(cell, _lt("A choice has at most 140 characters, without < and >."))
        else:
            choices = self.findings.choices.setdefault(of.name, {})
            return next((each for each in choices if each.casefold() == wanted), None) or (
                choices.setdefault(cell.text) or cell.text
            )
        return ""

    def _record(self, cell: Cell, of: Field) -> str:
        module, title = values.reference(cell.text)
        if of.target == "Currency":
            return self._currency(cell)
        if module and module != _OWN.get(of.target, module):
            self.findings.refuse(cell, _lt("This is no record of the module that is expected."))
            return ""
        found = self._found(of, title)
        if len(found) == 1:
            return found[0]
        if of.target in ("User", "Contact"):
            self._do_without(of, title)
        elif self._is_to_come(of, title):
            reason = _lt(
                "{0}: the records that are in this file itself are left out. Import the file a "
                "second time with Update Existing Records."
            )
            self.findings.note(reason.format(of.label))
        elif found:
            self._several(cell, title, found)
        else:
            reason = _lt("“{0}” is not here. Import it first.")
            self.findings.refuse(cell, reason.format(title))
        return ""

    def _found(self, of: Field, title: str) -> Sequence[str]:
        """A payment may name its invoice by the number, too: it is the surer one."""
        if of.target == INVOICE and self.records.exists(INVOICE, title):
            return [title]
        return self.records.called(of.target, title)

    def _is_to_come(self, of: Field, title: str) -> bool:
        return self.within.get(title.casefold(), "") == of.target

    def _do_without(self, of: Field, title: str) -> None:
        if of.target == "User":
            reason = _lt("{0}: no single user is called “{1}”. These records are assigned to you.")
        else:
            reason = _lt("{0}: no single contact is called “{1}”. The field is left empty.")
        self.findings.note(reason.format(of.label, title))

    def _several(self, cell: Cell, title: str, names: Sequence[str]) -> None:
        reason = _lt("{0} records are called “{1}”: {2}. Write the number of one of them.")
        self.findings.refuse(cell, reason.format(len(names), title, ", ".join(names[:3])))

    def _currency(self, cell: Cell) -> str:
        code = currency_codes().get(cell.text.casefold(), cell.text.upper())
        if self.records.exists("Currency", code):
            return code
        self.findings.refuse(cell, _lt("“{0}” is no currency here.").format(cell.text))
        return ""
