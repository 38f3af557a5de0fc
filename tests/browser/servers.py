"""What stands behind the Desk that a browser looks at: web server, worker, realtime messages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from frappe.installer import update_site_config

from tests.site.conftest import BENCH, SITE
from tests.site.web import free_port, wait_for_site

_FRAPPE = (sys.executable, "-m", "frappe.utils.bench_helper", "frappe")


@contextmanager
def desk(xero: str) -> Iterator[str]:
    """The site as people use it, with `xero` as the address of its Xero; gives its own address.

    Everything that a server must know is configured first: v16 reads a site's config anew only
    every minute.
    """
    web, realtime = free_port(), free_port()
    address = f"http://127.0.0.1:{web}"
    for key, value in {"xero_address": xero, "socketio_port": realtime}.items():
        update_site_config(key, value, validate=False)
    with ExitStack() as servers:
        serve = (*_FRAPPE, "--site", SITE, "serve", "--noreload", "--port", str(web))
        servers.enter_context(_server("web", *serve, DEV_SERVER="1"))
        worker = (*_FRAPPE, "worker", "--queue", "long,default,short")
        servers.enter_context(_server("worker", *worker))
        messages = ("node", f"{BENCH}/apps/frappe/socketio.js")
        port = {"FRAPPE_SOCKETIO_PORT": str(realtime), "FRAPPE_BENCH_ROOT": BENCH}
        servers.enter_context(_server("socketio", *messages, **port))
        wait_for_site(address)
        yield address
    for key in ("xero_address", "socketio_port"):
        update_site_config(key, "None", validate=False)


@contextmanager
def _server(name: str, *command: str, **settings: str) -> Iterator[None]:
    log = Path(BENCH, "logs", f"browser-{name}.log")
    with log.open("ab") as output:
        server = subprocess.Popen(
            command,
            cwd=Path(BENCH, "sites"),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONWARNINGS": "ignore", **settings},
        )
    try:
        yield
    finally:
        server.terminate()
        server.wait(20)
