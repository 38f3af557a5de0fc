"""Tax amounts that Xero gave to the cent: they stand as long as what they were given for."""

from frappe.model.document import Document

from vtiger_xero.engine.totals import Saved, amounts_that_stand


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


def _saved(invoice: Document | None) -> Saved:
    if invoice is None:
        return Saved({})
    lines, taxes = ([row.as_dict() for row in invoice.get(name)] for name in ("items", "taxes"))
    return Saved(invoice.as_dict(), lines, taxes)
