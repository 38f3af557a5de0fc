"""Xero's books of an organisation, opened with the site's tokens, budget and settings."""

from collections.abc import Callable

from ..crm.tenant import connected_tenant
from ..crm.times import CLOCK
from ..engine.errors import AccessLost
from ..xero import Budget, XeroLedger, connect
from ..xero.client import XeroClient
from ..xero.kept_books import KeptBooks
from ..xero.tokens import NOT_CONNECTED, TokenStore
from .budget import SiteBudget
from .kept_books import SiteShelf
from .settings import addresses, app
from .tokens import SiteTokens


def ledger(
    tenant: str = "",
    *,
    automatic: bool = False,
    tokens: TokenStore | None = None,
    on_wait: Callable[[int], None] | None = None,
) -> XeroLedger:
    """Xero's books of an organisation, else of the connected one.

    `automatic` leaves the last calls of a day to people, and takes over accounts and tax rates
    that were read today. `tokens` are those in use, unless others are given.
    `on_wait` is called before each wait for Xero's limits, with its seconds.
    """
    tenant = tenant or connected_tenant()
    if not tenant:
        raise AccessLost(NOT_CONNECTED)
    budget = Budget(SiteBudget(tenant), CLOCK, automatic=automatic, on_wait=on_wait)
    kept = KeptBooks(SiteShelf(tenant), may_read=automatic)
    return connect(app(), tenant, tokens or SiteTokens(), budget, CLOCK, addresses(), kept)


def client(tenant: str) -> XeroClient:
    """Calls to an organisation with the site's tokens and budget, for what is no sync."""
    budget = Budget(SiteBudget(tenant), CLOCK)
    return XeroClient(app(), tenant, SiteTokens(), budget, CLOCK, addresses())
