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
# Packages that say everything by `_lt`: what they say is stored, and translated when it is shown.
SPEAKING = ("engine", "xero")
_MARKS = ("_", "_lt")
_IN_JAVASCRIPT = re.compile(r"""\b__\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`$]*`)""")
_IN_TEMPLATE = re.compile(r'\b_\("([^"]+)"\)')
_WORD_IN_JAVASCRIPT = re.compile(r'"([^"\n]+)"')
_TAGS = re.compile(r"<[^>]+>")
_LETTER = re.compile(r"[^\W\d_]")
# Packages that no site has: a simulator, a demonstration, a CRM without Frappe. What the probe says
# goes to a terminal and into a report for this project, in English.
_APART = ("simulator", "demo", "embedded", "probe")


def needed() -> set[str]:
    """What a complete translation has: not a word less."""
    rooms = (
        *(python_strings(), javascript_strings(), template_strings()),
        *(record_strings(), choices()),
    )
    return {text for room in rooms for text in room if _LETTER.search(text)}


def known() -> set[str]:
    """What a translation may have: every literal that could reach a person."""
    literals = {text for file in _python() for text in _constants(_tree(file))}
    return needed() | literals | set(javascript_words())


def _python() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _constants(tree: ast.AST) -> Iterator[str]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    yield from (node.value for node in nodes if isinstance(node.value, str))


def python_strings() -> Iterator[str]:
    """What stands in `_("…")` and `_lt("…")`, and sentences that have a name (`_TOO_OLD = "…"`)."""
    for file in _python():
        tree = _tree(file)
        yield from _marked(tree)
        if file.relative_to(APP).parts[0] not in (*SPEAKING, *_APART):
            yield from filter(_is_sentence, _named(tree))


def _marked(tree: ast.AST) -> Iterator[str]:
    yield from (str(node.args[0].value) for node in ast.walk(tree) if _is_marked(node))


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
        and node.func.id in _MARKS
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
    )


def javascript_strings() -> Iterator[str]:
    """What stands in `__("…")`."""
    for file in APP.rglob("*.js"):
        if "dist" not in file.parts:
            for found in _IN_JAVASCRIPT.findall(file.read_text(encoding="utf-8")):
                yield _unquoted(found)


def template_strings() -> Iterator[str]:
    """What stands in `_("…")` of a template."""
    for file in APP.rglob("*.html"):
        yield from _IN_TEMPLATE.findall(file.read_text(encoding="utf-8"))


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
    """The templates of the engine and of Xero's client that are longer than a word."""
    for room in rooms or SPEAKING:
        for file in _python():
            if file.is_relative_to(APP / room):
                yield from (text for text in _marked(_tree(file)) if " " in text)


def unmarked_sentences() -> Iterator[str]:
    """Where the engine or Xero's client has a sentence that is no template, and no docstring."""
    for room in SPEAKING:
        for file in sorted((APP / room).rglob("*.py")):
            tree = _tree(file)
            apart = {id(part) for node in ast.walk(tree) for part in _apart(node)}
            for node in ast.walk(tree):
                text = _text(node)
                if id(node) not in apart and _is_sentence(text.replace("{}", "X")):
                    yield f"{file.relative_to(APP)}:{node.lineno}"  # type: ignore[attr-defined]


def _apart(node: ast.AST) -> Iterator[ast.AST]:
    """What is marked or read by nobody: docstrings, promises of rules, parts of an f-string."""
    if _is_marked(node):
        yield node.args[0]
    if isinstance(node, ast.Expr):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield from node.values


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return "".join(map(str, parts))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


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
