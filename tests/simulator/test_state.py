"""A state file keeps everything between starts, and between a start and a kill."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import requests

from tests.simulator.client import Client, refresh
from xero_simulator import NewOrganisation, Simulator

LIMITS = {"seed": 1, "day_limit": 50}


def test_contacts_tokens_connections_keys_and_limits_survive(tmp_path):
    file = tmp_path / "xero.sqlite"
    with Simulator(state_file=file, **LIMITS) as xero:
        client = Client(xero)
        first = client.put({"Name": "Ōtaki", "Phones": [{"PhoneType": "FAX", "PhoneNumber": "1"}]},
                           key="k1")  # fmt: skip
        gone = client.create(Name="Gone")
        xero.organisation.archive_contact(gone["ContactID"])
        xero.organisation.add_contact_in_xero(Name="By hand", Discount=Decimal("2.50"))
        before = client.get("/Contacts", page=1, includeArchived="true")
    with Simulator(state_file=file, **LIMITS) as xero:
        client.xero = xero
        after = client.get("/Contacts", page=1, includeArchived="true")
        assert after.json()["Contacts"] == before.json()["Contacts"]
        assert '"Discount":2.50' in after.text
        assert int(after.headers["X-DayLimit-Remaining"]) == 46
        assert client.put({"Name": "Ōtaki", "Phones": [{"PhoneType": "FAX", "PhoneNumber": "1"}]},
                          key="k1").content == first.content  # fmt: skip
        assert refresh(xero, client.token["refresh_token"]).status_code == 200
        assert len(client.http.get(f"{xero.url}/connections").json()) == 1
        new = client.create(Name="New")["ContactID"]
        assert new not in {row["ContactID"] for row in before.json()["Contacts"]}


def test_the_organisations_of_the_file_win_over_those_asked_for(tmp_path):
    file = tmp_path / "xero.sqlite"
    with Simulator(state_file=file, organisations=[NewOrganisation("Mine", "GB", "GBP")]) as xero:
        tenant = xero.organisation.tenant_id
    with Simulator(state_file=file) as xero:
        assert [o.name for o in xero.organisations.values()] == ["Mine"]
        assert xero.organisation.tenant_id == tenant


def test_a_file_of_an_earlier_version_is_read(tmp_path):
    file = tmp_path / "xero.sqlite"
    with Simulator(state_file=file) as xero:
        xero.organisation.add_contact_in_xero(Name="A")
    with sqlite3.connect(file) as database:
        old = "json_set(value, '$.no_longer_kept', 1) where shelf like '%contact%'"
        assert database.execute(f"update row set value = {old}").rowcount == 1
    with Simulator(state_file=file) as xero:
        assert [contact.name for contact in xero.organisation.contacts.values()] == ["A"]


def test_updated_dates_do_not_go_back_over_a_restart(tmp_path):
    file = tmp_path / "xero.sqlite"
    with Simulator(state_file=file) as xero:
        xero.clock.advance(timedelta(hours=5))
        late = xero.organisation.add_contact_in_xero(Name="A").updated
    with Simulator(state_file=file) as xero:
        assert xero.organisation.add_contact_in_xero(Name="B").updated >= late


def test_two_simulators_with_one_seed_hand_out_the_same_ids():
    ids = []
    for _ in range(2):
        with Simulator(seed=5) as xero:
            ids.append(xero.organisation.add_contact_in_xero(Name="A").contact_id)
    assert ids[0] == ids[1]


def test_the_command_line_starts_a_xero_with_a_sample_that_outlives_a_kill(tmp_path):
    def start():
        arguments = ["--port", "0", "--state", str(tmp_path / "s"), "--organizations", "30"]
        arguments += ["--seed", "3", "--redirect-uri", "http://localhost:8000/back"]
        command = [sys.executable, "-m", "xero_simulator", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        return process, re.search(r"http://localhost:\d+", process.stdout.readline())[0]

    process, url = start()
    try:
        page = requests.get(f"{url}/identity/connect/authorize", params=AUTHORIZE)
        assert "Allow access" in page.text
        form = {"decision": "allow", "tenant": re.search(r'value="([0-9a-f-]{36})"', page.text)[1]}
        location = requests.post(page.url, data=form, allow_redirects=False).headers["Location"]
        form = {"grant_type": "authorization_code", "code": re.search("code=([^&]+)", location)[1],
                "redirect_uri": AUTHORIZE["redirect_uri"]}  # fmt: skip
        auth = ("DEMO-CLIENT", "demo-secret")
        token = requests.post(f"{url}/connect/token", data=form, auth=auth).json()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process, url = start()
        headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
        [connection] = requests.get(f"{url}/connections", headers=headers).json()
        headers["xero-tenant-id"] = connection["tenantId"]
        contacts = requests.get(f"{url}/api.xro/2.0/Contacts", headers=headers).json()["Contacts"]
        assert "Hamilton Smith Ltd" in [contact["Name"] for contact in contacts]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        process.stdout.close()


ROOT = Path(__file__).parents[2]
AUTHORIZE = {
    "response_type": "code",
    "client_id": "DEMO-CLIENT",
    "redirect_uri": "http://localhost:8000/back",
    "scope": "accounting.contacts",
}
