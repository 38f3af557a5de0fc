"""Secrets that this site cannot read: it was restored without its encryption key."""

from collections.abc import Callable
from functools import partial
from typing import Any

import frappe

from ..engine.errors import SyncError
from .language import translated
from .settings import SETTINGS, secret
from .tokens import SiteTokens

_FIELDS = ("client_secret", "webhook_key")


def unreadable_secrets() -> list[str]:
    """A sentence for each secret that is kept and cannot be read, with what to do about it."""
    held: list[Callable[[], Any]] = [partial(secret, field) for field in _FIELDS]
    if frappe.db.get_single_value(SETTINGS, "tenant_id"):
        held.append(SiteTokens().load)  # a connection without tokens is none, and says so
    return [sentence for sentence in (_complaint(each) for each in held) if sentence]


def _complaint(read: Callable[[], Any]) -> str:
    try:
        read()
    except SyncError as error:
        return translated(error.message)
    return ""
