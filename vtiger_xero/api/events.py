"""Document events: a saved record may go to Xero at once, and Contacts are organizations' own."""

from functools import partial

import frappe
from frappe import _
from frappe.contacts.doctype.contact.contact import Contact
from frappe.model.document import Document
from frappe.utils import escape_html

from ..crm import readers
from ..crm.links import await_deletion
from ..crm.states import mark_changed
from ..engine.modules import MODULES
from ..importing.data_import import read_vtiger_file
from ..runs.automatic import saved
from ..views import figures
from .checks import FILES, is_safe_address, warn_of_xero

_ORGANIZATION = "Vtiger Organization"
_OURS = "Vtiger Xero"
_SYNCED = ("first_name", "last_name", "email_id", "is_primary_contact")
# Set for a moment, so that Frappe does not ask gravatar.com for a picture of every contact that
# a sync writes: a request each, and a stranger would learn whom the company deals with.
_NO_PICTURE = "vtiger_xero:no picture"


def record_saved(doc: Document, method: str | None = None, *names: object) -> None:
    """A user saved, merged or deleted a record that syncs. What the sync writes does not count."""
    if not doc.flags.from_xero_sync:
        frappe.db.after_commit.add(figures.forget)
        saved(MODULES[doc.doctype])
        if method == "on_trash":
            await_deletion(doc.doctype, doc.name)
    if method == "on_update":
        warn_of_xero(doc)


def require_readable_links(doc: Document, method: str | None = None) -> None:
    """A record is saved: what it refers to must be the person's to read."""
    readers.require_readable_links(doc)


def before_validate_contact(doc: Contact, method: str | None = None) -> None:
    """Keep the sync's own writes from looking for pictures."""
    if doc.flags.from_xero_sync and not doc.image:
        doc.image = _NO_PICTURE


def validate_contact(doc: Contact, method: str | None = None) -> None:
    """Runs after Contact's own validation."""
    if doc.image == _NO_PICTURE:
        doc.image = ""


def before_validate_file(doc: Document, method: str | None = None) -> None:
    """Keep Frappe from writing the address of a file into a field that takes none.

    It does so past the record's own rules, whatever field the file names and whatever its address.
    """
    if not doc.attached_to_field or not doc.attached_to_doctype:
        return
    meta = frappe.get_meta(doc.attached_to_doctype)
    field = meta.get_field(doc.attached_to_field)
    takes = field is not None and field.fieldtype in FILES
    if meta.module == _OURS and not (takes and is_safe_address(doc.file_url or "/")):
        doc.attached_to_field = None


def before_validate_import(doc: Document, method: str | None = None) -> None:
    """A file that Vtiger has exported becomes one that Data Import can read."""
    read_vtiger_file(doc)


def refuse_prepared_report(doc: Document, method: str | None = None) -> None:
    """Keep what a report shows one person from being stored for others.

    Frappe gives a Prepared Report to everybody who may open the report. It makes a report one by
    itself where it takes more than 15 seconds; that is taken back.
    """
    name = doc.report_name
    fields = ["module", "reference_report"]
    module, reference = frappe.db.get_value("Report", name, fields) or (None, None)
    if reference:  # a Custom Report, which has a module of its own
        module = frappe.db.get_value("Report", reference, "module")
    if module != _OURS:
        return
    frappe.db.after_rollback.add(partial(_show_at_once, name))  # the refusal rolls this back
    frappe.throw(
        _(
            "{0} cannot be prepared for others, because each user sees only what they may read. "
            "Reload the page to see it."
        ).format(escape_html(_(name))),
        title=_("Xero"),
    )


def _show_at_once(report: str) -> None:
    frappe.db.set_value("Report", report, "prepared_report", 0)
    frappe.db.commit()  # nosemgrep: frappe-manual-commit; the request is over


def contact_saved(doc: Contact, method: str | None = None) -> None:
    """Let the organizations of a changed Contact count as changed: the sync compares versions.

    `method` is None when called directly; on an update only what is sent to Xero counts.
    """
    before = doc.get_doc_before_save()
    mine, theirs = _organizations(doc), _organizations(before)
    changed = before is None or any(before.get(field) != doc.get(field) for field in _SYNCED)
    _touch(doc, mine | theirs if changed else mine ^ theirs)


def contact_deleted(doc: Contact, method: str | None = None) -> None:
    """Its organizations have one person less."""
    _touch(doc, _organizations(doc))


def _organizations(doc: Contact | None) -> set[str]:
    links = doc.links if doc is not None else ()
    return {link.link_name for link in links if link.link_doctype == _ORGANIZATION}


def _touch(doc: Contact, names: set[str]) -> None:
    """All but the one on whose behalf the sync itself writes: that would be an echo."""
    touched = sorted(names - {doc.flags.xero_sync_of})
    for name in touched:
        # `modified` alone: its rules need not run for a change that is not its own.
        frappe.db.set_value(_ORGANIZATION, name, {}, update_modified=True)
    mark_changed(_ORGANIZATION, touched)
    if touched and not doc.flags.from_xero_sync:
        saved(MODULES[_ORGANIZATION])
