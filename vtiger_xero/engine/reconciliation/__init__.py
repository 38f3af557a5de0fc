"""The reconciliation: proves that both ledgers agree, or names what does not."""

from .differences import Drift
from .pairing import Books
from .postings import Posting, Standing
from .reconciling import books_of, reconcile, reconciled
from .result import Alone, Counts, Reconciliation
from .rows import Table, csv_text, plain_text, tables
from .tally import Owner, Sum

__all__ = [
    "Alone",
    "Books",
    "Counts",
    "Drift",
    "Owner",
    "Posting",
    "Reconciliation",
    "Standing",
    "Sum",
    "Table",
    "books_of",
    "csv_text",
    "plain_text",
    "reconcile",
    "reconciled",
    "tables",
]
