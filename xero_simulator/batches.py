"""Writing several objects in one request: all or nothing, or each with its own status."""

from collections.abc import Callable
from dataclasses import dataclass

from xero_simulator.accounting import AccountingCall
from xero_simulator.answers import Answer, Refused, validation_failed
from xero_simulator.invalid import Invalid
from xero_simulator.wire import JsonObject


@dataclass(frozen=True)
class Writing:
    """How one kind of object is written.

    `save`: what was sent becomes what is answered, or Invalid. `refused`: the echo of what was
    sent, with what is wrong with it.
    """

    collection: str
    save: Callable[[JsonObject], JsonObject]
    refused: Callable[[JsonObject, Invalid], JsonObject]


def write(call: AccountingCall, elements: list[JsonObject], writing: Writing) -> Answer:
    """The answer to a PUT or POST. Summarised: documented default false, live true [REC]."""
    if call.flag("summarizeErrors", default=True):
        return call.answer(writing.collection, _all_or_nothing(call, elements, writing))
    outcomes = _outcomes(call, elements, writing)
    return call.answer(writing.collection, [_with_status(*outcome) for outcome in outcomes])


def _all_or_nothing(
    call: AccountingCall, elements: list[JsonObject], writing: Writing
) -> list[JsonObject]:
    """With summarised errors one bad element fails the request and nothing is saved [DOC].

    # invented [A2]: that Elements holds the bad ones only; the recordings have one element each.
    """
    with call.organisation.all_or_nothing():
        outcomes = _outcomes(call, elements, writing)
        refused = [wire for wire, is_valid in outcomes if not is_valid]
        if refused:
            raise Refused(validation_failed(refused))
    return [wire for wire, _ in outcomes]


def _outcomes(
    call: AccountingCall, elements: list[JsonObject], writing: Writing
) -> list[tuple[JsonObject, bool]]:
    """Element by element. # invented [R10]: the first one first."""
    if len(elements) > 1 and call.organisation.readings.last_comes_first:
        return [_outcome(call, element, writing) for element in reversed(elements)][::-1]
    return [_outcome(call, element, writing) for element in elements]


def _outcome(call: AccountingCall, sent: JsonObject, writing: Writing) -> tuple[JsonObject, bool]:
    try:
        with call.organisation.all_or_nothing():
            return writing.save(sent), True
    except Invalid as invalid:
        return writing.refused(sent, invalid), False


def _with_status(wire: JsonObject, is_valid: bool) -> JsonObject:
    """A good element has its status, and no ValidationErrors for it [REC]."""
    status = "ERROR" if not is_valid else "WARNING" if wire.get("Warnings") else "OK"
    return {**wire, "StatusAttributeString": status}
