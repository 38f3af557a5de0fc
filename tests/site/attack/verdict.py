"""What must hold of every answer, whatever was asked by whom."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import frappe

from tests.site.attack.asking import Answer, Writes, ask
from tests.site.attack.doors import Door
from tests.site.attack.inputs import (
    FORGED_NUMBER,
    FORGED_TEXT,
    FORGED_TIME,
    Kind,
    Target,
    arguments,
    guarded,
    opposite,
)
from tests.site.attack.ledger import FORMULA, HTML, doctypes, is_written_by_people

_TABLE = re.compile(r"`?tab(Vtiger [\w ]+?|Xero [\w ]+?|Singles)`|(__Auth)")
# Xero Settings may be saved by a manager, these fields by nobody.
_SETTINGS = "Xero Settings"
Rows = Mapping[str, Mapping[str, Any]]


@dataclass
class Judge:
    """Knows how the database was, and what of it only the sync writes."""

    writes: Writes
    before: dict[str, Rows] = field(default_factory=dict)
    kept: Any = None

    def __post_init__(self) -> None:
        frappe.db.rollback()
        self.before = {doctype: _rows(doctype) for doctype in doctypes()}
        self.kept = _kept()

    def attack(self, door: Door, kind: Kind, target: Target) -> list[str]:
        """Put the request; what was let in, in words, or nothing."""
        path, given = arguments(door, kind, target)
        found, answer = self._put(door, kind, target, path, given)
        if kind.asks_twice and _is_hidden(target):
            _, other = self._put(door, kind, target, *opposite(given, path))
            if _told(answer) != _told(other):
                differ = [f"{each.status} {type(each.error).__name__}" for each in (answer, other)]
                found.append(f"answers a question about a hidden record ({' or '.join(differ)})")
        return found

    def _put(
        self, door: Door, kind: Kind, target: Target, path: str, given: Mapping[str, Any]
    ) -> tuple[list[str], Answer]:
        found: list[str] = []

        def look() -> None:
            found.extend(self._changes(door, target))

        self.writes.statements.clear()
        self.writes.before_commit = look
        answer = ask(target.person.user, door.method, path, given, as_json=kind.as_json, judge=look)
        if self.writes.statements:
            frappe.cache.delete_keys("document_cache::")
            frappe.local.document_cache = {}
        found += _said(door, target, answer, json.dumps(given, default=str) + path)
        return sorted(set(found)), answer

    def _changes(self, door: Door, target: Target) -> list[str]:
        """What the request has written that only the sync writes."""
        tables = {a or b for text in self.writes.statements for a, b in _TABLE.findall(text)}
        if "Singles" in tables:
            tables.add(_SETTINGS)
        found = []
        if "__Auth" in tables and "Xero Manager" not in target.person.roles:
            found += ["changes kept secrets"] if _kept() != self.kept else []
        if "Xero Manager" in target.person.roles:
            tables.discard("Xero Organisation")  # keeps what a manager chooses in the settings
            if door.own:
                tables.discard(_SETTINGS)  # to connect and disconnect is a manager's
        for doctype in sorted(tables & set(self.before)):
            after, before = _rows(doctype), self.before[doctype]
            if is_written_by_people(doctype) or frappe.get_meta(doctype).istable:
                found += _forged_in(doctype, before, after)
            elif after != before and not (door.own and target.person.syncs):
                found.append(f"changes {doctype}, which only the sync writes")
            elif target.person.bound and _touches(target.ledger.others, before, after):
                found.append(f"changes {doctype} of another's record")
        return found


def _kept() -> Any:
    """The secrets as they are kept, encrypted."""
    return frappe.db.sql("select * from __Auth where doctype = %s", _SETTINGS)


def _rows(doctype: str) -> Rows:
    if frappe.get_meta(doctype).issingle:
        values = frappe.db.sql("select field, value from tabSingles where doctype=%s", doctype)
        own = {each.fieldname for each in guarded(doctype)}
        return {doctype: {key: value for key, value in values if key in own}}
    found = frappe.db.sql(f"select * from `tab{doctype}`", as_dict=True)
    return {str(row["name"]): _without_marks(row) for row in found}


def _without_marks(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what Frappe itself notes of likes, tags, and who has seen a record."""
    return {key: value for key, value in row.items() if not key.startswith("_")}


