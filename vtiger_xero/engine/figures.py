"""The figures in which two linked records must be equal (rule G12), and why they are not.

An invoice: total, received and due. A payment: its amount. What differs in them is not In Sync,
whatever the cause; the reason says both figures, by how much, why, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .actions import Skip
from .links import UNEQUAL
from .mapping.invoice_figures import (
    Figures,
    cis_deduction_of,
    figures_of,
    rounding_of,
)
from .mapping.rows import decimal_of
from .messages import _lt, is_made_from, label, sentences, split_sentences
from .modules import settled_by, spec_of
from .modules.invoices import CRM_FIGURES, FIGURES
from .money import ZERO, as_text, exactly
from .records import CrmRecord, Document, Fields, Side, XeroRecord
from .settings import Settings
from .taxes import COMPUTED_BY_XERO


@dataclass(frozen=True)
class OneSidedPayment:
    """A payment that only one side counts: its name, "" in Xero, why, and what to do, if known."""

    amount: Decimal
    title: str = ""
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Payments:
    """The payments on one invoice that are on one side alone."""

    here: Sequence[OneSidedPayment] = ()
    there: Sequence[OneSidedPayment] = ()


def figures_here(fields: Fields | Mapping[str, Any]) -> Figures:
    """The figures of an invoice of the CRM, from its fields or its head."""
    return Figures(*(decimal_of(fields.get(name)) for name in CRM_FIGURES))


def why_unequal(
    crm: CrmRecord, xero: XeroRecord, settings: Settings, payments: Payments, *, waits: bool
) -> Skip:
    """The skip that reports a linked pair whose figures differ.

    `waits`: a change is still to be sent or received.
    """
    if not settled_by(crm.module):
        return _amounts_differ(crm, xero)
    here, there = figures_here(crm.fields), figures_of(xero.document)
    causes = list(_causes(crm, xero.document, settings, payments, waits))
    reason = sentences(different_totals(here, there), *(each for each, _ in causes))
    remedies = dict.fromkeys(remedy for _, remedy in causes if remedy)
    return Skip(Side.CRM, UNEQUAL, reason, sentences(*remedies))


_DIFFERS = _lt("{0} is {1} here and {2} in Xero, a difference of {3}.")


def different_total(fields: Fields, document: Document) -> str:
    """Both totals of an invoice, "" where they are equal."""
    here, there = figures_here(fields).total, figures_of(document).total
    return _difference(FIGURES[0], here, there) if here != there else ""


def adds_a_difference(skip: Skip, reason: str) -> bool:
    """Whether a skip reports a difference that the reason leaves out."""
    differences = (each for each in split_sentences(skip.reason) if is_made_from(_DIFFERS, each))
    return any(each not in reason for each in differences)


def different_totals(here: Figures, there: Figures) -> str:
    """What differs and by how much; the balance only where nothing else does."""
    pairs = list(zip(FIGURES, here, there, strict=True))
    found = [each for each in pairs[:2] if each[1] != each[2]] or pairs[2:]
    return sentences(*(_difference(*each) for each in found))


def _difference(name: str, here: Decimal, there: Decimal) -> str:
    with exactly():
        by = abs(here - there)
    return _DIFFERS.format(name, as_text(here), as_text(there), as_text(by))


def _amounts_differ(crm: CrmRecord, xero: XeroRecord) -> Skip:
    spec = spec_of(crm.module)
    here, there = spec.crm_figures(crm.fields)[0], spec.xero_figures(xero.document)[0]
    difference = _difference(spec.figures[0], here, there)
    return Skip(Side.XERO, UNEQUAL, difference, spec.remedy_if_unequal)


# Why

_Cause = tuple[str, str]  # the sentence, what to do ("" where another cause says it)
_DIRECTION = _lt("Change the Sync Direction, or make the change on the other side, too.")
_LOOK = _lt("Open both, correct the one that is wrong, and sync.")


def _causes(
    crm: CrmRecord, document: Document, settings: Settings, payments: Payments, waits: bool
) -> Iterator[_Cause]:
    fields, module = crm.fields, crm.module
    here, there = figures_here(fields), figures_of(document)
    found = []
    if here.total != there.total:
        found += list(_of_total(fields, document))
    if here.received != there.received:
        found += list(_of_received(fields, document, payments))
    if (cis := cis_deduction_of(document)) != decimal_of(fields.get("cis_deduction")):
        found.append(
            (
                _lt("Xero subtracts a CIS deduction of {0} from the amount due.").format(
                    as_text(cis)
                ),
                "",
            )
        )
    one_way = not all(settings.writes(module, side) for side in Side)
    is_of_payments = here.total == there.total and any(remedy for _, remedy in found)
    if one_way and not is_of_payments:
        direction = label(settings.of(module).direction)
        found.append((_lt("The Sync Direction is: {0}.").format(direction), _DIRECTION))
    elif waits:
        found.append(
            (_lt("A change of the invoice has not reached the other side yet."), _lt("Sync again."))
        )
    yield from found
    if not any(remedy for _, remedy in found):
        yield "", _LOOK


def _of_total(fields: Fields, document: Document) -> Iterator[_Cause]:
    ours, theirs = decimal_of(fields.get("rounding")), rounding_of(document)
    if ours != theirs:
        yield (
            _lt("In Xero a user adjusted the total by a rounding of {0}.").format(as_text(theirs)),
            "",
        )
    tax_here, tax_there = _tax_here(fields), decimal_of(document.get("TotalTax"))
    if tax_here == tax_there:
        if ours == theirs:
            yield _lt("The lines differ."), ""
        return
    if any(line.get("TaxType") in COMPUTED_BY_XERO for line in _lines(document)):
        yield (
            _lt(
                "The taxes are {0} here and {1} in Xero, which computes them by the "
                "customer's address."
            ).format(as_text(tax_here), as_text(tax_there)),
            "",
        )
    else:
        yield (
            _lt(
                "The taxes are {0} here and {1} in Xero: lines, their taxes or the rate of a "
                "tax were changed on one side."
            ).format(as_text(tax_here), as_text(tax_there)),
            "",
        )


def _lines(document: Document) -> Sequence[Mapping[str, Any]]:
    return document.get("LineItems") or ()


def _tax_here(fields: Fields) -> Decimal:
    names = ("pre_tax_total", "adjustment", "rounding")
    rest = sum((decimal_of(fields.get(name)) for name in names), ZERO)
    deducted = decimal_of(fields.get("deducted_taxes"))
    return decimal_of(fields.get("grand_total")) + deducted - rest


def _of_received(fields: Fields, document: Document, payments: Payments) -> Iterator[_Cause]:
    for each in payments.here:
        told = _lt("The payment “{0}” of {1} is only in the CRM.").format(
            each.title, as_text(each.amount)
        )
        yield sentences(told, each.reason), each.remedy
    for each in payments.there:
        told = _lt("A payment of {0} is only in Xero.").format(as_text(each.amount))
        yield sentences(told, each.reason), each.remedy
    credited = decimal_of(document.get("AmountCredited"))
    if credited and not payments.here and not payments.there:
        yield _lt("In Xero {0} of it was credited.").format(as_text(credited)), ""
