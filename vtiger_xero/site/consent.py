"""Connecting and disconnecting: the consent at Xero, and what the site remembers of it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url, now_datetime

from ..engine.errors import AccessLost, AnotherRun, ConfigurationError, SyncError
from ..xero import auth
from ..xero.auth import Authorization, Connection
from ..xero.tokens import Tokens
from . import shared, states
from .connect import CLOCK, ledger
from .crm import SiteCrm
from .lock import ANOTHER_RUN, is_running
from .reference import refresh
from .settings import ACCOUNT_FIELDS, SETTINGS, addresses, app
from .tokens import SiteTokens

CALLBACK = "/api/method/vtiger_xero.api.callback"
_LIFE = 10 * 60  # seconds that a person has at Xero's page
CONNECTION_FIELDS = [
    "tenant_id",
    "connection_id",
    "organisation_name",
    "base_currency",
    "country",
    "short_code",
    "is_demo",
    "connected_by",
    "connected_on",
]


def redirect_address() -> str:
    """Where Xero sends the person back; must stand in the app's list at Xero, byte for byte."""
    return get_url(CALLBACK)


def begin(user: str) -> str:
    """Start a consent for this user; returns the address of Xero's page."""
    _require_quiet(frappe.db.get_single_value(SETTINGS, "tenant_id"))
    begun = auth.authorization(app(), addresses(), redirect_address())
    # On the server and for this person alone: the answer must come back to who asked.
    shared.keep(_consent_key(user), asdict(begun), _LIFE)
    return begun.url


def finish(user: str, query: str) -> tuple[str, bool]:
    """Take Xero's answer. Raises `SyncError`s.

    Returns a sentence that says how it went, and whether the person must still choose one of
    several organisations.
    """
    # Before the code is spent: new tokens would pull the ground from under a run.
    _require_quiet(frappe.db.get_single_value(SETTINGS, "tenant_id"))
    tokens = auth.exchange(app(), addresses(), _take(user), query, CLOCK.now())
    SiteTokens().save(tokens)
    granted = _organisations(tokens)
    if not granted:
        raise ConfigurationError(
            _("Xero gave access to no organisation. Try again and choose one on Xero's page.")
        )
    # One consent shares one event; older organisations of the same app stay in Xero's list.
    new = [each for each in granted if each.auth_event_id == granted[0].auth_event_id]
    if len(new) == 1:
        return connect_to(new[0], user), False
    text = _("Xero gave access to {0} organisations. Choose the one to sync with.")
    return text.format(len(new)), True


def _take(user: str) -> Authorization | None:
    """What `begin` kept, once."""
    kept = shared.kept(_consent_key(user))
    shared.drop(_consent_key(user))
    return Authorization(**kept) if kept else None


def _consent_key(user: str) -> str:
    return f"vtiger_xero:consent:{user}"


def organisations() -> Sequence[Connection]:
    """The organisations that the app has been let into."""
    return _organisations(fresh_tokens())


def organisation_rows() -> list[dict[str, Any]]:
    """`organisations` as a browser takes them, a Demo Company marked: two calls for each."""
    return [
        {
            "tenant": each.tenant_id,
            "name": each.tenant_name,
            "is_demo": _is_demo(each.tenant_id),
        }
        for each in organisations()
    ]


def _is_demo(tenant: str) -> bool:
    """What cannot be asked now is no reason not to choose it."""
    try:
        return ledger(tenant).reference(books=False).is_demo
    except SyncError:
        return False


def _organisations(tokens: Tokens) -> list[Connection]:
    found = auth.connections(addresses(), tokens)
    return [each for each in found if each.tenant_type == "ORGANISATION"]


def choose(tenant: str, user: str) -> str:
    """Connect the organisation with this id, one of `organisations`."""
    for each in organisations():
        if each.tenant_id == tenant:
            return connect_to(each, user)
    raise ConfigurationError(
        _("Xero has not given access to this organisation. Connect again and choose it there.")
    )


def connect_to(connection: Connection, user: str) -> str:
    """Remember an organisation, and read what a run must know of it."""
    form = frappe.get_doc(SETTINGS)
    _require_quiet(form.tenant_id)
    form.tenant_id, form.connection_id = connection.tenant_id, connection.id
    form.organisation_name = connection.tenant_name
    form.connected_by, form.connected_on = user, now_datetime()
    _save(form)
    books = ledger()
    reference = books.reference(books=True)
    refresh(books, SiteCrm())
    form.organisation_name = reference.organisation
    form.base_currency, form.country = reference.base_currency, reference.country
    form.short_code, form.is_demo = reference.short_code, int(reference.is_demo)
    _forget_foreign_accounts(form)
    _save(form)
    states.refresh_all()
    return _("Connected to {0}.").format(reference.organisation)


def _forget_foreign_accounts(form: frappe._dict) -> None:
    """What was chosen of another organisation's accounts means nothing here."""
    for field in ACCOUNT_FIELDS:
        tenant = frappe.db.get_value("Xero Account", form.get(field) or "", "tenant")
        if tenant != form.tenant_id:
            form.set(field, None)


def disconnect() -> str:
    """End the connection at Xero and here. Records, links and the log stay."""
    form = frappe.get_doc(SETTINGS)
    _require_quiet(form.tenant_id)
    try:
        tokens = fresh_tokens()
        if form.connection_id:
            auth.disconnect(addresses(), tokens, form.connection_id)
        auth.revoke(app(), addresses(), SiteTokens().load())
    except AccessLost:
        pass  # Xero has ended it already, which is what was wanted
    SiteTokens().forget()
    name = form.organisation_name or "Xero"
    for field in CONNECTION_FIELDS:
        form.set(field, None)
    _save(form)
    states.refresh_all()
    return _(
        "Disconnected from {0}. The CRM's records and the sync log stay, and so do the links to "
        "Xero: connect the same organisation again, and the sync goes on without duplicates."
    ).format(name)


def fresh_tokens() -> Tokens:
    """Tokens that Xero takes now, refreshed if need be."""
    return SiteTokens().refreshed(_renewed)


def _renewed(kept: Tokens) -> Tokens:
    now = CLOCK.now()
    if (kept.expires_at - now).total_seconds() > 60:
        return kept
    return auth.refresh(app(), addresses(), kept, now)


def _require_quiet(tenant: str | None) -> None:
    if tenant and is_running(tenant):
        raise AnotherRun(_(ANOTHER_RUN))


def _save(form: frappe._dict) -> None:
    form.flags.connecting = True
    form.save(ignore_permissions=True)


def leave_message(user: str, message: str, indicator: str, *, choose: bool = False) -> None:
    """For the form on which the person lands after Xero's page; `choose`: an organisation."""
    kept = {"message": message, "indicator": indicator, "choose": choose}
    shared.keep(_message_key(user), kept, _LIFE)


def take_message(user: str) -> dict[str, Any] | None:
    """What `leave_message` left, once."""
    kept: dict[str, Any] | None = shared.kept(_message_key(user))
    if kept:
        shared.drop(_message_key(user))
    return kept


def _message_key(user: str) -> str:
    return f"vtiger_xero:consent_message:{user}"
