"""What every DocType of the app refuses, whichever way a request takes into it."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from vtiger_xero.api.checks import is_typed
from vtiger_xero.crm.read_only import keep_read_only


class Guarded(Document):
    """A record of the app. Its read-only fields are no person's to write."""

    def before_validate(self) -> None:
        """Frappe calls it first in every save, even where validation is ignored."""
        if is_typed(self):
            keep_read_only(self)

    # Frappe lets a request call these. Its `rename` takes "do not validate" from everybody who may
    # read the record, and `discard` makes a record final that can never be submitted. A method that
    # is defined anew is no longer open to requests; code calls it as before.

    def rename(self, *given: Any, **named: Any) -> None:
        """Rename or merge; a request goes by Frappe's `update_document_title`."""
        super().rename(*given, **named)

    def submit(self) -> None:
        """Refuse: no record of the app is submitted."""
        self.before_submit()

    def cancel(self) -> None:
        """Refuse: no record of the app is submitted."""
        self.before_submit()

    def discard(self) -> None:
        """Refuse: no record of the app is submitted."""
        self.before_submit()

    def before_submit(self) -> None:
        """Refuse it where a save does it, too."""
        frappe.throw(_("{0} cannot be submitted or discarded.").format(_(self.doctype)))


class TableRow(Guarded):
    """A row of a record's table: it is saved with its record, whose rules know it.

    Frappe never calls a row's own methods in the save of its record; they run only where somebody
    saves or deletes the row by itself.
    """

    def before_validate(self) -> None:
        """Refuse a save of the row alone."""
        frappe.throw(
            _("A row cannot be saved alone. Save {0} {1} instead.").format(
                _(self.parenttype or ""), self.parent or ""
            ),
            frappe.PermissionError,
        )

    def on_trash(self) -> None:
        """Refuse to delete the row alone."""
        self.before_validate()


class WrittenBySync(Guarded):
    """What Xero has, what the sync remembers and what it did. No person writes it."""

    def before_validate(self) -> None:
        """Refuse a person's save, even where a right to write was given by Frappe's own means."""
        if is_typed(self) and not frappe.flags.in_install:
            frappe.throw(
                _("{0}: only the sync can change these records.").format(_(self.doctype)),
                frappe.PermissionError,
            )
