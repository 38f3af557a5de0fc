"""Xero's own OpenAPI description as a judge of requests and answers.

The file is not part of the repository. It is taken from where XERO_OPENAPI names it, else from
beside the checkout; where it is not there, nothing is judged. Its newest version is at
github.com/XeroAPI/Xero-OpenAPI.
"""

from __future__ import annotations

import copy
import functools
import io
import json
import os
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

_BESIDE = Path(__file__).parents[3] / "shared" / "xero" / "xero_accounting.yaml"
OPENAPI_FILE = Path(os.environ.get("XERO_OPENAPI", _BESIDE))
API = "/api.xro/2.0"
WRITES = ("PUT", "POST")
_SCHEMAS = {"Organisation": "Organisations"}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SINCE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_NAMED = re.compile(r"([A-Za-z][A-Za-z.]*)\s*(?:==|!=|>=|<=|>|<|=)")
LONGEST_KEY = 128  # said in words only: "128 character max."

# Fields of the description's version 19 (xero-python 15.2, xero-node 20), for older files.
_NEWER = {
    "Invoice": {
        "RoundingAmount": {"type": "number", "format": "double"},
        "EnteredTotal": {"type": "number", "format": "double"},
    }
}
# What is sent although the description calls it read only, each with its row of docs/xero.md.
_SENT_ALL_THE_SAME = {
    "Invoice": {
        "SubTotal": "F3",
        "TotalTax": "F3",
        "Total": "F3",
    }
}


@functools.cache
def description() -> dict[str, Any]:
    """The whole file; empty where it is not at hand."""
    if not OPENAPI_FILE.exists():
        return {}
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(OPENAPI_FILE.read_text("utf-8"), loader)
    return document


def version() -> str:
    """The version of the description at hand."""
    return str(description()["info"]["version"]) if description() else ""


@functools.cache
def openapi_validators() -> dict[str, Any]:
    """A validator for each schema by name; empty when the description is not there."""
    from openapi_schema_validator import OAS30Validator

    return _validators(description(), OAS30Validator)


@functools.cache
def request_validators() -> dict[str, Any]:
    """As `openapi_validators`, for what is sent: unknown and read-only fields are faults, too."""
    from openapi_schema_validator import OAS30WriteValidator, oas30_format_checker

    if not description():
        return {}
    document = {"components": {"schemas": copy.deepcopy(description()["components"]["schemas"])}}
    for name, schema in document["components"]["schemas"].items():
        properties = schema.get("properties")
        if properties is None:
            continue
        properties.update(_NEWER.get(name, {}))
        for field in _SENT_ALL_THE_SAME.get(name, ()):
            properties[field] = {k: v for k, v in properties[field].items() if k != "readOnly"}
        schema["additionalProperties"] = False
    return _validators(document, OAS30WriteValidator, format_checker=oas30_format_checker)


def _validators(document: dict[str, Any], kind: Any, **options: Any) -> dict[str, Any]:
    if not document:
        return {}
    from referencing import Registry
    from referencing.jsonschema import DRAFT4

    registry = Registry().with_resource("urn:xero", DRAFT4.create_resource(document))
    return {
        name: kind({"$ref": f"urn:xero#/components/schemas/{name}"}, registry=registry, **options)
        for name in document["components"]["schemas"]
    }


# -- answers -------------------------------------------------------------------------------------


def schema_of(path: str, method: str, status: int, text: str) -> str | None:
    """Xero's name for what the answer to this path must be."""
    path = path.partition(f"{API}/")[2]
    if status == 400 and "Elements" in text:
        return "Error"
    if status != 200 or not path:
        return None
    if "/Allocations" in path:
        return "Allocation" if method == "DELETE" else "Allocations"
    name = path.split("/")[0]
    return "Actions" if path.endswith("/Actions") else _SCHEMAS.get(name, name)


def faults_of_answer(schema: str | None, text: str) -> list[str]:
    """What Xero's own description does not allow in the JSON of an answer."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return []  # torn on purpose
    validator = openapi_validators().get(schema or "")
    # A refused element repeats what was sent, too long as it is.
    repeats = '"StatusAttributeString":"ERROR"' in text
    errors = validator.iter_errors(body) if validator is not None else ()
    found = [
        f"{e.json_path}: {e.message}"
        for e in errors
        if not (repeats and e.validator == "maxLength")
    ]
    if re.search(r":null[,}]", text) and "Extensions" not in text:
        found.append("a null, where Xero leaves the field out")
    return found


# -- requests ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """What was asked for: `path` begins after the version; `query` is as it was sent."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query}"


