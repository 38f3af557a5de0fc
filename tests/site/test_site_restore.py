"""A backup holds all that the sync remembers: the restored site goes on, without duplicates."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import frappe
import pytest

from tests.contract.world import unique
from tests.site.conftest import BENCH
from tests.site.test_site_install import bench
from tests.site.world import SiteWorld
from tests.site.xero import connect, run_now, simulated_xero

ROOT = os.environ.get("DATABASE_ROOT_PASSWORD", "")
_CONFIG = ("redis_cache", "redis_queue", "redis_socketio", "allow_tests")
needs_a_second_site = pytest.mark.skipif(
    not ROOT, reason="DATABASE_ROOT_PASSWORD is not given, with which a second site is made"
)


class SecondSite:
    """Another site of this bench, from outside."""

    def __init__(self, name: str) -> None:
        self.name = name

    def command(self, *arguments: str) -> tuple[int, str]:
        """A bench command on it: its exit status, and what it printed."""
        command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe"]
        done = subprocess.run(
            [*command, "--site", self.name, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def configure(self, **values: str) -> None:
        for key, value in values.items():
            assert self.command("set-config", key, value)[0] == 0

    def ask(self, method: str, *arguments: object) -> object:
        """What a function of Frappe answers there."""
        status, said = self.command("execute", method, "--args", json.dumps(arguments))
        assert status == 0, said
        answer = said.strip().splitlines()[-1]
        return json.loads(answer) if answer[0] in '"{[0123456789' else answer


@contextmanager
def second_site(*how: str) -> Iterator[SecondSite]:
    """A new site on the same servers, with an encryption key of its own."""
    site = SecondSite(f"second-{uuid4().hex[:8]}.localhost")
    root = ["--db-root-username", "root", "--db-root-password", ROOT]
    host = ["--db-host", frappe.conf.db_host, "--db-port", str(frappe.conf.db_port)]
    scope = ["--mariadb-user-host-login-scope", "%"]
    new = ["new-site", site.name, "--admin-password", "admin", *how]
    command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe"]
    done = subprocess.run([*command, *new, *host, *root, *scope], capture_output=True, text=True)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        site.configure(**{key: str(frappe.conf[key]) for key in _CONFIG})
        yield site
    finally:
        shutil.rmtree(Path(BENCH, "sites", site.name), ignore_errors=True)


@needs_a_second_site
def test_a_restored_site_goes_on_where_the_other_was(world: SiteWorld, tmp_path: Path) -> None:
    backup = tmp_path / "database.sql.gz"
    with simulated_xero() as xero:
        connect(xero)
        name = world.insert(organization_name=unique("Kept"))
        run_now()
        world.edit(name, website="https://example.com")
        bench("backup", "--backup-path-db", str(backup))
        contacts = len(list(xero.organisation.contacts.in_order()))
        with second_site("--source-sql", str(backup)) as site:
            site.configure(xero_address=xero.url)
            status, said = site.command("xero-sync")
            assert status == 2
            assert "cannot be read with this site's key" in said
            assert "Enter it again" in said or "Connect again" in said
            assert "Traceback" not in said
            site.configure(encryption_key=frappe.conf.encryption_key)
            status, said = site.command("xero-sync")
            assert status == 0, said
            assert site.ask("frappe.db.count", "Xero Link") == frappe.db.count("Xero Link")
            state = site.ask("frappe.db.get_value", "Vtiger Organization", name, "xero_state")
            assert state == "In Sync"
        assert len(list(xero.organisation.contacts.in_order())) == contacts
