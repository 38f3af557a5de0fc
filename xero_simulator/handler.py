"""HTTP/1.1 with keep-alive, which werkzeug's own handler does not do.

A sync makes hundreds of calls; a connection for each would double their time. werkzeug closes
every connection because it cannot know whether the body was read: here it always is, first.
"""

import io
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler

from xero_simulator.answers import ConnectionDropped
from xero_simulator.application import LARGEST_BODY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class KeepAliveHandler(WSGIRequestHandler):
    """Reads the whole request, runs the application, writes the whole answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet
    open_sockets: set[socket.socket]

    def setup(self) -> None:
        """Remember the socket: stopping the server has to close those kept alive."""
        super().setup()
        self.open_sockets.add(self.connection)

    def finish(self) -> None:
        """Forget the socket; a client that left before its answer came is no news."""
        self.open_sockets.discard(self.connection)
        with suppress(BrokenPipeError, ConnectionResetError):
            super().finish()

    def run_wsgi(self) -> None:
        """One request and its answer."""
        self.environ = environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self._whole_body(environ))
        environ["wsgi.input_terminated"] = True
        try:
            chunks = self.server.app(environ, self._start)
        except ConnectionDropped:
            self._drop()
            return
        self._write(b"".join(chunks), chunks)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing of what went well; `Simulator.calls` has it."""
        if type == "error":
            super().log(type, message, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing, see `log`."""

    def _whole_body(self, environ: "WSGIEnvironment") -> bytes:
        if environ.get("wsgi.input_terminated"):  # chunked, already made readable
            return bytes(environ["wsgi.input"].read())
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            self.close_connection = True  # who knows where the next request starts
            return b""
        if int(length) > LARGEST_BODY:
            self._discard(int(length))  # the application answers 413
            return b""
        return self.rfile.read(int(length))

    def _discard(self, length: int) -> None:
        # Read to its end: closing on a client that still sends would reset the connection, and
        # the client would never see the answer.
        while length > 0 and (part := self.rfile.read(min(length, 1 << 20))):
            length -= len(part)

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self._status, self._headers = status, headers

    def _write(self, body: bytes, chunks: Iterable[bytes]) -> None:
        code, _, reason = self._status.partition(" ")
        self.send_response_only(int(code), reason)  # Date is the application's: Xero's clock
        for name, value in self._headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        if hasattr(chunks, "close"):
            chunks.close()

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def handler_class() -> type[KeepAliveHandler]:
    """A handler for one server, which keeps that server's sockets only."""

    class Handler(KeepAliveHandler):
        open_sockets: set[socket.socket] = set()  # noqa: RUF012 - shared by design

    return Handler
