"""Whether Xero still lets the app in, as the last run or check has found out.

Nobody at Xero says so when a connection ends there: the next call is refused. So whatever asks Xero
notes it, and every screen says Disconnected until Xero answers again, or somebody connects again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from ..crm.tenant import SETTINGS, connected_tenant
from ..engine.errors import AccessLost, SyncError

_FIELD = "access_lost_on"


def is_lost() -> bool:
    """Whether Xero has refused the connection, and not answered since."""
    # Not by get_single_value: Frappe takes a Datetime that is empty for this moment.
    table = frappe.qb.DocType("Singles")
    query = frappe.qb.from_(table).select(table.value)
    found = query.where((table.doctype == SETTINGS) & (table.field == _FIELD)).run()
    return bool(connected_tenant() and found and found[0][0])


def note(error: SyncError | None) -> None:
    """Note how calls to Xero ended, with the transaction at hand: None where Xero answered.

    Any other error says nothing about the access.
    """
    if isinstance(error, AccessLost):
        if connected_tenant() and not is_lost():
            _set(now_datetime())
    elif error is None and is_lost():
        _set(None)


def _set(value: datetime | None) -> None:
    # No change of the settings: a form that somebody has open may still be saved.
    frappe.db.set_single_value(SETTINGS, _FIELD, value, update_modified=False)


@contextmanager
def noted() -> Iterator[None]:
    """Note how the calls within end. A refusal is noted at once, for the request is taken back."""
    try:
        yield
    except AccessLost as error:
        frappe.db.rollback()
        note(error)
        frappe.db.commit()  # nosemgrep: frappe-manual-commit
        raise
    note(None)
