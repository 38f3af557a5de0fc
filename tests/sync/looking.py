"""Looking at both sides of a small world, and two people who live in it."""

from __future__ import annotations

from typing import Any

from tests.sync.conftest import ORGANIZATIONS, World
from vtiger_xero.engine.records import Person

ANN = Person("Ann", "Lee", "ann@example.com", True)
BO = Person("Bo", "Ek", "bo@example.com")


def key(world: World, name: str) -> str:
    return next(k for k, each in world.xero.contacts.items() if each.document["Name"] == name)


def document(world: World, name: str = "Kea") -> dict[str, Any]:
    return world.xero.contacts[key(world, name)].document


def active(world: World) -> list[str]:
    contacts = (each.document for each in world.xero.contacts.values())
    return sorted(each["Name"] for each in contacts if each["ContactStatus"] == "ACTIVE")


def fields(world: World, name: str = "ACC1") -> Any:
    return world.crm.get(ORGANIZATIONS, [name])[0].fields


def people(world: World, name: str = "ACC1") -> list[str]:
    return sorted(person.full_name for person in fields(world, name)["contacts"])


def edit_meanwhile(world: World, name: str) -> None:
    """A person saves between the next run's reading and its writing: it looks once more."""
    get = world.crm.get

    def and_edit(module: Any, names: Any) -> Any:
        records = get(module, names)
        world.crm.get = get  # type: ignore[method-assign]
        world.crm.edit(ORGANIZATIONS, name, fax="typed meanwhile")
        return records

    world.crm.get = and_edit  # type: ignore[method-assign]
