"""Tries what the app assumes of Xero on a Xero: the simulator, or a real Demo Company."""

from .findings import Verdict
from .report import JSON, TEXT, Report
from .running import LIMIT, run
from .table import PROBES, Probe

__all__ = ["JSON", "LIMIT", "PROBES", "TEXT", "Probe", "Report", "Verdict", "run"]
