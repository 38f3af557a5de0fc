"""The one function that takes secrets out of a text before anybody may read it."""

from __future__ import annotations

import re

HIDDEN = "[hidden]"

_SECRETS = "access_token|refresh_token|id_token|client_secret|code_verifier"
_PATTERNS = (
    # Authorization headers, and bearer tokens wherever they are quoted
    re.compile(
        r"(?i)(\bbearer|authorization['\"]?\s*[:=]\s*['\"]?\w+)(\s+|%20)(?!error\b)[^\s'\"]+"
    ),
    # forms, addresses and JSON: name=value, "name": "value", 'name': 'value'
    re.compile(rf"(?i)\b({_SECRETS})(['\"]?\s*[=:]\s*['\"]?)[^\s&'\",;}}]+"),
    # the same for short names, which prose may use as well ("Account code: 200")
    re.compile(r"(?i)\b(code|state|token)(=)[^\s&'\",;}]+"),
    # a token on its own: Xero's access tokens are JWTs
    re.compile(r"()()\beyJ[\w-]+(?:\.[\w-]+)*"),
)


def mask(text: str, *secrets: str) -> str:
    """`text` with tokens, secrets and codes hidden: by their shape, and those given by name."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1\2{HIDDEN}", text)
    return text
