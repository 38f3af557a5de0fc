"""What the administrator chose, as plain values; where they are kept is an adapter's matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from .records import Direction, Module, Side, unreachable


class ConflictPolicy(str, Enum):
    """Who wins a field that both sides changed since they last agreed (rule G7)."""

    NEWEST = "Newest wins"
    XERO = "Xero wins"
    CRM = "Vtiger wins"
    ASK = "Ask"

    @property
    def may_ask(self) -> bool:
        """Whether a record may have to wait for a person's decision."""
        match self:
            case ConflictPolicy.ASK:
                return True
            case ConflictPolicy.NEWEST | ConflictPolicy.XERO | ConflictPolicy.CRM:
                return False
            case _:
                return unreachable(self)


@dataclass(frozen=True)
class ModuleSettings:
    """One row of the module table: Enable Sync and Sync Direction."""

    enabled: bool = True
    direction: Direction = Direction.BOTH


@dataclass(frozen=True)
class Settings:
    """The connection's settings.

    `tenant` is Xero's id of the organisation. `deletions` lets deletions and archivings sync
    (off at first, rule G9). `customers_only` limits incoming contacts to customers.
    `assigned_to` is the user that owns what the sync creates (rule G11). The accounts are
    AccountIDs of Xero, "" where none was chosen: for a line whose product has none, for
    Shipping & Handling, for the Adjustment, and for a payment without one. `incoming_items` is
    the DocType that an item becomes which Xero does not track; `number_as_code` lets a product
    without a code sync under its record number.
    """

    tenant: str
    modules: Mapping[Module, ModuleSettings] = field(default_factory=dict)
    conflicts: ConflictPolicy = ConflictPolicy.NEWEST
    deletions: bool = False
    customers_only: bool = False
    assigned_to: str = ""
    sales_account: str = ""
    charges_account: str = ""
    adjustment_account: str = ""
    payment_account: str = ""
    incoming_items: str = "Vtiger Product"
    number_as_code: bool = False

    def of(self, module: Module) -> ModuleSettings:
        """The settings of one module; a module without settings is off."""
        return self.modules.get(module, ModuleSettings(enabled=False))

    def writes(self, module: Module, side: Side) -> bool:
        """Whether the module's direction lets the sync write to `side`."""
        return self.of(module).direction.writes(side)
