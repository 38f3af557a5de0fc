"""The tokens in the site's database: encrypted, and refreshed by one worker at a time."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

import frappe
from frappe import _
from frappe.database import get_db
from frappe.utils.password import remove_encrypted_password, set_encrypted_password

from ..crm.language import translated
from ..crm.tenant import SETTINGS, connected_tenant
from ..engine.errors import AccessLost, SyncError
from ..xero.tokens import NOT_CONNECTED, Tokens
from .passwords import UnreadablePassword, kept_password
from .settings import secret

# Where in Frappe's encrypted store they are. No DocField has this name: a form that is saved
# would write back, or remove, what a worker has renewed in the meantime.
_IN_USE, _PENDING = "tokens", "pending_tokens"
_SECRETS = ("client_secret", "webhook_key")


class SiteTokens:
    """A `TokenStore` in `__Auth`, where Frappe keeps the values of Password fields encrypted.

    `pending`: those of a consent that has not changed anything yet, beside those in use.
    """

    def __init__(self, *, pending: bool = False) -> None:
        self._field = _PENDING if pending else _IN_USE

    def are_there(self) -> bool:
        """Whether there are any, readable or not."""
        place = {"doctype": SETTINGS, "name": SETTINGS, "fieldname": self._field}
        with _own_transaction():
            return bool(frappe.db.exists("__Auth", place))

    def load(self) -> Tokens:
        """The tokens as last saved; `AccessLost` if there are none."""
        with _own_transaction():
            return _load(self._field)

    def save(self, tokens: Tokens) -> None:
        """Keep the tokens of a new consent, durable at once: Xero took the code, once."""
        with _own_transaction():
            _save(self._field, tokens)

    def adopt(self, tokens: Tokens) -> None:
        """Bring the tokens of a consent into use with the transaction at hand, all or nothing.

        Those that waited (`pending`) go with it; until the commit they are there for another try.
        """
        _save(_IN_USE, tokens)
        remove_encrypted_password(SETTINGS, SETTINGS, _PENDING)

    def end(self, use: Callable[[Tokens], None]) -> None:
        """Under the same lock as `refreshed`: have `use` end them at Xero, then forget them.

        A worker that would renew them meanwhile waits, and finds none. `AccessLost` of `use` says
        that Xero has ended them already; after any other error they are kept.
        """
        with _own_transaction():
            _lock(self._field)
            with suppress(AccessLost):
                use(_load(self._field))
            remove_encrypted_password(SETTINGS, SETTINGS, self._field)

    def forget(self) -> None:
        """Without a word to Xero: they are another's now, or worth nothing any more."""
        with _own_transaction():
            remove_encrypted_password(SETTINGS, SETTINGS, self._field)

    def refreshed(self, use: Callable[[Tokens], Tokens]) -> Tokens:
        """Under a row lock over all workers: what `use` makes of the tokens, durable before use."""
        with _own_transaction():
            _lock(self._field)
            before = _load(self._field)
            after = use(before)
            if after != before:
                _save(self._field, after)
            return after


@contextmanager
def _own_transaction() -> Iterator[None]:
    """A connection of its own for a moment.

    A refresh happens in the middle of a run, which must neither be committed by it nor take it
    back: Xero hands out a refresh token once. And a long transaction would still see the tokens
    as they were when it began.
    """
    outer, config = frappe.local.db, frappe.conf
    frappe.local.db = get_db(
        socket=config.db_socket,
        host=config.db_host,
        port=config.db_port,
        user=config.db_user or config.db_name,
        password=config.db_password,
        cur_db_name=config.db_name,
    )
    try:
        yield
        # The new refresh token is the only key to the next one: on disk before its first use.
        frappe.db.commit()  # nosemgrep: frappe-manual-commit
    finally:
        frappe.local.db.close()
        frappe.local.db = outer


def _lock(field: str) -> None:
    auth = frappe.qb.Table("__Auth")
    query = frappe.qb.from_(auth).select(auth.name).for_update()
    here = (auth.doctype == SETTINGS) & (auth.name == SETTINGS)
    query.where(here & (auth.fieldname == field)).run()


# Frappe's Error Log shows the variables of a traceback, those apart whose name says what they
# are: hence the word token in every name here.


def _load(field: str) -> Tokens:
    try:
        kept_tokens = kept_password(SETTINGS, SETTINGS, field)
    except UnreadablePassword:
        raise AccessLost(
            _("The stored sign-in to Xero cannot be read with this site's key. Connect again.")
        ) from None
    if not kept_tokens:
        raise AccessLost(NOT_CONNECTED)
    access_token, refresh_token, expires, scopes = json.loads(kept_tokens)
    return Tokens(access_token, refresh_token, datetime.fromisoformat(expires), tuple(scopes))


def _save(field: str, tokens: Tokens) -> None:
    expires = tokens.expires_at.isoformat()
    kept_tokens = json.dumps([tokens.access_token, tokens.refresh_token, expires, tokens.scopes])
    set_encrypted_password(SETTINGS, SETTINGS, kept_tokens, field)


def unreadable_secrets() -> list[str]:
    """A sentence, with what to do, for each stored secret that this site's key cannot read."""
    held: list[Callable[[], Any]] = [partial(secret, field) for field in _SECRETS]
    if connected_tenant():
        held.append(SiteTokens().load)  # a connection without tokens is none, and says so
    return [sentence for sentence in (_complaint(each) for each in held) if sentence]


def _complaint(read: Callable[[], Any]) -> str:
    try:
        read()
    except SyncError as error:
        return translated(error.message)
    return ""
