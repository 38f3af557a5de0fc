"""What is not there yet, or not at Xero, is a type of its own, and no sign inside of a text."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from vtiger_xero.engine.lookups import Lookups
from vtiger_xero.engine.mapping.rows import text_of
from vtiger_xero.engine.mapping.tables import table_of
from vtiger_xero.engine.records import Foreseen, Module, NotInXero
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.settings import Settings
from vtiger_xero.engine.showing import format_value

PRODUCTS, INVOICES, PAYMENTS = Module.PRODUCTS, Module.INVOICES, Module.PAYMENTS


def test_their_texts_are_those_that_were_stored_before() -> None:
    assert NotInXero.named("ACC1") == "?ACC1"
    assert Foreseen.of("ACC1") == "coming ACC1"
    assert json.dumps([NotInXero.named("ACC1"), Foreseen.of("x-1")]) == '["?ACC1", "coming x-1"]'


def test_a_stored_text_is_read_by_its_first_letter() -> None:
    found = NotInXero.of_text("?GST 15%")
    assert isinstance(found, NotInXero)
    assert found.name == "GST 15%"
    assert NotInXero.of_text("GST 15%") is None


@pytest.mark.parametrize("name", ["ACC1", "?ACC1", ""])
def test_the_name_is_the_name_whatever_it_begins_with(name: str) -> None:
    assert NotInXero.named(name).name == name


def test_it_stays_what_it_is_on_its_way_through_a_document() -> None:
    value = NotInXero.named("ACC1")
    for each in (
        text_of(value),
        copy.deepcopy({"a": value})["a"],
        pickle.loads(pickle.dumps(value)),
    ):
        assert isinstance(each, NotInXero)
        assert each == value


def test_people_read_a_plain_text() -> None:
    assert type(format_value(NotInXero.named("ACC1"))) is str


@pytest.mark.parametrize(
    ("module", "field", "document"),
    [
        (INVOICES, "organization_name", {"Contact": {"ContactID": "ACC1"}}),
        (PAYMENTS, "related_to", {"Invoice": {"InvoiceID": "ACC1"}}),
        (PRODUCTS, "xero_sales_account", {"SalesDetails": {"AccountCode": "ACC1"}}),
    ],
)
def test_what_the_crm_names_and_xero_has_not_got_is_compared_as_such(
    module: Module, field: str, document: dict[str, dict[str, str]]
) -> None:
    row = table_of(module, Lookups(Reference("", ""), Settings("tenant")))[field]
    value = row.of_crm({field: "ACC1"})
    assert isinstance(value, NotInXero)
    written: dict[str, object] = {}
    row.write(written, value)
    assert isinstance(row.read(written), NotInXero)
    assert not isinstance(row.read(document), NotInXero)
