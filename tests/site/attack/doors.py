"""Every endpoint through which a request reaches a record of the app.

The app's own whitelisted methods; Frappe's whitelisted methods that take a DocType, a document or
a report; the routes of Frappe's REST API; the print page.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.api import API_URL_MAP

import vtiger_xero

OPEN = "vtiger_xero.webhook.receive"  # Xero's own: it goes by the signature
CALLBACK = "vtiger_xero.api.connecting.callback"  # where Xero's consent page sends a browser
_INNER = ("demo", "xero_simulator", "demo.crm")
_NOT_SERVED = (".tests", ".test_", "frappe.patches", "frappe.commands", "frappe.testing")
# By these parameters a method of Frappe's reaches a DocType of another app.
DOCTYPES = frozenset(
    (
        *("doctype", "dt", "doc_type", "_doctype", "cdt", "document_type", "link_doctype"),
        *("reference_doctype", "ref_doctype", "parent_doctype", "child_type", "goal_doctype"),
    )
)
DOCUMENTS = frozenset(("doc", "docs", "report_name", "card_name", "chart_name", "docnames"))
# Each by its reason: what is left out is tried by another endpoint, or is not about records.
LEFT_OUT = {
    "frappe.utils.print_format.download_pdf": "the HTML of the print page, turned into a PDF",
    "frappe.utils.print_format.download_multi_pdf": "the same for many",
    "frappe.utils.print_format.download_multi_pdf_async": "the same in a worker",
    "frappe.utils.print_format.print_by_server": "needs a print server",
    "frappe.utils.weasyprint.download_pdf": "the HTML of the print page, turned into a PDF",
    "frappe.modules.utils.export_customizations": "writes into the folder of an app",
    "frappe.desk.doctype.system_console.system_console.execute_code": "System Managers' own",
}


@dataclass(frozen=True)
class Door:
    """One endpoint. `path` may have places for a DocType and a name."""

    name: str
    path: str
    method: str
    parameters: tuple[tuple[str, Any], ...] = ()
    own: bool = False

    @property
    def takes(self) -> Mapping[str, Any]:
        """What it is called with: names and annotations."""
        return dict(self.parameters)


def served() -> Mapping[str, Callable[..., Any]]:
    """All whitelisted methods of Frappe and of the app by their addresses."""
    for package in (vtiger_xero, frappe):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_INNER) and not any(
                each in module.name for each in _NOT_SERVED
            ):
                importlib.import_module(module.name)
    methods = {inspect.unwrap(each): each for each in frappe.whitelisted}
    return {
        f"{bare.__module__}.{bare.__qualname__}": kept
        for bare, kept in methods.items()
        if bare.__module__.split(".")[0] in ("frappe", "vtiger_xero")
    }


def doors() -> list[Door]:
    """All of them, in a fixed order."""
    return sorted(
        (*_methods(), *_routes(), _print_page(), *_of_classes()), key=lambda door: door.name
    )


def _methods() -> Iterator[Door]:
    for address, method in served().items():
        signature = inspect.signature(method).parameters
        own = address.startswith("vtiger_xero.")
        if address in LEFT_OUT or address == CALLBACK or "self" in signature:
            continue
        taken = _taken(signature)
        if not own and not taken and _reads_the_form(method):
            taken = _FORM
        if own or ({name for name, _ in taken} & (DOCTYPES | DOCUMENTS)):
            yield Door(address, f"/api/method/{address}", _verb(method), taken, own)


# What lists and reports send to methods that name no parameters.
_FORM = (
    *(("doctype", str), ("fields", str), ("filters", str), ("items", str), ("report_name", str)),
    *(("name", str), ("doc", str), ("view", str), ("file_format_type", str), ("start", int)),
    ("page_length", int),
)


def _reads_the_form(method: Callable[..., Any]) -> bool:
    """Whether the module of a method without parameters takes them from the request itself."""
    module = inspect.getmodule(inspect.unwrap(method))
    return "form_dict" in inspect.getsource(module) if module else False


def _of_classes() -> Iterator[Door]:
    """Methods of documents: those of the app's DocTypes, and Frappe's own way to call any."""
    parameters = (("dt", str), ("dn", str), ("method", str), ("args", str), ("docs", str))
    ours = [
        (address.rsplit(".", 1)[1], address)
        for address, method in served().items()
        if address.startswith("vtiger_xero.") and "self" in inspect.signature(method).parameters
    ]
    for method, address in [("db_set", "run_doc_method"), ("save", "run_doc_method"), *ours]:
        yield Door(
            f"{address} ({method})", f"/api/method/run_doc_method#{method}", "POST", parameters
        )


def _routes() -> Iterator[Door]:
    """The REST API, both versions, as Frappe itself lists its routes."""
    seen = set()
    for rule in API_URL_MAP.iter_rules():
        path = str(rule.rule).replace("<path:name>", "<name>").rstrip("/")
        if "<doctype>" not in path or "<method>" in path or path.startswith("/api/v1"):
            continue
        for verb in sorted((rule.methods or {"GET", "POST"}) - {"HEAD", "OPTIONS"}):
            if (verb, path) not in seen:
                seen.add((verb, path))
                form = (("doc", str),) if verb in ("POST", "PUT", "PATCH") else _QUERY
                yield Door(f"{verb} {path}", path, verb, form)


_QUERY = (("fields", str), ("filters", str), ("order_by", str), ("run_method", str))


def _print_page() -> Door:
    parameters = (("doctype", str), ("name", str), ("format", str))
    return Door("GET /printview", "/printview", "GET", parameters)


def _verb(method: Callable[..., Any]) -> str:
    """POST where it may: what was written stays then."""
    return "POST" if "POST" in frappe.allowed_http_methods_for_whitelisted_func[method] else "GET"


def _taken(signature: Mapping[str, inspect.Parameter]) -> tuple[tuple[str, Any], ...]:
    simple = (each for each in signature.values() if each.kind is not each.VAR_KEYWORD)
    return tuple(
        (each.name, each.annotation) for each in simple if each.kind is not each.VAR_POSITIONAL
    )
