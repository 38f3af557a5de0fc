"""One table per module, both directions from the same rows."""

from .rows import Part, Row, Table, Values, Way
from .tables import TABLES, table_of

__all__ = ["TABLES", "Part", "Row", "Table", "Values", "Way", "table_of"]
