"""The CRM on SQLite, without Frappe: the same DocTypes, the same rules, one file."""

from .crm import EmbeddedCrm
from .database import Database
from .journal import EmbeddedJournal
from .log import StoredRun
from .schema import DocType, Field, load_doctypes
from .shared import SharedText

__all__ = [
    "Database",
    "DocType",
    "EmbeddedCrm",
    "EmbeddedJournal",
    "Field",
    "SharedText",
    "StoredRun",
    "load_doctypes",
]
