"""One table per module, both directions from the same rows; `engine.modules` has all of them."""

from .rows import Part, Row, Table, Values, Way

__all__ = ["Part", "Row", "Table", "Values", "Way"]
