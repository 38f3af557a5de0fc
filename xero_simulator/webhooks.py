"""Webhooks: signed POSTs about contacts and documents, and the test whether one may have them.

Delivery is at least once: one retry at once, then the events wait, in order, until `redeliver`.
Xero tries again with decreasing frequency for 24 hours and disables the webhook then [DOC];
# invented [W2]: when the tries are. A person enables it again, and what waited is delivered [PLAT].
There is none for payments and items [OAS].
"""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from xero_simulator.book import Book
from xero_simulator.clock import TellTime
from xero_simulator.wire import JsonObject, write_json

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

PATIENCE = 5  # seconds for an answer [PLAT]
GIVES_UP_AFTER = timedelta(hours=24)  # [DOC]


@dataclass
class Webhook:
    """One URL that events go to. `answers` are the statuses it gave; 0 is none at all.

    `failing_since`: when the first of the deliveries failed that none has succeeded after.
    """

    url: str
    key: str
    categories: tuple[str, ...]
    sequence: int = 0
    waiting: list[JsonObject] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    failing_since: datetime | None = None
    is_disabled: bool = False

    def post(self, events: list[JsonObject], first: int, signature: str | None = None) -> int:
        """Send events, rightly signed unless another signature is given."""
        body = write_json(
            {
                "events": events,
                "firstEventSequence": first,
                "lastEventSequence": first + len(events) - 1 if events else first,
                "entropy": secrets.token_hex(10).upper(),
            }
        )
        return _send(self.url, body, signature or sign(body, self.key))


class Webhooks:
    """All webhooks of an app, and the thread that serves them."""

    def __init__(self, clock: TellTime, address: Callable[[], str]) -> None:
        self._clock = clock
        self._address = address
        self._webhooks: list[Webhook] = []
        self._changed = threading.Condition()
        # Rounds of delivery asked for and done: waiting is over when they are equal.
        self._asked = self._done = 0
        self._is_stopped = False
        self._thread: threading.Thread | None = None

    def listen_to(self, ledger: "Ledger") -> None:
        """Tell of every save that stays."""
        books: tuple[tuple[str, str, Book[Any]], ...] = (
            ("CONTACT", "Contacts", ledger.contacts),
            ("INVOICE", "Invoices", ledger.invoices),
            ("CREDITNOTE", "CreditNotes", ledger.credit_notes),
            ("PREPAYMENT", "Prepayments", ledger.prepayments),  # since August 2026 [PLAT]
            ("OVERPAYMENT", "Overpayments", ledger.overpayments),  # since September 2026 [PLAT]
        )
        for category, path, book in books:
            book.announce = self._announcer(ledger.tenant_id, category, path)

    def register(self, url: str, key: str, categories: Sequence[str]) -> Webhook:
        """Start sending. Whether it passes the intent to receive is for the caller to ask."""
        webhook = Webhook(url, key, tuple(categories))
        with self._changed:
            self._webhooks.append(webhook)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, daemon=True)
                self._thread.start()
        return webhook

    def intend_to_receive(self, webhook: Webhook) -> bool:
        """Whether it answers 200 to the right signature and 401 to wrong ones [DOC]."""
        wrong = sign(b"something else", webhook.key)
        answers = [webhook.post([], 0, signature) for signature in (None, wrong, None, wrong)]
        return answers == [200, 401, 200, 401]

    def redeliver(self) -> None:
        """Try again what could not be delivered, as if the time for it had come."""
        with self._changed:
            self._asked += 1
            self._changed.notify_all()

    def enable(self, webhook: Webhook) -> None:
        """A person switches it on again, after the intent to receive has passed."""
        webhook.failing_since, webhook.is_disabled = None, False
        self.redeliver()

    def flush(self, timeout: float = 10) -> bool:
        """Wait until every event was delivered or given up for now."""
        with self._changed:
            return self._changed.wait_for(lambda: self._done == self._asked, timeout)

    def stop(self) -> None:
        """Send no more."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def _announcer(self, tenant_id: str, category: str, path: str) -> Callable[[Any, bool], None]:
        def announce(row: Any, is_new: bool) -> None:
            event = {
                "resourceUrl": f"{self._address()}/api.xro/2.0/{path}/{row.key}",
                "resourceId": row.key,
                "tenantId": tenant_id,
                "tenantType": "ORGANISATION",
                "eventCategory": category,
                "eventType": "CREATE" if is_new else "UPDATE",
                "eventDateUtc": f"{self._clock():%Y-%m-%dT%H:%M:%S.%f}"[:-3],
            }
            if category not in ("CONTACT", "INVOICE"):
                event |= {"data": {"Type": row.kind, "Status": row.status}}
            self._queue(category, event)

        return announce

    def _queue(self, category: str, event: JsonObject) -> None:
        with self._changed:
            wanted = [webhook for webhook in self._webhooks if category in webhook.categories]
            for webhook in wanted:
                webhook.waiting.append(event)
            if wanted:
                self._asked += 1
                self._changed.notify_all()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._asked > self._done or self._is_stopped)
                if self._is_stopped:
                    return
                asked = self._asked
                taken = [(webhook, webhook.waiting[:]) for webhook in self._webhooks]
            for webhook, events in taken:
                if events and not webhook.is_disabled and self._delivers(webhook, events):
                    with self._changed:
                        del webhook.waiting[: len(events)]
            with self._changed:
                self._done = asked
                self._changed.notify_all()

    def _delivers(self, webhook: Webhook, events: list[JsonObject]) -> bool:
        for _ in range(2):
            status = webhook.post(events, webhook.sequence + 1)
            webhook.answers.append(status)
            if 200 <= status < 300:
                webhook.sequence += len(events)
                webhook.failing_since = None
                return True
        now = self._clock()
        webhook.failing_since = webhook.failing_since or now
        webhook.is_disabled = now - webhook.failing_since >= GIVES_UP_AFTER
        return False


def sign(body: bytes, key: str) -> str:
    """x-xero-signature: base64 of the HMAC-SHA256 of the raw body [DOC]."""
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def _send(url: str, body: bytes, signature: str) -> int:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=PATIENCE)
    headers = {"Content-Type": "application/json", "x-xero-signature": signature}
    try:
        connection.request("POST", parts.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
