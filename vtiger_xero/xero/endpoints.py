"""Where Xero is, what we ask leave for, and one row for each kind of document.

Nothing here imports xero-python: the consent page needs the addresses, not 20,000 lines of SDK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from ..engine.errors import ConfigurationError
from ..engine.mapping.resources import XeroResource
from ..engine.messages import _lt
from ..engine.modules import SPECS
from ..engine.records import Module

SCOPES = (
    "offline_access",  # a refresh token, so that a run needs nobody who is signed in
    "accounting.contacts",  # Organizations and their Contacts, both ways
    "accounting.invoices",  # Invoices; the scopes page lists Items here too
    "accounting.payments",  # Payments on them
    # Accounts, tax rates, currencies and the organisation. Not `.read`: Xero's own files
    # disagree on whether Items can be written without it (docs/xero.md, A18).
    "accounting.settings",
)

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Addresses:
    """The addresses of Xero's services; `identity` is the base of /connections.

    Only https is taken, and plain http on this machine, where the simulator runs.
    """

    authorize: str
    token: str
    revoke: str
    identity: str
    api: str

    def __post_init__(self) -> None:
        for each in fields(self):
            _require_safe(getattr(self, each.name))

    @staticmethod
    def at(url: str) -> Addresses:
        """Everything under one base address, as the simulator serves it."""
        base = url.rstrip("/")
        return Addresses(
            authorize=f"{base}/identity/connect/authorize",
            token=f"{base}/connect/token",
            revoke=f"{base}/connect/revocation",
            identity=base,
            api=f"{base}/api.xro/2.0",
        )


def _require_safe(address: str) -> None:
    parts = urlsplit(address)
    on_this_machine = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
    if not parts.hostname or (parts.scheme != "https" and not on_this_machine):
        raise ConfigurationError(
            _lt(
                "The address {0} cannot be used for Xero, because what is sent to it could be "
                "read on the way. Use an address that begins with https://."
            ).format(f"{address!r}")
        )


XERO = Addresses(
    authorize="https://login.xero.com/identity/connect/authorize",
    token="https://identity.xero.com/connect/token",
    revoke="https://identity.xero.com/connect/revocation",
    identity="https://api.xero.com",
    api="https://api.xero.com/api.xro/2.0",
)


@dataclass(frozen=True)
class Removal:
    """The call that takes one document away: `operation`, which is given its id as `id`.

    `body` names the parameter for `{"Status": "DELETED"}`, "" where the call has no body; only
    a call with a body takes an Idempotency-Key (docs/xero.md, K3).
    """

    operation: str
    id: str
    body: str = ""


@dataclass(frozen=True)
class Endpoint:
    """How one kind of document is read and written; what it is: `engine.modules`.

    `read`, `create` and `update` are methods of xero-python's `AccountingApi`, by name; `body`
    is the parameter that takes what is sent. `update` is "" and `removal` None where Xero has no
    such call. `options` go with every request, reads and writes; `where` filters reads. Where
    `paged` is False Xero answers with everything at once. `has_ids`: a read takes a list of ids.
    """

    collection: str
    read: str
    create: str
    update: str
    body: str
    paged: bool = True
    archived: bool = False
    has_ids: bool = False
    where: str = ""
    options: Mapping[str, int] = field(default_factory=dict)
    removal: Removal | None = None

    def arguments(self, page: int, size: int) -> dict[str, Any]:
        """What a read asks for, whatever the time since when."""
        asked: dict[str, Any] = {"order": "UpdatedDateUTC ASC", **self.options}
        if self.paged:
            asked.update(page=page, page_size=size)
        if self.archived:
            asked["include_archived"] = True
        if self.where:
            asked["where"] = self.where
        return asked


# Without it a unit price is cut to two decimals, when it is read and when it is written.
_FOUR_DECIMALS = {"unitdp": 4}


def _endpoint(xero: XeroResource) -> Endpoint:
    """The calls of xero-python, which names them after the collection: get_credit_notes."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", xero.collection).lower()
    return Endpoint(
        collection=xero.collection,
        read=f"get_{name}",
        create=f"create_{name}",
        update="" if xero.is_fixed else f"update_or_create_{name}",
        body=name,
        paged=xero.is_paged,
        archived=xero.has_archived,
        has_ids=xero.has_ids,
        where=xero.where,
        options=_FOUR_DECIMALS if xero.four_decimals else {},
        removal=_removal(xero) if xero.removes_singly else None,
    )


def _removal(xero: XeroResource) -> Removal:
    body = f"{xero.noun}_delete" if xero.removes_by_status else ""
    return Removal(f"delete_{xero.noun}", id=f"{xero.noun}_id", body=body)


ENDPOINTS: Mapping[Module, Endpoint] = {
    module: _endpoint(spec.xero) for module, spec in SPECS.items()
}
