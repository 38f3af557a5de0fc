"""From an HTTP answer to an error that says what to do next; and no secret in any of them."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import urllib3

from tests.xero.support import Desk, ask, batch
from vtiger_xero.engine.errors import (
    AccessLost,
    BatchRefused,
    ConfigurationError,
    RetryLater,
    SyncError,
)
from vtiger_xero.xero import App, Tokens, auth, errors
from vtiger_xero.xero.errors import Reply
from vtiger_xero.xero.masking import HIDDEN, mask
from vtiger_xero.xero.refusals import refusal
from xero_simulator import DEMO_REDIRECT_URI, UNAVAILABLE_TEXTS, Fault


def reply(status: int, body: object = "", **headers: str) -> Reply:
    text = body if isinstance(body, str) else json.dumps(body)
    return Reply(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, text.encode()
    )


EXPIRED = {"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired at 1"}
NO_SCOPE = {"Title": "Unauthorized", "Status": 401, "Detail": "AuthorizationUnsuccessful"}
GONE = "The resource you're looking for cannot be found"
# XeroAPI/xero-php-oauth2 307
QUERY = {"ErrorNumber": 16, "Type": "QueryParseException", "Message": "Expression expected"}
KEY_USED = {"Detail": "Idempotency Key: 7 is used with a different request."}


@pytest.mark.parametrize(
    ("answer", "writes", "kind"),
    [
        (reply(401, EXPIRED), False, AccessLost),
        (reply(401, NO_SCOPE), False, AccessLost),
        (reply(403, "{}"), True, AccessLost),
        (reply(400, {"Message": "no"}), True, BatchRefused),
        (reply(400, {"Message": "no"}), False, ConfigurationError),
        (reply(400, KEY_USED), True, RetryLater),
        (reply(401, "<html>"), False, RetryLater),
        (reply(403, "<html>"), True, RetryLater),
        (reply(405, {"Message": "no"}), True, ConfigurationError),
        (reply(400, {"Type": "QueryParseException"}), False, ConfigurationError),
        (reply(409), True, RetryLater),
        (reply(412, {"Message": "no"}), False, ConfigurationError),
        (reply(413), True, BatchRefused),
        (reply(418, {"Message": "no"}), True, BatchRefused),
        (reply(400, "<html>Bad Request</html>"), True, RetryLater),
        (reply(400, "<html>Bad Request</html>"), False, RetryLater),
        (reply(302), False, RetryLater),
        # Xero's own 404 is a bare sentence; what is not in Xero's shape tells nothing.
        (reply(404, GONE), True, errors.RecordNotFound),
        (reply(404, GONE), False, ConfigurationError),
        (reply(400, QUERY), False, ConfigurationError),
        (reply(405, {"Message": "no"}), False, ConfigurationError),
        *(
            (reply(status, body), writes, RetryLater)
            for status in (400, 404, 405, 407, 412, 422)
            for body in ("", "Blocked", "<html>", "[]", '"no"', {"error": "no"}, {"message": "no"})
            for writes in (True, False)
        ),
        (reply(403, "<html>Access Denied</html>"), True, RetryLater),
        (reply(401, "<html>Sign in</html>"), False, RetryLater),
        (reply(403, {"Title": "Forbidden", "Detail": "no"}), False, AccessLost),
        (reply(500), True, RetryLater),
        (reply(500), False, RetryLater),
        (reply(501), False, ConfigurationError),
        (reply(502), True, RetryLater),
        *((reply(503, text), False, RetryLater) for text in UNAVAILABLE_TEXTS),
        (reply(504, "<html>"), True, RetryLater),
        (reply(599), False, RetryLater),
    ],
)
def test_every_status_has_an_error_with_a_sentence(
    answer: Reply, writes: bool, kind: type[SyncError]
) -> None:
    error = errors.of_reply(answer, writes=writes)
    assert isinstance(error, kind)
    assert error.message.endswith(".") or answer.status in (400, 404, 418)
    assert f"HTTP {answer.status}" in error.detail


def test_only_a_token_that_may_be_renewed_is_renewed() -> None:
    assert errors.wants_new_token(reply(401, EXPIRED))
    assert errors.wants_new_token(reply(401, {"detail": "AuthenticationUnsuccessful"}))
    assert not errors.wants_new_token(reply(401, NO_SCOPE))
    assert not errors.wants_new_token(
        reply(401, "", WWW_Authenticate="Bearer error=insufficient_scope")
    )
    assert not errors.wants_new_token(reply(403, EXPIRED))


def test_an_internal_error_on_a_write_waits_until_its_key_is_forgotten() -> None:
    written, read = (errors.of_reply(reply(500), writes=writes) for writes in (True, False))
    assert isinstance(written, RetryLater)
    assert isinstance(read, RetryLater)
    assert written.after > timedelta(minutes=6)
    assert read.after <= errors.SOON


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (urllib3.exceptions.ReadTimeoutError(None, "/", "slow"), "did not answer in time"),  # type: ignore[arg-type]
        (urllib3.exceptions.ConnectTimeoutError(None, "slow"), "could not be reached in time"),
        (urllib3.exceptions.SSLError("bad certificate"), "secure connection"),
        (urllib3.exceptions.ProtocolError("closed"), "interrupted"),
        (OSError("no route"), "interrupted"),
    ],
)
def test_every_fault_of_the_network_has_a_sentence(fault: Exception, words: str) -> None:
    error = errors.of_fault(fault)
    assert words in error.message
    assert type(fault).__name__ in error.detail


def test_a_refused_request_tells_the_sentences_of_its_records() -> None:
    body = {
        "Message": "A validation exception occurred",
        "Elements": [
            {
                "ValidationErrors": [{"Message": "Email address must be valid"}],
                "Phones": [{"ValidationErrors": [{"Message": "Phone is too long"}]}],
            }
        ],
    }
    assert errors.messages(reply(400, body)) == ["Email address must be valid", "Phone is too long"]
    assert errors.messages(reply(400, {"Message": "Only this"})) == ["Only this"]
    assert errors.messages(reply(404, "<p>Not here</p>")) == ["Not here"]


# -- a bookkeeper's words --------------------------------------------------------------------


def test_what_nobody_knows_is_told_in_xeros_own_words_without_a_remedy() -> None:
    found = refusal(["Something new in {2027}"])
    assert found.reason == "Something new in {2027}"
    assert found.remedy == ""


def test_every_sentence_is_told_once() -> None:
    found = refusal(["First.", "Second.", "First.", " "])
    assert found.reason == "First. Second."
    assert refusal([]).reason.endswith("gave no reason.")


# -- secrets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRET",
        "authorization: basic SECRET==",
        '{"access_token": "SECRET", "token_type": "Bearer"}',
        "{'refresh_token': 'SECRET'}",
        "grant_type=refresh_token&refresh_token=SECRET&x=1",
        "client_secret=SECRET",
        "https://crm.example/callback?code=SECRET&state=SECRET",
        "code=SECRET",
        "code_verifier=SECRET",
        "token=SECRET",
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(text: str) -> None:
    assert "SECRET" not in mask(text)
    assert HIDDEN in mask(text)


def test_a_jwt_is_hidden_without_any_name() -> None:
    assert mask("got eyJhbGciOi.eyJuYmYiOj.abc-_9 back") == f"got {HIDDEN} back"


def test_a_secret_that_is_known_is_hidden_in_any_shape() -> None:
    assert mask("it is hunter2, they said", "hunter2", "") == f"it is {HIDDEN}, they said"


@pytest.mark.parametrize(
    "text",
    [
        "Account code '999' is not a valid code for this document.",
        "Price List Item with Code: abc already exists",
        "Bearer error=insufficient_scope",
        "Basic information is missing",
    ],
)
def test_prose_is_left_alone(text: str) -> None:
    assert mask(text) == text


FAULTS: tuple[Callable[[], Fault], ...] = (
    lambda: Fault.dropped_before_commit(times=None),
    lambda: Fault.dropped_after_commit(times=None),
    lambda: Fault.torn(times=None),
    lambda: Fault.internal_error(times=None),
    lambda: Fault.unavailable(times=None),
    lambda: Fault.expired_token(times=None),
    lambda: Fault.forbidden(times=None),
    lambda: Fault.day_limit(times=None),
    lambda: Fault.minute_limit(times=None),
    lambda: Fault.batch_refused(times=None),
)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_and_no_log_line_ever_shows_a_secret(
    desk: Desk, fault: Callable[[], Fault], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    held = desk.tokens.load()
    begun = auth.authorization(desk.app, desk.addresses, DEMO_REDIRECT_URI)
    callback = desk.simulator.consent(begun.url)
    code = callback.split("code=")[1].split("&")[0]
    caplog.clear()  # the browser's own log is the browser's
    desk.simulator.faults.add(fault())
    wrong = App(desk.app.client_id, "wrong-secret")
    attempts: list[Callable[[], Any]] = [
        lambda: ask(desk.ledger()),
        lambda: desk.ledger().send(batch(desk, {"Name": "A"}, {"Name": "B"})),
        lambda: auth.connections(desk.addresses, held),
        lambda: auth.exchange(wrong, desk.addresses, begun, callback, desk.clock.now()),
        lambda: auth.exchange(desk.app, desk.addresses, begun, callback, desk.clock.now()),
        lambda: auth.refresh(desk.app, desk.addresses, held, desk.clock.now()),
    ]
    told = [repr(desk.app), repr(held), repr(begun), repr(desk.ledger())]
    raised: list[SyncError] = []
    for attempt in attempts:
        try:
            told.append(repr(attempt()))
        except SyncError as error:
            raised.append(error)
    assert len(raised) >= 3
    for each in raised:
        told += [str(each), repr(each), each.detail, *traceback.format_exception(each)]
        # Nothing hangs on it either: a report with local variables would show requests whole.
        assert each.__cause__ is each.__context__ is None
    everything = "\n".join([*told, caplog.text])
    renewed: Tokens = desk.tokens.load()
    for secret in (
        held.access_token,
        held.refresh_token,
        renewed.access_token,
        renewed.refresh_token,
        desk.app.client_secret,
        wrong.client_secret,
        begun.code_verifier,
        begun.state,
        code,
    ):
        assert secret not in everything
