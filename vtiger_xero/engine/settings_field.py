"""Which field of Xero Settings a remedy is about, so that a screen can lead to it.

Found in the remedy's own words: so it also holds for what was stored before, and no rule must say
twice what to do.
"""

from __future__ import annotations

from .modules import SPECS

SETTINGS = "Xero Settings"
# Fields of other forms have these words in their labels, too: there must be talk of the settings.
_ACCOUNTS = {
    str(default.label): default.field
    for spec in SPECS.values()
    for default in spec.default_accounts
}
_OTHERS = {
    "Enable Xero Sync": "enabled",
    "Enable Sync": "modules",
    "Sync Direction": "modules",
    "Sync Deletions": "deletions",
    "Customers Only": "customers_only",
    "Assign New Records To": "assigned_to",
    "Use the Record Number Where a Code Is Missing": "number_as_code",
}


def settings_field(remedy: str) -> str:
    """The field that an English remedy names, "" for none; of several the one named at length."""
    known = {**_OTHERS, **(_ACCOUNTS if SETTINGS in remedy else {})}
    named = [label for label in known if label.lower() in remedy.lower()]
    return known[max(named, key=len)] if named else ""
