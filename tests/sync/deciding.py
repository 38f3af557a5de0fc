"""What tests of conflicts do: let both sides change a field, decide, and look at both."""

from __future__ import annotations

from typing import Any

from tests.sync.conftest import ORGANIZATIONS, World
from tests.sync.looking import fields, key
from tests.sync.test_what_a_link_tells import link
from vtiger_xero.engine.choosing import with_choices
from vtiger_xero.engine.links import Choice, Link
from vtiger_xero.engine.records import Side
from vtiger_xero.engine.report import Report


def clash(world: World) -> None:
    """Both sides change the fax and the tax number, and each something that nobody disputes."""
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2", tax_number="20", billing_city="Oamaru")
    phones = [{"PhoneType": "FAX", "PhoneNumber": "3"}]
    world.xero.edit(
        key(world, "Kea"), Phones=phones, TaxNumber="30", EmailAddress="kea@example.com"
    )
    world.sync()


def decide(world: World, keeps: Side | None = None, **winners: Side) -> Link:
    """A person decides on what is shown."""
    held = link(world)
    shown = {each.field: each for each in held.conflict}
    decided = [Choice(f, winner, shown[f].crm, shown[f].xero) for f, winner in winners.items()]
    made = with_choices(held, decided, keeps)
    world.journal.save_link(made)
    world.journal.commit()
    return made


def both(world: World, field: str) -> tuple[Any, Any]:
    return fields(world)[field], world.compared(Side.XERO)["Kea"][field]


def marked(report: Report) -> dict[tuple[str, str], bool]:
    """(side, field) of every change, and whether it overwrites what a person typed."""
    return {
        (entry.side.name, change.field): change.overwrites
        for entry in report.entries
        if not entry.reason
        for change in entry.changes
    }


def quiet(world: World) -> None:
    calls = world.xero.calls
    assert world.sync().entries == []
    assert world.xero.calls - calls == 2
