"""Organizations, which are contacts at Xero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..evidence import ORGANIZATION_SIGNS, Details, organization_details
from ..links import merged_contacts
from ..lookups import Lookups
from ..mapping import organizations
from ..mapping.doctypes import DO_NOT_SYNC, ORGANIZATION
from ..mapping.heads import Keys, MatchRule, marks
from ..mapping.resources import ARCHIVED, XeroResource, named_key, text_keys
from ..messages import _lt
from ..records import Document, Head, Module
from ..settings import Settings
from ..text import name_key
from .compared import text_at
from .spec import SWEEP, Deleted, ModuleSpec, Sources

_NAME = "organization_name"


def _look_up(sources: Sources) -> Mapping[str, Any]:
    """The contacts of living sales invoices, where the settings ask who is a customer.

    Xero does not move a contact's time of change when its first invoice is made, so a contact that
    was read before is stored as no customer.
    """
    if not sources.settings.customers_only:
        return {}
    merged = merged_contacts(sources.journal.xero_heads(Module.ORGANIZATIONS))
    invoices = sources.journal.xero_heads(Module.INVOICES)
    named = {head.details.get("contact", "") for head in invoices if head.alive}
    return {"customers": {merged.get(contact, contact) for contact in named}}


def _head(document: Document) -> tuple[str, str, tuple[str, ...], Details]:
    name, tax, email = (document.get(key) for key in ("Name", "TaxNumber", "EmailAddress"))
    details = organization_details(name, tax, email)
    return str(name or ""), str(document.get("ContactNumber") or ""), marks(tax, email), details


def _keys(head: Head, settings: Settings, lookups: Lookups) -> Keys:
    """By name, else by our number and one more detail."""
    keys = head.keys
    tax, email = keys.get("tax_number"), keys.get("primary_email")
    return Keys(
        name_key(keys.get(_NAME)),
        name_key(keys.get("organization_number")),
        marks(tax, email),
        organization_details(keys.get(_NAME), tax, email),
    )


def _natural_keys(document: Document) -> tuple[str, ...]:
    return text_keys(
        document.get("ContactID") or "",
        named_key("number", document.get("ContactNumber")),
        named_key("name", document.get("Name")),
    )


def _archiving(held: Document) -> Document:
    """Xero deletes no contact: it is archived."""
    return {"ContactID": held["ContactID"], "ContactStatus": ARCHIVED}


def _address(document: Document, key: str) -> str:
    for each in document.get("Addresses") or ():
        if each.get("AddressType") == "POBOX":
            return str(each.get(key) or "")
    return ""


SPEC = ModuleSpec(
    module=Module.ORGANIZATIONS,
    doctypes=(ORGANIZATION,),
    head_fields=(_NAME, "organization_number", "tax_number", "primary_email", DO_NOT_SYNC),
    title_field=_NAME,
    filled_by_sync=(_NAME,),
    xero=XeroResource(
        noun="contact",
        collection="Contacts",
        id_key="ContactID",
        status_key="ContactStatus",
        status_if_missing="ACTIVE",
        title=lambda document: str(document.get("Name") or ""),
        keys=_natural_keys,
        removal=_archiving,
        page="/Contacts/View/{}",
        scope="accounting.contacts",
        unreadable=_lt(
            "A contact of Xero (ID {id}) could not be read and was left out: {error}. The "
            "others are not affected."
        ),
        batch_size=50,  # they are matched by name against all the others, which takes Xero long
        unique="Name",
        has_archived=True,
        has_ids=True,
        answers_whole=True,
        webhook="CONTACT",
        sweep=SWEEP,
    ),
    table=lambda lookups: organizations.TABLE,
    look_up=_look_up,
    needs_books=False,
    rule=MatchRule(
        ORGANIZATION_SIGNS, contradicts="tax_number", shares_document=True, keeps_name=True
    ),
    head=_head,
    keys=_keys,
    compared=(
        (_NAME, text_at("Name")),
        ("organization_number", text_at("ContactNumber")),
        ("primary_email", text_at("EmailAddress")),
        ("tax_number", text_at("TaxNumber")),
        ("billing_address", lambda document: _address(document, "AddressLine1")),
        ("billing_city", lambda document: _address(document, "City")),
    ),
    owns_figures=True,
    when_gone=Deleted(),
    duplicate=lambda primary: _lt(
        "It has the same name as {0}. Both are one contact in Xero."
    ).format(primary),
    remedy_if_kept=_lt("Archive the contact in Xero, if nobody needs it."),
    is_no_customer=lambda document: not document.get("IsCustomer"),
)
