"""The public face: a Xero on localhost, in a thread, until the `with` block ends."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RDWR
from types import TracebackType

from werkzeug.serving import BaseWSGIServer, make_server

from xero_simulator.application import Application
from xero_simulator.browser import press_button
from xero_simulator.calls import Call
from xero_simulator.clock import AdjustableClock, TellTime, real_time
from xero_simulator.faults import Faults
from xero_simulator.handler import handler_class
from xero_simulator.identity import App
from xero_simulator.limits import Allowance
from xero_simulator.organisation import NewOrganisation, Organisation
from xero_simulator.webhooks import Webhook, Webhooks
from xero_simulator.world import DEFAULT_ORGANISATIONS, World

DEMO_CLIENT_ID = "DEMO-CLIENT"
DEMO_CLIENT_SECRET = "demo-secret"  # a secret to nobody, as its name says
DEMO_REDIRECT_URI = "http://localhost/callback"


class Simulator:
    """A Xero that runs on this machine.

    with Simulator(day_limit=5_000) as xero:
        back = xero.consent(f"{xero.url}/identity/connect/authorize?...")

    `minute_limit` and the others are what the app's tier allows; `latency` is what every call
    takes, in real seconds; `state_file` keeps everything between starts.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "localhost",
        seed: int | None = None,
        minute_limit: int = 60,
        day_limit: int = 1_000,
        concurrent_limit: int = 5,
        app_minute_limit: int = 10_000,
        latency: float = 0.0,
        clock: TellTime = real_time,
        organisations: Sequence[NewOrganisation] = DEFAULT_ORGANISATIONS,
        state_file: Path | str | None = None,
    ) -> None:
        self.clock = AdjustableClock(clock)
        allowance = Allowance(minute_limit, day_limit, concurrent_limit, app_minute_limit)
        self._world = World(
            self.clock, allowance, organisations, seed, state_file, issuer=lambda: self.url
        )
        self._application = Application(self._world, latency)
        self._host, self._port = host, port
        self._server: BaseWSGIServer | None = None
        self.register_app(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, [DEMO_REDIRECT_URI], "Demo app")

    # -- life --------------------------------------------------------------------------------

    def start(self) -> "Simulator":
        """Listen, in a thread of its own."""
        self._handler = handler_class()
        self._server = make_server(
            self._host, self._port, self._application, threaded=True, request_handler=self._handler
        )
        self._port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and keep the state."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for connection in list(self._handler.open_sockets):
            with suppress(OSError):  # the client may have closed it in this very moment
                connection.shutdown(SHUT_RDWR)
        self._server = None
        self._world.webhooks.stop()
        self._world.close()

    def __enter__(self) -> "Simulator":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """`http://localhost:PORT`: redirect URIs may be http for this host name only [PLAT]."""
        return f"http://{self._host}:{self._port}"

    # -- what a developer does at developer.xero.com -----------------------------------------

    def register_app(
        self,
        client_id: str,
        client_secret: str,
        redirect_uris: Sequence[str],
        name: str,
        *,
        bulk_connections: bool = False,
    ) -> None:
        """Register an app, or change the one with that id."""
        with self._world.lock:
            self._world.identity.apps[client_id] = App(
                client_id, client_secret, list(redirect_uris), name, bulk_connections
            )
            self._world.save()

    def register_webhook(
        self, url: str, key: str, categories: Sequence[str] = ("CONTACT", "INVOICE")
    ) -> Webhook:
        """Have events posted to `url` within moments, signed with `key`."""
        return self._world.webhooks.register(url, key, categories)

    @property
    def webhooks(self) -> Webhooks:
        """The webhooks: `flush()`, `redeliver()`, `intend_to_receive(webhook)`."""
        return self._world.webhooks

    # -- what a person does ------------------------------------------------------------------

    def consent(
        self, authorize_url: str, allow: bool = True, tenants: Sequence[str] | None = None
    ) -> str:
        """Open the page, pick the tenants (default: the first), press the button.

        Returns where the browser is sent, without following. Real HTTP; raises ValueError with
        the page's text when Xero shows an error instead.
        """
        return press_button(authorize_url, allow, tenants or [next(iter(self.organisations))])

    def end_connections(self, client_id: str = DEMO_CLIENT_ID) -> None:
        """Somebody takes an app out of Xero's list of connected apps: 403 from here on."""
        with self._world.lock:
            for connection in self._world.identity.connections_of(client_id):
                del self._world.identity.connections[connection.connection_id]
            self._world.save()

    @property
    def organisations(self) -> dict[str, Organisation]:
        """By tenant id, the demo company first."""
        return self._world.organisations

    @property
    def organisation(self) -> Organisation:
        """The first one."""
        return next(iter(self.organisations.values()))

    def reset_limits(self) -> None:
        """As if every window had just closed."""
        self._world.limits.reset()

    # -- what a test looks at ----------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """Where faults wait for their call."""
        return self._world.faults

    @property
    def calls(self) -> list[Call]:
        """Every request so far, OAuth included."""
        return self._world.calls.all()

    def reset_calls(self) -> None:
        """Start counting anew."""
        self._world.calls.clear()
