"""What keeps a product or service from being written to Xero: its code, its accounts."""

from __future__ import annotations

from collections.abc import Iterator

from ..mapping.items import CODE, PURCHASE_ACCOUNT, SALES_ACCOUNT, fault_of_account, is_deleted
from ..mapping.rows import text_of
from ..merge import is_empty
from ..messages import _lt
from ..records import Module, NotInXero, Side
from ..text import name_key
from .base import Condition, Context, Finding, Proposal


def code_missing(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """No code, and none that stands in for it."""
    if CODE in proposal.changed and is_empty(proposal.values.get(CODE)):
        label = context.label(CODE)
        yield (
            _lt("{0} is empty. Xero requires a code.").format(label),
            _lt(
                "Fill in {0}, or tick Use the Record Number Where a Code Is Missing in Xero "
                "Settings."
            ).format(label),
        )


def _code_taken(proposal: Proposal, context: Context) -> Iterator[Finding]:
    code = text_of(proposal.values.get(CODE))
    holder = context.names_at_xero.get(name_key(code))
    own = proposal.pair.xero.id if proposal.pair.xero else None
    if CODE in proposal.changed and holder and holder != own:
        yield (
            _lt("Another item in Xero already has the code “{0}”.").format(code),
            _lt("Give one of the two another code."),
        )


def _account(proposal: Proposal, context: Context) -> Iterator[Finding]:
    for name in (SALES_ACCOUNT, PURCHASE_ACCOUNT):
        code = text_of(proposal.values.get(name))
        if name not in proposal.changed or not code:
            continue
        label, account = context.label(name), context.lookups.account_with_code(code)
        remedy = _lt("Choose another {0}.").format(label)
        if account is None:
            code = code.name if isinstance(code, NotInXero) else code
            yield _lt("{0}: the account {1} is not in Xero.").format(label, code), remedy
        elif fault := fault_of_account(name, account):
            yield fault, remedy


def _item_deleted(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if proposal.document and is_deleted(proposal.document):
        yield (
            _lt("The item was deleted in Xero."),
            _lt("Give the product another code to create a new item, or set it inactive."),
        )


_TO_XERO = (Module.PRODUCTS, Side.XERO)

CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "G1-code", *_TO_XERO, "a product without a code is skipped", code_missing, when_saved=True
    ),
    Condition("X-code", *_TO_XERO, "a code that another item holds is skipped", _code_taken),
    Condition(
        "I8-item",
        *_TO_XERO,
        "an unknown, archived, bank, system or inventory account of a product skips it",
        _account,
    ),
    Condition(
        "X-deleted", *_TO_XERO, "a change of an item deleted in Xero is skipped", _item_deleted
    ),
)
