"""What Xero gave: it stands as long as what it was given for."""

from frappe.model.document import Document

from vtiger_xero.engine.totals import Saved, amounts_that_stand, number, rounding_that_stands
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice import arithmetic


def keep_given(invoice: Document) -> None:
    """Release the amounts whose figures changed; only the sync says that an amount is given.

    A write of the sync that has the taxes in it gives them anew, whatever they were before.
    """
    if invoice.flags.from_xero_sync and "taxes" in (invoice.flags.xero_sync_fields or ()):
        return
    stand = amounts_that_stand(_saved(invoice.get_doc_before_save()), _saved(invoice))
    for row, amount in zip(invoice.taxes, stand, strict=True):
        row.amount_given = int(amount is not None)
        if amount is not None:
            row.amount = float(amount)


def keep_rounding(invoice: Document) -> None:
    """A rounding that Xero gave is released by a person's edit that changes the total."""
    if invoice.flags.from_xero_sync or not number(invoice.rounding):
        return
    before, invoice.rounding = invoice.get_doc_before_save(), 0
    total = arithmetic.total(invoice)
    invoice.rounding = float(rounding_that_stands(before, total, invoice.currency))


def _saved(invoice: Document | None) -> Saved:
    if invoice is None:
        return Saved({})
    lines, taxes = ([row.as_dict() for row in invoice.get(name)] for name in ("items", "taxes"))
    return Saved(invoice.as_dict(), lines, taxes)
