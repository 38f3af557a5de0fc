"""Every text of the app that a person may read: what a translation must have to be complete."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

import vtiger_xero

APP = Path(vtiger_xero.__file__).parent
# Rooms that speak for themselves: what they say is kept in English and translated when shown.
SPEAKING = ("engine", "xero")
# What only the documentation prints, or only another program reads.
_SILENT_ARGUMENTS = {"promise", "note", "detail", "path", "described"}
_IN_JAVASCRIPT = re.compile(r"""\b__\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`$]*`)""")
_WORD_IN_JAVASCRIPT = re.compile(r'"([^"\n]+)"')
_TAGS = re.compile(r"<[^>]+>")
_LETTER = re.compile(r"[^\W\d_]")
# Patterns and addresses are no sentences, nor is what only the documentation prints, in lower case.
_NO_SENTENCE = re.compile(
    r"^[a-z<^\[]|[\\|]|\(\?|^HTTP|^Address|/connect|\.read$|^[A-Z]{3} [A-Z]{3}\b| ASC$"
)
# Packages that no site has: a simulator, a demonstration, a CRM without Frappe. What the probe says
# goes to a terminal and into a report for this project, in English.
_APART = ("simulator", "demo", "embedded", "probe")


def needed() -> set[str]:
    """What a complete translation has: not a word less."""
    rooms = (python_strings(), javascript_strings(), record_strings(), sentences(), choices())
    return {text for room in rooms for text in room if _LETTER.search(text)}


def known() -> set[str]:
    """What a translation may have: every literal that could reach a person."""
    literals = {text for file in _python() for text in _constants(_tree(file))}
    return needed() | set(spoken()) | literals | set(javascript_words())


def _python() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _constants(tree: ast.AST) -> Iterator[str]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    yield from (node.value for node in nodes if isinstance(node.value, str))


def python_strings() -> Iterator[str]:
    """What stands in `_("…")`, and sentences that have a name of their own (`_TOO_OLD = "…"`)."""
    for file in _python():
        tree = _tree(file)
        yield from (str(node.args[0].value) for node in ast.walk(tree) if _is_marked(node))
        if file.relative_to(APP).parts[0] not in (*SPEAKING, *_APART):
            yield from filter(_is_sentence, _named(tree))


def _named(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def _is_sentence(text: str) -> bool:
    return " " in text and text.endswith(".") and text[0].isupper()


def _is_marked(node: ast.AST) -> TypeGuard[Any]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
    )


def javascript_strings() -> Iterator[str]:
    """What stands in `__("…")`."""
    for file in APP.rglob("*.js"):
        if "dist" not in file.parts:
            for found in _IN_JAVASCRIPT.findall(file.read_text(encoding="utf-8")):
                yield _unquoted(found)


def _unquoted(literal: str) -> str:
    return literal[1:-1] if literal[0] == "`" else str(ast.literal_eval(literal))


def javascript_words() -> Iterator[str]:
    """Words that a page puts through `__` by another name."""
    for file in APP.rglob("*.js"):
        if "dist" not in file.parts:
            yield from _WORD_IN_JAVASCRIPT.findall(file.read_text(encoding="utf-8"))


def record_strings() -> Iterator[str]:
    """Labels, descriptions, choices and titles of what Frappe makes from files."""
    for file in (APP / "vtiger_xero").rglob("*.json"):
        held = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(held, dict):
            yield from _SHOWN.get(held.get("doctype", ""), _nothing)(held)


def _nothing(_held: dict[str, Any]) -> Iterator[str]:
    yield from ()


def _doctype(held: dict[str, Any]) -> Iterator[str]:
    yield held["name"]
    yield held.get("description") or ""
    for field in held["fields"]:
        yield from (field.get("label") or "", field.get("description") or "")
        if field["fieldtype"] == "Select":
            yield from (field.get("options") or "").split("\n")


def _workspace(held: dict[str, Any]) -> Iterator[str]:
    yield from (held["label"], held["title"])
    for key in ("links", "shortcuts", "charts", "number_cards"):
        yield from (row.get("label") or "" for row in held.get(key) or ())
    for block in json.loads(held["content"]):
        yield _TAGS.sub("", block["data"].get("text") or "")


_SHOWN = {
    "DocType": _doctype,
    "Workspace": _workspace,
    "Report": lambda held: iter([held["name"]]),
    "Page": lambda held: iter([held["title"]]),
    "Number Card": lambda held: iter([held["label"]]),
    "Dashboard Chart": lambda held: iter([held["chart_name"]]),
}


def sentences(*rooms: str) -> Iterator[str]:
    """What the engine and Xero's client say that is longer than a word."""
    yield from (
        text for text in spoken(*rooms) if " " in text.strip() and not _NO_SENTENCE.search(text)
    )


def choices() -> Iterator[str]:
    """The words that the engine chooses from: states, steps, triggers, ages …"""
    for file in _python():
        if file.relative_to(APP).parts[0] == "engine":
            for node in ast.walk(_tree(file)):
                if isinstance(node, ast.ClassDef) and _is_enum(node):
                    yield from (text for text in _values(node) if text[:1].isupper())


def _is_enum(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


def _values(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        if isinstance(line, ast.Assign):
            yield from _constants(line.value)


def spoken(*rooms: str) -> Iterator[str]:
    """What the engine and Xero's client say: literals with places {0}, {1} … for what varies."""
    for room in rooms or SPEAKING:
        for file in sorted((APP / room).rglob("*.py")):
            yield from _spoken(ast.parse(file.read_text(encoding="utf-8")))


def _spoken(tree: ast.AST) -> Iterator[str]:
    silent = set(_silent(tree))
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            yield _pattern(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _pattern(node: ast.JoinedStr) -> str:
    text, number = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            text, number = f"{text}{{{number}}}", number + 1
    return text


def _silent(tree: ast.AST) -> Iterator[int]:
    """Docstrings, parts of what is collected whole, annotations, keys, and what only docs print."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        if isinstance(node, ast.JoinedStr):
            yield from (id(part) for part in node.values)
            yield from (id(each) for part in node.values for each in _specs(part))
        if isinstance(node, ast.keyword) and node.arg in _SILENT_ARGUMENTS:
            yield from (id(each) for each in ast.walk(node.value))
        if isinstance(node, ast.Subscript):
            yield id(node.slice)


def _specs(part: ast.AST) -> Iterator[ast.AST]:
    if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
        yield from ast.walk(part.format_spec)
