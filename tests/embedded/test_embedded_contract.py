"""The embedded CRM and journal keep every promise of the contract."""

from tests.contract.books import BookPromises
from tests.contract.crm import CrmPromises
from tests.contract.invoices import InvoicePromises
from tests.contract.items import ItemPromises
from tests.contract.journal import JournalPromises
from tests.contract.payments import PaymentPromises
from tests.contract.saving import SavingPromises
from tests.contract.world import World
from vtiger_xero.engine.journal import Journal
from vtiger_xero.engine.ports import Clock, Crm

from .conftest import EmbeddedWorld, StoppedClock


class TestEmbeddedCrm(CrmPromises):
    """In a file."""


class TestEmbeddedItems(ItemPromises):
    """In a file."""


class TestEmbeddedInvoices(InvoicePromises):
    """In a file."""


class TestEmbeddedPayments(PaymentPromises):
    """In a file."""


class TestEmbeddedSaving(SavingPromises):
    """In a file."""


class TestEmbeddedBooks(BookPromises):
    """In a file."""


class TestEmbeddedJournal(JournalPromises):
    """In a file."""


def test_the_adapters_are_the_ports(world: EmbeddedWorld) -> None:
    crm: Crm = world.crm
    journal: Journal = world.journal
    clock: Clock = StoppedClock()
    given: World = world
    assert (given.crm, given.journal) == (crm, journal)
    assert clock.now().tzinfo is not None
