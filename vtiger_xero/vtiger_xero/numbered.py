"""Records that bear one of Vtiger's running numbers."""

import frappe
from frappe import _
from frappe.utils import escape_html

from vtiger_xero.api.checks import is_typed, refusing, require_files, require_numbers
from vtiger_xero.crm import states
from vtiger_xero.crm.links import (
    follow_merge,
    is_run_at_work,
    look_again_who_refers,
    to_merge,
    touch_referring,
)
from vtiger_xero.engine.mapping.doctypes import NUMBER_FIELDS
from vtiger_xero.engine.modules import MODULES, spec_of
from vtiger_xero.engine.saving.merging import require_mergeable
from vtiger_xero.vtiger_xero.guarded import Guarded


class Numbered(Guarded):
    """Its number is given once: a link to Xero and a person's paper name the record by it."""

    def before_validate(self) -> None:
        """Nothing is computed with what is no number, no matter who gives it."""
        super().before_validate()
        require_numbers(self)
        if is_typed(self):
            require_files(self)

    def validate(self) -> None:
        """Vtiger shows the running number as a field of its own."""
        if field := NUMBER_FIELDS.get(self.doctype):
            self.set(field, self.name)
        if self.is_new():
            _require_own_number(self.doctype, self.name)
            _require_unused_number(self.doctype, self.name)
        states.keep(self)

    def after_insert(self) -> None:
        """A number that an import has given is not given a second time."""
        if frappe.flags.in_import:
            count_from(self.meta.autoname, self.name)

    def on_change(self) -> None:
        """Frappe calls it after every save, and when fields are set past a save."""
        states.follow_change(self)

    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        """The number stays; but two records of one thing may become one."""
        if merge and frappe.db.exists(self.doctype, new):
            self._require_mergeable(old, new)
        if not merge:
            frappe.throw(
                _(
                    "The number {0} cannot be changed. To merge two records, tick Merge with "
                    "existing."
                ).format(escape_html(old))
            )
        look_again_who_refers()
        touch_referring(self.doctype, old)

    def _require_mergeable(self, old: str, new: str) -> None:
        """Refuse what no ledger could mean; of a record that the person may not edit say nothing.

        Frappe asks for that right, too, but later.
        """
        for name in (old, new):
            frappe.has_permission(self.doctype, "write", name, throw=True)
        if is_run_at_work():
            frappe.throw(_("A sync is running. Wait until it has finished, then merge."))
        with refusing():
            require_mergeable(self.doctype, *to_merge(self.doctype, (old, new)))

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        """What the sync remembers of the one that is gone goes with it."""
        follow_merge(self.doctype, old, new)


def count_from(autoname: str, name: str) -> None:
    """Let the next number be above this one, where it is of the series (`format:ACC{#}`).

    Frappe keeps a name that an import gives (the column ID), and its series does not know of it.
    """
    prefix = autoname.partition(":")[2].partition("{")[0]
    count = name[len(prefix) :]
    if not (name.startswith(prefix) and count.isascii() and count.isdecimal()):
        return
    series = frappe.qb.DocType("Series")
    held = frappe.qb.from_(series).where(series.name == prefix).select("current").for_update()
    if not held.run():
        frappe.qb.into(series).columns("name", "current").insert(prefix, 0).run()
    higher = (series.name == prefix) & (series.current < int(count))
    frappe.qb.update(series).set(series.current, int(count)).where(higher).run()


def _require_unused_number(doctype: str, name: str) -> None:
    """An import may give any number, but none that the sync knows of a record that is gone."""
    known = {"link_doctype": doctype, "crm_name": name}
    if frappe.flags.in_import and frappe.db.exists("Xero Link", known):
        frappe.throw(
            _("{0} was the number of a record that was deleted. Give it another number.").format(
                escape_html(name)
            )
        )


def _require_own_number(doctype: str, name: str) -> None:
    """Products and services are one list of Xero's: no two of them may have one name."""
    module = MODULES.get(doctype)
    for other in spec_of(module).doctypes if module else ():
        if other != doctype and frappe.db.exists(other, name):
            frappe.throw(
                _("{0} is already the number of a {1}.").format(escape_html(name), _(other))
            )
