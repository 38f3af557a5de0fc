"""What is wrong with products and services before any is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from ..conditions.base import Context, Proposal, alone
from ..conditions.everywhere import too_long
from ..conditions.items import code_missing
from ..lookups import empty_lookups
from ..mapping import items
from ..mapping.doctypes import PRODUCT, SERVICE
from ..mapping.items import CODE, NAME
from ..mapping.rows import text_of
from ..messages import Message, _lt
from ..modules import spec_of
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


_Sent = tuple[CrmRecord, Proposal]  # a product, and one field of it as the sync would send it
_Rule = Callable[[Proposal, Context], Iterable[object]]  # a condition's, of that field alone


def _title(product: CrmRecord) -> str:
    return str(product.fields.get(NAME) or product.name)


def _sent(situation: Situation, field: str) -> Iterator[_Sent]:
    row = items.table(situation.lookups)[field]
    for each in situation.products:
        if not spec_of(each.module).is_never_sent(each.fields):
            yield each, alone(each, [row])


def _refused(situation: Situation, field: str, rule: _Rule) -> list[CrmRecord]:
    context = Context(situation.settings, situation.reference, lookups=situation.lookups)
    return [each for each, proposal in _sent(situation, field) if any(rule(proposal, context))]


def _without_code(situation: Situation) -> Iterator[Finding]:
    yield from _by_doctype(
        _refused(situation, CODE, code_missing),
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
    yield from _by_doctype(
        _refused(situation, field, too_long),
        lambda some: problem.format(_LONGEST[field], _number(some), _titles(some)),
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
    by_code: dict[str, list[tuple[CrmRecord, str]]] = defaultdict(list)
    for each, proposal in _sent(situation, CODE):
        code = text_of(proposal.values[CODE])
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
