"""Many values in one statement, handed to the database's driver as they are.

The query builder makes an object of each value and a text of each object. Of the rows and keys of
a run there are so many that this takes longer than the statement itself.
"""

from collections.abc import Iterable
from typing import Any

from pypika.terms import Term


class Listed(Term):
    """Values with commas between them: a row to insert; in brackets, what `isin` looks among."""

    def __init__(self, values: Iterable[Any], *, brackets: bool = False) -> None:
        super().__init__()
        self._values, self._brackets = tuple(values), brackets

    def get_sql(self, param_wrapper: Any = None, **options: Any) -> str:
        """The places of the values; only what is shown to a person is written out."""
        if param_wrapper is None:
            places = (self.wrap_constant(each).get_sql(**options) for each in self._values)
        else:
            places = (param_wrapper.get_sql(param_value=each) for each in self._values)
        text = ",".join(places)
        return f"({text})" if self._brackets else text


def among(values: Iterable[Any]) -> Listed:
    """For `isin`: many values to look among."""
    return Listed(values, brackets=True)
