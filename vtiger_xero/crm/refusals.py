"""The CRM's refusals of a record, turned into sentences that a bookkeeper understands."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.meta import Meta
from frappe.utils import strip_html
from rq.timeouts import JobTimeoutException

from ..engine.errors import RecordChanged, RecordRefused, SyncError
from ..engine.messages import Message, _lt, label, listed
from .savepoints import savepoint
from .stored_text import from_stored

CHANGED = _lt("It was changed in the CRM during the sync. That change is kept.")


@contextmanager
def refusals(doctype: str, values: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Within, the CRM's own rules run; what they refuse comes out as `RecordRefused`.

    `values` are those being written, to name the field where Frappe does not. The write is
    undone, and messages meant for a browser are taken back: they are in the reason.
    """
    shown = len(frappe.local.message_log)
    try:
        with savepoint():
            yield
    except SyncError:
        raise
    except (frappe.TimestampMismatchError, frappe.QueryTimeoutError) as error:
        raise RecordChanged(CHANGED, detail=str(error)) from error
    except Exception as error:
        if timed_out(error):
            raise  # the end of the job is nothing that this record could be refused for
        # A site's own hooks and scripts run here, and may raise anything: one record's trouble
        # must not stop the others (rule G10). What is not a refusal is also logged as a bug.
        meta, words = frappe.get_meta(doctype), _words(error, shown)
        reason, remedy = _sentences(error, meta, _with_field(error, meta, words, values or {}))
        if not _refuses(error):
            # Deferred: the record's savepoint is rolled back, and would take the entry along.
            title = f"Xero sync: {type(error).__name__} while saving {doctype}"
            frappe.log_error(title=title, defer_insert=True)
        raise RecordRefused(reason, remedy=remedy, detail=repr(error)) from error
    finally:
        del frappe.local.message_log[shown:]


def require_unaltered(document: Document, values: Mapping[str, Any]) -> None:
    """Refuse what Frappe has turned into something else on saving.

    It rewrites what looks like HTML, because its pages do not escape what they show. What
    `stored_text` keeps does not look like it; a field that a site has made an editor's does. Kept,
    the rewritten text would go back to Xero as a change.
    """
    for field, value in values.items():
        if isinstance(value, tuple):
            for row, given in zip(document.get(field), value, strict=False):
                require_unaltered(row, given)
        elif _looks_like_html(value) and from_stored(document.get(field) or "") != value:
            reason, remedy = _altered(label(document.meta.get_label(field)))
            raise RecordRefused(reason, remedy=remedy)


def _looks_like_html(value: Any) -> bool:
    return isinstance(value, str) and ("<" in value or ">" in value)


def _altered(field: Message) -> tuple[str, str]:
    return (
        _lt("{0} has text between < and >, which the CRM would alter.").format(field),
        _lt("Remove < and > from {0} in Xero.").format(field),
    )


def _refuses(error: Exception) -> bool:
    return isinstance(
        error, (frappe.ValidationError, frappe.PermissionError, frappe.DuplicateEntryError)
    )


def _sentences(error: Exception, meta: Meta, words: str) -> tuple[str, str]:
    if isinstance(error, frappe.MandatoryError):
        return _missing(error, meta)
    if isinstance(error, frappe.LinkExistsError):
        return words, _lt("Remove what refers to it, then sync again.")
    if _refuses(error):
        return words, ""
    return (
        _lt("A rule of the CRM failed: {0}").format(words),
        _lt("Ask your administrator to look into the Error Log."),
    )


def _with_field(error: Exception, meta: Meta, words: str, values: Mapping[str, Any]) -> str:
    """Frappe names the address that is none, but not the field that it stands in."""
    if not isinstance(error, frappe.InvalidEmailAddressError):
        return words
    wrong = [
        _(field.label)
        for field in meta.fields
        if field.options == "Email" and (value := values.get(field.fieldname)) and value in words
    ]
    return ": ".join([", ".join(wrong), words]) if wrong else words


def _missing(error: Exception, meta: Meta) -> tuple[str, str]:
    """Frappe says "[DocType, name]: field, field"; users know the fields by their labels."""
    names = dict.fromkeys(str(error).rpartition("]: ")[2].split(", "))
    labels = listed(label(_label(meta, name)) for name in names)
    return (
        _lt("{0} is mandatory in the CRM and has no value.").format(labels),
        _lt("Fill it in, or make it optional."),
    )


def _label(meta: Meta, name: str) -> str:
    """Frappe does not say whether a field stands in the form or in a row of one of its tables."""
    tables = (frappe.get_meta(field.options) for field in meta.get_table_fields())
    holder = next((each for each in (meta, *tables) if each.has_field(name)), meta)
    return str(holder.get_label(name))


def _words(error: Exception, shown: int) -> str:
    """What the user would have been shown, else what the error says, as plain text."""
    messages = [_text(message) for message in frappe.local.message_log[shown:]]
    said = messages[-1] if messages else str(error)
    text = " ".join(strip_html(said).split()) or type(error).__name__
    return re.sub(r"\S{60,}", lambda long: f"{long[0][:40]}\u2026", text)


def _text(message: object) -> str:
    held = frappe.parse_json(message) if isinstance(message, str) else message
    return str(held.get("message", "")) if isinstance(held, dict) else str(held)


def timed_out(error: BaseException | None) -> bool:
    """Whether the time-out of the job is behind an error.

    RQ raises it by a signal, anywhere: within a query, too, which leaves a connection on which
    whatever clears up fails as well.
    """
    while error is not None and not isinstance(error, JobTimeoutException):
        error = error.__context__
    return error is not None
