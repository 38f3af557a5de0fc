"""A preview's lookups, as they would be after its earlier modules were carried out.

A run writes organizations before it plans invoices. A preview writes nothing, so what the earlier
plans would link is added to what the journal knows: else it would show skips that the run never
makes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..actions import Create, Decision, Delete, Update
from ..lookups import CrmItem, Item, Lookups, OpenInvoice
from ..mapping import Values
from ..mapping.doctypes import ITEM_TYPE, PRODUCT
from ..mapping.invoices import AUTHORISED, ITEMS, NUMBER, STATUS
from ..mapping.item_history import CODES, former_values
from ..mapping.items import CODE, NAME
from ..mapping.resources import RESOURCES
from ..mapping.rows import decimal_of, text_of
from ..money import ZERO
from ..plan import Plan
from ..records import Foreseen, Line, Module, Side
from ..text import name_key
from ..totals.payments import APPROVED


def lookups_after(module: Module, lookups: Lookups, plans: Sequence[Plan]) -> Lookups:
    """The lookups of a module as they would be after these plans."""
    before = {plan.module: plan.decisions for plan in plans}
    if module is Module.INVOICES:
        decisions = before.get(Module.ORGANIZATIONS, ())
        contacts, organizations = _planned_links(decisions, lookups.contacts)
        return replace(
            lookups,
            contacts={**lookups.contacts, **contacts},
            organizations={**lookups.organizations, **organizations},
            items={**lookups.items, **_items(before.get(Module.PRODUCTS, ()), lookups)},
            codes_at_xero=_codes(before.get(Module.PRODUCTS, ()), lookups.codes_at_xero),
            stock=_stock_by_new_code(before.get(Module.PRODUCTS, ()), lookups.stock),
        )
    if module is Module.PAYMENTS:
        decisions = before.get(Module.INVOICES, ())
        ids, invoices = _planned_links(decisions, lookups.invoice_ids)
        return replace(
            lookups,
            invoice_ids={**lookups.invoice_ids, **ids},
            invoices={**lookups.invoices, **invoices},
            invoice_statuses={**lookups.invoice_statuses, **dict(_statuses(decisions))},
            open_at_xero=dict(_open_invoices(decisions)),
        )
    return lookups


def _planned_links(
    decisions: Sequence[Decision], known: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """(Xero's id of CRM records, the CRM's record of Xero's ids), as the plan would link them."""
    ids: dict[str, str] = {}
    names: dict[str, str] = {}
    duplicates = []
    for decision in decisions:
        name, xero_id = _names(decision)
        if decision.pair.duplicate_of and decision.pair.crm:
            duplicates.append((decision.pair.crm.name, decision.pair.duplicate_of))
        elif name and xero_id:
            ids[name], names[xero_id] = xero_id, name
    ids_of_duplicates = {
        duplicate: ids.get(primary) or known.get(primary, "") for duplicate, primary in duplicates
    }
    return ids | {
        duplicate: xero_id for duplicate, xero_id in ids_of_duplicates.items() if xero_id
    }, names


def _names(decision: Decision) -> tuple[str, str]:
    crm, xero = decision.pair.crm, decision.pair.xero
    name, xero_id = crm.name if crm else "", xero.id if xero else ""
    if isinstance(decision.on(Side.XERO), Create):
        xero_id = Foreseen.of(name)
    if isinstance(decision.on(Side.CRM), Create):
        name = Foreseen.of(xero_id)
    return name, xero_id


def _items(decisions: Sequence[Decision], lookups: Lookups) -> dict[Item, CrmItem]:
    found: dict[Item, CrmItem] = {}
    by_name = {item.name: key for key, item in lookups.items.items()}
    for decision in decisions:
        name, _ = _names(decision)
        key, code = by_name.get(name), _code(decision)
        if key is not None and code:
            item = _with_new_code(
                lookups.items[key], code, {**decision.pair.base, **decision.agreed}
            )
            found[key] = replace(item, tax_type=_tax_type(decision, lookups))
        elif isinstance(name, Foreseen):
            kind = _kind(decision)
            title = RESOURCES[Module.PRODUCTS].title(_document(decision))
            found[kind, name] = CrmItem(kind, name, title, code, "", _tax_type(decision, lookups))
    for decision in decisions:
        primary = decision.pair.duplicate_of
        key, of_primary = by_name.get(_names(decision)[0]), by_name.get(primary or "")
        if key is not None and of_primary in found:
            of_item = found[of_primary]
            found[key] = replace(lookups.items[key], code=of_item.code, tax_type=of_item.tax_type)
    return found


def _stock_by_new_code(
    decisions: Sequence[Decision], known: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """What Xero has at hand, under the codes that its items get."""
    new = {str(_document(each).get("Code") or ""): _code(each) for each in decisions}
    return {new.get(code) or code: quantity for code, quantity in known.items()}


def _codes(decisions: Sequence[Decision], known: Collection[str]) -> set[str]:
    """The codes of living items at Xero: without those that go, with those that come."""
    held = {name_key(str(_document(each).get("Code") or "")) for each in decisions}
    stay = [each for each in decisions if not isinstance(each.on(Side.XERO), Delete)]
    return (set(known) - held) | {name_key(_code(each)) for each in stay if _code(each)}


def _with_new_code(item: CrmItem, code: str, base: Values) -> CrmItem:
    """The item under its new code, with what both sides called it before."""
    former = (*item.former_codes, *former_values(base, CODES), text_of(base.get(CODE)))
    codes = tuple(dict.fromkeys(each for each in former if each))
    names = tuple(each for each in (*item.former_names, text_of(base.get(NAME))) if each)
    return replace(item, code=code, is_deleted=False, former_codes=codes, former_names=names)


def _code(decision: Decision) -> str:
    action = decision.on(Side.XERO)
    if isinstance(action, (Create, Update)) and action.values.get(CODE):
        return text_of(action.values[CODE])
    held = _document(decision)
    return "" if RESOURCES[Module.PRODUCTS].is_gone(held) else str(held.get("Code") or "")


def _tax_type(decision: Decision, lookups: Lookups) -> str:
    """The TaxType that Xero's item will have: what is sent, else the account's, which fills it."""
    action, held = decision.on(Side.XERO), _document(decision)
    document = action.document if isinstance(action, (Create, Update)) else {}
    details = {**(held.get("SalesDetails") or {}), **((document or {}).get("SalesDetails") or {})}
    if details.get("TaxType"):
        return str(details["TaxType"])
    account = lookups.account_with_code(str(details.get("AccountCode") or ""))
    return account.tax_type if account and document else ""


def _document(decision: Decision) -> dict[str, Any]:
    return decision.pair.xero.document if decision.pair.xero else {}


def _kind(decision: Decision) -> str:
    action = decision.on(Side.CRM)
    return text_of(action.values.get(ITEM_TYPE)) if isinstance(action, Create) else PRODUCT


def _statuses(decisions: Sequence[Decision]) -> Iterator[tuple[str, str]]:
    for decision in decisions:
        action = decision.on(Side.CRM)
        if isinstance(action, Update) and action.values.get(STATUS) == AUTHORISED:
            yield _names(decision)[0], APPROVED


def _open_invoices(decisions: Sequence[Decision]) -> Iterator[tuple[str, OpenInvoice]]:
    """What would be open at Xero on invoices that the plan makes or approves there."""
    for decision in decisions:
        action, (_, xero_id) = decision.on(Side.XERO), _names(decision)
        if not isinstance(action, (Create, Update)):
            continue
        held = _document(decision)
        status = text_of(action.values.get(STATUS)) or str(held.get("Status") or "")
        due = decimal_of(held.get("AmountDue"))
        lines, total = action.values.get(ITEMS), action.document.get("Total")
        if total is not None:  # said only beside a rounding
            due += decimal_of(total) - decimal_of(held.get("Total"))
        elif isinstance(lines, tuple):
            total = sum((each.amount + each.tax for each in lines if isinstance(each, Line)), ZERO)
            due += total - decimal_of(held.get("Total"))
        number = text_of(action.values.get(NUMBER)) or str(held.get("InvoiceNumber") or "")
        yield xero_id, OpenInvoice(status, due, number)
