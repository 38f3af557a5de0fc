"""What is remembered of a pair for its own view: since when it is one, and which rule is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.sync.conftest import ORGANIZATIONS, World
from tests.sync.looking import BO, key
from vtiger_xero.engine.errors import RetryLater
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.records import Person, Side
from vtiger_xero.engine.settings import ConflictPolicy


def link(world: World, name: str = "ACC1") -> Link:
    (found,) = (each for each in world.journal.links(ORGANIZATIONS) if each.crm_name == name)
    return found


def created_in_xero(world: World) -> None:
    world.organization()
    world.sync()


def created_in_the_crm(world: World) -> None:
    world.xero.add(Name="Kea")
    world.sync()


def matched_by_name(world: World) -> None:
    world.organization()
    world.xero.add(Name="Kea")
    world.sync()


def found_after_a_lost_answer(world: World) -> None:
    world.organization()
    send = world.xero.send

    def lost(batch: Any) -> Any:
        send(batch)
        raise RetryLater("lost", after=timedelta(minutes=1))

    world.xero.send = lost  # type: ignore[method-assign]
    world.sync()
    world.xero.send = send  # type: ignore[method-assign]
    world.sync()


ROADS = (created_in_xero, created_in_the_crm, matched_by_name, found_after_a_lost_answer)


@pytest.mark.parametrize("meet", ROADS)
def test_a_pair_knows_since_when_it_is_one(world: World, meet: Callable[[World], None]) -> None:
    before = world.clock.now()
    meet(world)
    met = link(world).matched_on
    assert met is not None
    assert before < met < world.clock.now()
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="1")
    world.xero.edit(key(world, "Kea"), TaxNumber="5")
    world.sync()
    assert link(world).matched_on == met


def test_a_duplicate_is_a_pair_since_its_first_has_a_partner(world: World) -> None:
    world.organization()
    world.organization()
    world.sync()
    met = link(world, "ACC2").matched_on
    assert met is not None
    world.crm.edit(ORGANIZATIONS, "ACC2", fax="1")
    world.sync()
    assert link(world, "ACC2").matched_on == met


def test_a_pair_with_another_contact_begins_when_the_two_were_merged(world: World) -> None:
    world.organization()
    world.sync()
    met = link(world).matched_on
    merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": world.xero.add(Name="Kea Group")}
    world.xero.edit(key(world, "Kea"), **merged)
    world.sync()
    later = link(world).matched_on
    assert met is not None
    assert later is not None
    assert later > met


def test_who_never_travelled_has_met_nobody(world: World) -> None:
    world.organization(organization_name="<x>")
    world.sync()
    assert link(world).matched_on is None


def skipped(world: World) -> str:
    world.organization(organization_name="<x>")
    return "X-brackets"


def refused(world: World) -> str:
    world.organization()
    world.xero.refuses["Kea"] = "Xero says no."
    return "refused"


def refused_before(world: World) -> str:
    refused(world)
    world.sync()
    return "refused"


def a_duplicate(world: World) -> str:
    for _ in range(2):
        world.crm.insert(ORGANIZATIONS, {"organization_name": "Kea"})
    world.sync()
    return ""


def in_conflict(world: World) -> str:
    world.set(conflicts=ConflictPolicy.ASK)
    world.organization(fax="1")
    world.xero.add(Name="Kea", Phones=[{"PhoneType": "FAX", "PhoneNumber": "2"}])
    return "G7"


def crowded(world: World) -> str:
    crowd = [Person(name, "Lee") for name in "ABCDEFG"]
    world.organization(contacts=tuple(crowd))
    return "five-contacts"


def unanswered(world: World) -> str:
    world.organization()
    world.xero.fails_on.add("Kea")
    world.sync()
    return "unanswered"


@pytest.mark.parametrize(
    "told", [skipped, refused, refused_before, a_duplicate, in_conflict, crowded, unanswered]
)
def test_the_rule_of_the_reason_is_kept_with_it(world: World, told: Callable[[World], str]) -> None:
    rule = told(world)
    world.sync()
    assert link(world).rule == rule
    assert bool(link(world).reason) == bool(rule)


def test_a_duplicate_tells_its_rule(world: World) -> None:
    a_duplicate(world)
    assert link(world, "ACC2").rule == "G2"


def test_what_is_mended_tells_no_rule(world: World) -> None:
    unanswered(world)
    world.sync()
    world.xero.fails_on.clear()
    world.crm.edit(ORGANIZATIONS, "ACC1", contacts=(BO,))
    world.sync()
    assert (link(world).rule, link(world).reason, link(world).remedy) == ("", "", "")


def test_a_record_that_xero_alone_has_tells_its_rule(world: World) -> None:
    world.crm.customize(ORGANIZATIONS, "industry", reqd=True)
    world.xero.add(Name="Kea")
    world.sync()
    (found,) = world.journal.links(ORGANIZATIONS)
    assert (found.crm_name, found.rule) == (None, "G1-crm")
    assert world.sync().entries[0].side is Side.CRM
