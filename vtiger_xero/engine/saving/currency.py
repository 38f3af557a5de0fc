"""Which currency an invoice is in."""

from __future__ import annotations


def invoice_currency(given: str, customers: str, base: str, *, chosen: bool) -> str:
    """The currency that was chosen, else the customer's, else the base currency.

    The base currency may stand in `given` without anybody having chosen it: a form, or the server
    itself, fills it in as a default. There `chosen` is False, and the customer's currency counts.
    """
    if given and (chosen or given != base):
        return given
    return customers or given or base
