"""One table per module, both directions from the same rows."""

from ..records import Module
from . import organizations
from .rows import Part, Row, Table, Values, Way

TABLES: dict[Module, Table] = {Module.ORGANIZATIONS: organizations.TABLE}

__all__ = ["TABLES", "Part", "Row", "Table", "Values", "Way"]
