"""Endpoints of possible matches: both records side by side, and a person's answer.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe
from frappe import _

from ..crm.language import translated
from ..crm.record_types import RecordTypes
from ..engine.errors import SyncError
from ..engine.links import Answer
from ..engine.records import Module
from ..engine.run_filter import RunFilter
from ..permissions import require_user
from ..runs import jobs
from ..views import matches
from .asking import MOST, module_named, page, parsed, require_writable, run_or_throw


@frappe.whitelist(methods=["GET", "POST"])
def possible_matches(
    start: int = 0, page_length: int = 20, module: str | None = None
) -> dict[str, Any]:
    """Records of both sides that may be one, as far as one may read them, side by side."""
    require_user()
    return matches.matches(*page(start, page_length), module_named(module))


@frappe.whitelist(methods=["GET", "POST"])
def match_answers(start: int = 0, page_length: int = 20) -> dict[str, Any]:
    """What was answered on possible matches, newest first."""
    require_user()
    return matches.answered(*page(start, page_length))


@frappe.whitelist(methods=["POST"])
def answer_matches(
    module: str, pairs: list[Any] | str, answer: str, sync: bool = False
) -> dict[str, Any]:
    """Answer One or Two on `pairs` of a module, each [name of the CRM's record, Xero's id].

    Answers with a `message`, and with the `run` that carries it out, if one was asked for (`sync`).
    """
    require_user()
    chosen, asked = _module(module), _pairs(pairs)
    for name in dict.fromkeys(name for name, _xero_id in asked):
        require_writable(RecordTypes().one(chosen, name), name)
    given = _answer(answer)
    run_or_throw(lambda: matches.give_answer(chosen, asked, given))
    return _synced(chosen, [name for name, _xero_id in asked]) if sync else {"message": _("Saved.")}


@frappe.whitelist(methods=["POST"])
def take_back_match_answer(module: str, name: str, xero_id: str) -> dict[str, str]:
    """Forget the answer on a pair, so that it is asked again."""
    require_user()
    chosen = _module(module)
    require_writable(RecordTypes().one(chosen, name), name)
    run_or_throw(lambda: matches.take_back(chosen, (name, xero_id)))
    return {"message": _("The next run asks again.")}


def _module(name: str) -> Module:
    found = module_named(name)
    if found is None:
        frappe.throw(_("This page is out of date. Reload it."))
        raise TypeError
    return found


def _pairs(value: list[Any] | str) -> list[tuple[str, str]]:
    found = parsed(value, list)
    if not found:
        frappe.throw(_("Choose at least one record."))
    if len(found) > MOST:
        frappe.throw(_("At most {0} records can be chosen at once.").format(MOST))
    if not all(isinstance(each, list | tuple) and len(each) == 2 for each in found):
        frappe.throw(_("This page is out of date. Reload it."))
    return [(str(name), str(xero_id)) for name, xero_id in found]


def _answer(text: str) -> Answer:
    try:
        return Answer(text)
    except ValueError:
        frappe.throw(_("This page is out of date. Reload it."))
        raise


def _synced(module: Module, names: list[str]) -> dict[str, Any]:
    """An answer stands, whether or not a run can begin."""
    try:
        run = jobs.enqueue(jobs.SYNC, RunFilter.of_records(module, names), retry=True)
    except SyncError as error:
        return {"message": f"{_('Saved.')} {translated(error.message)}"}
    return {"message": _("Saved. The sync carries it out now."), "run": run}
