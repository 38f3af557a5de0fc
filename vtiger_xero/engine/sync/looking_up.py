"""Gathering what a module's mapping must look up, as it stands at this point of the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ..conditions.invoices_to_crm import STAYS_IN_XERO
from ..entered_twice import EnteredPayment
from ..links import Link, LinkState, merged_contacts
from ..lookups import CrmItem, Item, Lookups, OpenInvoice
from ..mapping import Values
from ..mapping.doctypes import DO_NOT_SYNC, ITEM_TYPE, PRODUCT, SERVICE
from ..mapping.heads import contact_of_invoice
from ..mapping.item_history import CODES, NAMES, former_values
from ..mapping.rows import date_of, decimal_of, number_of
from ..money import ZERO
from ..ports import chunks
from ..records import Document, Head, Module, Side
from ..taxes import book_of
from ..text import name_key
from ..totals.payments import RECEIVED
from .preview_lookups import lookups_after
from .session import Session

_AT_ONCE = 500
_STAY = (LinkState.GONE, LinkState.EXCLUDED)


def look_up(session: Session, module: Module) -> Lookups:
    """The lookups of a module."""
    basis = Lookups(
        session.reference,
        session.settings,
        session.crm.base_currency(),
        run_filter=session.request.run_filter,
    )
    if module is Module.ORGANIZATIONS:
        return replace(basis, customers=_customers(session))
    taxes = book_of(session.reference, session.crm.taxes())
    gathered: dict[str, object] = {"taxes": taxes, "run_filter": basis.run_filter}
    if module is Module.INVOICES:
        gathered |= _for_invoices(session)
    if module is Module.PAYMENTS:
        gathered |= _for_payments(session)
    found = Lookups(basis.reference, basis.settings, basis.base_currency, **gathered)  # type: ignore[arg-type]
    return lookups_after(module, found, session.earlier_plans) if session.earlier_plans else found


def _for_invoices(session: Session) -> dict[str, object]:
    crm, journal = session.crm, session.journal
    links = journal.links(Module.ORGANIZATIONS)
    codes = {head.id: head.title for head in journal.xero_heads(Module.PRODUCTS) if head.alive}
    heads = crm.heads(Module.ORGANIZATIONS)
    items = _documents(session, list(codes))
    return {
        "contacts": _document_of_record(links, heads),
        "organizations": _record_of_document(links, heads),
        "organization_names": {h.name: h.keys.get("organization_name", "") for h in heads},
        "possible_contacts": possible_contacts(links),
        "merged": merged_contacts(journal.xero_heads(Module.ORGANIZATIONS)),
        "archived": {h.id for h in journal.xero_heads(Module.ORGANIZATIONS) if not h.alive},
        "deleted_here": _deleted_here(links, heads),
        "deleted_codes": _deleted_codes(session, codes),
        "excluded": _excluded_names(heads),
        "items": _items(session, codes, _tax_types(items)),
        "items_sync": session.settings.of(Module.PRODUCTS).enabled,
        "codes_at_xero": {name_key(code) for code in codes.values()},
        "items_unread": Module.PRODUCTS in session.readings.unread,
        "stock": _stock(items.values()),
        **_payments_of_invoices(session),
    }


def _customers(session: Session) -> set[str]:
    """The contacts of living sales invoices, where the settings ask who is a customer.

    Xero does not move a contact's time of change when its first invoice is made, so a contact that
    was read before is stored as no customer.
    """
    if not session.settings.customers_only:
        return set()
    journal = session.journal
    merged = merged_contacts(journal.xero_heads(Module.ORGANIZATIONS))
    heads = journal.xero_heads(Module.INVOICES)
    named = {contact_of_invoice(head) for head in heads if head.alive}
    return {merged.get(contact, contact) for contact in named}


def possible_contacts(links: Iterable[Link]) -> dict[str, str]:
    """The contact of another organization that one without a link may be, if it is a single one.

    Another record has that contact by a merge in Xero. Invoices of both may be the same: they must
    not be copied to both sides before the user has answered.
    """
    links = list(links)
    owned = {link.xero_id for link in links if link.crm_name and link.xero_id}
    found = {}
    for link in links:
        possible = {each.key for each in link.possible if each.likeness.asks} & owned
        if link.crm_name and not link.xero_id and len(possible) == 1:
            (found[link.crm_name],) = possible
    return found


def _payments_of_invoices(session: Session) -> dict[str, object]:
    """The amounts of payments of both sides that an invoice's Received is computed from."""
    heads = {head.name: head.keys for head in session.crm.heads(Module.PAYMENTS)}
    links = [each for each in session.journal.links(Module.PAYMENTS) if each.xero_id]
    partners = ((each.crm_name, each.xero_id) for each in session.journal.links(Module.INVOICES))
    invoices = {name: xero_id for name, xero_id in partners if name and xero_id}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for keys in (heads.get(link.crm_name or "") for link in links):
        if keys and keys.get("payment_status") == RECEIVED:
            invoice = invoices.get(keys.get("related_to", ""), "")
            paid[invoice] += decimal_of(keys.get("amount"))
    for invoice, amount in _counted_once_until_answered(session, heads):
        paid[invoices.get(invoice, "")] += amount
    living = {each.xero_id for each in links if each.crm_name in heads}
    ended = (each for each in links if each.crm_name and each.crm_name not in heads)
    # What was entered anew here counts by its new record.
    gone = [each for each in ended if each.xero_id not in living]
    is_off = not session.settings.of(Module.PAYMENTS).enabled
    entered = _received_in_crm(heads, links, invoices) if is_off else {}
    return {
        "paid_by_records": paid,
        "orphan_payments": _payments_left_in_xero(session, gone),
        "entered": entered,
    }


