"""The probe on the simulator: it confirms what the simulator does, and sees what it does not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.probe.support import Place, a_place
from vtiger_xero.probe import LIMIT, PROBES, TEXT, Verdict
from vtiger_xero.probe.assumptions import read_assumptions
from xero_simulator import NewOrganisation
from xero_simulator.readings import ALTERNATIVES, Alternative

KNOWN = read_assumptions()
PROBED = [each for each in ALTERNATIVES if KNOWN[each.id].is_probed]
NOT_PROBED = [each for each in ALTERNATIVES if not KNOWN[each.id].is_probed]


def named_by(alternative: Alternative) -> str:
    return f"{alternative.id}-{alternative.says}"


# -- the table -------------------------------------------------------------------------------


def test_every_probed_row_has_one_probe_and_every_probe_a_row() -> None:
    assert Counter(probe.id for probe in PROBES) == Counter(
        row.id for row in KNOWN.values() if row.is_probed
    )


@pytest.mark.parametrize("row", KNOWN.values(), ids=lambda row: row.id)
def test_a_row_that_is_not_probed_says_why(row: object) -> None:
    cell = KNOWN[row.id].probe  # type: ignore[attr-defined]
    assert cell == "yes" or len(cell.split()) > 3
    assert "not yet" not in cell


# -- confirmed -------------------------------------------------------------------------------


def test_on_the_simulator_every_row_is_confirmed_or_says_why_it_cannot_be_told(
    place: Place,
) -> None:
    report = place.probe()
    reasons = {probe.id: probe.could_not_tell for probe in PROBES}
    for row in report.rows:
        if row["verdict"] != Verdict.CONFIRMED.value:
            assert (row["verdict"], row["saw"]) == ("could not tell", reasons[row["id"]])
    assert place.left() == []


@pytest.mark.parametrize(
    ("country", "currency", "row"), [("AU", "AUD", "T12"), ("US", "USD", "T5")]
)
def test_what_one_country_cannot_tell_another_one_can(
    tmp_path: Path, country: str, currency: str, row: str
) -> None:
    demo = NewOrganisation(f"Demo Company ({country})", country, currency, is_demo=True)
    with a_place(tmp_path, organisation=demo) as place:
        report = place.probe()
    assert row in report.ids(Verdict.CONFIRMED)
    assert report.ids(Verdict.CONTRADICTED) == []


# -- contradicted ----------------------------------------------------------------------------


@pytest.mark.parametrize("other", PROBED, ids=named_by)
def test_where_xero_does_otherwise_exactly_that_row_is_contradicted(
    tmp_path: Path, other: Alternative
) -> None:
    with a_place(tmp_path, other.readings) as place:
        report = place.probe()
        assert report.ids(Verdict.CONTRADICTED) == [other.id]
        assert report.ids(Verdict.NOT_TRIED) == []
        assert place.left() == []
    text = (tmp_path / TEXT).read_text(encoding="utf-8")
    assert f"{other.id} is contradicted." in text
    assert KNOWN[other.id].breaks in text
    assert KNOWN[other.id].relied_on in text


@pytest.mark.parametrize("other", NOT_PROBED, ids=named_by)
def test_what_cannot_be_probed_disturbs_no_other_row(tmp_path: Path, other: Alternative) -> None:
    with a_place(tmp_path, other.readings) as place:
        assert place.probe().ids(Verdict.CONTRADICTED) == []


# -- the budget ------------------------------------------------------------------------------


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_no_probe_makes_more_calls_than_its_row_says(place: Place, probe: object) -> None:
    place.probe([])
    without = len(place.desk.api_calls())
    place.desk.simulator.reset_calls()
    place.probe([probe])  # type: ignore[list-item]
    # Its invoices and contacts go with those that are there anyway.
    assert len(place.desk.api_calls()) - without <= probe.calls  # type: ignore[attr-defined]


def test_the_budget_is_shown_before_and_holds(place: Place) -> None:
    report = place.probe()
    assert f"of {LIMIT}" in place.said[0]
    assert report.calls == len(place.desk.api_calls()) <= LIMIT
    needed = int(place.said[0].split("at most ")[1].split()[0])
    assert report.calls <= needed


@pytest.mark.parametrize("limit", [20, 35, 60, 100])
def test_rows_that_no_longer_fit_are_not_tried_and_all_is_taken_away(
    place: Place, limit: int
) -> None:
    report = place.probe(limit=limit)
    assert report.calls == len(place.desk.api_calls()) <= limit
    assert report.ids(Verdict.NOT_TRIED)
    assert len(report.rows) == len(PROBES)
    assert place.left() == []
