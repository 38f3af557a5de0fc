"""An approval is of just these writes: other values, another side, another record are others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.fakes import NOON
from vtiger_xero.engine.actions import Change, Create, Decision, Delete, Pair, Skip, Update
from vtiger_xero.engine.approval import (
    approval_of,
    digest,
    is_approved,
    key_of,
)
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.lookups import Lookups, empty_lookups
from vtiger_xero.engine.plan import Plan
from vtiger_xero.engine.records import CrmRecord, Foreseen, Line, Module, Person, Side, XeroRecord

ORGANIZATIONS, INVOICES, PAYMENTS = Module.ORGANIZATIONS, Module.INVOICES, Module.PAYMENTS
D = Decimal


def pair(module: Module = ORGANIZATIONS, xero_id: str = "x-1", name: str = "ACC1") -> Pair:
    crm = CrmRecord(module, name, NOON, {"organization_name": "Kea"}) if name else None
    xero = XeroRecord(module, xero_id, NOON, {}) if xero_id else None
    return Pair(crm, xero)


def update(side: Side = Side.XERO, **new: Any) -> Update:
    changes = tuple(Change(field, "old", value) for field, value in new.items())
    return Update(side, changes, new)


FAX = Decision(pair(), (update(fax="1"),))
OTHERS = {
    "another value": Decision(pair(), (update(fax="2"),)),
    "another field": Decision(pair(), (update(website="1"),)),
    "one more field": Decision(pair(), (update(fax="1", website="2"),)),
    "the other side": Decision(pair(), (update(Side.CRM, fax="1"),)),
    "both sides": Decision(pair(), (update(Side.CRM, fax="1"), update(fax="1"))),
    "another value before": Decision(
        pair(), (Update(Side.XERO, (Change("fax", "older", "1"),), {"fax": "1"}),)
    ),
    "a creation": Decision(pair(), (Create(Side.XERO, {"fax": "1"}),)),
    "a deletion": Decision(pair(), (Delete(Side.XERO),)),
}


@pytest.mark.parametrize("other", OTHERS)
def test_other_writes_are_not_what_was_approved(other: str) -> None:
    approval = approval_of([Plan(ORGANIZATIONS, (FAX,))])
    assert is_approved(approval, ORGANIZATIONS, FAX, empty_lookups())
    assert not is_approved(approval, ORGANIZATIONS, OTHERS[other], empty_lookups())


@pytest.mark.parametrize("other", [pair(name="ACC2"), pair(xero_id="x-2"), pair(xero_id="")])
def test_nor_is_the_same_write_of_another_pair(other: Pair) -> None:
    approval = approval_of([Plan(ORGANIZATIONS, (FAX,))])
    assert not is_approved(approval, ORGANIZATIONS, replace(FAX, pair=other), empty_lookups())
    assert not is_approved(approval, INVOICES, FAX, empty_lookups())


def test_what_writes_nothing_needs_no_approval() -> None:
    skipped = Decision(pair(), (Skip(Side.XERO, "G1", "Why.", ""),))
    assert approval_of([Plan(ORGANIZATIONS, (skipped, Decision(pair(name="ACC2"))))]) == frozenset()


def test_an_approval_is_short_texts_that_fit_a_column() -> None:
    values = {
        "contacts": (Person("Ada"),),
        "items": (Line("Bolt", D(1)),),
        "invoice_date": date(2026, 3, 1),
        "currency": None,
    }
    made = Decision(pair(xero_id=""), (Create(Side.XERO, values),))
    approval = approval_of([Plan(INVOICES, (made,))])
    assert [len(each) for each in approval] == [32]
    assert is_approved(approval, INVOICES, made, empty_lookups())


def test_a_record_that_is_gone_is_known_by_its_link() -> None:
    gone = replace(pair(name=""), link=Link(ORGANIZATIONS, "ACC9", "x-1"))
    assert key_of(ORGANIZATIONS, gone) == ("Organizations", "ACC9", "x-1")


@pytest.mark.parametrize(
    ("module", "field", "known"),
    [
        (INVOICES, "organization_name", "organizations"),
        (PAYMENTS, "related_to", "invoices"),
    ],
)
def test_what_was_foreseen_is_known_once_it_is_there(
    module: Module, field: str, known: str
) -> None:
    def refers(xero_id: str) -> Decision:
        values = {field: xero_id, "reference": xero_id}
        return Decision(pair(module, "", "R1"), (Create(Side.XERO, {**values, "reference": ""}),))

    approval = approval_of([Plan(module, (refers(Foreseen.of("ACC1")),))])
    base = empty_lookups()
    lookups = Lookups(
        base.reference, base.settings, **{known: {"guid-1": "ACC1", "guid-2": "ACC2"}}
    )
    assert is_approved(approval, module, refers("guid-1"), lookups)
    assert not is_approved(approval, module, refers("guid-2"), lookups)
    assert not is_approved(approval, module, refers("guid-3"), lookups)


def test_only_references_are_foreseen() -> None:
    lookups = empty_lookups()
    lookups = Lookups(lookups.reference, lookups.settings, organizations={"Kea": "ACC1"})
    held = Decision(pair(INVOICES), (update(subject=Foreseen.of("ACC1")),))
    approval = approval_of([Plan(INVOICES, (held,))])
    other = Decision(pair(INVOICES), (update(subject="Kea"),))
    assert not is_approved(approval, INVOICES, other, lookups)


def test_a_deletion_is_no_change_of_nothing() -> None:
    emptied = Decision(pair(), (Update(Side.XERO, (), {}),))
    assert digest(ORGANIZATIONS, emptied) != digest(ORGANIZATIONS, OTHERS["a deletion"])


def test_equal_writes_have_equal_digests_whatever_the_order_of_their_values() -> None:
    one = Decision(pair(), (Create(Side.XERO, {"a": "1", "b": "2"}),))
    other = Decision(pair(), (Create(Side.XERO, {"b": "2", "a": "1"}),))
    assert digest(ORGANIZATIONS, one) == digest(ORGANIZATIONS, other)
