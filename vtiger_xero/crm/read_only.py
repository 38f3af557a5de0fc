"""What only the sync writes stays as it is, whatever a person's save says.

Every way of Frappe's to change a record ends in the save of a Document: forms, requests, imports,
bulk edits. So the values are put back there, without a word, as Frappe does with a higher
permission level. That level itself would not do: it is not asked where permissions are ignored (a
web form) or the user is Administrator, nor of the rows of a new record.
"""

from typing import Any

from frappe.model.document import Document
from frappe.model.naming import set_new_name

from ..engine.saving import stored_values


def keep_read_only(document: Document) -> None:
    """Put back what no person writes, in the record and in the rows of its tables."""
    before = document.get_doc_before_save()
    document.update(stored_values(document.doctype, before.as_dict() if before else None))
    for table in document.meta.get_table_fields():
        held = {row.name: row for row in before.get(table.fieldname) or ()} if before else {}
        for row in document.get(table.fieldname) or ():
            _keep_row(row, held, is_new=before is None)


def _keep_row(row: Document, held: dict[str, Any], *, is_new: bool) -> None:
    there = held.get(row.name)
    if there is None and not is_new and not row.is_new():
        _be_new(row)
    row.update(stored_values(row.doctype, there.as_dict() if there else None))


def _be_new(row: Document) -> None:
    """A row with a name that is none of this record's would take it from another record."""
    row.name = None
    row.set("__islocal", True)
    set_new_name(row)
