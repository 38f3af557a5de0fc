"""What workers share for a while: it is seen by all of them, and ends when it should."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from uuid import uuid4

import frappe
import pytest

from vtiger_xero.connection import shared


@pytest.fixture
def key() -> Iterator[str]:
    key = f"vtiger_xero:{uuid4()}"
    yield key
    shared.drop(key)


def test_what_another_worker_keeps_is_seen_at_once(key: str) -> None:
    """Frappe 16 would answer from this process's own copy."""
    shared.keep(key, "ours", 60)
    assert shared.kept(key) == "ours"
    frappe.cache.set(frappe.cache.make_key(key), pickle.dumps("theirs"))
    assert shared.kept(key) == "theirs"
    frappe.cache.delete(frappe.cache.make_key(key))
    assert shared.kept(key) is None


def test_it_ends(key: str) -> None:
    shared.keep(key, "ours", 1)
    time.sleep(1.1)
    assert shared.kept(key) is None


def test_what_frappe_empties_its_cache_for_is_no_reason_to_forget(key: str) -> None:
    shared.keep(key, {"day": 7}, 60)
    shared.add(key + "s", "a")
    frappe.clear_cache()
    assert shared.kept(key) == {"day": 7}
    assert shared.take(key + "s") == {"a"}


def test_a_set_is_taken_whole_and_once(key: str) -> None:
    shared.add(key, "a", "b")
    shared.add(key, "b", "\u00fc")
    assert shared.texts(key) == {"a", "b", "\u00fc"}
    assert shared.take(key) == {"a", "b", "\u00fc"}
    assert shared.take(key) == shared.texts(key) == set()
