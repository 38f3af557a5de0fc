"""The documented rules as rows: what keeps a record from being written, why, and the remedy.

A row looks at a proposal (what would be written to one side) and finds what is wrong with it.
Nothing else in the engine refuses a record; what Xero refuses beyond these rows comes back as
an outcome and is logged with Xero's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .actions import Pair, Skip
from .mapping import TABLES, Values, people
from .mapping.organizations import NAME
from .mapping.rows import text_of
from .merge import is_empty
from .outbox import fingerprint
from .records import Document, Module, Side
from .settings import Reference, Settings
from .text import name_key


@dataclass(frozen=True)
class Context:
    """What deciding must know beyond the pair itself.

    `mandatory` maps the CRM's mandatory fields to their labels, `labels` every field.
    `numbers_at_xero` are the ContactNumbers in use, `names_at_xero` the names of active contacts
    and who holds them, both as comparable text. `retry` sends again what
    Xero refused before, because a person asks for it.
    """

    settings: Settings
    reference: Reference
    mandatory: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    numbers_at_xero: frozenset[str] = frozenset()
    names_at_xero: Mapping[str, str] = field(default_factory=dict)
    retry: bool = False

    def label(self, field_name: str) -> str:
        """The field's label, as users see it."""
        return self.labels.get(field_name) or field_name.replace("_", " ").title()


@dataclass(frozen=True)
class Proposal:
    """What would be written to `side`: the values as they would stand, and which are new."""

    module: Module
    side: Side
    pair: Pair
    values: Values
    changed: frozenset[str]


Finding = tuple[str, str]  # reason, remedy


@dataclass(frozen=True)
class Condition:
    """One rule. `promise` is the sentence that docs print and that its test is named after."""

    code: str
    module: Module
    side: Side
    promise: str
    find: Callable[[Proposal, Context], Iterable[Finding]]


def refuse(proposal: Proposal, context: Context) -> Skip | None:
    """The skip that stands for everything that is wrong with a proposal, or None."""
    found = [
        (condition.code, reason, remedy)
        for condition in CONDITIONS
        if condition.module is proposal.module and condition.side is proposal.side
        for reason, remedy in condition.find(proposal, context)
    ]
    if not found:
        return None
    reasons, remedies = ([each[place] for each in found] for place in (1, 2))
    return Skip(proposal.side, found[0][0], _sentences(reasons), _sentences(remedies))


def refused_before(pair: Pair, document: Document, context: Context) -> Skip | None:
    """What Xero refused and nothing has changed since, unless a person asks again."""
    link = pair.link
    if context.retry or not link or not link.refused or link.refused != fingerprint(document):
        return None
    return Skip(Side.XERO, "refused", link.reason, link.remedy)


def _sentences(texts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))


