"""Rules of more than one module: what is mandatory (rule G1), currencies, and Xero's lengths."""

from __future__ import annotations

from collections.abc import Iterator

from ..mapping.doctypes import ITEM_TYPE
from ..mapping.invoices import CURRENCY, ITEMS
from ..mapping.people import PERSONS
from ..mapping.rows import text_of
from ..merge import is_empty
from ..messages import Message, _lt, label
from ..modules import spec_of
from ..records import Fields, Module, Side
from .base import Condition, Context, Finding, Proposal


def too_long(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """A text that Xero has no room for."""
    for row in context.tables[proposal.module].rows:
        value = proposal.values.get(row.field)
        if row.length is None or row.field not in proposal.changed or row.field == PERSONS:
            continue
        longest = max((len(each) for each in text_of(value).splitlines()), default=0)
        if longest > row.length:
            named = context.label(row.field)
            yield (
                _lt("{0} has {1} characters; Xero takes at most {2}.").format(
                    named, longest, row.length
                ),
                _lt("Shorten {0}. The sync does not cut texts.").format(named),
            )


def lacking_currency(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """A currency that the organisation does not have (rule G5)."""
    code = text_of(proposal.values.get(CURRENCY))
    if CURRENCY in proposal.changed and context.reference.lacks_currency(code):
        yield (
            _lt("The Xero organisation does not use the currency {0}.").format(code),
            _lt("Add {0} in Xero under Currencies, or change {1}.").format(
                code, context.label(CURRENCY)
            ),
        )


def missing_mandatory(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """The CRM looks at the whole record whenever it saves one; so does this."""
    after = {**proposal.held, **_as_saved(proposal, context)}
    crm_fills = spec_of(proposal.module).crm_fills
    for name, title in _mandatory_fields(proposal, context).items():
        # Where Xero has a value that the CRM does not know, another rule says so.
        known = proposal.values.get(name) if name in proposal.values else None
        if is_empty(after.get(name)) and is_empty(known) and not crm_fills(name):
            yield _finding_of_missing(name, label(title), proposal.module, context)


def _mandatory_fields(proposal: Proposal, context: Context) -> dict[str, str]:
    doctype = str(proposal.values.get(ITEM_TYPE) or proposal.held.get(ITEM_TYPE) or "")
    return {**context.mandatory, **context.mandatory_of.get(doctype, {})}


def _as_saved(proposal: Proposal, context: Context) -> Fields:
    """The values as the CRM's fields; an invoice's lines are looked at as one value."""
    table = context.tables[proposal.module]
    plain = {name: value for name, value in proposal.values.items() if name != ITEMS}
    fields = table.to_crm(plain, proposal.held, proposal.document)
    return {**fields, **{n: v for n, v in proposal.values.items() if n == ITEMS}}


def _finding_of_missing(name: str, named: Message, module: Module, context: Context) -> Finding:
    if name in context.tables[module]:
        return (
            _lt("{0} is mandatory in the CRM and empty in Xero.").format(named),
            _lt("Fill it in Xero ({0}).").format(named),
        )
    return (
        _lt("{0} is mandatory in the CRM, and Xero has no such field.").format(named),
        _lt("Make {0} optional, or give it a default value.").format(named),
    )


def _conditions(module: Module) -> tuple[Condition, ...]:
    noun = spec_of(module).xero.noun
    return (
        Condition(
            "X-length",
            module,
            Side.XERO,
            f"a value too long for Xero's {noun} is skipped, not cut",
            too_long,
            when_saved=True,
        ),
        Condition(
            "G1-crm",
            module,
            Side.CRM,
            f"a mandatory CRM field that Xero's {noun} leaves empty skips it",
            missing_mandatory,
        ),
    )


CONDITIONS = tuple(each for module in Module for each in _conditions(module))
