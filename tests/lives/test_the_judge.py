"""The judge sees what is wrong: each kind of fault, put into a life that is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.lives.doing import Doer
from tests.lives.judge import judged
from tests.lives.living import lived
from tests.lives.meaning import Line
from tests.lives.office import mentions
from tests.lives.places import opened
from tests.lives.shrinking import shrunk
from tests.lives.story import Act, Story
from tests.lives.wires import Wires, XeroReader
from tests.lives.writing import written

D = Decimal
NET = "In Sync, invoice differs: lines before tax"
LINE = {"q": "1", "price": "100", "sale": "std"}
RIGHT = (
    Act("customer", {"tag": "c1", "where": "crm", "email": "c1@example.com"}),
    Act("product", {"tag": "p1", "where": "crm", "price": "10"}),
    Act("invoice", {"tag": "i1", "where": "crm", "customer": "c1", "lines": [LINE]}),
    Act("payment", {"tag": "y1", "invoice": "i1", "where": "crm", "amount": "5.01"}),
)


@pytest.fixture
def life() -> Iterator[tuple[Doer, XeroReader]]:
    story = Story(1, acts=RIGHT)
    with opened(story) as stage:
        doer = Doer(stage, story)
        for act in (*story.acts, Act("sync")):
            doer.do(act)
        yield doer, XeroReader(stage)


def kinds(life: tuple[Doer, XeroReader]) -> set[str]:
    doer, reader = life
    found = judged(Wires.of(reader, doer.stage), doer.meaning, doer.story, doer.country)
    return {each.kind for each in found}


def test_a_life_that_is_right_is_called_right(life: Any) -> None:
    assert kinds(life) == set()
    assert lived(Story(1, acts=RIGHT)).findings == []


def test_what_only_one_side_has_is_not_called_in_sync(life: Any) -> None:
    database = life[0].stage.crm._database
    database.write("UPDATE \"Xero Link\" SET xero_id = NULL WHERE module = 'Payments'", ())
    database.commit()
    assert "In Sync without a partner" in kinds(life)


def write(table: str, **values: str) -> Callable[[Doer], None]:
    """A figure that stands otherwise in the CRM's rows than the app believes."""

    def change(doer: Doer) -> None:
        database = doer.stage.crm._database
        for name, value in values.items():
            database.write(f'UPDATE "{table}" SET {name} = ?', (value,))
        database.commit()

    return change


def pay_again(doer: Doer) -> None:
    (found,) = doer.stage.books.invoices.values()
    doer.stage.books.pay_invoice(found.document_id, "5.01")


def another_type(doer: Doer) -> None:
    line = doer.meaning.invoices["i1"].lines["i1.1"]
    doer.meaning.invoices["i1"].lines["i1.1"] = Line(line.quantity, line.price, "none", "crm")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (write("Vtiger Invoice", grand_total="114.99"), "In Sync, invoice differs: total"),
        (write("Vtiger Invoice", received="5"), "In Sync, invoice differs: received"),
        (write("Vtiger Invoice", balance="0"), "In Sync, invoice differs: due"),
        (write("Vtiger Invoice", status="Paid"), "In Sync, invoice differs: status"),
        (write("Vtiger Invoice", currency="USD"), "In Sync, invoice differs: currency"),
        (write("Vtiger Invoice Tax", rate="10"), "In Sync, invoice differs: tax"),
        (write("Vtiger Invoice Item", total_after_discount="90"), NET),
        (write("Vtiger Payment", amount="5"), "In Sync, payment differs: amount"),
        (write("Vtiger Payment", payment_status="Pending"), "payment lost in crm"),
        (write("Vtiger Product", unit_price="0"), "In Sync, product differs: price"),
        (write("Vtiger Product", unit_price="0"), "typed value lost: price"),
        (write("Vtiger Organization", primary_email="x@y.z"), "typed value lost: email"),
        (write("Xero Link", xero_id=""), "pair missing without a reason"),
        (pay_again, "payment doubled in Xero"),
        (another_type, "wrong tax type in Xero"),
    ],
)
def test_a_fault_is_seen(life: Any, fault: Callable[[Doer], None], kind: str) -> None:
    fault(life[0])
    assert kind in kinds(life)


def test_a_story_is_its_seed() -> None:
    assert written(7) == written(7)
    assert written(7) != written(8)


def test_a_life_is_the_same_each_time() -> None:
    one, other = lived(written(12)), lived(written(12))
    assert [str(each) for each in one.findings] == [str(each) for each in other.findings]
    assert one.runs == other.runs


def test_a_failing_life_is_made_short() -> None:
    story = written(3, "GB")
    wanted = story.acts[-2]
    short = shrunk(story, lambda each: wanted in each.acts)
    assert short.acts == (wanted,)
    assert short.country == "NZ"


def test_a_tag_is_not_found_in_another() -> None:
    assert mentions("Kea c1 Ltd", "c1")
    assert not mentions("Kea c12 Ltd", "c1")
