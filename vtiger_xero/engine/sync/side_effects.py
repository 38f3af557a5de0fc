"""What Xero itself changes because of a run's writes: stock by sales, invoices by payments."""

from __future__ import annotations

from collections.abc import Sequence

from ..actions import Create, Pair, Update
from ..mapping.invoices import ITEMS, STATUS
from ..mapping.payments import INVOICE
from ..mapping.rows import text_of
from ..plan import Plan
from ..records import Document, Line, Side
from ..text import name_key
from .session import Session
from .to_crm import Outgoing


def items_with_new_stock(session: Session, outgoing: Sequence[Outgoing]) -> set[str]:
    """The codes of items that Xero tracks, on lines that the run sent, replaced or voided."""
    lookups = session.current.lookups
    if not lookups.stock:
        return set()
    codes = {code for each in outgoing for code in _codes(each)}
    items = (lookups.item_with_code(code) for code in codes)  # be it by a former code
    present = codes | {item.code for item in items if item}
    return {name_key(code) for code in present & lookups.stock.keys()}


def _codes(outgoing: Outgoing) -> set[str]:
    """The item codes of an invoice's lines, sent or in Xero, if the write can change stock."""
    decision = outgoing.decision
    action, held = decision.on(Side.XERO), decision.pair.xero
    elements = (held.document if held else {}).get("LineItems") or ()
    codes = {str(each["ItemCode"]) for each in elements if each.get("ItemCode")}
    if not isinstance(action, (Create, Update)):
        return codes
    lines = action.values.get(ITEMS)
    if isinstance(lines, tuple):
        codes |= {each.item for each in lines if isinstance(each, Line) and each.item}
    return codes if {ITEMS, STATUS} & action.values.keys() else set()


def invoices_of_payments_left(session: Session, decided: Plan) -> set[str]:
    """The invoices of payments that were deleted here and stay in Xero, where they still count."""
    kept = (each.pair.xero for each in decided.decisions if each.pair.crm is None and each.skips)
    return {
        _invoice(each.document) for each in kept if each
    } & session.current.lookups.invoices.keys()


def invoices_of_matched_payments(session: Session, decided: Plan) -> set[str]:
    """The invoices of payments that were matched now, or may be: from now on these count once."""
    matched = (each.pair for each in decided.decisions if each.pair.crm and _is_matched(each.pair))
    names = {text_of(pair.crm.fields.get(INVOICE)) for pair in matched if pair.crm}
    return {session.current.lookups.invoice_ids.get(name, "") for name in names} - {""}


def _is_matched(pair: Pair) -> bool:
    was_pair = pair.link is not None and pair.link.xero_id
    if pair.possible:
        return pair.link is None or pair.link.possible != pair.possible
    return pair.xero is not None and not was_pair


def invoices_of_written_payments(decided: Plan) -> set[str]:
    """The invoices of the payments that were written, on either side, by InvoiceID."""
    written = [each for each in decided.decisions if any(each.on(side) for side in Side)]
    sent = (each.on(Side.XERO) for each in written)
    new = {text_of(each.values.get(INVOICE)) for each in sent if isinstance(each, Create)}
    return new | {_invoice(each.pair.xero.document) for each in written if each.pair.xero}


def _invoice(payment: Document) -> str:
    return str((payment.get("Invoice") or {}).get("InvoiceID") or "")
