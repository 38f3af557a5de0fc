"""Savepoints: all or nothing within the transaction that a run has open."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from itertools import count

import frappe

from ..engine.errors import RetryLater

_numbers = count(1)
# The savepoint within which we are: its name, what had been written by then, and over what.
_open: ContextVar[tuple[str, int, int] | None] = ContextVar("savepoint", default=None)


@contextmanager
def savepoint() -> Iterator[None]:
    """What happens within is undone if it raises.

    Not `frappe.database.database.savepoint`: that one swallows what it catches. After a deadlock
    MariaDB has rolled back the whole transaction and no savepoint is left: the run as a whole
    must begin anew, hence `RetryLater`.

    One that opens right within another, before anything was written, is that same one.
    """
    writes, outer = frappe.db.transaction_writes, _open.get()
    if outer and outer[1:] == (writes, id(frappe.db._conn)):
        name, is_ours = outer[0], False
    else:
        name, is_ours = f"vtiger_xero_{next(_numbers)}", True
        frappe.db.savepoint(name)
    token = _open.set((name, writes, id(frappe.db._conn)))
    try:
        yield
    except frappe.QueryDeadlockError as deadlock:
        frappe.db.rollback()
        raise RetryLater(
            "Another user or job held the same records at the same moment. Nothing is lost: "
            "start the sync again.",
            after=timedelta(minutes=1),
            detail=str(deadlock),
        ) from deadlock
    except BaseException:
        # Whatever it was, half a record must not stay; it goes on to whom it may concern.
        frappe.db.rollback(save_point=name)
        raise
    finally:
        _open.reset(token)
    if is_ours:
        frappe.db.release_savepoint(name)
