"""Records that bear one of Vtiger's running numbers."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from vtiger_xero.engine.mapping.doctypes import DOCTYPES, NUMBER_FIELDS
from vtiger_xero.site import states
from vtiger_xero.site.checks import require_numbers
from vtiger_xero.site.links import follow_merge, look_again_who_refers, touch_referring


class Numbered(Document):
    """Its number is given once: a link to Xero and a person's paper name the record by it."""

    def before_validate(self) -> None:
        """Nothing is computed with what is no number, whoever gives it."""
        require_numbers(self)

    def validate(self) -> None:
        """Vtiger shows the running number as a field of its own."""
        if field := NUMBER_FIELDS.get(self.doctype):
            self.set(field, self.name)
        if self.is_new():
            _require_own_number(self.doctype, self.name)
        states.keep(self)

    def on_change(self) -> None:
        """Frappe calls it after every save, and when fields are set past a save."""
        states.follow_change(self)

    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        """The number stays; but two records of one thing may become one."""
        if not merge:
            frappe.throw(
                _(
                    "The number {0} is given once and stays. To join two records, tick "
                    "Merge with existing."
                ).format(escape_html(old))
            )
        look_again_who_refers()
        touch_referring(self.doctype, old)

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        """What the sync remembers of the one that is gone goes with it."""
        follow_merge(self.doctype, old, new)


def _require_own_number(doctype: str, name: str) -> None:
    """Products and services are one list of Xero's: no two of them may have one name."""
    for doctypes in DOCTYPES.values():
        for other in doctypes if doctype in doctypes else ():
            if other != doctype and frappe.db.exists(other, name):
                frappe.throw(
                    _("{0} is the number of a {1} already.").format(escape_html(name), _(other))
                )
