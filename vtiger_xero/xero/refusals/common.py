"""What Xero says of records of every kind."""

from __future__ import annotations

from ...engine.messages import _lt
from .row import Row

_GONE = _lt("This record is not in Xero. It may have been deleted there.")
_LOOK_FOR_IT = _lt(
    "Look for the record in Xero. If it was removed there, press Resync Everything in "
    "Xero Settings, under Connection."
)

ROWS = (
    Row(
        r"not subscribed to currency ['\"]?(?P<code>[A-Z]{3})['\"]?",
        _lt("The Xero organisation does not use the currency {code}."),
        _lt("Add the currency in Xero (Settings, Currencies), or choose another one here."),
    ),
    Row(
        r"^Please enter a unique (?P<field>\w+)",
        _lt("Xero already has a record with this {field}, and it must be unique there."),
        _lt("Change it on one of the two, then sync again."),
    ),
    Row(
        r"^An existing (?P<noun>.+?) with the specified (?P<key>\w+) could not be found",
        _lt("This {noun} is not in Xero. It may have been deleted there."),
        _LOOK_FOR_IT,
    ),
    Row(r"^The document with the supplied id was not found", _GONE, _LOOK_FOR_IT),
    Row(r"^The resource you're looking for cannot be found", _GONE, _LOOK_FOR_IT),
)
