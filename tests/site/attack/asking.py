"""One request within this process: what Frappe's web server does with it, and then nothing stays.

The signing in and the web server are left out, since thousands of requests are put; other tests
put theirs over HTTP. What a request writes is judged before it is taken back.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import frappe
import frappe.api
import frappe.app
from frappe.database.database import Database
from frappe.website.serve import get_response
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Answer:
    """What came back: the body as text, the error where there was one."""

    status: int
    body: str = ""
    kind: str = ""
    error: BaseException | None = None
    let_in: list[str] = field(default_factory=list)

    @property
    def is_ours(self) -> bool:
        """Whether the app's code took part in the error."""
        frames = traceback.extract_tb(self.error.__traceback__) if self.error else []
        return any(
            "/vtiger_xero/" in each.filename and "/tests/" not in each.filename for each in frames
        )

    @property
    def where(self) -> str:
        """The last line of the app's in the error, for whoever repairs it."""
        frames = traceback.extract_tb(self.error.__traceback__) if self.error else []
        ours = [each for each in frames if "/vtiger_xero/" in each.filename] or frames[-1:]
        last = ours[-1] if ours else None
        place = f"{last.filename.rsplit('vtiger_xero/', 1)[-1]}:{last.lineno}" if last else ""
        return f"{type(self.error).__name__} {str(self.error)[:80]!r} at {place}"


class Writes:
    """The statements that changed something since `begin`, and what to do before they stay."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.before_commit: Callable[[], None] = lambda: None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Nothing is committed meanwhile; where something would be, it is judged."""
        run, commit, flags = Database.sql, Database.commit, frappe.local.flags

        def sql(database: Any, query: Any, *how: Any, **more: Any) -> Any:
            text = str(query)
            if text.lstrip()[:6].lower() in ("insert", "update", "delete", "replac"):
                self.statements.append(text)
            return run(database, query, *how, **more)

        def keep(database: Any) -> None:
            if database is frappe.local.db:
                self.before_commit()

        Database.sql, Database.commit = sql, keep
        try:
            yield
        finally:
            Database.sql, Database.commit, frappe.local.flags = run, commit, flags


def ask(
    user: str,
    method: str,
    path: str,
    arguments: Mapping[str, Any],
    *,
    as_json: bool = False,
    judge: Callable[[], None] = lambda: None,
) -> Answer:
    """Put one request. `judge` is called where the request's writes would stay."""
    frappe.db.rollback()
    _begin(user, _request(method, path, arguments, as_json))
    try:
        frappe.app.make_form_dict(frappe.local.request)
        for hook in frappe.get_hooks("before_request", app_name="vtiger_xero"):
            frappe.call(hook)
        response, error = _served(path), None
        if method in UNSAFE:
            judge()
    except HTTPException as refused:
        response, error = refused.get_response(), refused
    except Exception as failed:  # noqa: BLE001 - what Frappe's own server does
        error = failed
        response = frappe.app.handle_exception(failed)
    finally:
        after = getattr(frappe.local.request, "after_response", None)
        if after is not None:
            after.reset()
    status = int(getattr(error, "http_status_code", 0) or 0) if error else response.status_code
    if isinstance(error, HTTPException):
        status = error.code or 500
    elif error is not None and not status:
        status = 500
    answer = Answer(status, _text(response), str(response.mimetype if response else ""), error)
    _end()
    return answer


def _served(path: str) -> Response:
    if path.startswith("/api/"):
        return frappe.api.handle(frappe.local.request)
    return get_response()


def _request(method: str, path: str, arguments: Mapping[str, Any], as_json: bool) -> Request:
    how: dict[str, Any] = {
        "method": method,
        "path": path,
        "headers": {"Accept": "application/json"},
    }
    if method == "GET":
        how["query_string"] = {key: _form(value) for key, value in arguments.items()}
    elif as_json:
        how["data"] = json.dumps(arguments, default=str)
        how["content_type"] = "application/json"
    else:
        how["data"] = {key: _form(value) for key, value in arguments.items()}
    return Request(EnvironBuilder(**how).get_environ())


def _form(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _begin(user: str, request: Request) -> None:
    local = frappe.local
    shared = {key: value for key, value in local.cache.items() if "meta" in str(key)}
    jenv = local.jenv
    frappe.set_user(user)
    # What is the same for all requests need not be made for each: DocTypes, templates.
    local.cache, local.jenv = shared, jenv
    local.request = request
    local.request.after_response = frappe.utils.CallbackManager()
    local.is_ajax = False
    local.request_ip = "127.0.0.1"
    local.response = frappe._dict(docs=[])
    local.message_log, local.error_log, local.debug_log = [], [], []
    local.flags = frappe._dict(currently_saving=[], redirect_location="", mute_emails=True)
    local.cookie_manager = frappe._dict(cookies={}, to_delete=[], set_cookie=lambda *a, **k: None)
    local.session.data.user_type = "System User"
    local.locked_documents = []
    local.dynamic_link_map = None
    if hasattr(local, "request_cache"):
        local.request_cache.clear()


def _end() -> None:
    frappe.db.rollback()
    del frappe.local.request
    if hasattr(frappe.local, "outgoing_email_account"):  # a dummy, as no mail is sent
        del frappe.local.outgoing_email_account
    frappe.local.flags = frappe._dict(currently_saving=[], redirect_location="")
    frappe.local.message_log = []
    frappe.local.response, frappe.local.form_dict = frappe._dict(docs=[]), frappe._dict()
    frappe.local.session.user = "Administrator"


def _text(response: Response | None) -> str:
    if response is None:
        return ""
    if hasattr(response, "get_data"):
        return bytes(response.get_data()).decode("utf-8", "replace")
    return ""
