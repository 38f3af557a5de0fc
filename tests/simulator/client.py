"""What the simulator's tests speak to it with: plain `requests`, and every answer checked.

Every JSON answer of the Accounting API that passes through here is held against Xero's OpenAPI
description, where that file is at hand.
"""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from xero_python.api_client import ApiClient, Configuration
from xero_python.api_client.oauth2 import OAuth2Token

from tests.support.openapi import faults_of_answer, schema_of
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)

SCOPES = (
    "offline_access accounting.contacts accounting.settings accounting.invoices accounting.payments"
)
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


def check_against_openapi(response: requests.Response, *_: Any, **__: Any) -> None:
    """Fail on an answer that Xero's own description does not allow."""
    if "application/json" not in response.headers.get("Content-Type", ""):
        return
    path, method = urlsplit(response.url).path, str(response.request.method)
    schema = schema_of(path, method, response.status_code, response.text)
    faults = faults_of_answer(schema, response.text)
    assert not faults, faults


class Client:
    """A connected app."""

    def __init__(self, xero: Simulator, tenant: str | None = None, scope: str = SCOPES) -> None:
        self.xero = xero
        self.scope = scope
        self.http = requests.Session()
        self.http.hooks["response"] = [check_against_openapi]
        self.http.headers["Accept"] = "application/json"
        tenant = tenant or xero.organisation.tenant_id
        self.token = exchange(xero, consent(xero, scope=scope, tenants=[tenant])["code"]).json()
        self.http.headers["Authorization"] = f"Bearer {self.token['access_token']}"
        self.http.headers["xero-tenant-id"] = tenant

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.http.request(method, f"{self.xero.url}/api.xro/2.0{path}", **options)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self("GET", path, params=query, headers=headers)

    def put(self, *contacts: dict[str, Any], key: str | None = None, **query: Any) -> Any:
        return self._write("PUT", "/Contacts", contacts, key, query)

    def post(self, *contacts: dict[str, Any], key: str | None = None, **query: Any) -> Any:
        return self._write("POST", "/Contacts", contacts, key, query)

    def _write(self, method: str, path: str, contacts: Any, key: str | None, query: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"Contacts": list(contacts)}
        return self(method, path, json=body, headers=headers, params=query)

    def write(self, method: str, path: str, *rows: dict[str, Any], **query: Any) -> Any:
        """PUT or POST of other objects than contacts, under the name of their path."""
        collection = path.strip("/").split("/")[0]
        collection = "Allocations" if path.endswith("/Allocations") else collection
        return self(method, path, json={collection: list(rows)}, params=query)

    def make(self, path: str, **fields: Any) -> dict[str, Any]:
        """PUT one object; what Xero answers, which must be 200."""
        answer = self.write("PUT", path, fields, unitdp="4")
        assert answer.status_code == 200, answer.text
        [row] = answer.json()[path.strip("/").split("/")[0]]
        return row

    def one(self, path: str, **query: Any) -> dict[str, Any]:
        """GET one object by its path."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        [row] = answer.json()[path.strip("/").split("/")[0]]
        return row

    def refused(self, method: str, path: str, row: dict[str, Any], **query: Any) -> list[str]:
        """The messages of a write that Xero refuses."""
        answer = self.write(method, path, row, **query)
        assert answer.status_code == 400, answer.text
        [element] = answer.json()["Elements"]
        return messages(element)

    def create(self, **fields: Any) -> dict[str, Any]:
        answer = self.put(fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["Contacts"][0]

    def names(self, **query: Any) -> list[str]:
        answer = self.get("/Contacts", **query)
        assert answer.status_code == 200, answer.text
        return [contact["Name"] for contact in answer.json()["Contacts"]]


def authorize_url(xero: Simulator, **changes: str | None) -> str:
    query = {
        "response_type": "code",
        "client_id": DEMO_CLIENT_ID,
        "redirect_uri": DEMO_REDIRECT_URI,
        "scope": SCOPES,
        "state": "a state & more",
        **changes,
    }
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{xero.url}/identity/connect/authorize?{urlencode(kept)}"


def consent(
    xero: Simulator, allow: bool = True, tenants: list[str] | None = None, **changes: str | None
) -> dict[str, str]:
    """What the app gets back in the query of its redirect URI."""
    location = xero.consent(authorize_url(xero, **changes), allow=allow, tenants=tenants)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def exchange(xero: Simulator, code: str, **changes: str | None) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": DEMO_REDIRECT_URI,
        **changes,
    }
    return requests.post(
        f"{xero.url}/connect/token", data=form, auth=(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
    )


def refresh(xero: Simulator, refresh_token: str) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return requests.post(
        f"{xero.url}/connect/token", data=form, auth=(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
    )


def sdk_client(xero: Simulator) -> ApiClient:
    """xero-python's client as its readme has it, with its token in `kept_token`."""
    answered = exchange(xero, consent(xero)["code"]).json()
    token = {**answered, "scope": answered["scope"].split(), "expires_at": time.time() + 1800}
    app = {"client_id": DEMO_CLIENT_ID, "client_secret": DEMO_CLIENT_SECRET}
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token(**app)
    client = ApiClient(configuration)
    client.oauth2_token_getter(lambda: token)
    client.oauth2_token_saver(token.update)
    client.kept_token = token
    return client


def messages(element: dict[str, Any]) -> list[str]:
    return [error["Message"] for error in element.get("ValidationErrors", ())]


def default_order(row: dict[str, Any], name: str = "ContactID") -> tuple[str, str, str]:
    """By time, then by id as SQL Server orders ids: from the last part of it."""
    return row["UpdatedDateUTC"], row[name][24:], row[name][19:23]
