"""The columns of our reports, in the form that Frappe asks for."""

from typing import Any


def column(
    name: str, label: str, width: int, fieldtype: str = "Data", options: str = ""
) -> dict[str, Any]:
    """A column; `width` is in pixels."""
    found = {"fieldname": name, "label": label, "fieldtype": fieldtype, "width": width}
    if fieldtype != "Currency":  # a column whose first cell is empty is taken for one of numbers
        found["align"] = "left"
    return {**found, "options": options} if options else found
