"""The site's own web server, people who call its doors over HTTP, and its commands."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import frappe
import requests

PASSWORD = "Correct-Horse-8"


def run_command(*arguments: str) -> tuple[int, str]:
    """A bench command, as it is typed: its exit status and what it says."""
    frappe.db.commit()
    command = [
        sys.executable,
        "-m",
        "frappe.utils.bench_helper",
        "frappe",
        "--site",
        frappe.local.site,
    ]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


@contextmanager
def served(site: str) -> Iterator[str]:
    """`bench serve` on a free port; gives the site's address."""
    port = free_port()
    command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site]
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--noreload"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for_site(address)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for_site(address: str) -> None:
    for _ in range(120):
        try:
            requests.get(f"{address}/api/method/ping", timeout=5).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.25)
    raise TimeoutError("The site's web server did not come up.")


@dataclass
class Caller:
    """A browser: one person, one session."""

    address: str
    user: str = "Guest"

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/json"

    def sign_in(self) -> Caller:
        form = {"usr": self.user, "pwd": PASSWORD}
        self._session.post(f"{self.address}/api/method/login", data=form, timeout=30)
        return self

    def call(self, door: str, method: str = "POST", **arguments: Any) -> requests.Response:
        url = f"{self.address}/api/method/vtiger_xero.api.{door}"
        how = {"data": arguments} if method == "POST" else {"params": arguments}
        return self._session.request(method, url, timeout=60, allow_redirects=False, **how)

    def get(self, url: str) -> requests.Response:
        return self._session.get(url, timeout=60, allow_redirects=False)

    def settings(self) -> dict[str, Any]:
        """What the settings form is given."""
        path = "/api/method/frappe.desk.form.load.getdoc?doctype=Xero+Settings&name=Xero+Settings"
        found: dict[str, Any] = self.get(f"{self.address}{path}").json()["docs"][0]
        return found

    def message(self) -> str:
        """What the settings form says after Xero's page."""
        return str(self.settings().get("__onload", {}).get("consent_message", {}).get("message"))


def new_person(*roles: str) -> str:
    """A user of the Desk with these roles; returns their name."""
    name = f"{uuid4().hex[:10]}@example.com"
    user = frappe.get_doc(
        {
            "doctype": "User",
            "email": name,
            "first_name": "Test",
            "send_welcome_email": 0,
            "new_password": PASSWORD,
            "roles": [{"role": role} for role in ("Desk User", *roles)],
        }
    )
    user.flags.no_welcome_mail = True
    user.insert()
    frappe.db.commit()
    return name
