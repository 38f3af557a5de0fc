"""The kinds of hostile input, each said once: what it puts where a plain request has something.

A parameter has a part (which DocType, which record, a document, a filter, a number, a text), by its
name; a kind of input says what stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import frappe
from frappe.model import no_value_fields

from tests.site.attack.doors import DOCTYPES, Door
from tests.site.attack.ledger import FORMULA, HTML, Ledger, is_written_by_people
from tests.site.attack.people import Person
from vtiger_xero.engine.saving import READ_ONLY

FORGED_NUMBER, FORGED_TEXT, FORGED_TIME = 98765.25, "Zq forged 98765", "1997-09-09 09:09:09"
_NAMES = frozenset(
    (
        *("name", "docname", "dn", "doc_name", "document_name", "document", "record", "crm_name"),
        *("reference_name", "reference_docname", "ref_docname", "cdn", "old_name", "title_name"),
        "parent",
    )
)
_LISTS_OF_NAMES = frozenset(("names", "docnames", "items", "selected_items", "pairs"))
_FILTERS = frozenset(("filters", "or_filters", "current_filters", "applied_filters"))
_FIELDS = frozenset(("fields",))
_FIELD = frozenset(("fieldname", "field", "field_name", "searchfield", "sort_field"))
_DOCUMENT = frozenset(("doc", "args", "data", "values"))


@dataclass(frozen=True)
class Target:
    """What a request is about."""

    ledger: Ledger
    person: Person
    doctype: str

    @property
    def own(self) -> str:
        """A record that the bound people may change; of a Single its name."""
        return self.ledger.own.get(self.doctype, self.doctype)

    @property
    def other(self) -> str:
        """A record that the bound people may not see."""
        return self.ledger.other.get(self.doctype, self.doctype)


@dataclass(frozen=True)
class Kind:
    """One kind of input. Each function gets the target and what stands there plainly."""

    title: str
    record: str = "own"  # or "other": whose record is asked for
    name: Callable[[Target, str], Any] = lambda target, plain: plain
    text: Callable[[str], Any] = lambda plain: plain
    number: Callable[[Any], Any] = lambda plain: plain
    values: Callable[[Target], dict[str, Any]] = lambda target: {}
    filters: Callable[[Target], Any] | None = None
    fields: Any = None
    json: Any = None  # in the place of every JSON text
    as_json: bool = False
    new: bool = False  # documents are new ones
    asks_twice: bool = False  # true and false about what is hidden: the answers must be equal
    changes: str = "names texts numbers documents filters"  # in which parameters it shows
    share: int = 6  # one cell in so many is tried in a short run

    def matters_to(self, door: Door) -> bool:
        """Whether the endpoint has a parameter in which this kind shows."""
        parts = {part for each, how in door.takes.items() for part in _parts(each, how)}
        parts |= {"names"} if "<name>" in door.path else set()
        return bool(parts & set(self.changes.split()))


def _parts(parameter: str, how: Any) -> tuple[str, ...]:
    """What stands in a parameter, by its name."""
    if parameter in DOCTYPES:
        return ()
    if parameter in _NAMES | _LISTS_OF_NAMES | {"run", "key", "tenant", "xero_id"}:
        return ("names",)
    if parameter in _FILTERS | _FIELDS:
        return ("filters",)
    if parameter in _DOCUMENT | {"docs", "choices", "seen"}:
        return ("documents", "texts", "numbers")
    if parameter in _FIELD | {"value"}:
        return ("documents", "texts") if parameter in ("fieldname", "value") else ()
    if how in (int, "int", float) or parameter in _NUMBERS:
        return ("numbers",)
    return ("texts",)


_NUMBERS = ("start", "limit", "page_length", "page_len", "limit_start", "limit_page_length")


def arguments(door: Door, kind: Kind, target: Target) -> tuple[str, dict[str, Any]]:
    """The address and the arguments of one request."""
    plain = target.own if kind.record == "own" else target.other
    name = kind.name(target, plain)
    path = door.path.split("#")[0].replace("<doctype>", target.doctype)
    if "<name>" in path:
        path = path.replace("<name>", _in_path(name))
    made = {each: _value(each, how, door, kind, target, name) for each, how in door.takes.items()}
    if door.path.startswith("/api/") and "<" in door.path and "doc" in door.takes:
        document = made.pop("doc")
        made = (
            json.loads(document)
            if isinstance(document, str) and document[:1] == "{"
            else {"data": document}
        )
    return path, {key: value for key, value in made.items() if value is not None}


def _in_path(name: Any) -> str:
    text = name if isinstance(name, str) else json.dumps(name)
    return text.replace("?", "%3F").replace("#", "%23") or " "


def _value(parameter: str, how: Any, door: Door, kind: Kind, target: Target, name: Any) -> Any:
    if parameter in DOCTYPES:
        return target.doctype
    if parameter == "parent" and (parents := parents_of(target.doctype)):
        return parents[0]
    if door.own and (found := _of_the_app(parameter, target, kind, name)) is not None:
        return found
    if parameter in _NAMES:
        return name
    if parameter in _LISTS_OF_NAMES:
        return _json(kind, [name])
    if parameter in _FILTERS:
        return _json(kind, kind.filters(target) if kind.filters else {"name": name})
    if parameter in _FIELDS:
        return _json(kind, kind.fields or ["name", _title(target.doctype)])
    if parameter in _FIELD:
        forged = kind.values(target)
        return json.dumps(forged) if forged and parameter == "fieldname" else _title(target.doctype)
    if parameter in _DOCUMENT:
        return _json(kind, document(kind, target, name))
    if parameter == "docs":
        made = {**document(kind, target, name), "docname": name}
        return _json(kind, made if "run_doc_method" in door.path else [made])
    if parameter == "report_name":
        return "Xero Reconciliation" if target.doctype < "W" else "Xero Records"
    if parameter in _PLAIN:
        return _PLAIN[parameter]
    if parameter in ("method", "run_method"):
        return door.path.partition("#")[2] or None
    if parameter in ("value", "content", "txt", "text", "title", "new_name", "comment"):
        return kind.text("Zq new" if parameter == "new_name" else "")
    if parameter in ("user", "assign_to", "raised_by"):
        return target.person.user
    if parameter in ("order_by", "group_by", "sort_order"):
        return None
    if how in (int, "int", float) or parameter in ("start", "limit", "page_length", "page_len"):
        return kind.number(20)
    if how in (bool, "bool"):
        return 1
    return kind.text("x")


def _of_the_app(parameter: str, target: Target, kind: Kind, name: Any) -> Any:
    """What the app's own endpoints ask for, so that they come to what is hidden."""
    ledger = target.ledger
    xero_id = ledger.xero_ids.get(target.doctype, "00000000-0000-0000-0000-000000000000")
    found = {
        "run": ledger.runs["Preview" if kind.record == "other" else "Sync"],
        "module": _MODULES.get(target.doctype, "Organizations"),
        "side": "Xero",
        "operation": "Created",
        "answer": "One",
        "xero_id": xero_id,
        "tenant": frappe.db.get_single_value("Xero Settings", "tenant_id"),
    }
    if parameter == "pairs":
        return _json(kind, [[name, xero_id]])
    if parameter in ("choices", "seen"):
        return _json(kind, {_title(target.doctype): "Xero"})
    if parameter not in found:
        return None
    return (
        kind.text(found[parameter])
        if isinstance(name, str) and name != target.own
        else found[parameter]
    )


