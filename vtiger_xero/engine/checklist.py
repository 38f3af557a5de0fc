"""The way from a new site to a sync that runs by itself: steps, and which of them are done.

Each state follows from facts, never from a click that was remembered: after a disconnection, or
without an account, the step is open again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .messages import _lt, listed
from .records import Module


@dataclass(frozen=True)
class Facts:
    """What is true of a site now.

    `organisation` is the connected one, "" for none. `lacking` are the labels of the accounts that
    are needed and not chosen. `modules` are those that sync, and `both_ways` says whether each of
    them does in both directions. `errors`: of the last Check, None where none is known. `has_run`:
    a sync of everything, not of chosen records, has come to its end.
    """

    has_keys: bool = False
    organisation: str = ""
    lacking: Sequence[str] = ()
    is_on: bool = True
    modules: Sequence[Module] = ()
    both_ways: bool = True
    errors: int | None = None
    was_previewed: bool = False
    has_run: bool = False
    is_automatic: bool = False


@dataclass(frozen=True)
class Step:
    """One step: `field` is that of Xero Settings where it is done, "" where it is not done there.

    `says` is what a person should know of it at present, "" for nothing. `can_begin`: all that it
    needs is there.
    """

    key: str
    label: str
    field: str
    is_done: Callable[[Facts], bool]
    says: Callable[[Facts], str]
    can_begin: Callable[[Facts], bool] = lambda facts: bool(facts.organisation)


@dataclass(frozen=True)
class State:
    """A step as it stands; `is_next`: it is its turn."""

    step: Step
    says: str
    is_done: bool
    can_begin: bool
    is_next: bool


def _of_connection(facts: Facts) -> str:
    if facts.organisation:
        return _lt("Connected to {0}.").format(facts.organisation)
    return _lt("Allow access on Xero's page.")


def _of_accounts(facts: Facts) -> str:
    return _lt("Needed: {0}.").format(listed(facts.lacking)) if facts.lacking else ""


def _of_directions(facts: Facts) -> str:
    if not facts.is_on:
        return _lt("The sync is switched off.")
    if not facts.modules:
        return _lt("No module is enabled.")
    if facts.both_ways and len(facts.modules) == len(Module):
        return _lt("All modules sync both ways.")
    return _lt("{0} of {1} modules sync.").format(len(facts.modules), len(Module))


def _of_check(facts: Facts) -> str:
    if facts.errors is None:
        return _lt("It lists what will fail, before any record does.")
    return _lt("Errors found: {0}.").format(facts.errors)


# Check and preview are there to be looked at: once something has run, the log says more. A check
# with errors is done, too, for they keep some records out, and no run from beginning.
STEPS: tuple[Step, ...] = (
    Step(
        "keys",
        _lt("Enter the keys of your Xero app"),
        "client_id",
        lambda facts: facts.has_keys,
        lambda facts: "",
        lambda facts: True,
    ),
    Step(
        "connect",
        _lt("Connect to Xero"),
        "",
        lambda facts: bool(facts.organisation),
        _of_connection,
        lambda facts: facts.has_keys,
    ),
    Step(
        "accounts",
        _lt("Choose the accounts"),
        "sales_account",
        lambda facts: not facts.lacking,
        _of_accounts,
    ),
    Step(
        "directions",
        _lt("Choose modules and directions"),
        "modules",
        lambda facts: facts.is_on and bool(facts.modules),
        _of_directions,
    ),
    Step(
        "check",
        _lt("Check"),
        "",
        lambda facts: facts.errors is not None or facts.has_run,
        _of_check,
    ),
    Step(
        "preview",
        _lt("Preview"),
        "",
        lambda facts: facts.was_previewed or facts.has_run,
        lambda facts: _lt("It shows what a run would do, and writes nothing."),
    ),
    Step(
        "run",
        _lt("First sync"),
        "",
        lambda facts: facts.has_run,
        lambda facts: "",
    ),
    Step(
        "schedule",
        _lt("Let it run by itself"),
        "schedule",
        lambda facts: facts.is_automatic,
        lambda facts: _lt("On a schedule, when a record is saved, or when Xero reports a change."),
    ),
)


def checklist(facts: Facts) -> list[State]:
    """Each step with its state; [] when all are done. What cannot begin yet is not done either."""
    can_begin = [step.can_begin(facts) for step in STEPS]
    done = [able and step.is_done(facts) for able, step in zip(can_begin, STEPS, strict=True)]
    if all(done):
        return []
    turn = done.index(False)
    return [
        State(step, step.says(facts), done[place], can_begin[place], place == turn)
        for place, step in enumerate(STEPS)
    ]
