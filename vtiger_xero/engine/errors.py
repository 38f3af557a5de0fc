"""Errors, named by what to do next.

Each carries a sentence for the user (what, why, what to do) and, apart from it, the detail
for the log. Neither ever holds a secret: adapters mask before they raise.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from .messages import _lt

OUT_OF_TIME = _lt(
    "The run reached its time limit. What it wrote stays, and the next run continues."
)


class SyncError(Exception):
    """The root: everything that the sync itself raises on purpose."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class ConfigurationError(SyncError):
    """A person must change a setting, here or in Xero, before a run can succeed."""


class AccessLost(SyncError):
    """Xero no longer accepts our tokens or the connection: a person must connect again."""


class RetryLater(SyncError):
    """A passing fault; the same run may be tried again after `after`."""

    def __init__(self, message: str, *, after: timedelta, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.after = after


class RequestFailed(RetryLater):
    """Xero failed while it worked on this request: what stood in it may be the cause."""


class BudgetSpent(SyncError):
    """Xero's daily call limit is used up; the run goes on where it stopped at `until` (UTC)."""

    def __init__(self, message: str, *, until: datetime, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.until = until


class AnotherRun(SyncError):
    """A run of this Xero organisation is under way already; there is only ever one."""


class Stopped(SyncError):
    """A person stopped the run; what is written stays, the next run goes on from there."""


class OutOfTime(Stopped):
    """The run has lasted as long as one may; what is written stays, and it goes on by itself."""


class PlanStale(SyncError):
    """What a person approved is no longer what would be done; nothing was written."""


class RecordRefused(SyncError):
    """One record cannot be written. `remedy` says what a bookkeeper can do, if anything."""

    def __init__(self, reason: str, *, remedy: str = "", detail: str = "") -> None:
        super().__init__(reason, detail=detail)
        self.reason = reason
        self.remedy = remedy


class RecordChanged(RecordRefused):
    """A person saved the CRM record while the run was at work: theirs stands for now."""


class BatchRefused(SyncError):
    """Xero refused a whole request without saying which record is at fault: split it."""
