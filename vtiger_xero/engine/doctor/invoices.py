"""What is wrong with the numbers and statuses of invoices before any is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..mapping.doctypes import INVOICE
from ..mapping.invoices import CREDIT
from ..messages import _lt
from ..modules import spec_of
from ..records import Head, Module
from ..text import name_key
from .findings import Check, Finding, count_text, error, titles_of, warning
from .situation import Situation


def _shared_numbers(situation: Situation) -> Iterator[Finding]:
    by_number: dict[str, list[Head]] = defaultdict(list)
    for head in situation.heads.get(Module.INVOICES, ()):
        by_number[name_key(head.keys.get("invoice_no"))].append(head)
    for key, heads in by_number.items():
        if key and len(heads) > 1:
            names = [head.name for head in heads]
            yield error(
                _lt("Invoices"),
                _lt(
                    "{0} invoices have the number “{1}” ({2}), but Xero allows each number "
                    "only once."
                ).format(len(heads), heads[0].keys["invoice_no"], titles_of(names)),
                _lt("Give each invoice its own number."),
                doctype=INVOICE,
                records=tuple(names),
            )


def _credit_invoices(situation: Situation) -> Iterator[Finding]:
    book = spec_of(Module.INVOICES).book_crm
    heads = [h for h in situation.unsent(Module.INVOICES) if book(h.keys, "").stage == CREDIT]
    if heads:
        names = [head.keys.get("invoice_no") or head.name for head in heads]
        number = count_text(len(heads), _lt("{0} invoice"), _lt("{0} invoices"))
        yield warning(
            _lt("Invoices"),
            _lt("With the status Credit Invoice, which stays in the CRM: {0} ({1}).").format(
                number, titles_of(names)
            ),
            _lt("Enter the credit note in Xero; what it settles comes back as Received."),
            doctype=INVOICE,
            records=tuple(head.name for head in heads),
        )


def _sends(situation: Situation) -> bool:
    return situation.sends_lines


CHECKS = (
    Check(
        "shared-numbers",
        _lt("Invoices"),
        _lt("No two invoices have the same number."),
        _shared_numbers,
        _sends,
    ),
    Check(
        "credit-invoices",
        _lt("Invoices"),
        _lt("No invoice has a status that Xero does not know."),
        _credit_invoices,
        _sends,
    ),
)