@dataclass(frozen=True)
class _Operation:
    """One call of the description, its parameters by where they stand and their name."""

    path: str
    parameters: dict[tuple[str, str], dict[str, Any]]
    body: str | None


@functools.cache
def _operations() -> list[tuple[re.Pattern[str], str, _Operation]]:
    """Each call with the pattern of its path; paths without a placeholder come first."""
    found = []
    for path, each in description()["paths"].items():
        pattern = re.compile(re.sub(r"\{[^}]+\}", "([^/]+)", path) + "$")
        for method in ("get", "put", "post", "delete"):
            if method in each:
                found.append((pattern, method.upper(), _operation(path, each, each[method])))
    return sorted(found, key=lambda row: "{" in row[2].path)


def _operation(path: str, shared: dict[str, Any], own: dict[str, Any]) -> _Operation:
    rows = [_resolved(row) for row in (*shared.get("parameters", ()), *own.get("parameters", ()))]
    content = _resolved(own.get("requestBody", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    parameters = {(row["in"], row["name"]): row for row in rows}
    return _Operation(path, parameters, schema.rpartition("/")[2] or None)


def _resolved(row: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in row:
        return row
    kind, name = row["$ref"].split("/")[-2:]
    found: dict[str, Any] = description()["components"][kind][name]
    return found


def faults_of_request(request: Request) -> list[str]:
    """What Xero's own description does not allow in this request."""
    if not description():
        return []
    for pattern, method, operation in _operations():
        match = pattern.match(request.path)
        if match and method == request.method:
            return [
                *_in_path(operation, match.groups()),
                *_in_query(operation, request.query),
                *_in_headers(operation, request.headers),
                *_in_body(operation, request.body),
            ]
    return ["no such call in the description"]


def _in_path(operation: _Operation, values: Iterable[str]) -> Iterator[str]:
    names = re.findall(r"\{([^}]+)\}", operation.path)
    for name, value in zip(names, values, strict=True):
        schema = operation.parameters.get(("path", name), {}).get("schema", {})
        if schema.get("format") == "uuid" and not _UUID.fullmatch(value):
            yield f"path {name}: {value!r} is no uuid"


def _in_query(operation: _Operation, query: str) -> Iterator[str]:
    for name, value in parse_qsl(query, keep_blank_values=True):
        row = operation.parameters.get(("query", name))
        if row is None:
            yield f"query {name}: not a parameter of this call"
            continue
        yield from (f"query {name}: {fault}" for fault in _as_said(row["schema"], value))
        yield from (f"query {name}: {fault}" for fault in _names(operation, name, value))


def _as_said(schema: dict[str, Any], value: str) -> Iterator[str]:
    """A value of a query has no type of its own: it must be readable as the type that is said."""
    kind = schema.get("type")
    if kind == "integer" and not re.fullmatch(r"-?\d+", value):
        yield f"{value!r} is no integer"
    if kind == "boolean" and value.lower() not in ("true", "false"):
        yield f"{value!r} is no boolean"
    if kind == "array":
        items = schema.get("items", {})
        for each in value.split(","):
            if items.get("format") == "uuid" and not _UUID.fullmatch(each):
                yield f"{each!r} is no uuid"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{value!r} is none of {schema['enum']}"


def _names(operation: _Operation, name: str, value: str) -> Iterator[str]:
    """The fields that `where` and `order` name are fields of what is listed."""
    collection = operation.path.strip("/").split("/")[0]
    if name == "order":
        named = [part.split()[0] for part in value.split(",")]
    elif name == "where":
        named = _NAMED.findall(re.sub(r'"[^"]*"', '""', value))
    else:
        return
    schemas = description()["components"]["schemas"]
    listed = schemas.get(collection, {}).get("properties", {}).get(collection, {})
    element = listed.get("items", {}).get("$ref", "").rpartition("/")[2]
    properties = {**schemas.get(element, {}).get("properties", {}), **_NEWER.get(element, {})}
    for each in named:
        if properties and each.split(".")[0] not in properties:
            yield f"{each} is no field of {element}"


def _in_headers(operation: _Operation, headers: dict[str, str]) -> Iterator[str]:
    for (place, name), row in operation.parameters.items():
        if place == "header" and row.get("required") and name.lower() not in headers:
            yield f"header {name}: missing"
    since = headers.get("if-modified-since")
    if since is not None and not _SINCE.match(since):
        yield f"header If-Modified-Since: {since!r} is no time"
    if since is not None and ("header", "If-Modified-Since") not in operation.parameters:
        yield "header If-Modified-Since: not a parameter of this call"
    if len(headers.get("idempotency-key", "")) > LONGEST_KEY:
        yield f"header Idempotency-Key: longer than {LONGEST_KEY}"


def _in_body(operation: _Operation, text: str) -> Iterator[str]:
    if operation.body is None:
        if text:
            yield "body: this call has none"
        return
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        yield "body: not JSON"
        return
    validator = request_validators()[operation.body]
    yield from (f"{each.json_path}: {each.message}" for each in validator.iter_errors(body))


# -- the judge -----------------------------------------------------------------------------------


class Judge:
    """Judges what passes between a client and a simulator, and keeps what it finds.

    A request or an answer that is like one before in everything that the description speaks of (its
    fields, types, lengths, words of lists) is not judged again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[object] = set()
        self._faults: list[str] = []
        self.requests = self.answers = 0

    def take_faults(self) -> list[str]:
        """What was found since this was asked last."""
        with self._lock:
            found, self._faults = self._faults, []
        return found

    def hear(self, request: Request) -> None:
        """Judge a request."""
        self.requests += 1
        shape = _shape_of_text(request.body)
        query = re.sub(r"({id}(%2C|,)?)+", "{id}", _UUID.sub("{id}", request.query))
        path = _UUID.sub("{id}", request.path)
        headers = frozenset(request.headers)
        if self._is_new((request.method, path, query, headers, shape)):
            self._note(f"{request}: ", faults_of_request(request))

    def hear_answer(self, request: Request, status: int, text: str) -> None:
        """Judge an answer in JSON."""
        self.answers += 1
        schema = schema_of(f"{API}{request.path}", request.method, status, text)
        if self._is_new((schema, _shape_of_text(text))):
            self._note(f"answer {status} to {request}: ", faults_of_answer(schema, text))

    def _is_new(self, shape: object) -> bool:
        with self._lock:
            is_new = shape not in self._seen
            self._seen.add(shape)
        return is_new

    def _note(self, what: str, faults: list[str]) -> None:
        with self._lock:
            self._faults.extend(what + fault for fault in faults)


# The words that stand for themselves, not for any text: those of lists are in capitals mostly.
_WORD = re.compile(r"[A-Za-z/]{2,30}")
_LENGTHS = (0, 9, 10, 30, 36, 50, 255, 500, 4_000)


def _shape_of_text(text: str) -> object:
    try:
        return _shape(json.loads(text))
    except (ValueError, RecursionError):
        return bool(text)


def _shape(value: object) -> object:
    """What of a value the description may speak of."""
    if isinstance(value, dict):
        return tuple((name, _shape(each)) for name, each in sorted(value.items()))
    if isinstance(value, list):
        return frozenset(_shape(each) for each in value)
    if isinstance(value, str):
        if _UUID.fullmatch(value):
            return "{id}"
        if value.isupper() and _WORD.fullmatch(value):
            return value
        return sum(len(value) > limit for limit in _LENGTHS)
    return type(value).__name__


def judged(application: Any, judge: Judge) -> Any:
    """The simulator's WSGI application as a class whose requests and answers a judge hears."""

    class Judged(application):  # type: ignore[misc]
        def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
            if not environ["PATH_INFO"].startswith(f"{API}/"):
                return super().__call__(environ, start_response)  # type: ignore[no-any-return]
            request = _request(environ)
            judge.hear(request)
            started: list[Any] = []

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                started.extend((int(status.split()[0]), dict(headers)))
                return start_response(status, headers, *rest)

            answer = b"".join(super().__call__(environ, start))
            status, headers = started
            if "application/json" in headers.get("Content-Type", ""):
                judge.hear_answer(request, status, answer.decode("utf-8", "replace"))
            return [answer]

    return Judged


def _request(environ: Any) -> Request:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    path = environ["PATH_INFO"].removeprefix(API)
    text = body.decode("utf-8", "replace")
    return Request(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, text)
