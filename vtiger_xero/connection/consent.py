"""Connecting and disconnecting: the consent at Xero, and what the site remembers of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url, now_datetime

from ..crm import states
from ..crm.crm import SiteCrm
from ..crm.lock import ANOTHER_RUN, is_running, run_lock
from ..crm.reference import keep
from ..crm.tenant import SETTINGS, connected_tenant
from ..crm.times import CLOCK
from ..engine.errors import AccessLost, AnotherRun, ConfigurationError, SyncError
from ..engine.saving import READ_ONLY
from ..xero import auth
from ..xero.auth import Authorization, Connection
from ..xero.tokens import MemoryTokens, Tokens
from . import shared
from .connect import ledger
from .organisations import accounts_of, linked_elsewhere, remember
from .settings import ACCOUNTS, addresses, app
from .tokens import SiteTokens

CALLBACK = "/api/method/vtiger_xero.api.callback"
_PENDING = SiteTokens(pending=True)
_LIFE = 10 * 60  # seconds that a person has at Xero's page
CONNECTION_FIELDS = tuple(READ_ONLY[SETTINGS].stays)


def redirect_address() -> str:
    """Where Xero sends the person back; must stand in the app's list at Xero, byte for byte."""
    return get_url(CALLBACK)


def begin(user: str) -> str:
    """Start a consent for this user; returns the address of Xero's page."""
    _require_quiet(connected_tenant())
    begun = auth.authorization(app(), addresses(), redirect_address())
    # On the server and for this person alone: the answer must come back to who asked.
    shared.keep(_consent_key(user), asdict(begun), _LIFE)
    return begun.url


@dataclass(frozen=True)
class Outcome:
    """How a consent went on: a sentence, or what a person must decide first.

    `choose`: one of several organisations. `question`: whether to leave the one that the records
    are linked with (see `_question`); until it is answered nothing has changed.
    """

    message: str = ""
    choose: bool = False
    question: Mapping[str, Any] | None = None


def finish(user: str, query: str) -> Outcome:
    """Take Xero's answer. Raises `SyncError`s."""
    # Before the code is spent: new tokens would pull the ground from under a run.
    _require_quiet(connected_tenant())
    tokens = auth.exchange(app(), addresses(), _take(user, query), query, CLOCK.now())
    _PENDING.save(tokens)
    granted = _organisations(tokens)
    if not granted:
        _PENDING.forget()
        raise ConfigurationError(
            _("Xero gave access to no organisation. Try again and choose one on Xero's page.")
        )
    # Older organisations of the same app, and another person's, are in Xero's list too.
    new = auth.of_this_consent(tokens, granted)
    if len(new) == 1:
        return _ask_or_connect(new[0], user, tokens)
    text = _("Xero gave access to {0} organisations. Choose the one to sync with.")
    return Outcome(text.format(len(new)), choose=True)


def _ask_or_connect(connection: Connection, user: str, tokens: Tokens | None) -> Outcome:
    question = _question(connection)
    if question:
        return Outcome(question=question)
    return Outcome(connect_to(connection, user, tokens))


def _question(connection: Connection) -> dict[str, Any] | None:
    """What a person must know before the CRM leaves the organisation of its links, else None."""
    connected = connected_tenant()
    other = linked_elsewhere(connection.tenant_id, connected)
    if other is None:
        return None
    return {
        "tenant": connection.tenant_id,
        "name": connection.tenant_name,
        "base_currency": _base_currency(connection.tenant_id),
        "crm_currency": frappe.db.get_default("currency") or "",
        "other": other,
    }


def _base_currency(tenant: str) -> str:
    """What cannot be asked now is found out after connecting."""
    try:
        return ledger(tenant, tokens=_at_hand()).reference(books=False).base_currency
    except SyncError:
        return ""


def _at_hand() -> SiteTokens:
    """The tokens of a consent that waits for a person's word, else those in use."""
    return _PENDING if _PENDING.are_there() else SiteTokens()


def stay() -> None:
    """The person goes back: what was connected stays so."""
    _PENDING.forget()


def _take(user: str, query: str) -> Authorization | None:
    """What `begin` kept for this answer, once.

    An answer that does not belong to it leaves it: a link that somebody was made to follow must
    not undo the consent that they are about to give.
    """
    kept = shared.kept(_consent_key(user))
    begun = Authorization(**kept) if kept else None
    if not auth.answers(begun, query):
        return None
    shared.drop(_consent_key(user))
    return begun


def _consent_key(user: str) -> str:
    return f"vtiger_xero:consent:{user}"


def organisations() -> Sequence[Connection]:
    """The organisations that the app has been let into, by the latest consent that still holds."""
    return _opened()[1]


def _opened() -> tuple[Tokens | None, Sequence[Connection]]:
    """`organisations`, and the tokens of the consent that waits, None where those in use do."""
    if _PENDING.are_there():
        try:
            tokens = _PENDING.refreshed(_renewed)
            return tokens, _organisations(tokens)
        except AccessLost:
            _PENDING.forget()  # no one answered for so long that it is worth nothing any more
    return None, _organisations(fresh_tokens())


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
        return ledger(tenant, tokens=_at_hand()).reference(books=False).is_demo
    except SyncError:
        return False


