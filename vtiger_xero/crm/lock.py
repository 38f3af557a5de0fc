"""One run per Xero organisation, over all workers and machines of a site."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.query_builder import CustomFunction
from pypika.terms import Function

from ..engine.errors import AnotherRun

ANOTHER_RUN = (
    "A sync of this Xero organisation is already running. Wait until it has finished, then start "
    "this one again."
)
_IS_USED_LOCK = CustomFunction("IS_USED_LOCK", ["name"])
_GET_LOCK = CustomFunction("GET_LOCK", ["name", "timeout"])
_RELEASE_LOCK = CustomFunction("RELEASE_LOCK", ["name"])


@contextmanager
def run_lock(tenant: str) -> Iterator[None]:
    """Hold the organisation's lock; `AnotherRun` if somebody else does.

    MariaDB's named lock belongs to the connection and goes with it: a worker that dies frees it
    at once. Frappe's `filelock` knows one machine only, a Redis lock may be evicted or outlive
    its holder, and a row that says "locked" outlives every crash. Commits do not touch it.
    """
    name = _name(tenant)
    # A connection may take its own lock twice, so the first question is whether it is free.
    if _ask(_IS_USED_LOCK(name)) is not None or _ask(_GET_LOCK(name, 0)) != 1:
        raise AnotherRun(ANOTHER_RUN)
    try:
        yield
    finally:
        _ask(_RELEASE_LOCK(name))


def is_running(tenant: str) -> bool:
    """Whether some worker holds the organisation's lock now."""
    return _ask(_IS_USED_LOCK(_name(tenant))) is not None


def _name(tenant: str) -> str:
    """At most 64 characters, and the site's own: names are shared by a whole database server."""
    text = f"{frappe.conf.db_name}/{tenant}"
    return f"vtiger_xero/{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def _ask(function: Function) -> int | None:
    ((answer,),) = frappe.qb.select(function).run()
    return answer
