"""The reconciliation: whether linked records agree, and what one ledger has alone."""

from .differences import Drift
from .pairing import Books
from .postings import Posting, Standing
from .reconciling import reconcile, reconcile_books
from .result import Alone, Counts, LeftOut, Reconciliation, Verdict
from .rows import Table, csv_text, plain_text, tables, verdict_text
from .tally import Owner, Sum

__all__ = [
    "Alone",
    "Books",
    "Counts",
    "Drift",
    "LeftOut",
    "Owner",
    "Posting",
    "Reconciliation",
    "Standing",
    "Sum",
    "Table",
    "Verdict",
    "csv_text",
    "plain_text",
    "reconcile",
    "reconcile_books",
    "tables",
    "verdict_text",
]