@cache
def _title(doctype: str) -> str:
    meta = frappe.get_meta(doctype)
    texts = [each.fieldname for each in meta.fields if each.fieldtype in ("Data", "Small Text")]
    return str(meta.title_field or (texts or ["name"])[0])


_PLAIN = {"action": "Save", "view": "Report", "file_format_type": "CSV"}
_MODULES = {
    "Vtiger Product": "Products",
    "Vtiger Service": "Products",
    "Vtiger Invoice": "Invoices",
    "Vtiger Payment": "Payments",
}


@cache
def parents_of(doctype: str) -> list[str]:
    """The app's DocTypes that have this one as a table."""
    filters = {"options": doctype, "fieldtype": ["like", "Table%"]}
    return sorted(frappe.get_all("DocField", filters, pluck="parent", distinct=True))


def _json(kind: Kind, plain: Any) -> Any:
    if kind.json is not None:
        return kind.json
    return plain if kind.as_json else json.dumps(plain, default=str)


def document(kind: Kind, target: Target, name: Any) -> dict[str, Any]:
    """What a form sends: the stored document with what the kind changes in it."""
    meta = frappe.get_meta(target.doctype)
    stored = target.own if kind.record == "own" else target.other
    made: dict[str, Any] = {"doctype": target.doctype}
    if not meta.istable and (meta.issingle or frappe.db.exists(target.doctype, stored)):
        made = frappe.get_doc(target.doctype, stored).as_dict(convert_dates_to_str=True)
    if kind.new:
        made = {key: value for key, value in made.items() if key not in _OF_STORED}
        made["__islocal"] = 1
        for table in meta.get_table_fields():
            for row in made.get(table.fieldname) or ():
                for key in _OF_STORED:
                    row.pop(key, None)
    elif not isinstance(name, str) or name != stored:
        made["name"] = name
    made |= kind.values(target)
    for each in meta.fields:
        if each.fieldtype in ("Data", "Small Text", "Text", "Text Editor") and not each.read_only:
            old = made.get(each.fieldname) or ""
            made[each.fieldname] = kind.text(old)
        if each.fieldtype in ("Currency", "Float", "Int", "Percent") and not each.read_only:
            made[each.fieldname] = kind.number(made.get(each.fieldname) or 0)
    for table in meta.get_table_fields():
        for row in made.get(table.fieldname) or ():
            for each in frappe.get_meta(table.options).fields:
                if each.fieldtype in ("Currency", "Float", "Int", "Percent") and not each.read_only:
                    row[each.fieldname] = kind.number(row.get(each.fieldname) or 0)
    return made


_OF_STORED = ("name", "creation", "modified", "owner", "modified_by", "parent", "__onload")