def _organisations(tokens: Tokens) -> list[Connection]:
    found = auth.connections(addresses(), tokens)
    return [each for each in found if each.tenant_type == "ORGANISATION"]


def choose(tenant: str, user: str, *, confirmed: bool = False) -> Outcome:
    """Connect the organisation with this id, one of `organisations`.

    `confirmed`: a person has read what it means that the records are linked with another one.
    """
    tokens, found = _opened()
    for each in found:
        if each.tenant_id == tenant and confirmed:
            return Outcome(connect_to(each, user, tokens))
        if each.tenant_id == tenant:
            return _ask_or_connect(each, user, tokens)
    raise ConfigurationError(
        _(
            "There is no access to this Xero organisation. Connect again and choose it on "
            "Xero's page."
        )
    )


def connect_to(connection: Connection, user: str, tokens: Tokens | None) -> str:
    """Remember an organisation, and what a run must know of it.

    `tokens` are those of its consent, None for those in use. They are handed on and not read again:
    another person may finish a consent meanwhile. The organisation is read with them before
    anything changes, and they come into use when all else is written. Where Xero does not answer,
    or another manager was faster, what was connected stays so, with its own tokens.
    """
    consented = MemoryTokens(tokens) if tokens else None
    form = frappe.get_doc(SETTINGS)
    with _quiet(form.tenant_id):
        books = ledger(connection.tenant_id, tokens=consented)
        reference = books.reference(books=True)
        remember(form)
        chosen = {field: form.get(field) for field in ACCOUNTS}
        chosen_then = accounts_of(connection.tenant_id)
        form.update(dict.fromkeys(ACCOUNTS))
        form.tenant_id, form.connection_id = connection.tenant_id, connection.id
        form.connected_by, form.connected_on = user, now_datetime()
        form.access_lost_on = None
        form.organisation_name = reference.organisation
        form.base_currency, form.country = reference.base_currency, reference.country
        form.short_code, form.is_demo = reference.short_code, int(reference.is_demo)
        _save(form)
        keep(reference, SiteCrm())
        _choose_own_accounts(form, chosen, chosen_then)
        _save(form)
        remember(form)
        if consented:
            SiteTokens().adopt(consented.load())
        states.refresh_all()
        # On disk before a run may begin again, and before anybody asks for these tokens.
        frappe.db.commit()  # nosemgrep: frappe-manual-commit
    return _("Connected to {0}.").format(reference.organisation)


def _choose_own_accounts(form: frappe._dict, *choices: Mapping[str, str | None]) -> None:
    """The first choice for each that is an account of this organisation, and in use there.

    What was chosen of another organisation's accounts means nothing here; it is kept for that one.
    """
    own = {"tenant": form.tenant_id, "status": "ACTIVE"}
    for field in ACCOUNTS:
        for chosen in choices:
            account = chosen.get(field)
            if account and frappe.db.exists("Xero Account", {"name": account, **own}):
                form.set(field, account)
                break


def disconnect() -> str:
    """End the connection at Xero and here. Records, links and the log stay."""
    form = frappe.get_doc(SETTINGS)
    with _quiet(form.tenant_id):
        with suppress(AccessLost):
            fresh_tokens()  # kept before they are used: a refresh token is taken once
        SiteTokens().end(lambda tokens: _end_at_xero(tokens, form.connection_id))
        _PENDING.forget()
        name = form.organisation_name or "Xero"
        for field in CONNECTION_FIELDS:
            form.set(field, None)
        _save(form)
        states.refresh_all()
    return _(
        "Disconnected from {0}. The CRM's records, the sync log and the links to Xero stay: "
        "connect the same organisation again, and the sync continues without duplicates."
    ).format(name)


def _end_at_xero(tokens: Tokens, connection_id: str | None) -> None:
    if connection_id:
        auth.disconnect(addresses(), tokens, connection_id)
    auth.revoke(app(), addresses(), tokens)


def fresh_tokens() -> Tokens:
    """Tokens that Xero takes now, refreshed if need be."""
    return SiteTokens().refreshed(_renewed)


def _renewed(kept: Tokens) -> Tokens:
    now = CLOCK.now()
    if (kept.expires_at - now).total_seconds() > 60:
        return kept
    return auth.refresh(app(), addresses(), kept, now)


@contextmanager
def _quiet(tenant: str | None) -> Iterator[None]:
    """While the connection changes no run of the organisation is under way, and none begins."""
    with run_lock(tenant) if tenant else nullcontext():
        yield


def _require_quiet(tenant: str | None) -> None:
    if tenant and is_running(tenant):
        raise AnotherRun(_(ANOTHER_RUN))


def _save(form: frappe._dict) -> None:
    form.flags.connecting = True
    form.save(ignore_permissions=True)


def leave_message(user: str, outcome: Outcome, indicator: str) -> None:
    """For the form on which the person lands after Xero's page."""
    kept = {**asdict(outcome), "indicator": indicator}
    shared.keep(_message_key(user), kept, _LIFE)


def take_message(user: str) -> dict[str, Any] | None:
    """What `leave_message` left, once."""
    kept: dict[str, Any] | None = shared.kept(_message_key(user))
    if kept:
        shared.drop(_message_key(user))
    return kept


def _message_key(user: str) -> str:
    return f"vtiger_xero:consent_message:{user}"
