"""What matching looks at, and the pairs that it finds: keys alone, no records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from .links import Link, XeroHead
from .mapping.heads import RULES, Keys, MatchRule, organization_keys
from .records import Head, Module

BY_LINK, BY_NUMBER, BY_NAME = "stored link", "number", "name"
BY_MERGE = "merged in Xero"


@dataclass(frozen=True)
class Candidate:
    """A pair to look at, by its keys.

    `weak` names a Xero record that merely looks alike. `news` says that Xero's document changed
    since it was last dealt with.
    """

    crm_name: str | None
    xero_id: str | None
    link: Link | None = None
    matched_by: str = ""
    duplicate_of: str | None = None
    weak: str = ""
    news: bool = False


@dataclass(frozen=True)
class World:
    """The heads of both sides and the links between them. CRM heads stand oldest first.

    `again` are CRM records to look at although neither side has changed.
    """

    crm: Sequence[Head]
    xero: Sequence[XeroHead]
    links: Sequence[Link]
    keys_of: Callable[[Head], Keys] = organization_keys
    rule: MatchRule = RULES[Module.ORGANIZATIONS]
    again: Collection[str] = ()
