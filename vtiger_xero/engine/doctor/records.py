"""What is wrong with products and invoices before anything is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from ..lookups import PLACEHOLDER
from ..mapping.doctypes import INVOICE, PRODUCT, SERVICE
from ..records import CrmRecord, Head, Module
from ..text import name_key
from .findings import Check, Finding, count_text, error, titles_of, warning
from .situation import Situation, doctype_of

LONGEST_CODE, LONGEST_NAME = 30, 50  # characters (docs/xero.md, N10)
_PRODUCTS = "Products/Services"
_COUNTED = {
    PRODUCT: ("{0} product", "{0} products"),
    SERVICE: ("{0} service", "{0} services"),
}
_CODE = {PRODUCT: "Part Number", SERVICE: "Service Code"}


def _code(situation: Situation, product: CrmRecord) -> str:
    number = product.fields.get("product_number") if situation.settings.number_as_code else ""
    return str(product.fields.get("part_number") or number or "").strip()


def _title(product: CrmRecord) -> str:
    return str(product.fields.get("product_name") or product.name)


def _to_send(situation: Situation) -> Iterable[CrmRecord]:
    """The placeholder of lines without an item stays in the CRM (rule I16)."""
    return (each for each in situation.products if _title(each) != PLACEHOLDER)


def _without_code(situation: Situation) -> Iterator[Finding]:
    bad = [each for each in _to_send(situation) if not _code(situation, each)]
    yield from _by_doctype(
        bad,
        lambda some: (
            f"Without a {_CODE[doctype_of(some[0])]}, which Xero requires: {_number(some)} "
            f"({_titles(some)})."
        ),
        "Give each of them a code, or tick Use the Record Number Where a Code Is Missing.",
    )


def _long_codes(situation: Situation) -> Iterator[Finding]:
    bad = [each for each in _to_send(situation) if len(_code(situation, each)) > LONGEST_CODE]
    yield from _by_doctype(
        bad,
        lambda some: (
            f"With a code of more than {LONGEST_CODE} characters: {_number(some)} "
            f"({_titles(some)})."
        ),
        "Shorten the codes. The sync does not cut texts.",
    )


def _long_names(situation: Situation) -> Iterator[Finding]:
    bad = [each for each in _to_send(situation) if len(_title(each).strip()) > LONGEST_NAME]
    yield from _by_doctype(
        bad,
        lambda some: (
            f"With a name of more than {LONGEST_NAME} characters: {_number(some)} "
            f"({_titles(some)})."
        ),
        "Shorten the names. The sync does not cut texts.",
    )


def _number(records: list[CrmRecord]) -> str:
    return count_text(len(records), *_COUNTED[doctype_of(records[0])])


def _titles(records: list[CrmRecord]) -> str:
    return titles_of(_title(each) for each in records)


def _by_doctype(
    bad: list[CrmRecord], problem: Callable[[list[CrmRecord]], str], remedy: str
) -> Iterator[Finding]:
    """One finding for each DocType, so that a list of records can be opened behind it."""
    by_doctype: dict[str, list[CrmRecord]] = defaultdict(list)
    for each in bad:
        by_doctype[doctype_of(each)].append(each)
    for doctype, some in by_doctype.items():
        yield error(
            _PRODUCTS,
            problem(some),
            remedy,
            doctype=doctype,
            records=tuple(each.name for each in some),
        )


def _shared_codes(situation: Situation) -> Iterator[Finding]:
    by_code: dict[str, list[CrmRecord]] = defaultdict(list)
    for product in _to_send(situation):
        by_code[name_key(_code(situation, product))].append(product)
    for key, sharing in by_code.items():
        if key and len(sharing) > 1:
            yield warning(
                _PRODUCTS,
                f"{len(sharing)} products or services have the code "
                f"\u201c{_code(situation, sharing[0])}\u201d "
                f"({titles_of(_title(each) for each in sharing)}): they share one item in Xero.",
                "Give each its own code, or merge them.",
                doctype=doctype_of(sharing[0]),
                records=tuple(each.name for each in sharing),
            )


def _shared_numbers(situation: Situation) -> Iterator[Finding]:
    by_number: dict[str, list[Head]] = defaultdict(list)
    for head in situation.heads.get(Module.INVOICES, ()):
        by_number[name_key(head.keys.get("invoice_no"))].append(head)
    for key, heads in by_number.items():
        if key and len(heads) > 1:
            names = [head.name for head in heads]
            yield error(
                "Invoices",
                f"{len(heads)} invoices have the number "
                f"\u201c{heads[0].keys['invoice_no']}\u201d ({titles_of(names)}), but Xero allows "
                "each number only once.",
                "Give each invoice its own number.",
                doctype=INVOICE,
                records=tuple(names),
            )


def _credit_invoices(situation: Situation) -> Iterator[Finding]:
    heads = [h for h in situation.unsent(Module.INVOICES) if _is_credit(h)]
    if heads:
        names = [head.keys.get("invoice_no") or head.name for head in heads]
        number = count_text(len(heads), "{0} invoice", "{0} invoices")
        yield warning(
            "Invoices",
            f"With the status Credit Invoice, which stays in the CRM: {number} "
            f"({titles_of(names)}).",
            "Enter the credit note in Xero; what it settles comes back as Received.",
            doctype=INVOICE,
            records=tuple(head.name for head in heads),
        )


def _is_credit(head: Head) -> bool:
    return head.keys.get("status") == "Credit Invoice"


def _items(situation: Situation) -> bool:
    return situation.sends_items


def _invoices(situation: Situation) -> bool:
    return situation.sends_invoices


CHECKS = (
    Check("codes", _PRODUCTS, "Every product and service has a code.", _without_code, _items),
    Check(
        "long-codes",
        _PRODUCTS,
        f"No code is longer than {LONGEST_CODE} characters.",
        _long_codes,
        _items,
    ),
    Check(
        "long-names",
        _PRODUCTS,
        f"No product or service has a name longer than {LONGEST_NAME} characters.",
        _long_names,
        _items,
    ),
    Check(
        "shared-codes",
        _PRODUCTS,
        "No two products or services have the same code.",
        _shared_codes,
        _items,
    ),
    Check(
        "shared-numbers",
        "Invoices",
        "No two invoices have the same number.",
        _shared_numbers,
        _invoices,
    ),
    Check(
        "credit-invoices",
        "Invoices",
        "No invoice has a status that Xero does not know.",
        _credit_invoices,
        _invoices,
    ),
)