def _name_missing(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if NAME in proposal.changed and is_empty(proposal.values.get(NAME)):
        label = context.label(NAME)
        yield f"{label} is empty, and Xero requires a name.", f"Fill in {label}."


def _too_long(proposal: Proposal, context: Context) -> Iterator[Finding]:
    for row in TABLES[proposal.module].rows:
        value = proposal.values.get(row.field)
        if row.length is None or row.field not in proposal.changed or row.field == people.PERSONS:
            continue
        longest = max(map(len, text_of(value).splitlines()), default=0)
        if longest > row.length:
            label = context.label(row.field)
            yield (
                f"{label} has {longest} characters; Xero takes at most {row.length}.",
                f"Shorten {label}: nothing is cut silently.",
            )


def _angle_brackets(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if NAME in proposal.changed and re.search("[<>]", text_of(proposal.values.get(NAME))):
        label = context.label(NAME)
        yield f"{label} contains < or >, which Xero refuses.", f"Take < and > out of {label}."


def _name_taken(proposal: Proposal, context: Context) -> Iterator[Finding]:
    name = text_of(proposal.values.get(NAME))
    holder = context.names_at_xero.get(name_key(name))
    own = proposal.pair.xero.id if proposal.pair.xero else None
    if NAME in proposal.changed and holder and holder != own:
        yield (
            f"Another active contact in Xero has the name \u201c{name}\u201d already.",
            "Give one of the two another name, or merge them in Xero.",
        )


# Xero does not publish its check. This one refuses only what no mail system takes: what passes
# here and is refused there comes back with Xero's own words.
_EMAIL = re.compile(r"[^@\s<>()\[\],;:]+@[^@\s<>()\[\],;:.]+(\.[^@\s<>()\[\],;:.]+)+")


def _email(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if "primary_email" in proposal.changed:
        yield from _bad_email(context.label("primary_email"), proposal.values.get("primary_email"))
    if people.PERSONS in proposal.changed:
        for person in people.people_of(proposal.values):
            yield from _bad_email(f"The e-mail of {person.full_name}", person.email)


def _bad_email(label: str, value: object) -> Iterator[Finding]:
    if value and not _EMAIL.fullmatch(str(value)):
        yield (
            f"{label} \u201c{value}\u201d is not an e-mail address.",
            f"Correct \u201c{value}\u201d.",
        )


def _person_too_long(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if people.PERSONS not in proposal.changed:
        return
    limit = TABLES[proposal.module][people.PERSONS].length or 0
    for person in people.people_of(proposal.values):
        longest = max(map(len, (person.first_name, person.last_name, person.email)))
        if longest > limit:
            yield (
                f"The contact \u201c{person.full_name[:40]}\u2026\u201d has a name or e-mail of "
                f"{longest} characters; Xero takes at most {limit}.",
                "Shorten it: nothing is cut silently.",
            )


def _country(proposal: Proposal, context: Context) -> Iterator[Finding]:
    for name in ("billing_country", "shipping_country"):
        value = text_of(proposal.values.get(name))
        if name in proposal.changed and re.search("[^A-Za-z ]", value):
            label = context.label(name)
            yield (
                f"{label} \u201c{value}\u201d is not written in the letters A to Z alone.",
                f"Write {label} in plain letters: Xero takes no accents and no signs there.",
            )


def _currency(proposal: Proposal, context: Context) -> Iterator[Finding]:
    code = text_of(proposal.values.get("currency"))
    known = context.reference.currencies
    if "currency" in proposal.changed and code and known and code not in known:
        yield (
            f"The Xero organisation does not use the currency {code}.",
            f"Add {code} in Xero under Currencies, or change {context.label('currency')}.",
        )


def _archived(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if proposal.pair.xero and proposal.pair.xero.document.get("ContactStatus") == "GDPRREQUEST":
        yield "The contact was erased in Xero on a privacy request.", ""
    elif proposal.pair.xero and proposal.pair.xero.document.get("ContactStatus") == "ARCHIVED":
        yield "The contact is archived in Xero and cannot be changed.", "Restore it in Xero."


def _mandatory(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """The CRM looks at the whole record whenever it saves one; so does this."""
    held = proposal.pair.crm.fields if proposal.pair.crm else {}
    after = {**held, **proposal.values}
    for name, label in context.mandatory.items():
        if is_empty(after.get(name)):
            yield _missing(name, label, proposal.module)


def _missing(name: str, label: str, module: Module) -> Finding:
    if name in TABLES[module]:
        return f"{label} is mandatory in the CRM and empty in Xero.", f"Fill it in Xero ({label})."
    return (
        f"{label} is mandatory in the CRM, and Xero has no such field.",
        f"Make {label} optional, or give it a default value.",
    )


def _unknown_currency(proposal: Proposal, context: Context) -> Iterator[Finding]:
    code = text_of(proposal.values.get("currency"))
    if "currency" in proposal.changed and code and not re.fullmatch("[A-Z]{3}", code):
        yield f"Xero's currency \u201c{code}\u201d is not an ISO code.", "Correct it in Xero."


_TO_XERO = (Module.ORGANIZATIONS, Side.XERO)
_TO_CRM = (Module.ORGANIZATIONS, Side.CRM)

CONDITIONS: tuple[Condition, ...] = (
    Condition("G1-xero", *_TO_XERO, "an organization without a name is skipped", _name_missing),
    Condition("X-length", *_TO_XERO, "a value too long for Xero is skipped, not cut", _too_long),
    Condition("X-brackets", *_TO_XERO, "a name with angle brackets is skipped", _angle_brackets),
    Condition("X-unique", *_TO_XERO, "a name that another contact holds is skipped", _name_taken),
    Condition("X-email", *_TO_XERO, "an impossible e-mail address is skipped", _email),
    Condition("X-person", *_TO_XERO, "a contact too long for Xero is skipped", _person_too_long),
    Condition("X-country", *_TO_XERO, "a country that is not letters is skipped", _country),
    Condition("G5-contact", *_TO_XERO, "a currency unknown to Xero is skipped", _currency),
    Condition("X-archived", *_TO_XERO, "an archived contact is skipped", _archived),
    Condition("G1-crm", *_TO_CRM, "a mandatory CRM field that Xero leaves empty skips", _mandatory),
    Condition("G5-crm", *_TO_CRM, "a currency that is no ISO code is skipped", _unknown_currency),
)
