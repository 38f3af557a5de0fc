"""The values of a query: typed as .NET types them, compared as Xero compares them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from xero_simulator.query_tokens import query_error
from xero_simulator.text import folded
from xero_simulator.wire import is_guid, parse_iso


class Kind(Enum):
    """The .NET type of a value, by the name that its error messages use."""

    STRING = "String"
    GUID = "Guid"
    DATE_TIME = "DateTime"
    BOOLEAN = "Boolean"
    NUMBER = "Decimal"
    NULL = "null"


@dataclass(frozen=True)
class Column:
    """A field that can be filtered and ordered by."""

    kind: Kind
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Table:
    """The fields of one object, by name in lower case, under Xero's name for it."""

    name: str
    columns: Mapping[str, Column]

    def column(self, name: str) -> Column:
        """The field of that name, whatever its case, or QueryParseException [3P, real text]."""
        try:
            return self.columns[name.lower()]
        except KeyError:
            message = f"No property or field '{name}' exists in type '{self.name}'"
            raise query_error(message) from None


@dataclass(frozen=True)
class Expression:
    """A typed value that depends on a row. `pinned`: what must hold, for use of an index."""

    kind: Kind
    value: Callable[[Any], Any]
    column: str | None = None
    constant: Any = None
    pinned: Mapping[str, Any] = field(default_factory=dict)


def constant_of(kind: Kind, value: Any) -> Expression:
    """A value that no row changes."""
    return Expression(kind, lambda row: value, constant=value)


def as_boolean(expression: Expression) -> Expression:
    """The expression, or QueryParseException when it is no condition."""
    if expression.kind is not Kind.BOOLEAN:
        raise query_error("Expression of type 'Boolean' expected")
    return expression


def either(left: Expression, right: Expression) -> Expression:
    """OR, which stops at the first that holds."""
    return Expression(Kind.BOOLEAN, lambda row: left.value(row) or right.value(row))


def both(left: Expression, right: Expression) -> Expression:
    """AND, which stops at the first that does not hold: that is what makes a null guard work."""
    # Only the left side may pin: rows that an index leaves out are never looked at, and a
    # method on a null to the left of the pin would then go unpunished.
    return Expression(
        Kind.BOOLEAN, lambda row: left.value(row) and right.value(row), pinned=left.pinned
    )


_EQUAL: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "==": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<>": lambda left, right: bool(left != right),
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    **_EQUAL,
    "<": lambda left, right: None not in (left, right) and left < right,
    "<=": lambda left, right: None not in (left, right) and left <= right,
    ">": lambda left, right: None not in (left, right) and left > right,
    ">=": lambda left, right: None not in (left, right) and left >= right,
}


def compare(sign: str, left: Expression, right: Expression) -> Expression:
    """A comparison, or QueryParseException when the types do not fit."""
    unordered = {Kind.BOOLEAN, Kind.GUID, Kind.NULL}
    fits = left.kind is right.kind or (sign in _EQUAL and Kind.NULL in (left.kind, right.kind))
    if not fits or (sign not in _EQUAL and left.kind in unordered):
        kinds = f"'{left.kind.value}' and '{right.kind.value}'"
        raise query_error(f"Operator '{sign}' incompatible with operand types {kinds}")  # [3P]
    holds = COMPARE[sign]
    one, other = _comparable(left), _comparable(right)
    pinned = {}
    if sign in ("=", "==") and left.column and isinstance(right.constant, str):
        pinned[left.column] = right.constant
    return Expression(Kind.BOOLEAN, lambda row: holds(one(row), other(row)), pinned=pinned)


def _comparable(expression: Expression) -> Callable[[Any], Any]:
    if expression.kind is not Kind.STRING:
        return expression.value
    if expression.constant is not None:
        constant = folded(expression.constant)
        return lambda row: constant
    value = expression.value
    return lambda row: None if (text := value(row)) is None else folded(text)


# invented [I3]: that Contains, StartsWith and EndsWith mind the case. Third parties write
# Name.ToLower().Contains("..."), which would be idle if they did not.
_METHODS: dict[tuple[Kind, str, tuple[Kind, ...]], tuple[Kind, Callable[..., Any]]] = {
    (Kind.STRING, "contains", (Kind.STRING,)): (Kind.BOOLEAN, str.__contains__),
    (Kind.STRING, "startswith", (Kind.STRING,)): (Kind.BOOLEAN, str.startswith),
    (Kind.STRING, "endswith", (Kind.STRING,)): (Kind.BOOLEAN, str.endswith),
    (Kind.STRING, "tolower", ()): (Kind.STRING, str.lower),
    (Kind.STRING, "toupper", ()): (Kind.STRING, str.upper),
    (Kind.STRING, "trim", ()): (Kind.STRING, str.strip),
    (Kind.STRING, "replace", (Kind.STRING, Kind.STRING)): (Kind.STRING, str.replace),
    (Kind.GUID, "tostring", ()): (Kind.STRING, str),
}


def call_method(receiver: Expression, name: str, arguments: list[Expression]) -> Expression:
    """A method on a value."""
    kinds = tuple(argument.kind for argument in arguments)
    found = _METHODS.get((receiver.kind, name.lower(), kinds))
    if found is None:  # the text is Dynamic LINQ's
        message = f"No applicable method '{name}' exists in type '{receiver.kind.value}'"
        raise query_error(message)
    kind, function = found

    def value(row: Any) -> Any:
        subject = receiver.value(row)
        values = [argument.value(row) for argument in arguments]
        if subject is None or None in values:
            # A method on a null fails the whole request [3P]: guard with Field!=null AND ...
            # invented [Y1]: the text, which is .NET's for it.
            raise query_error("Object reference not set to an instance of an object.")
        return function(subject, *values)

    return Expression(kind, value)


def _guid(arguments: list[Expression]) -> Expression:
    text = arguments[0].constant if len(arguments) == 1 else None
    if not isinstance(text, str) or not is_guid(text):
        raise query_error("Guid should contain 32 digits with 4 dashes")  # .NET's text, shortened
    return constant_of(Kind.GUID, text.lower())


def _date_time(arguments: list[Expression]) -> Expression:
    constants = [argument.constant for argument in arguments]
    try:
        if len(constants) == 1 and isinstance(constants[0], str):
            return constant_of(Kind.DATE_TIME, parse_iso(constants[0]))
        parts = [int(n) for n in constants if isinstance(n, Decimal) and n == int(n)]
        if len(parts) != len(constants) or not 3 <= len(parts) <= 6:
            raise query_error("No applicable constructor exists in type 'DateTime'")
        moment = datetime(*parts, tzinfo=timezone.utc)  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        raise query_error("String was not recognized as a valid DateTime.") from None
    return constant_of(Kind.DATE_TIME, moment)


LITERALS = {"guid": _guid, "datetime": _date_time}
WORDS = {
    "null": Expression(Kind.NULL, lambda row: None),
    "true": constant_of(Kind.BOOLEAN, True),
    "false": constant_of(Kind.BOOLEAN, False),
}
