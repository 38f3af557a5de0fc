"""Who attacks: a guest, people with a role or none, and each of them bound to one organization."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import frappe

from tests.site.web import new_person


@dataclass(frozen=True)
class Person:
    """One attacker. `bound`: by User Permissions to the organization that is theirs."""

    title: str
    user: str
    roles: frozenset[str]
    bound: bool = False

    def may_read(self, doctype: str) -> bool:
        """By the roles alone, as the DocType says itself."""
        return bool(self.roles & _readers(doctype))

    @property
    def works(self) -> bool:
        """Whether there is anything of the app's that this person may read."""
        return bool(self.roles & set(_ROLES))

    @property
    def syncs(self) -> bool:
        """Whether the app's own endpoints are for this person."""
        return bool(self.roles & {"Xero User", "Xero Manager"})


@cache
def _readers(doctype: str) -> frozenset[str]:
    """The roles that may read it; those of its parents where it is a table."""
    meta = frappe.get_meta(doctype)
    if meta.istable:
        filters = {"options": doctype, "fieldtype": ["like", "Table%"]}
        parents = frappe.get_all("DocField", filters, pluck="parent")
        return frozenset().union(*map(_readers, parents))
    rules = meta.permissions
    return frozenset(rule.role for rule in rules if rule.read and not rule.permlevel)


_ROLES = ("Sales User", "Xero User", "Xero Manager")


def people(organization: str) -> list[Person]:
    """All of them; the bound ones may read what is this organization's."""
    guest = Person("Guest", "Guest", frozenset(["Guest"]))
    nobody = Person("No role", new_person(), frozenset(["All", "Guest", "Desk User"]))
    return [guest, nobody, _of_the_website(), *_working(organization)]


def _of_the_website() -> Person:
    name = new_person()
    user = frappe.get_doc("User", name)
    user.set("roles", [])
    user.user_type = "Website User"
    user.save()
    frappe.db.commit()
    assert frappe.db.get_value("User", name, "user_type") == "Website User"
    return Person("Website User", name, frozenset(["All", "Guest"]))


def _working(organization: str) -> list[Person]:
    made = []
    for bound in (False, True):
        for role in _ROLES:
            name = new_person(role)
            if bound:
                _bind(name, organization)
            roles = frozenset([role, "All", "Guest", "Desk User"])
            made.append(Person(f"{role}{', bound' if bound else ''}", name, roles, bound))
    return made


def _bind(user: str, organization: str) -> None:
    rule = {"user": user, "allow": "Vtiger Organization", "for_value": organization}
    frappe.get_doc({"doctype": "User Permission", "apply_to_all_doctypes": 1, **rule}).insert()
    frappe.db.commit()
