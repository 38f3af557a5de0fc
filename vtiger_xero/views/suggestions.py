"""The accounts that Xero Settings still need, each with a suggestion from what Xero holds.

It makes no call: accounts were read when the site was connected, and invoices and payments are
counted as far as a preview or a run has read them.
"""

from collections.abc import Iterator
from typing import Any

import frappe

from ..crm.language import translated
from ..crm.reference import kept_accounts
from ..crm.tenant import SETTINGS
from ..engine.modules import SPECS
from ..engine.modules.spec import DefaultAccount
from ..engine.records import Document, Module
from ..engine.stored import DOCUMENT, load
from ..engine.suggesting import suggest

_COUNTED = 500  # documents, the latest


def missing_accounts() -> list[dict[str, Any]]:
    """For each account that is needed and not chosen: its `field`, and the suggestion.

    `account` is the name of an Xero Account ("" where none fits), `title` what people call it,
    `uses` how many lines or payments in Xero name it, and `without` what happens without one.
    """
    form = frappe.get_doc(SETTINGS)
    needed = lacking_accounts(form) if form.tenant_id else []
    accounts = kept_accounts() if needed else []
    return [_described(form, module, default, accounts) for module, default in needed]


def lacking_accounts(form: Any) -> list[tuple[Module, DefaultAccount]]:
    """Those that the modules which sync need, and that are not chosen in the settings `form`."""
    on = {row.module for row in form.modules if row.enable_sync}
    return [
        (module, default)
        for module, default in _vital()
        if module.value in on and not form.get(default.field)
    ]


def _vital() -> Iterator[tuple[Module, DefaultAccount]]:
    """Those that nothing stands in for."""
    for module, spec in SPECS.items():
        yield from ((module, each) for each in spec.default_accounts if not each.instead)


def _described(
    form: Any, module: Module, default: DefaultAccount, accounts: list[Any]
) -> dict[str, Any]:
    documents = _documents(form.tenant_id, module)
    found = suggest(default, accounts, documents, form.base_currency or "")
    return {
        "field": default.field,
        "account": found.account.id if found else "",
        "title": found.account.title if found else "",
        "uses": found.uses if found else 0,
        "without": translated(default.without),
    }


def _documents(tenant: str, module: Module) -> list[Document]:
    rows = frappe.get_all(
        DOCUMENT,
        {"tenant": tenant, "module": module.value},
        pluck="document",
        order_by="creation desc",
        limit_page_length=_COUNTED,
    )
    return [load(each) for each in rows]
