"""The app's credentials and the tokens, kept where every worker sees them, shown nowhere."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ..engine.errors import AccessLost, ConfigurationError
from ..engine.messages import _lt
from .shared import SharedText

NOT_CONNECTED = _lt(
    "Xero is not connected. Open Xero Settings and press Authenticate your Xero Account."
)


@dataclass(frozen=True)
class App:
    """The app as registered at developer.xero.com. Blanks that came along by pasting go."""

    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "client_id", self.client_id.strip())
        object.__setattr__(self, "client_secret", self.client_secret.strip())
        if not self.client_id or not self.client_secret:
            raise ConfigurationError(
                _lt(
                    "The Client ID or the Client Secret is missing. Copy both from your app's "
                    "Configuration page at developer.xero.com into Xero Settings."
                )
            )


@dataclass(frozen=True)
class Tokens:
    """What Xero gave: an access token until `expires_at` (UTC), and the key to the next one."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...] = ()

    @property
    def granted(self) -> frozenset[str]:
        """The scopes that came with the tokens, else those in the access token, else none."""
        found = self.scopes or _claim(self.access_token, "scope")
        texts = found.split() if isinstance(found, str) else found
        return frozenset(map(str, texts)) if isinstance(texts, (list, tuple)) else frozenset()

    @property
    def consent_id(self) -> str:
        """Xero's id of the consent that they come from, "" where the access token names none."""
        found = _claim(self.access_token, "authentication_event_id")
        return found if isinstance(found, str) else ""


def _claim(access_token: str, name: str) -> Any:
    """A claim of a JWT, which Xero's access tokens are; None where there is none.

    Its signature is of no concern: nothing is permitted by it here, Xero sees to that.
    """
    try:
        payload = access_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims[name]
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return None


class TokenStore(Protocol):
    """Where the tokens are kept; one set, shared by all workers and all organisations."""

    def load(self) -> Tokens:
        """The tokens as last saved; `AccessLost` if there are none."""

    def refreshed(self, use: Callable[[Tokens], Tokens]) -> Tokens:
        """Lock, load what is kept NOW, save and return what `use` makes of it.

        The lock is held over all workers until the new tokens are durable, because Xero takes a
        refresh token once. `use` returns its argument where another worker was faster. Errors
        of `use` pass through, and nothing is saved.
        """


class TextTokens:
    """A `TokenStore` in a text that workers share, and whose `change` calls its work once."""

    def __init__(self, text: SharedText) -> None:
        self._text = text

    def load(self) -> Tokens:
        """The tokens as last saved; `AccessLost` if there are none."""
        return _read(self._text.load())

    def save(self, tokens: Tokens | None) -> None:
        """Keep the tokens of a new consent; None after disconnecting."""
        self._text.change(lambda held: _written(tokens) if tokens else "")

    def refreshed(self, use: Callable[[Tokens], Tokens]) -> Tokens:
        """Under the text's lock: what `use` makes of the tokens, durable before anybody uses it."""
        return _read(self._text.change(lambda held: _written(use(_read(held)))))


def _written(tokens: Tokens) -> str:
    expires = tokens.expires_at.isoformat()
    return json.dumps([tokens.access_token, tokens.refresh_token, expires, tokens.scopes])


def _read(held: str) -> Tokens:
    if not held:
        raise AccessLost(NOT_CONNECTED)
    access_token, refresh_token, expires, scopes = json.loads(held)
    return Tokens(access_token, refresh_token, datetime.fromisoformat(expires), tuple(scopes))


class MemoryTokens:
    """A `TokenStore` within one process, for tests and the demo."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()

    def load(self) -> Tokens:
        """The tokens as last saved."""
        if self._tokens is None:
            raise AccessLost(NOT_CONNECTED)
        return self._tokens

    def save(self, tokens: Tokens | None) -> None:
        """Keep the tokens of a new consent; None after disconnecting."""
        with self._lock:
            self._tokens = tokens

    def refreshed(self, use: Callable[[Tokens], Tokens]) -> Tokens:
        """Under the lock: what `use` makes of the tokens."""
        with self._lock:
            self._tokens = use(self.load())
            return self._tokens