def _touches(others: set[str], before: Rows, after: Rows) -> bool:
    changed = [
        before.get(name) or after[name]
        for name in {*before, *after}
        if before.get(name) != after.get(name)
    ]
    return any(str(row.get(key)) in others for row in changed for key in ("crm_name", "xero_id"))


def _forged_in(doctype: str, before: Rows, after: Rows) -> list[str]:
    found = []
    fields = guarded(doctype)
    if frappe.get_meta(doctype).issingle:
        return [f"changes {doctype}.{key}" for key in _differs(before[doctype], after[doctype])]
    for name, row in after.items():
        old = before.get(name, {})
        if row == old:
            continue
        for each in fields:
            value = row.get(each.fieldname)
            if value != old.get(each.fieldname) and _is_forged(each, value):
                found.append(f"forges {doctype}.{each.fieldname}")
        found += [
            f"keeps live HTML in {doctype}.{key}"
            for key, value in row.items()
            if isinstance(value, str) and HTML in value and old.get(key) != value
        ]
        found += [
            f"keeps {value} in {doctype}.{key}"
            for key, value in row.items()
            if isinstance(value, float) and (value != value or abs(value) > 1e21)
        ]
    return found


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    derived = ("schedule_changed", "redirect_address", "webhook_address", "modified")
    keys = {*before, *after} - set(derived)
    return sorted(key for key in keys if (before.get(key) or "") != (after.get(key) or ""))


def _is_forged(each: Any, value: Any) -> bool:
    if each.fieldtype == "Check":
        return bool(value)
    if each.fieldtype == "Select":
        options = [part for part in (each.options or "").split("\n") if part]
        return bool(value == options[-1])
    return str(value) in _FORGED or (isinstance(value, str) and FORGED_TEXT in value)


_FORGED = (str(FORGED_NUMBER), "98765", "98765.0", FORGED_TIME, FORGED_TIME[:10])


def _is_hidden(target: Target) -> bool:
    """Whether this person may not read the record that the question is about."""
    return not target.person.may_read(target.doctype) or target.ledger.is_hidden_from(
        target.person, target.doctype
    )


def _told(answer: Answer) -> tuple[int, str]:
    """What an answer says, apart from the question that it repeats, from names and times."""
    if answer.status >= 500:
        return answer.status, type(answer.error).__name__
    text = re.sub(r"2[09]01-01-01", "", answer.body)
    text = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?", "", text)
    return answer.status, re.sub(r"0x[0-9a-f]+|\b[0-9a-z]{10,}\b|line \d+", "", text)


def _said(door: Door, target: Target, answer: Answer, asked: str) -> list[str]:
    found = []
    if answer.status >= 500 and (door.own or answer.is_ours):
        found.append(f"status {answer.status}: {answer.where}")
    body = answer.body
    found += ["tells a secret" for secret in target.ledger.secrets if secret in body]
    hidden = target.ledger.hidden_from(target.person)
    shown = [mark for mark in hidden if mark.text in body and mark.text not in asked]
    found += sorted({f"shows {mark.text!r} of {mark.doctype}" for mark in shown})[:3]
    if "html" in answer.kind and HTML in body:
        found.append("puts live HTML on a page")
    if "csv" in answer.kind and re.search(rf'(^|[,\n])"?{re.escape(FORMULA)}', body):
        found.append("puts a live formula into a CSV file")
    if (door.own or answer.is_ours) and HTML in _messages(body):
        found.append("puts live HTML into a message")
    return found


def _messages(body: str) -> str:
    try:
        found = json.loads(body)
        return "\n".join(
            str(json.loads(each).get("message"))
            for each in json.loads(found.get("_server_messages") or "[]")
        )
    except (ValueError, AttributeError, TypeError, RecursionError):
        return ""
