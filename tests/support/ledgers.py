"""Two sets of books that say the same, made by hypothesis, and what goes wrong with them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.support.fakes import NOON
from tests.support.whole_books import books_of
from vtiger_xero.engine.links import Link, LinkState
from vtiger_xero.engine.reconciliation import (
    Books,
    Drift,
    Reconciliation,
    reconcile_books,
)
from vtiger_xero.engine.records import CrmRecord, Module, XeroRecord

D = Decimal
ZERO, CENT = D(0), D("0.01")
ORGANIZATIONS, PRODUCTS, INVOICES, PAYMENTS = Module
# The CRM's status, and the ones of Xero that say the same.
STATUSES = {
    "Created": "DRAFT",
    "Sent": "SUBMITTED",
    "Approved": "AUTHORISED",
    "Overdue": "AUTHORISED",
    "Partially Paid": "AUTHORISED",
    "Paid": "PAID",
    "Cancel": "VOIDED",
}


@dataclass
class Ledgers:
    """Both sides, module by module, keyed by the CRM's name and by Xero's id."""

    crm: dict[Module, dict[str, CrmRecord]] = field(default_factory=lambda: {m: {} for m in Module})
    xero: dict[Module, dict[str, XeroRecord]] = field(
        default_factory=lambda: {m: {} for m in Module}
    )
    links: dict[Module, list[Link]] = field(default_factory=lambda: {m: [] for m in Module})

    def pair(
        self, module: Module, name: str, fields: dict[str, Any], document: dict[str, Any]
    ) -> None:
        """A record, its document and their link."""
        self.add_crm(module, name, **fields)
        self.add_xero(module, xero_id(name), **document)
        self.link(module, name, xero_id(name))

    def add_crm(self, module: Module, name: str, **fields: Any) -> None:
        self.crm[module][name] = CrmRecord(module, name, NOON, fields)

    def add_xero(self, module: Module, key: str, **document: Any) -> None:
        self.xero[module][key] = XeroRecord(module, key, NOON, document)

    def link(self, module: Module, name: str | None, key: str | None, **known: Any) -> None:
        state = known.pop("state", LinkState.IN_SYNC)
        self.links[module].append(Link(module, name, key, state, crm_modified=NOON, **known))

    def edit_crm(self, module: Module, name: str, **fields: Any) -> None:
        """A person changes a record after the last run."""
        held = self.crm[module][name]
        later = held.modified + timedelta(minutes=1)
        self.crm[module][name] = replace(held, fields={**held.fields, **fields}, modified=later)

    def edit_xero(self, module: Module, name: str, **document: Any) -> None:
        held = self.xero[module][xero_id(name)]
        self.xero[module][xero_id(name)] = replace(held, document={**held.document, **document})

    def books(self, *pending: str) -> dict[Module, Books]:
        return {
            module: books_of(
                self.crm[module].values(),
                self.xero[module].values(),
                self.links[module],
                "NZD",
                pending,
            )
            for module in Module
        }

    def reconciled(self, *pending: str, **options: Any) -> Reconciliation:
        return reconcile_books(self.books(*pending), **options)

    def copy(self) -> Ledgers:
        return copy.deepcopy(self)


def xero_id(name: str) -> str:
    """Xero's id of the document that belongs to a record."""
    return f"x-{name}".lower()


# Books


def add_organization(ledgers: Ledgers, name: str, title: str = "") -> None:
    shown = title or f"Organization {name}"
    ledgers.pair(
        ORGANIZATIONS,
        name,
        {"organization_name": shown},
        {"Name": shown, "ContactStatus": "ACTIVE", "IsCustomer": True},
    )


def add_invoice(
    ledgers: Ledgers,
    name: str,
    organization: str,
    total: Decimal,
    received: Decimal = ZERO,
    status: str = "Approved",
    currency: str = "NZD",
) -> None:
    ledgers.pair(
        INVOICES,
        name,
        {
            "invoice_no": name,
            "organization_name": organization,
            "status": status,
            "currency": currency,
            "grand_total": total,
            "received": received,
            "balance": total - received,
        },
        {
            "Type": "ACCREC",
            "InvoiceNumber": name,
            "Contact": {"ContactID": xero_id(organization).upper()},
            "Status": STATUSES[status],
            "CurrencyCode": currency,
            "Total": total,
            "AmountPaid": received,
            "AmountCredited": D(0),
            "AmountDue": total - received,
        },
    )


def add_payment(ledgers: Ledgers, name: str, invoice: str, amount: Decimal) -> None:
    ledgers.pair(
        PAYMENTS,
        name,
        {"payment_no": name, "related_to": invoice, "amount": amount, "payment_status": "Received"},
        {
            "PaymentType": "ACCRECPAYMENT",
            "Status": "AUTHORISED",
            "Amount": amount,
            "Invoice": {"InvoiceID": xero_id(invoice)},
        },
    )


def amounts() -> st.SearchStrategy[Decimal]:
    """Amounts in cents, up to what Xero holds on a line, gifts and credits included."""
    return st.integers(-(10**9), 10**12).map(lambda cents: D(cents) / 100)


@st.composite
def equal_ledgers(draw: st.DrawFn, invoices: int = 0) -> Ledgers:
    """Books that agree, with at least so many live invoices."""
    ledgers = Ledgers()
    organizations = [f"ACC{n}" for n in range(draw(st.integers(1, 4)))]
    for name in organizations:
        add_organization(ledgers, name)
    if draw(st.booleans()):
        ledgers.add_crm(ORGANIZATIONS, "TWIN", organization_name="Organization ACC0")
        ledgers.link(ORGANIZATIONS, "TWIN", xero_id("ACC0"), duplicate_of="ACC0")
    for number in range(draw(st.integers(0, 3))):
        ledgers.pair(PRODUCTS, f"PRO{number}", {"product_name": "Bolt"}, {"Name": "Bolt"})
    for number in range(draw(st.integers(invoices, max(invoices, 6)))):
        must_live = number < invoices
        _draw_invoice(draw, ledgers, f"INV{number}", organizations, must_live)
    return ledgers


def _draw_invoice(
    draw: st.DrawFn, ledgers: Ledgers, name: str, organizations: list[str], must_live: bool
) -> None:
    status = draw(st.sampled_from([each for each in STATUSES if each != "Cancel" or not must_live]))
    total, paid = draw(amounts()), D(0)
    if status in ("Paid", "Partially Paid"):
        paid = draw(st.integers(1, 10**6).map(lambda cents: D(cents) / 100))
    currency = draw(st.sampled_from(["NZD", "USD", "JPY"]))
    add_invoice(ledgers, name, draw(st.sampled_from(organizations)), total, paid, status, currency)
    if paid:
        add_payment(ledgers, f"PAY-{name}", name, paid)


def named(found: Reconciliation) -> set[str]:
    """The keys of all records that a reconciliation complains about."""
    drifting = {key for each in found.drifts for key in (each.crm_name, each.xero_id) if key}
    return drifting | {each.key for each in found.alone if not each.known}


def one(found: Reconciliation) -> Drift:
    (drift,) = found.drifts
    return drift
