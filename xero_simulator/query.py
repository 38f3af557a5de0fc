"""The `where` and `order` parameters: what Xero's documents list, and no more.

    where=Name=="ABC" AND ContactStatus=="ACTIVE" OR ContactID==guid("...")
    where=EmailAddress!=null AND EmailAddress.StartsWith("info@")
    where=UpdatedDateUTC>=DateTime(2026,1,31)
    order=Name ASC, UpdatedDateUTC DESC

Whatever cannot be read is a 400 QueryParseException, never a guess and never a 500.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from xero_simulator.query_tokens import Token, cut, query_error
from xero_simulator.query_values import (
    COMPARE,
    LITERALS,
    WORDS,
    Column,
    Expression,
    Kind,
    Table,
    as_boolean,
    both,
    call_method,
    compare,
    constant_of,
    either,
)
from xero_simulator.text import folded

__all__ = ["Column", "Kind", "Order", "Table", "Where"]

DEEPEST = 40  # parentheses within parentheses; a recursive parser must end somewhere


class Where:
    """A parsed filter."""

    def __init__(self, text: str, table: Table) -> None:
        expression = _Parser(cut(text), table).whole()
        self.matches: Callable[[Any], bool] = expression.value
        self.pinned = expression.pinned


class Order:
    """A parsed order. Its sort is stable, so the default order stays the tie-break."""

    def __init__(self, text: str, table: Table) -> None:
        self._keys = [self._key(part.split(), table) for part in text.split(",")]

    def sort(self, rows: Iterable[Any]) -> list[Any]:
        """The rows, ordered."""
        ordered = list(rows)
        for column, descending in reversed(self._keys):
            ordered.sort(key=_ranked_by(column), reverse=descending)
        return ordered

    @staticmethod
    def _key(words: list[str], table: Table) -> tuple[Column, bool]:
        direction = words[1].upper() if len(words) == 2 else "ASC"
        if not 1 <= len(words) <= 2 or direction not in ("ASC", "DESC"):
            raise query_error()
        return table.column(words[0]), direction == "DESC"


class _Parser:
    """Recursive descent: or > and > not > comparison > value."""

    def __init__(self, tokens: list[Token], table: Table) -> None:
        self._tokens = tokens
        self._table = table
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._either()
        if self._tokens[0].kind != "end":
            raise query_error()
        return as_boolean(expression)

    def _either(self) -> Expression:
        left = self._both()
        while self._taken("||"):
            left = either(as_boolean(left), as_boolean(self._both()))
        return left

    def _both(self) -> Expression:
        left = self._negated()
        while self._taken("&&"):
            left = both(as_boolean(left), as_boolean(self._negated()))
        return left

    def _negated(self) -> Expression:
        if not self._taken("!"):
            return self._comparison()
        self._go_deeper()
        inner = as_boolean(self._negated()).value
        self._depth -= 1
        return Expression(Kind.BOOLEAN, lambda row: not inner(row))

    def _comparison(self) -> Expression:
        left = self._value()
        if self._tokens[0].is_sign(*COMPARE):
            sign = self._tokens.pop(0).text
            return compare(sign, left, self._value())
        return left

    def _value(self) -> Expression:
        token = self._tokens.pop(0)
        if token.kind == "string":
            return self._methods(constant_of(Kind.STRING, token.text))
        if token.kind == "number" or token.is_sign("-"):
            return constant_of(Kind.NUMBER, self._number(token))
        if token.kind == "word":
            return self._methods(self._named(token.text))
        if token.is_sign("("):
            self._go_deeper()
            inner = self._either()
            self._depth -= 1
            self._expect(")")
            return self._methods(inner)
        raise query_error()

    def _number(self, token: Token) -> Decimal:
        if not token.is_sign("-"):
            return Decimal(token.text)
        if self._tokens[0].kind != "number":
            raise query_error()
        return -Decimal(self._tokens.pop(0).text)

    def _named(self, word: str) -> Expression:
        lower = word.lower()
        if lower in WORDS:
            return WORDS[lower]
        if lower in LITERALS and (self._taken("(") or self._parse_called()):
            return LITERALS[lower](self._arguments())
        path = word
        while path.lower() not in self._table.columns and self._tokens[0].is_sign("."):
            self._tokens.pop(0)
            path = f"{path}.{self._word()}"
        column = self._table.column(path)
        return Expression(column.kind, column.read, column=path.lower())

    def _parse_called(self) -> bool:
        """`DateTime.Parse("...")` and `Guid.Parse("...")`, the long form of the literal."""
        if not self._taken("."):
            return False
        if self._word().lower() != "parse":
            raise query_error()
        self._expect("(")
        return True

    def _methods(self, receiver: Expression) -> Expression:
        while self._taken("."):
            name = self._word()
            self._expect("(")
            receiver = call_method(receiver, name, self._arguments())
        return receiver

    def _arguments(self) -> list[Expression]:
        arguments: list[Expression] = []
        while not self._taken(")"):
            if arguments:
                self._expect(",")
            self._go_deeper()
            arguments.append(self._value())
            self._depth -= 1
        return arguments

    def _word(self) -> str:
        token = self._tokens.pop(0)
        if token.kind != "word":
            raise query_error()
        return token.text

    def _taken(self, sign: str) -> bool:
        if self._tokens[0].is_sign(sign):
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._taken(sign):
            raise query_error()

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise query_error()


def _ranked_by(column: Column) -> Callable[[Any], tuple[bool, Any]]:
    """Nulls first, texts without case."""

    def rank(row: Any) -> tuple[bool, Any]:
        value = column.read(row)
        return value is not None, folded(value) if isinstance(value, str) else value or 0

    return rank