@cache
def guarded(doctype: str) -> list[Any]:
    """The fields of a DocType that people do not write: read only in the DocType itself.

    Not those that the form fills in while a person types.
    """
    filled = READ_ONLY[doctype].filled if doctype in READ_ONLY else ()
    return [
        each
        for each in frappe.get_meta(doctype).fields
        if each.read_only
        and each.fieldname not in filled
        and each.fieldtype not in no_value_fields
        and each.fieldtype not in ("Table", "Button", "HTML")
    ]


def forged(doctype: str, other: str = "") -> dict[str, Any]:
    """A value in each of them that nobody but an attacker has."""
    made: dict[str, Any] = {}
    for each in guarded(doctype):
        if each.fieldtype in ("Currency", "Float", "Int", "Percent"):
            made[each.fieldname] = 98765 if each.fieldtype == "Int" else FORGED_NUMBER
        elif each.fieldtype == "Check":
            made[each.fieldname] = 1
        elif each.fieldtype == "Select":
            made[each.fieldname] = [part for part in (each.options or "").split("\n") if part][-1]
        elif each.fieldtype in ("Date", "Datetime"):
            made[each.fieldname] = FORGED_TIME[: 10 if each.fieldtype == "Date" else None]
        elif each.fieldtype not in ("Link", "Dynamic Link"):
            made[each.fieldname] = FORGED_TEXT
    return made


def _forged(target: Target) -> dict[str, Any]:
    made = forged(target.doctype)
    stored: Mapping[str, Any] = {}
    meta = frappe.get_meta(target.doctype)
    if meta.get_table_fields() and target.own != target.doctype:
        stored = frappe.get_doc(target.doctype, target.own).as_dict(convert_dates_to_str=True)
    for table in meta.get_table_fields():
        rows = [{**row, **forged(table.options)} for row in stored.get(table.fieldname) or ()]
        if rows and is_written_by_people(target.doctype):
            made[table.fieldname] = rows
    return made


def _deep() -> str:
    return "[" * 5000 + "]" * 5000


def _claim(year: int) -> Callable[[Target], Any]:
    return lambda target: {"name": target.other, "creation": [">", f"{year}-01-01"]}


TEXTS = {
    "HTML": HTML,
    "a formula": FORMULA,
    "SQL": "x' or '1'='1'; -- ",
    "a path": "../../site_config.json",
    "a format": "{0.__class__} %(x)s %s",
    "a null byte": "x\x00y",
    "nothing": "",
    "a huge text": "x" * 100_000,
    "odd letters": "\u202e\U0001f600\ud800".encode("utf-8", "ignore").decode(),
}
NUMBERS = {
    "NaN": float("nan"),
    "infinity": float("inf"),
    "1e308": 1e308,
    "a negative number": -98765.5,
    "10^40": 10**40,
}


def _text_kinds() -> list[Kind]:
    made = []
    for title, value in TEXTS.items():
        made.append(
            Kind(
                f"{title} as a name",
                changes="names",
                name=lambda target, plain, value=value: value,
                text=lambda plain, value=value: value if plain else plain,
            )
        )
        made.append(
            Kind(
                f"{title} in texts",
                changes="texts documents",
                text=lambda plain, value=value: value,
            )
        )
    return made


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda plain: value


KINDS = [
    Kind("another's record", record="other", share=3),
    Kind(
        "all there is",
        record="other",
        share=3,
        changes="filters texts numbers",
        filters=lambda target: {},
        fields=["*"],
    ),
    Kind(
        "a question as a name",
        record="other",
        asks_twice=True,
        share=3,
        changes="names filters",
        name=lambda target, plain: json.dumps(_claim(2001)(target)),
        filters=_claim(2001),
    ),
    Kind(
        "a question as an object",
        record="other",
        asks_twice=True,
        share=3,
        changes="names filters",
        as_json=True,
        name=lambda target, plain: _claim(2001)(target),
        filters=_claim(2001),
    ),
    Kind("forged values", values=_forged, share=1, changes="documents"),
    Kind("forged values in a new record", values=_forged, new=True, share=1, changes="documents"),
    Kind(
        "forged values in another's record",
        record="other",
        values=_forged,
        share=1,
        changes="documents",
    ),
    *_text_kinds(),
    *(
        Kind(title, number=_always(value), changes="numbers documents")
        for title, value in NUMBERS.items()
    ),
    Kind("deep JSON", changes="documents filters", json=_deep()),
    Kind("a list for a text", as_json=True, name=lambda target, plain: [plain], text=_always([])),
    Kind(
        "an object for a text",
        as_json=True,
        name=lambda target, plain: {"x": plain},
        text=_always({}),
    ),
    Kind("a number for a text", as_json=True, name=lambda target, plain: 7, text=_always(7)),
    Kind(
        "a text for a number",
        changes="numbers documents filters",
        number=_always("seven"),
        json="seven",
    ),
]


def opposite(arguments: Mapping[str, Any], path: str) -> tuple[str, dict[str, Any]]:
    """The same question, false instead of true, and as long."""
    turned = json.loads(json.dumps(arguments, default=str).replace("2001-01-01", "2901-01-01"))
    return path.replace("2001-01-01", "2901-01-01"), turned
