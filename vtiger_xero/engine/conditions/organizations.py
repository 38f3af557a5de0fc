"""What keeps an organization from being written: Xero's rules for contacts, and the CRM's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..mapping import people
from ..mapping.organizations import NAME
from ..mapping.rows import text_of
from ..merge import is_empty
from ..messages import _lt
from ..records import Module, Side
from ..text import name_key
from .base import Condition, Context, Finding, Proposal
from .everywhere import lacking_currency


def _name_missing(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if NAME in proposal.changed and is_empty(proposal.values.get(NAME)):
        label = context.label(NAME)
        yield (
            _lt("{0} is empty. Xero requires a name.").format(label),
            _lt("Fill in {0}.").format(label),
        )


def _angle_brackets(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if NAME in proposal.changed and re.search("[<>]", text_of(proposal.values.get(NAME))):
        label = context.label(NAME)
        yield (
            _lt("{0} contains < or >, which Xero does not accept.").format(label),
            _lt("Remove < and > from {0}.").format(label),
        )


def _name_taken(proposal: Proposal, context: Context) -> Iterator[Finding]:
    name = text_of(proposal.values.get(NAME))
    holder = context.names_at_xero.get(name_key(name))
    own = proposal.pair.xero.id if proposal.pair.xero else None
    if NAME in proposal.changed and holder and holder != own:
        yield (
            _lt("Another active contact in Xero already has the name “{0}”.").format(name),
            _lt("Give one of the two another name, or merge them in Xero."),
        )


# Xero does not publish its check. This one refuses only what no mail system takes: what passes
# here and is refused there comes back with Xero's own words.
_EMAIL = re.compile(r"[^@\s<>()\[\],;:]+@[^@\s<>()\[\],;:.]+(\.[^@\s<>()\[\],;:.]+)+")


def _email(proposal: Proposal, context: Context) -> Iterator[Finding]:
    own = text_of(proposal.values.get("primary_email"))
    if "primary_email" in proposal.changed and _is_bad(own):
        label = context.label("primary_email")
        yield (
            _lt("{0} “{1}” is not an e-mail address.").format(label, own),
            _lt("Correct “{0}”.").format(own),
        )
    if people.PERSONS in proposal.changed:
        bad = [each for each in people.people_of(proposal.values) if _is_bad(each.email)]
        for person in bad:
            yield (
                _lt("The e-mail of “{0}”, “{1}”, is not an e-mail address.").format(
                    person.full_name, person.email
                ),
                _lt("Correct “{0}”.").format(person.email),
            )


def _is_bad(email: str) -> bool:
    return bool(email) and not _EMAIL.fullmatch(email)


def _person_too_long(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if people.PERSONS not in proposal.changed:
        return
    limit = context.tables[proposal.module][people.PERSONS].length or 0
    for person in people.people_of(proposal.values):
        longest = max(len(each) for each in (person.first_name, person.last_name, person.email))
        if longest > limit:
            yield (
                _lt(
                    "The contact “{0}…” has a name or e-mail of {1} characters; Xero takes at "
                    "most {2}."
                ).format(person.full_name[:40], longest, limit),
                _lt("Shorten it. The sync does not cut texts."),
            )


def _country(proposal: Proposal, context: Context) -> Iterator[Finding]:
    for name in ("billing_country", "shipping_country"):
        value = text_of(proposal.values.get(name))
        if name in proposal.changed and re.search("[^A-Za-z ]", value):
            label = context.label(name)
            yield (
                _lt("{0} “{1}” may contain only the letters A to Z.").format(label, value),
                _lt(
                    "Write {0} with the letters A to Z only: Xero accepts no accents and no "
                    "signs there."
                ).format(label),
            )


def _contact_archived(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if proposal.pair.xero and proposal.pair.xero.document.get("ContactStatus") == "GDPRREQUEST":
        yield _lt("The contact was erased in Xero on a privacy request."), ""
    elif proposal.pair.xero and proposal.pair.xero.document.get("ContactStatus") == "ARCHIVED":
        yield (
            _lt("The contact is archived in Xero and cannot be changed."),
            _lt("Restore it in Xero."),
        )


def _unknown_currency(proposal: Proposal, context: Context) -> Iterator[Finding]:
    code = text_of(proposal.values.get("currency"))
    if "currency" in proposal.changed and code and not re.fullmatch("[A-Z]{3}", code):
        yield (
            _lt("Xero's currency “{0}” is not an ISO code.").format(code),
            _lt("Correct it in Xero."),
        )


_TO_XERO = (Module.ORGANIZATIONS, Side.XERO)
_TO_CRM = (Module.ORGANIZATIONS, Side.CRM)

CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "G1-xero",
        *_TO_XERO,
        "an organization without a name is skipped",
        _name_missing,
        when_saved=True,
    ),
    Condition(
        "X-brackets",
        *_TO_XERO,
        "a name with angle brackets is skipped",
        _angle_brackets,
        when_saved=True,
    ),
    Condition("X-unique", *_TO_XERO, "a name that another contact holds is skipped", _name_taken),
    Condition(
        "X-email", *_TO_XERO, "an impossible e-mail address is skipped", _email, when_saved=True
    ),
    Condition("X-person", *_TO_XERO, "a contact too long for Xero is skipped", _person_too_long),
    Condition(
        "X-country",
        *_TO_XERO,
        "a country that is not letters is skipped",
        _country,
        when_saved=True,
    ),
    Condition("G5-contact", *_TO_XERO, "a currency unknown to Xero is skipped", lacking_currency),
    Condition("X-archived", *_TO_XERO, "an archived contact is skipped", _contact_archived),
    Condition("G5-crm", *_TO_CRM, "a currency that is no ISO code is skipped", _unknown_currency),
)
