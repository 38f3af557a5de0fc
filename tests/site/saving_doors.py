"""Every way that Frappe has to change a record, or to make one.

They are called where their requests arrive, without a web server in between. Each takes a DocType,
a name and what is to be written; what is refused raises.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import frappe
from frappe import client
from frappe.api import v1, v2
from frappe.core.doctype.data_import.data_import import import_file
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.doctype.kanban_board.kanban_board import update_order
from frappe.desk.form.save import savedocs

Values = dict[str, Any]
Change = Callable[[str, str, Values], Any]
Make = Callable[[str, Values], Any]


def _json(values: Any) -> str:
    return frappe.as_json(values)


def _sent(body: Values) -> None:
    """A request with this body has come in."""
    frappe.local.form_dict = frappe._dict(data=_json(body))


def whole(doctype: str, name: str, values: Values) -> Values:
    """What a form sends: all of the record as it was read, and what is changed."""
    held = frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True)
    return {**held, **values}


# A record that is there


def form(doctype: str, name: str, values: Values) -> None:
    savedocs(_json(whole(doctype, name, values)), "Save")


def resource(doctype: str, name: str, values: Values) -> None:
    _sent(values)
    v1.update_doc(doctype, name)


def document_of_v2(doctype: str, name: str, values: Values) -> None:
    frappe.local.form_dict = frappe._dict(values)
    v2.update_doc(doctype, name)


def set_value(doctype: str, name: str, values: Values) -> None:
    client.set_value(doctype, name, values)


def set_values_one_by_one(doctype: str, name: str, values: Values) -> None:
    for field, value in values.items():
        client.set_value(doctype, name, field, value)


def save(doctype: str, name: str, values: Values) -> None:
    client.save(_json(whole(doctype, name, values)))


def bulk_update(doctype: str, name: str, values: Values) -> None:
    client.bulk_update(_json([{"doctype": doctype, "docname": name, **values}]))


def bulk_edit(doctype: str, name: str, values: Values) -> None:
    with patch("frappe.publish_progress"):
        submit_cancel_or_update_docs(doctype, [name], "update", _json(values))


def kanban(doctype: str, name: str, values: Values) -> None:
    """Its columns are the choices of a Select; a card that is moved sets it."""
    for field, value in values.items():
        board = frappe._dict(reference_doctype=doctype, field_name=field, columns=[])
        board.save = Mock()
        with patch.object(frappe, "get_doc", _or(board, "Kanban Board")):
            update_order("Board", _json({str(value): [name]}))


def _or(board: Any, doctype: str) -> Callable[..., Any]:
    get_doc = frappe.get_doc
    return lambda *what, **how: board if what[:1] == (doctype,) else get_doc(*what, **how)


def attached(doctype: str, name: str, values: Values) -> None:
    """A file that is attached to a field writes its address there."""
    for field in values:
        client.attach_file("a.txt", "QQ==", doctype, name, decode_base64=True, docfield=field)


def file_made_private(doctype: str, name: str, values: Values) -> None:
    """Frappe writes its new address into the field, past the record's own rules."""
    for field in values:
        file = frappe.get_doc(
            {
                "doctype": "File",
                "file_name": f"{frappe.generate_hash(length=8)}.txt",
                "content": "A",
                "attached_to_doctype": doctype,
                "attached_to_name": name,
                "attached_to_field": field,
                "is_private": 0,
            }
        ).insert()
        file.is_private = 1
        file.save()


CHANGES: dict[str, Change] = {
    each.__name__: each
    for each in (
        form,
        resource,
        document_of_v2,
        set_value,
        set_values_one_by_one,
        save,
        bulk_update,
        bulk_edit,
        kanban,
        attached,
        file_made_private,
    )
}


# A record that is new


def new_form(doctype: str, values: Values) -> Any:
    new = {"doctype": doctype, "name": f"new-{frappe.scrub(doctype)}-1", "__islocal": 1}
    savedocs(_json({**new, **values}), "Save")
    return frappe.response.docs[-1].name


def new_resource(doctype: str, values: Values) -> Any:
    _sent(values)
    return v1.create_doc(doctype).name


def new_document_of_v2(doctype: str, values: Values) -> Any:
    frappe.local.form_dict = frappe._dict(values)
    return v2.create_doc(doctype).name


def insert(doctype: str, values: Values) -> Any:
    return client.insert(_json({"doctype": doctype, **values}))["name"]


def insert_many(doctype: str, values: Values) -> Any:
    return client.insert_many(_json([{"doctype": doctype, **values}]))[0]


def restored(doctype: str, values: Values) -> Any:
    """A record that was deleted, as Frappe keeps it, comes back."""
    kept = {"doctype": doctype, "name": "gone", **values}
    return frappe.get_doc(json.loads(_json(kept))).insert().name


MAKES: dict[str, Make] = {
    each.__name__: each
    for each in (new_form, new_resource, new_document_of_v2, insert, insert_many, restored)
}


# Files


def imported(folder: Path, doctype: str, kind: str, row: Values) -> None:
    """Frappe's Data Import; `kind` is "Insert New Records" or "Update Existing Records"."""
    file = folder / "data.csv"
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, list(row))
        writer.writeheader()
        writer.writerow(row)
    import_file(doctype, str(file), kind.split()[0], console=True)
