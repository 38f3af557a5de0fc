"""Cutting a `where` into tokens. Xero parses it with Dynamic LINQ, so the texts are its own."""

import re
from dataclasses import dataclass

from xero_simulator.answers import Refused, query_not_parsed

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"]|"")*")
    | (?P<character>'(?:[^']|'')*')
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>==|!=|<>|<=|>=|&&|\|\||[=<>!().,-])
    )""",
    re.VERBOSE,
)
_SIGN_OF_WORD = {"and": "&&", "or": "||", "not": "!"}


@dataclass(frozen=True)
class Token:
    """One piece of a query: kind is string, number, word, sign or end."""

    kind: str
    text: str

    def is_sign(self, *signs: str) -> bool:
        """Whether this is one of the signs; AND, OR and NOT are signs too."""
        return self.kind == "sign" and self.text in signs


def query_error(message: str = "Syntax error") -> Refused:
    """400 QueryParseException. "Syntax error" is real [3P x2]; other texts say where from."""
    return Refused(query_not_parsed(message))


def cut(text: str) -> list[Token]:
    """The tokens of a query, closed by one of kind `end`."""
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise query_error()
        tokens.append(_token(found))
        at = found.end()
    return [*tokens, Token("end", "")]


def _token(found: re.Match[str]) -> Token:
    kind = found.lastgroup or ""
    text = found.group(kind)
    if kind == "word" and text.lower() in _SIGN_OF_WORD:
        return Token("sign", _SIGN_OF_WORD[text.lower()])
    if kind == "character":
        inner = text[1:-1].replace("''", "'")
        if len(inner) != 1:
            raise query_error("Character literal must contain exactly one character")  # [3P]
        return Token("string", inner)
    if kind == "string":
        # A doubled quote is a quote, as in Dynamic LINQ. A backslash escapes nothing [3P].
        return Token("string", text[1:-1].replace('""', '"'))
    return Token(kind, text)