def _received_in_crm(
    heads: Mapping[str, Mapping[str, str]], links: Sequence[Link], invoices: Mapping[str, str]
) -> Mapping[str, Sequence[EnteredPayment]]:
    """The CRM's payments that were received, by their invoice at Xero."""
    known = {link.crm_name: link.xero_id or "" for link in links}
    found: dict[str, list[EnteredPayment]] = defaultdict(list)
    for name, keys in heads.items():
        if keys.get("payment_status") == RECEIVED:
            amount, day = decimal_of(keys.get("amount")), date_of(keys.get("payment_date"))
            invoice = invoices.get(keys.get("related_to", ""), "")
            found[invoice].append(EnteredPayment(amount, day, known.get(name, "")))
    return found


def _counted_once_until_answered(
    session: Session, heads: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, Decimal]]:
    """Possible matches count once until they are answered: (invoice of the CRM, amount)."""
    ours: dict[tuple[str, str], int] = defaultdict(int)
    theirs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in session.journal.links(Module.PAYMENTS):
        keys = heads.get(link.crm_name or "", {})
        if link.possible and keys.get("payment_status") == RECEIVED:
            group = keys.get("related_to", ""), keys.get("amount", "")
            ours[group] += 1
            theirs[group] |= {each.key for each in link.possible}
    for group, number in ours.items():
        yield group[0], decimal_of(group[1]) * min(number, len(theirs[group]))


def _payments_left_in_xero(session: Session, gone: Sequence[Link]) -> set[str]:
    """Payments that this run does not delete in Xero although the CRM's record is gone."""
    settings, ids = session.settings, {str(each.xero_id) for each in gone}
    if not settings.deletions or not settings.writes(Module.PAYMENTS, Side.XERO):
        return ids
    # What an earlier run left there stays, and so do excluded records.
    stay = {str(each.xero_id) for each in gone if each.state in _STAY}
    held = session.journal.xero_records(Module.PAYMENTS, sorted(ids - stay)) if ids - stay else ()
    return stay | {each.id for each in held if each.document.get("IsReconciled")}


def _for_payments(session: Session) -> dict[str, object]:
    links = session.journal.links(Module.INVOICES)
    heads = session.crm.heads(Module.INVOICES)
    return {
        "invoice_ids": _document_of_record(links, heads),
        "invoices": _record_of_document(links, heads),
        "deleted_here": _deleted_here(links, heads),
        "left_in_xero": {link.xero_id for link in links if link.rule in STAYS_IN_XERO},
        "invoice_numbers": {head.name: head.keys.get("invoice_no", "") for head in heads},
        "invoice_currencies": {head.name: head.keys.get("currency", "") for head in heads},
        "invoice_totals": {head.name: decimal_of(head.keys.get("grand_total")) for head in heads},
        "invoice_statuses": {head.name: head.keys.get("status", "") for head in heads},
        "excluded": _excluded_names(heads),
    }


def _deleted_here(links: Iterable[Link], heads: Sequence[Head]) -> set[str]:
    """The documents of records that are gone from the CRM, and that no other record has."""
    there = {head.name for head in heads}
    gone = {str(each.xero_id) for each in links if each.crm_name and each.crm_name not in there}
    return gone - {str(each.xero_id) for each in links if each.crm_name in there}


def _deleted_codes(session: Session, codes: Mapping[str, str]) -> set[str]:
    links, heads = session.journal.links(Module.PRODUCTS), session.crm.heads(Module.PRODUCTS)
    deleted = _deleted_here(links, heads)
    return {name_key(code) for key, code in codes.items() if key in deleted}


