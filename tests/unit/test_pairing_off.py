"""Payments are paired off: each once, as many as there are, and none by the order of a list."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.links import Likeness
from vtiger_xero.engine.pairing_off import BY_DAY, BY_OWN_NUMBER, BY_REFERENCE, pair_payments

Details = Mapping[str, str]


def payment(**more: str) -> Details:
    return {"invoice": "i1", "amount": "50.00", "date": "2026-11-02", **more}


payments = st.lists(
    st.fixed_dictionaries(
        {
            "date": st.sampled_from(["2026-11-02", "2026-11-03", "2026-12-24"]),
            "reference": st.sampled_from(["", "a", "b"]),
            "account": st.sampled_from(["", "bank", "till"]),
        }
    ).map(lambda given: payment(**given)),
    max_size=5,
)


def named(held: list[Details], letter: str) -> dict[str, Details]:
    return {f"{letter}{number}": each for number, each in enumerate(held)}


Sides = Mapping[str, Details]


def signed(found: Mapping[str, tuple[str, str]], here: Sides, there: Sides) -> list[object]:
    """The certain pairs, by what their payments say."""
    return sorted(
        [*sorted(here[name].items()), *sorted(there[xero_id].items())]
        for name, (xero_id, _) in found.items()
    )


@given(payments, payments)
def test_each_payment_has_one_partner_and_nothing_certain_contradicts(
    ours: list[Details], theirs: list[Details]
) -> None:
    here, there = named(ours, "c"), named(theirs, "x")
    found = pair_payments(here, there)
    ids = [xero_id for xero_id, _ in found.certain.values()]
    assert len(set(ids)) == len(ids)
    assert not found.certain.keys() & found.possible.keys()
    assert not set(ids) & {xero_id for some in found.possible.values() for xero_id, _ in some}
    for name, (xero_id, _) in found.certain.items():
        mine, other = here[name], there[xero_id]
        assert mine["date"] == other["date"]
        for detail in ("reference", "account"):
            assert not (mine[detail] and other[detail]) or mine[detail] == other[detail]


@given(payments, payments)
def test_the_order_of_a_list_decides_nothing(ours: list[Details], theirs: list[Details]) -> None:
    here, there = named(ours, "c"), named(theirs, "x")
    turned = [dict(reversed(each.items())) for each in (here, there)]
    first, second = pair_payments(here, there), pair_payments(*turned)
    assert signed(first.certain, here, there) == signed(second.certain, here, there)


@given(st.integers(0, 4), st.integers(0, 4))
def test_equal_ones_pair_up_by_how_many_there_are(here: int, there: int) -> None:
    found = pair_payments(named([payment()] * here, "c"), named([payment()] * there, "x"))
    assert len(found.certain) == min(here, there)
    assert found.possible == {}


def test_what_proves_it_is_told() -> None:
    def proof(ours: Details, theirs: Details) -> str:
        return pair_payments({"c": ours}, {"x": theirs}).certain["c"][1]

    assert proof(payment(), payment()) == BY_DAY
    assert proof(payment(reference="a"), payment()) == BY_DAY
    assert proof(payment(reference="a"), payment(reference="A ")) == BY_REFERENCE
    sent = payment(number="PAY7", date="2026-11-05", reference="typed since")
    assert proof(sent, payment(reference="pay7")) == BY_OWN_NUMBER


def test_of_two_that_fit_the_equal_one_is_taken() -> None:
    here = {"c1": payment(reference="a"), "c2": payment()}
    assert pair_payments(here, {"x": payment()}).certain == {"c2": ("x", BY_DAY)}
    assert pair_payments(here, {"x": payment(reference="a")}).certain == {"c1": ("x", BY_REFERENCE)}


def test_where_it_makes_a_difference_which_one_it_is_nobody_guesses() -> None:
    found = pair_payments(
        {"c": payment()}, {"x": payment(reference="a"), "y": payment(reference="b")}
    )
    assert found.certain == {}
    assert found.possible == {"c": [("x", Likeness.SEVERAL), ("y", Likeness.SEVERAL)]}


def test_what_a_person_said_are_two_is_never_paired_again() -> None:
    found = pair_payments({"c": payment()}, {"x": payment()}, [("c", "x")])
    assert (found.certain, found.possible) == ({}, {})
    found = pair_payments({"c": payment()}, {"x": payment(), "y": payment()}, [("c", "x")])
    assert found.certain == {"c": ("y", BY_DAY)}


def test_another_invoice_or_amount_is_another_payment() -> None:
    for other in ({"invoice": "i2"}, {"amount": "50.01"}, {"invoice": ""}):
        found = pair_payments({"c": payment()}, {"x": payment(**other)})
        assert (found.certain, found.possible) == ({}, {})


def test_ten_thousand_payments_are_paired_in_seconds() -> None:
    here = {f"c{n}": payment(invoice=f"i{n}") for n in range(10_000)}
    there = {f"x{n}": payment(invoice=f"i{n}", date="2026-11-03") for n in range(10_000)}
    began = perf_counter()
    assert len(pair_payments(here, there).possible) == 10_000
    assert perf_counter() - began < 30
