"""The site's `Crm` and `Journal` keep the promises of the contract."""

from tests.contract.crm import CrmPromises
from tests.contract.journal import JournalPromises


class TestSiteCrm(CrmPromises):
    pass


class TestSiteJournal(JournalPromises):
    pass
