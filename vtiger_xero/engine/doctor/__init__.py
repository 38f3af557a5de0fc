"""The doctor: everything that will fail, said before any record does."""

from .examination import CHECKS, examine, is_healthy
from .findings import Check, Finding, Severity
from .situation import Situation, observe

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Severity",
    "Situation",
    "examine",
    "is_healthy",
    "observe",
]
