"""Every answer that is not a happy one, with the body Xero gives it.

Tags: [REC] recorded on the live API, [DOC] Xero's documentation, [OAS] its OpenAPI file,
[3P] third parties. What none of them knows is marked `# invented [id]:`, by its row of
docs/xero.md.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xero_simulator.wire import JsonObject

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

NOT_FOUND_TEXT = "The resource you're looking for cannot be found"
INTERNAL_ERROR_TEXT = (
    "An error occurred in Xero. Check the API Status page "
    "http://status.developer.xero.com for current service status."
)
UNAVAILABLE_TEXTS = (
    "The Xero API is currently offline for maintenance",
    "The Xero API is temporarily unavailable",
    "The Organisation is offline",
)


@dataclass(frozen=True)
class Answer:
    """What goes back: a JSON payload, or text, or raw bytes, or nothing at all.

    `bare`: without the headers that Xero puts on every answer.
    """

    status: int
    payload: Any = None
    content_type: str | None = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    torn: bool = False
    bare: bool = False

    def __post_init__(self) -> None:
        if self.payload is None:
            object.__setattr__(self, "content_type", None)


class Refused(Exception):
    """Ends a request with the answer it carries."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class ConnectionDropped(Exception):
    """Ends a request without an answer: the socket closes."""


def validation_failed(elements: list[JsonObject]) -> Answer:
    """400 with summarised errors [REC]."""
    return _api_exception(
        10, "ValidationException", "A validation exception occurred", Elements=elements
    )


def query_not_parsed(message: str) -> Answer:
    """400 of a malformed where or order; number 16 [3P x4, real answers]."""
    return _api_exception(16, "QueryParseException", message)


def post_data_invalid(message: str) -> Answer:
    """400 of bad JSON or a bad enum. # invented [Y2]: 14, where the sources say 14 or 17."""
    return _api_exception(14, "PostDataInvalidException", message)


def not_implemented() -> Answer:
    """501 [DOC]. # invented [Y2]: its number."""
    message = "The Api Method called is not implemented"
    return _api_exception(20, "ApiException", message, status=501)


def not_found() -> Answer:
    """404 is HTML, never JSON [REC]; its sentence [3P]."""
    return Answer(404, NOT_FOUND_TEXT, HTML)


def not_authenticated() -> Answer:
    """401 for no token or one that Xero never issued [3P 2020: lower-case keys]."""
    body = {
        "title": "Unauthorized",
        "status": 401,
        "detail": "AuthenticationUnsuccessful",
        "instance": str(uuid.uuid4()),
    }
    return Answer(401, body, headers={"WWW-Authenticate": "Bearer error=invalid_token"})


def token_expired(at: datetime) -> Answer:
    """401 [3P x4]. # invented [Y2]: month before day, the only sample is 01/01/2001."""
    detail = f"TokenExpired: token expired at {at:%m/%d/%Y %H:%M:%S}"
    return _problem(401, "Unauthorized", detail)


def scope_missing() -> Answer:
    """401 for a good token without the scope [3P]."""
    headers = {"WWW-Authenticate": "Bearer error=insufficient_scope"}
    return _problem(401, "Unauthorized", "AuthorizationUnsuccessful", headers)


def tenant_forbidden() -> Answer:
    """403 for a tenant that is not connected, or no longer [3P]."""
    return _problem(403, "Forbidden", "AuthenticationUnsuccessful")


def idempotency_key_reused(key: str) -> Answer:
    """400 [DOC: U9], wording [3P]. # invented [Y2]: the problem envelope."""
    detail = f"Idempotency Key: {key} is used with a different request."
    return _problem(400, "Bad Request", detail)


def idempotency_key_too_long() -> Answer:
    """400. # invented [Y2]: wording; the limit of 128 is [XPL]."""
    return _problem(400, "Bad Request", "Idempotency Key cannot exceed 128 characters.")


def bad_request(detail: str) -> Answer:
    """400 of the gateway. # invented [Y2]: everything but the status."""
    return _problem(400, "Bad Request", detail)


def precondition_failed() -> Answer:
    """412 [DOC]. # invented [Y2]: an empty body, none is known."""
    return Answer(412)


def too_large() -> Answer:
    """413. # invented [Y2]: an empty body; the limit of 10 MB is [PLAT]."""
    return Answer(413)


def internal_error() -> Answer:
    """500 [3P x4]."""
    return Answer(
        500,
        {
            "Title": "An error occurred",
            "Detail": INTERNAL_ERROR_TEXT,
            "Status": 500,
            "Instance": str(uuid.uuid4()),
        },
    )


def unavailable(text: str = UNAVAILABLE_TEXTS[0]) -> Answer:
    """503 is plain text [DOC]."""
    return Answer(503, text, TEXT)


def rate_limited(problem: str, retry_after: int | None, remaining: Mapping[str, str]) -> Answer:
    """429: empty, no Content-Type [REC]; Retry-After for minute and day only [DOC]."""
    headers = {**remaining, "X-Rate-Limit-Problem": problem}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Answer(429, headers=headers)


def _api_exception(number: int, kind: str, message: str, status: int = 400, **extra: Any) -> Answer:
    return Answer(status, {"ErrorNumber": number, "Type": kind, "Message": message, **extra})


def _problem(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> Answer:
    # "Type": null is what Xero really writes here, the one place that nulls are not omitted.
    body: JsonObject = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid.uuid4()),
        "Extensions": {},
    }
    return Answer(status, body, headers=headers or {})
