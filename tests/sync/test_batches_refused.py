"""Xero refuses a batch whole and does not say whose fault it is: it costs the culprit alone."""

from __future__ import annotations

from tests.support.shop import ORGANIZATIONS, open_shop
from tests.support.stage import skipped
from xero_simulator import Fault


def test_a_batch_that_is_refused_whole_costs_its_culprit_alone() -> None:
    with open_shop() as shop:
        for number in range(7):
            shop.add(ORGANIZATIONS, organization_name=f"Weka {number}")
        poison = Fault.batch_refused("Poison was found", containing="Weka 3", times=None)
        shop.stage.xero.faults.add(poison)
        (entry,) = skipped(shop.sync(), ORGANIZATIONS)
        assert entry.title == "Weka 3"
        names = {each.name for each in shop.books.contacts.values()}
        wekas = {each for each in names if each.startswith("Weka")}
        assert wekas == {f"Weka {number}" for number in (0, 1, 2, 4, 5, 6)}
