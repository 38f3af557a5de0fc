"""Where a life takes place: an organisation of its country, an embedded CRM, the app between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from tests.lives.countries import COUNTRIES
from tests.lives.story import Story
from tests.support.stage import SimulatedClock, Stage, consented
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy, ModuleSettings, Settings
from vtiger_xero.xero import Budget, MemoryBudget, MemoryTokens
from xero_simulator import Simulator
from xero_simulator.organisation import NewOrganisation

START = datetime(2026, 11, 23, 9, tzinfo=timezone.utc)
_PLENTY = {"minute_limit": 100_000, "day_limit": 1_000_000, "concurrent_limit": 50}


@contextmanager
def opened(story: Story) -> Iterator[Stage]:
    """The two systems, connected, and nothing in them yet. Time moves only when it is told to."""
    country = COUNTRIES[story.country]
    organisation = NewOrganisation("Life Ltd", country.code, country.currency)
    with Simulator(seed=1, organisations=[organisation], clock=lambda: START, **_PLENTY) as xero:
        clock = SimulatedClock(xero)
        database = Database.open()
        crm = EmbeddedCrm(database, clock, base_currency=country.currency)
        tenant = xero.organisation.tenant_id
        journal = EmbeddedJournal(database, tenant)
        tokens = MemoryTokens(consented(xero))
        budget = Budget(MemoryBudget(), clock)
        stage = Stage(xero, clock, crm, journal, budget, tokens, Settings(tenant))
        for name, component, percent in country.added:
            stage.books.add_tax_rate(name, [{"Name": component, "Rate": percent}])
            stage.books.edit_account("200", TaxType="TAX001")
        if story.free_account:
            stage.books.edit_account("220", TaxType=country.free)
        if story.special_rate:
            name, percent = country.sales["std"].crm[0]
            part = [{"Name": name, "Rate": percent}]
            stage.books.add_tax_rate("Bad Debt Recovery", part)
        stage.learn_reference()
        stage.settings = _settings(stage, story)
        yield stage
        database.close()


def _settings(stage: Stage, story: Story) -> Settings:
    chosen = dict(story.directions)
    modules = {
        each: ModuleSettings(direction=Direction(chosen.get(each.value, Direction.BOTH)))
        for each in Module
    }
    return replace(
        stage.settings,
        modules=modules,
        conflicts=ConflictPolicy(story.policy),
        deletions=story.deletions,
        customers_only=story.customers_only,
        assigned_to="Administrator",
        sales_account=stage.account("200"),
        charges_account=stage.account("260"),
        adjustment_account=stage.account("260"),
        payment_account=stage.account("090"),
    )
