"""The site's `Crm` and `Journal` keep the promises of the contract."""

import pytest

from tests.contract.books import BookPromises
from tests.contract.crm import CrmPromises
from tests.contract.invoices import InvoicePromises
from tests.contract.items import ItemPromises
from tests.contract.journal import JournalPromises
from tests.contract.payments import PaymentPromises
from tests.contract.saving import SavingPromises


class TestSiteCrm(CrmPromises):
    pass


class TestSiteItems(ItemPromises):
    pass


class TestSiteInvoices(InvoicePromises):
    pass


class TestSitePayments(PaymentPromises):
    pass


@pytest.mark.usefixtures("in_new_zealand")
class TestSiteSaving(SavingPromises):
    pass


class TestSiteBooks(BookPromises):
    pass


class TestSiteJournal(JournalPromises):
    pass
