"""Wires everything: the site's adapters, Xero's ledger and the engine's use case."""

import frappe

from ..engine.errors import AccessLost
from ..engine.records import Module
from ..engine.sync import Sync
from ..xero import Budget, XeroLedger
from ..xero import connect as open_ledger
from ..xero.client import XeroClient
from ..xero.kept_books import KeptBooks
from ..xero.tokens import NOT_CONNECTED, TokenStore
from .budget import SiteBudget
from .clock import SystemClock
from .crm import SiteCrm
from .journal import SiteJournal
from .kept_books import SiteShelf
from .progress import SiteProgress
from .record_types import RecordTypes
from .settings import SETTINGS, addresses, app, engine_settings
from .states import Touched
from .tokens import SiteTokens

CLOCK = SystemClock()


def ledger(
    tenant: str = "", *, automatic: bool = False, tokens: TokenStore | None = None
) -> XeroLedger:
    """Xero's books of an organisation, else of the connected one.

    `automatic` leaves the last calls of a day to people, and takes over accounts and tax rates
    that were read today. `tokens` are those in use, unless others are given.
    """
    tenant = tenant or frappe.db.get_single_value(SETTINGS, "tenant_id")
    if not tenant:
        raise AccessLost(NOT_CONNECTED)
    budget = Budget(SiteBudget(tenant), CLOCK, automatic=automatic)
    kept = KeptBooks(SiteShelf(tenant), may_read=automatic)
    return open_ledger(app(), tenant, tokens or SiteTokens(), budget, CLOCK, addresses(), kept)


def client(tenant: str) -> XeroClient:
    """Calls to an organisation with the site's tokens and budget, for what is no sync."""
    budget = Budget(SiteBudget(tenant), CLOCK)
    return XeroClient(app(), tenant, SiteTokens(), budget, CLOCK, addresses())


def sync(
    progress: SiteProgress, run: str, only: Module | None = None, *, automatic: bool = False
) -> tuple[Sync, XeroLedger]:
    """The sync of this site for `run`, and the ledger that it uses."""
    settings = engine_settings(only)
    books = ledger(settings.tenant, automatic=automatic)  # another may be connected by now
    types, touched = RecordTypes(), Touched(settings.tenant)
    crm = SiteCrm(settings.assigned_to, types, touched)
    journal = SiteJournal(settings.tenant, run, types, touched)
    return Sync(crm, books, journal, CLOCK, progress, settings), books