def _excluded_names(heads: Iterable[Head]) -> set[str]:
    """The names of records that are excluded from the sync."""
    return {head.name for head in heads if head.keys.get(DO_NOT_SYNC)}


def open_invoices(session: Session, ids: Iterable[str]) -> dict[str, OpenInvoice]:
    """What is open at Xero on these invoices, by the journal.

    What was paid by payments that were deleted since is open again.
    """
    found: dict[str, OpenInvoice] = {}
    heads = session.journal.xero_heads(Module.PAYMENTS)
    deleted = {head.id.lower() for head in heads if not head.alive}
    for part in chunks(sorted(set(ids)), _AT_ONCE):
        for record in session.journal.xero_records(Module.INVOICES, part):
            document = record.document
            due = document.get("AmountDue")
            left = decimal_of(document.get("Total") if due is None else due)
            number = str(document.get("InvoiceNumber") or "")
            status, repaid = str(document.get("Status") or ""), _total_of_deleted(document, deleted)
            status = "AUTHORISED" if repaid and status == "PAID" else status
            found[record.id] = OpenInvoice(status, left + repaid, number)
    return found


def _total_of_deleted(document: Document, deleted: Collection[str]) -> Decimal:
    """What an invoice's deleted payments came to that its copy still counts."""
    gone = (
        decimal_of(each.get("Amount"))
        for each in document.get("Payments") or ()
        if str(each.get("PaymentID") or "").lower() in deleted
    )
    return sum(gone, ZERO)


def _items(
    session: Session, codes: Mapping[str, str], tax_types: Mapping[str, str]
) -> dict[Item, CrmItem]:
    """Products and services by their keys, duplicates last; the others by ids of living items."""
    heads = session.crm.heads(Module.PRODUCTS)
    known = {link.crm_name: link for link in session.journal.links(Module.PRODUCTS)}
    names = [head.name for head in heads if head.name in known]
    bases: dict[str, Values] = {}
    for part in chunks(names, _AT_ONCE):
        bases |= session.journal.bases(Module.PRODUCTS, part)
    items = {}
    for head in sorted(heads, key=lambda head: _is_duplicate(known.get(head.name))):
        kind = SERVICE if head.keys.get(ITEM_TYPE) == SERVICE else PRODUCT
        link = known.get(head.name)
        xero_id, base = link.xero_id if link else None, bases.get(head.name, {})
        items[kind, head.name] = CrmItem(
            kind,
            head.name,
            head.keys.get("product_name", ""),
            codes.get(xero_id or "", ""),
            head.keys.get("xero_sales_account", ""),
            tax_types.get(xero_id or "", ""),
            is_deleted=bool(xero_id) and xero_id not in codes,
            is_excluded=bool(head.keys.get(DO_NOT_SYNC)),
            former_codes=tuple(former_values(base, CODES)),
            former_names=tuple(former_values(base, NAMES)),
        )
    return items


def _is_duplicate(link: Link | None) -> bool:
    return link is not None and link.duplicate_of is not None


def _record_of_document(links: Iterable[Link], heads: Iterable[Head]) -> dict[str, str]:
    """The CRM record of each document, if it is there; of duplicates, the one they duplicate."""
    there = {head.name for head in heads}
    pairs = (each for each in links if each.crm_name in there and not each.duplicate_of)
    return {str(each.xero_id): str(each.crm_name) for each in pairs if each.xero_id}


def _document_of_record(links: Iterable[Link], heads: Iterable[Head]) -> dict[str, str]:
    """The Xero document of each CRM record that is there, duplicates included."""
    there = {head.name for head in heads}
    pairs = (each for each in links if each.crm_name in there and each.xero_id)
    return {str(each.crm_name): str(each.xero_id) for each in pairs}


def _documents(session: Session, ids: Sequence[str]) -> dict[str, Document]:
    """Xero's items by their ids, as the journal has them."""
    found: dict[str, Document] = {}
    for part in chunks(ids, _AT_ONCE):
        for record in session.journal.xero_records(Module.PRODUCTS, part):
            found[record.id] = record.document
    return found


def _stock(items: Iterable[Document]) -> dict[str, Decimal]:
    """What Xero has at hand of each item that it counts, by its code."""
    counted = (item for item in items if item.get("IsTrackedAsInventory"))
    at_hand = ((_code(item), number_of(item.get("QuantityOnHand"))) for item in counted)
    return {code: quantity for code, quantity in at_hand if quantity is not None}


def _tax_types(items: Mapping[str, Document]) -> dict[str, str]:
    """The TaxType that each item has for sales."""
    details = {key: item.get("SalesDetails") or {} for key, item in items.items()}
    return {key: str(held.get("TaxType") or "") for key, held in details.items()}


def _code(document: Document) -> str:
    return str(document.get("Code") or "")
