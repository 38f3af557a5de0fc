"""A Frappe Document as the engine's rules of saving read and write it: by its fields."""

from collections.abc import Iterator, MutableMapping
from decimal import Decimal
from typing import Any

from frappe.model import table_fields
from frappe.model.document import Document
from frappe.utils import cint

_WHOLE = ("Int", "Check")


class RecordFields(MutableMapping[str, Any]):
    """The fields of a Document, and of the rows in its tables; what nobody gave is None.

    `Document.as_dict` would make 0 of a number that nobody gave, and is a copy that nothing can be
    written to. Frappe holds money as float: up to 15 digits print as the Decimal that they came
    from.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    def __getitem__(self, field: str) -> Any:
        value, docfield = self.document.get(field), self.document.meta.get_field(field)
        if docfield is None:
            return value
        if docfield.fieldtype in table_fields:
            return [RecordFields(row) for row in value or ()]
        whole = docfield.fieldtype in _WHOLE and value is not None
        return cint(value) if whole else value

    def __setitem__(self, field: str, value: Any) -> None:
        if isinstance(value, list):
            self.document.set(field, [_row(each) for each in value])
        else:
            self.document.set(field, plain(value))

    def __delitem__(self, field: str) -> None:
        raise TypeError("A Document keeps its fields.")

    def __iter__(self) -> Iterator[str]:
        return (field.fieldname for field in self.document.meta.fields)

    def __len__(self) -> int:
        return len(self.document.meta.fields)


def before_save(document: Document) -> RecordFields | None:
    """The record as it is stored, None where it is new."""
    before = document.get_doc_before_save()
    return RecordFields(before) if before else None


def _row(row: Any) -> Any:
    if isinstance(row, RecordFields):
        return row.document
    return {field: plain(value) for field, value in row.items()}


def plain(value: Any) -> Any:
    """A value as Frappe holds it."""
    return float(value) if isinstance(value, Decimal) else value
