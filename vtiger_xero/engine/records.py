"""What flows between the CRM, the engine and Xero: frozen records and their vocabulary.

CRM values are what a DocType field holds (text, `Decimal`, `date`, `bool`, or a tuple of
`Person`), keyed by field name. A Xero document is the JSON that Xero's API publishes, with
Xero's own keys, numbers as `Decimal` and dates as ISO text; so there is one mapping layer
between the two, not three. Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn


def unreachable(member: NoReturn) -> NoReturn:
    """Ends a choice among members: the type check fails where one of them was left out."""
    raise AssertionError(member)


class Module(str, Enum):
    """A CRM module that syncs, in the order of a run; the value is Vtiger's own name of it.

    Products and services are one module with two DocTypes: at Xero both are items, with one
    list of codes.
    """

    ORGANIZATIONS = "Organizations"
    PRODUCTS = "Products/Services"
    INVOICES = "Invoices"
    PAYMENTS = "Payments"


class Side(str, Enum):
    """One of the two systems; the value is what the sync log's head says."""

    CRM = "Vtiger CRM"
    XERO = "Xero"

    @property
    def other(self) -> Side:
        """The system at the other end."""
        return Side.XERO if self is Side.CRM else Side.CRM


class Direction(str, Enum):
    """Which systems a module's sync may write to; the values are Vtiger's own words."""

    BOTH = "Sync both ways"
    TO_CRM = "Sync Xero data with Vtiger"
    TO_XERO = "Sync Vtiger data with Xero"

    def writes(self, side: Side) -> bool:
        """Whether this direction lets the sync write to `side`."""
        match self:
            case Direction.BOTH:
                return True
            case Direction.TO_CRM:
                return side is Side.CRM
            case Direction.TO_XERO:
                return side is Side.XERO
            case _:
                return unreachable(self)


@dataclass(frozen=True)
class Person:
    """A contact person of an organization.

    `name` is the CRM's own key of the contact, None where the person was read from Xero.
    """

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    is_primary: bool = False
    name: str | None = None

    @property
    def full_name(self) -> str:
        """First and last name as a reader sees them."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Line:
    """A line of an invoice as both sides compare it; amounts in the invoice's currency.

    `item` is Xero's ItemCode, "" where the line has none that both sides know; `account` is an
    AccountCode. `unit_amount` (without tax) has Xero's four decimals, `amount` is the line after
    its discount and without tax, `tax` its TaxAmount. How a discount is written, as a rate or an
    amount, is no difference. `charge` marks the lines that Vtiger keeps outside of its items.
    `fault` says what of the CRM's invoice no line of Xero can say; such a line is never sent.
    `line_id` and `price` (all the decimals that the unit price has) are carried along only, and so
    is what Xero leaves out on a line of nothing (`lacks_account`, `lacks_tax`; what stands there
    then is a default), and whether the sign stands at the quantity instead of the price (`turned`).
    """

    description: str
    quantity: Decimal = Decimal(0)
    unit_amount: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    item: str = ""
    account: str = ""
    tax_type: str = ""
    tax: Decimal = Decimal(0)
    charge: str = ""
    fault: str = ""
    discount_rate: Decimal = field(default=Decimal(0), compare=False)
    price: Decimal = field(default=Decimal(0), compare=False)
    line_id: str = field(default="", compare=False)
    # New fields go last: what both sides agreed on is kept by the order of these fields.
    lacks_account: bool = field(default=False, compare=False)
    lacks_tax: bool = field(default=False, compare=False)
    turned: bool = field(default=False, compare=False)


class NotInXero(str):
    """What the CRM names and Xero has not got: a customer, an invoice, an account, taxes.

    It stands where Xero's id or code would, so that it is a difference like any other, and is never
    sent. Its text, which the log and approvals store, is the name after a question mark.
    """

    _MARK = "?"

    @classmethod
    def named(cls, name: str) -> NotInXero:
        """The value for a name of the CRM."""
        return cls(cls._MARK + name)

    @property
    def name(self) -> str:
        """The name in the CRM."""
        return self.removeprefix(self._MARK)

    @classmethod
    def of_text(cls, text: str) -> NotInXero | None:
        """The value of a stored text, None where it is another one."""
        return cls(text) if text.startswith(cls._MARK) else None


class Foreseen(str):
    """A partner that does not exist yet, in a preview: a run would make it before it is needed.

    It stands for a Xero id by the CRM name of the record that it will be of, or the other way
    round. Approvals store the digest of its text.
    """

    __slots__ = ()

    @classmethod
    def of(cls, key: str) -> Foreseen:
        """The partner of a record, by its CRM name, or of a document, by its Xero id."""
        return cls("coming " + key)


# A row of a DocType's child table. "name" is the CRM's own key of it, where it has one.
Row = Mapping[str, Any]
Value = (
    str
    | Decimal
    | date
    | bool
    | int
    | None
    | tuple[Person, ...]
    | tuple[Line, ...]
    | tuple[Row, ...]
)
Fields = Mapping[str, Value]
Document = dict[str, Any]  # Xero's published JSON; its shape is Xero's, not ours


@dataclass(frozen=True, slots=True)
class Head:
    """The little of a CRM record that finding and comparing needs: one row, no detail.

    `keys` holds the module's match fields (name, number, tax number …) as text.
    """

    name: str
    modified: datetime
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CrmRecord:
    """A record of the CRM: its key, its values and when it was last changed (UTC)."""

    module: Module
    name: str
    modified: datetime
    fields: Fields


@dataclass(frozen=True)
class XeroRecord:
    """A document of Xero: its GUID, its JSON and when it was last changed (UTC)."""

    module: Module
    id: str
    updated: datetime
    document: Document
