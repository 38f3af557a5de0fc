"""What Xero says of records of every kind."""

from __future__ import annotations

from .row import Row

_GONE = "This record is not in Xero. It may have been deleted there."
_LOOK_FOR_IT = (
    "Look for the record in Xero. If it was removed there, press Resync Everything in Xero "
    "Settings, under Connection."
)

ROWS = (
    Row(
        r"not subscribed to currency ['\"]?(?P<code>[A-Z]{3})['\"]?",
        "The Xero organisation does not use the currency {code}.",
        "Add the currency in Xero (Settings, Currencies), or choose another one here.",
    ),
    Row(
        r"^Please enter a unique (?P<field>\w+)",
        "Xero already has a record with this {field}, and it must be unique there.",
        "Change it on one of the two, then sync again.",
    ),
    Row(
        r"^An existing (?P<noun>.+?) with the specified (?P<key>\w+) could not be found",
        "This {noun} is not in Xero. It may have been deleted there.",
        _LOOK_FOR_IT,
    ),
    Row(r"^The document with the supplied id was not found", _GONE, _LOOK_FOR_IT),
    Row(r"^The resource you're looking for cannot be found", _GONE, _LOOK_FOR_IT),
)
