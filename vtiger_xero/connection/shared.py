"""What workers share for a while, in the site's Redis: a value with an end, a set of texts.

Always Redis itself: Frappe 16 answers from the process's own copy of what it has once kept, and a
run of an hour would never see what another worker says. None of it is needed to be right.
"""

from contextlib import suppress
from typing import Any

import frappe
from redis.exceptions import ConnectionError as Unreachable


def keep(key: str, value: Any, seconds: int) -> None:
    """Keep a value for as long."""
    frappe.cache.set_value(key, value, expires_in_sec=seconds)
    _forget_own_copy(key)


def kept(key: str) -> Any:
    """The value, None where there is none (any more)."""
    _forget_own_copy(key)
    return frappe.cache.get_value(key, expires=True)


def drop(*keys: str) -> None:
    """Keep them no longer."""
    frappe.cache.delete_value(list(keys))


def add(key: str, *texts: str) -> None:
    """Put texts into a set; like Frappe's own cache, it does without a Redis that is down."""
    with suppress(Unreachable):
        frappe.cache.sadd(key, *texts)


def texts(key: str) -> set[str]:
    """What is in the set."""
    return {each.decode() for each in frappe.cache.smembers(key)}


def take(key: str) -> set[str]:
    """What is in the set; it is empty from then on, and what comes meanwhile is not lost."""
    place = frappe.cache.make_key(key)
    with frappe.cache.pipeline(transaction=True) as steps:
        steps.smembers(place)
        steps.delete(place)
        found, _ = steps.execute()
    return {each.decode() for each in found}


def _forget_own_copy(key: str) -> None:
    frappe.local.cache.pop(frappe.cache.make_key(key), None)
