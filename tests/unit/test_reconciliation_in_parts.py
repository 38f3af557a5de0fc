"""Books that are read in parts say what books in memory say: to the cent and to the row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.ledgers import (
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    PRODUCTS,
    Ledgers,
    add_invoice,
    add_organization,
    add_payment,
    amounts,
    equal_ledgers,
    xero_id,
)
from tests.support.shelved import Shelved
from tests.support.whole_books import in_order, read_whole
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.mapping.doctypes import DO_NOT_SYNC, ITEM_TYPE, SERVICE
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.reconciliation import reconcile, reconcile_books
from vtiger_xero.engine.records import Module

Odd = Callable[[st.DrawFn, Ledgers], None]

# A busy machine is no reason to fail.
unhurried = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
CRM_VALUES: dict[Module, dict[str, st.SearchStrategy[Any]]] = {
    ORGANIZATIONS: {"organization_name": st.just("Renamed"), DO_NOT_SYNC: st.just(1)},
    PRODUCTS: {"product_active": st.sampled_from([0, 1]), DO_NOT_SYNC: st.just(1)},
    INVOICES: {
        "status": st.sampled_from(["Created", "Approved", "Paid", "Cancel", "Credit Invoice"]),
        "currency": st.sampled_from(["", "NZD", "USD"]),
        "organization_name": st.sampled_from(["", "ACC0", "ACC1", "TWIN", "ACC9"]),
        "grand_total": amounts(),
        "received": amounts(),
        "balance": amounts(),
        DO_NOT_SYNC: st.just(1),
    },
    PAYMENTS: {
        "payment_status": st.sampled_from(["Received", "Pending", "Refunded"]),
        "currency": st.sampled_from(["", "NZD", "USD"]),
        "organization_name": st.sampled_from(["", "ACC0", "ACC1"]),
        "related_to": st.sampled_from(["", "INV0", "INV1", "INV9"]),
        "amount": amounts(),
        DO_NOT_SYNC: st.just(1),
    },
}
_CONTACT = st.sampled_from([{}, {"ContactID": "x-acc0"}, {"ContactID": "X-ACC1"}])
XERO_VALUES: dict[Module, dict[str, st.SearchStrategy[Any]]] = {
    ORGANIZATIONS: {
        "ContactStatus": st.sampled_from(["ACTIVE", "ARCHIVED"]),
        "IsCustomer": st.booleans(),
        "MergedToContactID": st.sampled_from(["x-acc0", "x-acc1", "x-acc9"]),
    },
    PRODUCTS: {"Name": st.just("Renamed"), "Status": st.just("DELETED")},
    INVOICES: {
        "Type": st.sampled_from(["ACCREC", "ACCPAY"]),
        "Status": st.sampled_from(["DRAFT", "AUTHORISED", "PAID", "VOIDED", "DELETED"]),
        "CurrencyCode": st.sampled_from(["", "NZD", "USD"]),
        "Contact": _CONTACT,
        "Total": amounts(),
        "AmountPaid": amounts(),
        "AmountDue": amounts(),
    },
    PAYMENTS: {
        "PaymentType": st.sampled_from(["ACCRECPAYMENT", "ARCREDITPAYMENT"]),
        "Status": st.sampled_from(["AUTHORISED", "DELETED"]),
        "Amount": amounts(),
        "Contact": _CONTACT,
        "Invoice": st.sampled_from(
            [
                {},
                {"InvoiceID": "x-inv0"},
                {"InvoiceID": "X-INV1", "CurrencyCode": "NZD"},
                {"InvoiceID": "x-inv0", "Contact": {"ContactID": "x-acc0"}, "CurrencyCode": "USD"},
            ]
        ),
    },
}


def change_in_crm(draw: st.DrawFn, ledgers: Ledgers) -> None:
    module, name = _one(draw, ledgers.crm)
    field = draw(st.sampled_from(sorted(CRM_VALUES[module])))
    ledgers.edit_crm(module, name, **{field: draw(CRM_VALUES[module][field])})


def change_in_xero(draw: st.DrawFn, ledgers: Ledgers) -> None:
    module, key = _one(draw, ledgers.xero)
    field = draw(st.sampled_from(sorted(XERO_VALUES[module])))
    held = ledgers.xero[module][key]
    document = {**held.document, field: draw(XERO_VALUES[module][field])}
    ledgers.xero[module][key] = replace(held, document=document)


def lose_in_crm(draw: st.DrawFn, ledgers: Ledgers) -> None:
    module, name = _one(draw, ledgers.crm)
    del ledgers.crm[module][name]


def lose_in_xero(draw: st.DrawFn, ledgers: Ledgers) -> None:
    module, key = _one(draw, ledgers.xero)
    del ledgers.xero[module][key]


def change_a_link(draw: st.DrawFn, ledgers: Ledgers) -> None:
    module = draw(st.sampled_from([each for each in Module if ledgers.links[each]]))
    place = draw(st.integers(0, len(ledgers.links[module]) - 1))
    link = ledgers.links[module].pop(place)
    change = draw(st.sampled_from(["gone", "waiting", "reason", "dropped", "xero alone"]))
    if change == "gone":
        ledgers.links[module].insert(place, replace(link, state=LinkState.GONE))
    elif change == "waiting":
        ledgers.links[module].insert(place, replace(link, state=LinkState.WAITING))
    elif change == "reason":
        ledgers.links[module].insert(place, replace(link, reason="It is locked.", remedy="Wait."))
    elif change == "xero alone":
        alone = replace(link, crm_name=None, reason="It is locked.")
        ledgers.links[module].insert(place, alone)


def add_alone(draw: st.DrawFn, ledgers: Ledgers) -> None:
    number, module = draw(st.integers(0, 99)), draw(st.sampled_from(list(Module)))
    name = f"NEW{number}"
    if module is ORGANIZATIONS:
        add_organization(ledgers, name)
    elif module is PRODUCTS:
        fields = {"product_name": "Work", ITEM_TYPE: SERVICE, "product_active": 1}
        ledgers.pair(PRODUCTS, name, fields, {"Name": "Work"})
    elif module is INVOICES:
        add_invoice(ledgers, name, "ACC0", draw(amounts()), draw(amounts()))
    else:
        add_payment(ledgers, name, "INV0", draw(amounts()))
    which = draw(st.sampled_from(["both", "crm", "xero", "pair"]))
    if which != "pair":
        ledgers.links[module].pop()
    if which == "crm":
        del ledgers.xero[module][xero_id(name)]
    if which == "xero":
        del ledgers.crm[module][name]


def add_a_second_link(draw: st.DrawFn, ledgers: Ledgers) -> None:
    module = draw(st.sampled_from([each for each in Module if ledgers.links[each]]))
    link = draw(st.sampled_from(ledgers.links[module]))
    # Of several that claim one invoice, which no journal keeps, the oldest link would have it.
    number = draw(st.integers(0, 99)) if spec_of(module).rule.shares_document else 0
    name = f"AGAIN{number}"
    held = ledgers.crm[module].get(link.crm_name or "")
    if held is not None and link.xero_id and name not in ledgers.crm[module]:
        numbers = {"invoice_no": name, "payment_no": name}  # the CRM gives none twice
        fields = {field: numbers.get(field, value) for field, value in held.fields.items()}
        ledgers.crm[module][name] = replace(held, name=name, fields=fields)
        ledgers.link(module, name, link.xero_id, duplicate_of=link.crm_name)


def _one(draw: st.DrawFn, side: dict[Module, dict[str, Any]]) -> tuple[Module, str]:
    module = draw(st.sampled_from([module for module in Module if side[module]]))
    return module, draw(st.sampled_from(sorted(side[module])))


ODD: tuple[Odd, ...] = (
    *(change_in_crm, change_in_xero, lose_in_crm, lose_in_xero),
    *(change_a_link, add_alone, add_a_second_link),
)


@st.composite
def odd_ledgers(draw: st.DrawFn) -> Ledgers:
    """Books of which some agree and some do not, in every way that the tests know."""
    ledgers = draw(equal_ledgers(invoices=2))
    for _ in range(draw(st.integers(0, 6))):
        if all(any(side.values()) for side in (ledgers.crm, ledgers.xero, ledgers.links)):
            draw(st.sampled_from(ODD))(draw, ledgers)
    return ledgers


@unhurried
@given(odd_ledgers(), st.sets(st.sampled_from(["x-inv0", "x-inv1", "x-acc0", "x-pay-inv0"])))
def test_what_is_read_in_parts_is_what_is_read_whole(ledgers: Ledgers, pending: set[str]) -> None:
    shelved = Shelved(ledgers, pending)
    whole = reconcile_books(read_whole(shelved.crm, shelved.journal))
    parts = reconcile(shelved.crm, shelved.journal, Module)
    assert in_order(parts) == in_order(whole)
    assert parts.verdict is whole.verdict


@unhurried
@given(odd_ledgers(), st.sampled_from(list(Module)))
def test_a_single_module_says_the_same_too(ledgers: Ledgers, module: Module) -> None:
    shelved = Shelved(ledgers)
    whole = reconcile_books(read_whole(shelved.crm, shelved.journal), [module])
    parts = reconcile(shelved.crm, shelved.journal, [module])
    assert in_order(parts) == in_order(whole)


def test_documents_that_an_earlier_version_kept_are_read_whole() -> None:
    ledgers = Ledgers()
    add_organization(ledgers, "ACC0")
    add_invoice(ledgers, "INV0", "ACC0", Decimal(100))
    shelved = Shelved(ledgers)
    shelved.database.write('UPDATE "Xero Document" SET booking = NULL')
    with shelved.whole_loads() as loads:
        found = reconcile(shelved.crm, shelved.journal, Module)
    assert found.agrees
    assert loads
