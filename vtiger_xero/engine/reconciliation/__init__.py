"""The reconciliation: whether linked records agree, and what one ledger has alone."""

from .differences import Drift
from .pairing import Books
from .postings import Posting, Standing
from .reconciling import reconcile, reconcile_books
from .result import Alone, Counts, Reconciliation, Total, Verdict
from .rows import (
    POINT,
    Table,
    csv_text,
    headline,
    money_left_out,
    plain_text,
    tables,
    verdict_text,
)
from .tally import Owner, Sum

__all__ = [
    "POINT",
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
    "Total",
    "Verdict",
    "csv_text",
    "headline",
    "money_left_out",
    "plain_text",
    "reconcile",
    "reconcile_books",
    "tables",
    "verdict_text",
]
