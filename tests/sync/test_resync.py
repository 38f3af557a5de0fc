"""Resync everything: Xero is read anew, links stay, nothing is written or made a second time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.agreement import disagreements
from tests.support.shop import INVOICES, ORGANIZATIONS, Shop
from tests.support.stage import staged
from vtiger_xero.engine.errors import AnotherRun
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.sync import forget_readings
from xero_simulator import make_sample

GONE = 'DELETE FROM "Xero Document" WHERE xero_id = ?'


def test_whole_books_are_read_again_and_nothing_is_written() -> None:
    with staged() as stage:
        stage.fill(make_sample(40, seed=5, products=20, invoices=60, payments=30))
        stage.sync()
        stage.sync()
        links = {module: stage.journal.links(module) for module in Module}
        forget_readings(stage.journal)
        stage.xero.reset_calls()
        assert stage.sync().writes == 0
        asked = [call for call in stage.xero.calls if call.path.endswith("/Contacts")]
        assert len(asked) == 1, "a thousand at once"
        assert {module: stage.journal.links(module) for module in Module} == links
        assert disagreements(stage) == []


def test_what_was_missed_at_xero_comes(shop: Shop) -> None:
    """A reading that has gone too far, for whatever reason: a clock, a database put back."""
    contact = shop.contact("Moa Ltd")
    shop.sync()
    shop.stage.journal.set_watermark(ORGANIZATIONS, shop.stage.clock.now() + timedelta(days=1))
    shop.stage.journal.commit()
    shop.books.edit_contact(contact, EmailAddress="new@example.com")
    assert shop.sync().writes == 0
    forget_readings(shop.stage.journal)
    assert shop.sync().writes == 1
    assert shop.here(ORGANIZATIONS, contact).fields["primary_email"] == "new@example.com"


def test_a_document_that_the_copy_of_xeros_books_lost_is_there_again(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    lost = shop.partner(INVOICES, name)
    shop.stage.crm._database.write(GONE, [lost])
    shop.stage.journal.commit()
    forget_readings(shop.stage.journal)
    assert shop.sync().writes == 0
    assert [each.id for each in shop.stage.journal.xero_records(INVOICES, [lost])] == [lost]
    assert len(shop.books.invoices) == 1


def test_not_while_a_run_is_under_way(shop: Shop) -> None:
    with shop.stage.journal.lock(), pytest.raises(AnotherRun):
        forget_readings(shop.stage.journal)
