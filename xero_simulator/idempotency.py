"""Idempotency-Key: the same key gives the same answer, for six minutes, errors included.

The cache belongs to the APP, not to the tenant [XPL]: a client that does not put the tenant
into its key gets another tenant's answer, here as there.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xero_simulator.answers import (
    Answer,
    idempotency_key_reused,
    idempotency_key_too_long,
)
from xero_simulator.clock import TellTime
from xero_simulator.shelf import Shelf

KEPT_FOR = timedelta(minutes=6)
LONGEST_KEY = 128
METHODS = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True)
class KeptAnswer:
    """The first answer under a key, and what it answered."""

    fingerprint: str
    status: int
    payload: Any
    content_type: str | None
    at: datetime


def fingerprint(method: str, url: str, body: bytes) -> str:
    """What makes two requests the same: method, URL with its query, and body [XPL]."""
    return hashlib.sha256(b"\n".join((method.encode(), url.encode(), body))).hexdigest()


class IdempotencyCache:
    """Answers by app and key."""

    def __init__(self, clock: TellTime, kept: Shelf[KeptAnswer]) -> None:
        self._clock = clock
        self._kept = kept

    def answer(self, client_id: str, key: str, request: str, work: Callable[[], Answer]) -> Answer:
        """The kept answer for this key, or the one that `work` gives now."""
        if len(key) > LONGEST_KEY:
            return idempotency_key_too_long()
        self._forget_old()
        name = f"{client_id} {key}"
        kept = self._kept.get(name)
        if kept is None:
            return self._keep(name, request, work())
        if kept.fingerprint != request:
            return idempotency_key_reused(key)
        return Answer(kept.status, kept.payload, kept.content_type)

    def _keep(self, name: str, request: str, answer: Answer) -> Answer:
        self._kept[name] = KeptAnswer(
            request, answer.status, answer.payload, answer.content_type, self._clock()
        )
        return answer

    def _forget_old(self) -> None:
        # Answers are kept in the order they were given, so the old ones are in front.
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if now - self._kept[oldest].at < KEPT_FOR:
                return
            del self._kept[oldest]
