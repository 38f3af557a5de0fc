"""What an invoice received: the payments of both sides that it is computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ...entered_twice import EnteredPayment
from ...links import Link
from ...mapping.rows import date_of, decimal_of
from ...records import Module, Side
from ...totals.payments import RECEIVED
from ..spec import Sources


def look_up_payments(sources: Sources) -> Mapping[str, Any]:
    """The amounts of payments of both sides that an invoice's Received is computed from."""
    heads = {head.name: head.keys for head in sources.crm.heads(Module.PAYMENTS)}
    links = [each for each in sources.journal.links(Module.PAYMENTS) if each.xero_id]
    partners = ((each.crm_name, each.xero_id) for each in sources.journal.links(Module.INVOICES))
    invoices = {name: xero_id for name, xero_id in partners if name and xero_id}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for keys in (heads.get(link.crm_name or "") for link in links):
        if keys and keys.get("payment_status") == RECEIVED:
            invoice = invoices.get(keys.get("related_to", ""), "")
            paid[invoice] += decimal_of(keys.get("amount"))
    for invoice, amount in _counted_once_until_answered(sources, heads):
        paid[invoices.get(invoice, "")] += amount
    living = {each.xero_id for each in links if each.crm_name in heads}
    ended = (each for each in links if each.crm_name and each.crm_name not in heads)
    # What was entered anew here counts by its new record.
    gone = [each for each in ended if each.xero_id not in living]
    is_off = not sources.settings.of(Module.PAYMENTS).enabled
    entered = _received_in_crm(heads, links, invoices) if is_off else {}
    return {
        "paid_by_records": paid,
        "orphan_payments": _payments_left_in_xero(sources, gone),
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
    sources: Sources, heads: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, Decimal]]:
    """Possible matches count once until they are answered: (invoice of the CRM, amount)."""
    ours: dict[tuple[str, str], int] = defaultdict(int)
    theirs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in sources.journal.links(Module.PAYMENTS):
        keys = heads.get(link.crm_name or "", {})
        if link.possible and keys.get("payment_status") == RECEIVED:
            group = keys.get("related_to", ""), keys.get("amount", "")
            ours[group] += 1
            theirs[group] |= {each.key for each in link.possible}
    for group, number in ours.items():
        yield group[0], decimal_of(group[1]) * min(number, len(theirs[group]))


def _payments_left_in_xero(sources: Sources, gone: Sequence[Link]) -> set[str]:
    """Payments that this run does not delete in Xero although the CRM's record is gone."""
    settings, ids = sources.settings, {str(each.xero_id) for each in gone}
    if not settings.deletions or not settings.writes(Module.PAYMENTS, Side.XERO):
        return ids
    # What an earlier run left there stays, and so do excluded records.
    stay = {str(each.xero_id) for each in gone if each.state.is_apart}
    held = sources.journal.xero_records(Module.PAYMENTS, sorted(ids - stay)) if ids - stay else ()
    return stay | {each.id for each in held if each.document.get("IsReconciled")}
