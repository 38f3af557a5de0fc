"""What is wrong with products and services before any is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from ..lookups import PLACEHOLDER, Lookups, empty_lookups
from ..mapping import items
from ..mapping.doctypes import PRODUCT, SERVICE
from ..mapping.items import CODE, NAME
from ..mapping.rows import text_of
from ..messages import Message, _lt
from ..records import CrmRecord
from ..text import name_key
from .findings import Check, Finding, count_text, error, titles_of, warning
from .situation import Situation, doctype_of

_LONGEST = {name: items.table(empty_lookups())[name].length or 0 for name in (CODE, NAME)}
_PRODUCTS = _lt("Products/Services")
_COUNTED = {
    PRODUCT: (_lt("{0} product"), _lt("{0} products")),
    SERVICE: (_lt("{0} service"), _lt("{0} services")),
}
_LABELS = {PRODUCT: _lt("Part Number"), SERVICE: _lt("Service Code")}


def _title(product: CrmRecord) -> str:
    return str(product.fields.get("product_name") or product.name)


_Sent = tuple[CrmRecord, str]  # a product and what the sync would send of it, "" for nothing


def _sent(situation: Situation, field: str) -> Iterator[_Sent]:
    """By the mapping's own row; the placeholder of lines without an item stays (rule I16)."""
    row = items.table(Lookups(situation.reference, situation.settings))[field]
    for each in situation.products:
        if _title(each) != PLACEHOLDER:
            yield each, text_of(row.of_crm(each.fields))


def _without_code(situation: Situation) -> Iterator[Finding]:
    bad = [each for each, code in _sent(situation, CODE) if not code]
    yield from _by_doctype(
        bad,
        lambda some: _lt("Without a {0}, which Xero requires: {1} ({2}).").format(
            _LABELS[doctype_of(some[0])], _number(some), _titles(some)
        ),
        _lt("Give each of them a code, or tick Use the Record Number Where a Code Is Missing."),
    )


def _long_codes(situation: Situation) -> Iterator[Finding]:
    yield from _too_long(
        situation,
        CODE,
        _lt("With a code of more than {0} characters: {1} ({2})."),
        _lt("Shorten the codes. The sync does not cut texts."),
    )


def _long_names(situation: Situation) -> Iterator[Finding]:
    yield from _too_long(
        situation,
        NAME,
        _lt("With a name of more than {0} characters: {1} ({2})."),
        _lt("Shorten the names. The sync does not cut texts."),
    )


def _too_long(situation: Situation, field: str, problem: Message, remedy: str) -> Iterator[Finding]:
    most = _LONGEST[field]
    yield from _by_doctype(
        [each for each, text in _sent(situation, field) if len(text) > most],
        lambda some: problem.format(most, _number(some), _titles(some)),
        remedy,
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
    by_code: dict[str, list[_Sent]] = defaultdict(list)
    for each, code in _sent(situation, CODE):
        by_code[name_key(code)].append((each, code))
    for key, found in by_code.items():
        if key and len(found) > 1:
            sharing, code = [each for each, _ in found], found[0][1]
            yield warning(
                _PRODUCTS,
                _lt(
                    "{0} products or services have the code “{1}” ({2}): they share one item "
                    "in Xero."
                ).format(len(sharing), code, titles_of(_title(each) for each in sharing)),
                _lt("Give each its own code, or merge them."),
                doctype=doctype_of(sharing[0]),
                records=tuple(each.name for each in sharing),
            )


def _items(situation: Situation) -> bool:
    return situation.sends_items


CHECKS = (
    Check("codes", _PRODUCTS, _lt("Every product and service has a code."), _without_code, _items),
    Check(
        "long-codes",
        _PRODUCTS,
        _lt("No code is longer than {0} characters.").format(_LONGEST[CODE]),
        _long_codes,
        _items,
    ),
    Check(
        "long-names",
        _PRODUCTS,
        _lt("No product or service has a name longer than {0} characters.").format(_LONGEST[NAME]),
        _long_names,
        _items,
    ),
    Check(
        "shared-codes",
        _PRODUCTS,
        _lt("No two products or services have the same code."),
        _shared_codes,
        _items,
    ),
)
