"""How the acts of a story are done: on Xero's side in its screens, in the CRM by a user's saves.

Each act also writes down what people meant by it (`meaning`). What a side's own rules refuse is not
done, as the person would have been told so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.lives.customers import CustomersAndProducts
from tests.lives.invoices import Invoices
from tests.lives.money import Money
from tests.lives.office import INVOICES, ORGANIZATIONS, PRODUCTS, NotDone
from tests.lives.story import Act
from tests.lives.syncing import Syncing
from vtiger_xero.engine.errors import RecordRefused


class Doer(CustomersAndProducts, Invoices, Money, Syncing):
    """The people of a life."""

    def do(self, act: Act) -> None:
        """Do one act, a minute after the one before."""
        self.stage.xero.clock.advance(timedelta(minutes=1))
        deed: Callable[..., None] = getattr(self, act.name)
        try:
            deed(**act.args)
        except NotDone:
            self.refused.append(f"{act}: not there")
        except (RecordRefused, ValueError) as refusal:
            self.refused.append(f"{act}: {refusal}")

    def trash(self, tag: str) -> None:
        """Somebody deletes a record in the CRM."""
        finders = {"c": (ORGANIZATIONS, self.crm_customer), "p": (PRODUCTS, self.crm_product)}
        module, find = finders.get(tag[0], (INVOICES, self.crm_invoice))
        self.stage.crm.trash(module, find(tag))
        self.meaning.ended.add(tag)
        if tag in self.meaning.invoices:
            self.meaning.invoices[tag].is_ended = True
