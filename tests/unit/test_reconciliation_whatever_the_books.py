"""Equal books agree; whatever is changed in them is found and named, to the cent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.ledgers import (
    CENT,
    INVOICES,
    PRODUCTS,
    Ledgers,
    amounts,
    equal_ledgers,
    named,
    one,
    xero_id,
)
from vtiger_xero.engine.records import Module

# A busy machine is no reason to fail.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(equal_ledgers())
def test_equal_books_agree(ledgers: Ledgers) -> None:
    found = ledgers.reconciled()
    assert found.drifts == ()
    assert found.alone == ()
    assert found.agrees


@unhurried
@given(
    equal_ledgers(invoices=1),
    st.sampled_from(["grand_total", "received", "balance"]),
    amounts().filter(bool),
)
def test_a_changed_amount_in_the_crm_is_found(ledgers: Ledgers, figure: str, by: Decimal) -> None:
    held = ledgers.crm[INVOICES]["INV0"].fields[figure]
    assert isinstance(held, Decimal)
    ledgers.edit_crm(INVOICES, "INV0", **{figure: held + by})
    found = ledgers.reconciled()
    assert not found.agrees
    assert named(found) == {"INV0", xero_id("INV0")}
    assert one(found).difference == by


@unhurried
@given(
    equal_ledgers(invoices=1),
    st.sampled_from(["Total", "AmountPaid", "AmountCredited", "AmountDue"]),
    amounts().filter(bool),
)
def test_a_changed_amount_in_xero_is_found(ledgers: Ledgers, key: str, by: Decimal) -> None:
    held = ledgers.xero[INVOICES][xero_id("INV0")].document[key]
    ledgers.edit_xero(INVOICES, "INV0", **{key: held + by})
    found = ledgers.reconciled()
    assert not found.agrees
    assert one(found).difference == -by


@unhurried
@given(equal_ledgers(invoices=2))
def test_a_cent_moved_between_two_invoices_is_found(ledgers: Ledgers) -> None:
    """Though every sum of the books stays as it was, where their currencies are the same."""
    for name, by in (("INV0", CENT), ("INV1", -CENT)):
        held = ledgers.crm[INVOICES][name].fields["grand_total"]
        assert isinstance(held, Decimal)
        ledgers.edit_crm(INVOICES, name, grand_total=held + by)
    found = ledgers.reconciled()
    assert not found.agrees
    assert {drift.crm_name: drift.difference for drift in found.drifts} == {
        "INV0": CENT,
        "INV1": -CENT,
    }


@unhurried
@given(equal_ledgers(invoices=1), st.data())
def test_a_record_that_is_lost_is_found(ledgers: Ledgers, data: st.DataObject) -> None:
    side = data.draw(st.sampled_from([ledgers.crm, ledgers.xero]))
    module = data.draw(st.sampled_from([module for module in Module if side[module]]))
    key = data.draw(st.sampled_from(sorted(side[module])))
    counted = key != "TWIN" and not is_gone(ledgers, key)
    del side[module][key]
    found = ledgers.reconciled()
    if counted:
        assert not found.agrees
        assert key in named(found)
    else:
        assert found.agrees, "of what counts nowhere, nothing is lost"


def is_gone(ledgers: Ledgers, key: str) -> bool:
    held = ledgers.crm[INVOICES].get(key) or ledgers.crm[INVOICES].get(key[2:].upper())
    return held is not None and held.fields["status"] == "Cancel"


@unhurried
@given(equal_ledgers(invoices=1), st.data())
def test_a_record_that_stands_there_twice_is_found(ledgers: Ledgers, data: st.DataObject) -> None:
    side = data.draw(st.sampled_from([ledgers.crm, ledgers.xero]))
    module = data.draw(st.sampled_from([module for module in Module if side[module]]))
    key = data.draw(
        st.sampled_from(sorted(key for key in side[module] if not is_gone(ledgers, key)))
    )
    record = side[module][key]
    side[module]["again"] = replace(record, **{"id" if side is ledgers.xero else "name": "again"})
    found = ledgers.reconciled()
    assert not found.agrees
    assert named(found) == {"again"}


@unhurried
@given(equal_ledgers(invoices=1), amounts().filter(bool))
def test_no_sum_differs_without_a_record_that_does(ledgers: Ledgers, by: Decimal) -> None:
    held = ledgers.crm[INVOICES]["INV0"].fields["grand_total"]
    assert isinstance(held, Decimal)
    ledgers.edit_crm(INVOICES, "INV0", grand_total=held + by)
    found = ledgers.reconciled()
    apart = [each for each in found.sums if each.difference]
    by_organization = [each for each in found.by_organization if each.difference]
    assert [each.difference for each in apart] == [by]
    assert [each.difference for each in by_organization] == [by]


@unhurried
@given(equal_ledgers())
def test_every_record_is_counted_once(ledgers: Ledgers) -> None:
    ledgers.add_crm(PRODUCTS, "NEW", product_name="Nut")
    for counts in ledgers.reconciled().counts:
        assert counts.crm == counts.crm_linked + counts.duplicates + counts.only_crm
        assert counts.xero == counts.xero_linked + counts.only_xero
        assert counts.crm == len(ledgers.crm[counts.module])
        assert counts.xero == len(ledgers.xero[counts.module])
