"""Somebody who watches a run: the browser, live, and the Xero Sync Run, for who comes later."""

import time
from datetime import datetime, timedelta

import frappe
from frappe.translate import get_user_lang

from ..connection import shared
from ..crm.language import translated_row
from ..crm.rows import set_values
from ..crm.times import CLOCK
from ..engine.records import Module

EVENT = "xero_sync_progress"
_BETWEEN = 1.0  # seconds between two messages
_STOP_LIFE = 24 * 60 * 60  # seconds


class SiteProgress:
    """A run's progress, shown to its user once a second at most."""

    def __init__(self, run: str, user: str) -> None:
        self._run, self._user = run, user
        self._told = 0.0
        self._step = ""

    def report(self, module: Module, step: str, done: int, total: int) -> None:
        """Report it; a new step at once."""
        moment = time.monotonic()
        if step == self._step and moment - self._told < _BETWEEN:
            return
        self._told, self._step = moment, step
        row = {
            "progress_module": module.value,
            "progress_step": step,
            "progress_done": done,
            "progress_total": total,
        }
        # Becomes durable with the run's own next commit: a message must not decide when.
        set_values("Xero Sync Run", self._run, row, update_modified=False)
        self.tell({**row, "status": "Running"})

    def tell(self, message: dict[str, object]) -> None:
        """Send the user's open pages a message about this run."""
        shown = translated_row(message, get_user_lang(self._user))
        frappe.publish_realtime(EVENT, {"run": self._run, **shown}, user=self._user)

    def wait(self, seconds: int) -> None:
        """Xero's limits make the run wait for so long."""
        # Not on the run's row, which others see with the run's next commit alone.
        until = CLOCK.now() + timedelta(seconds=seconds)
        shared.keep(_wait_key(self._run), until, max(1, seconds))

    def stop_wanted(self) -> bool:
        """Whether a person asked this run to stop."""
        return bool(shared.kept(_stop_key(self._run)))


def seconds_to_wait(run: str) -> int:
    """How long a run still waits for Xero's limits; 0 where it is at work."""
    until: datetime | None = shared.kept(_wait_key(run))
    return max(0, round((until - CLOCK.now()).total_seconds())) if until else 0


def want_stop(run: str) -> None:
    """Ask a run to stop after the batch at hand.

    Through Redis and not the run's row: the run holds that row's lock while it works, and its
    transaction would not see another's write.
    """
    shared.keep(_stop_key(run), 1, _STOP_LIFE)


def _wait_key(run: str) -> str:
    return f"vtiger_xero:wait:{run}"


def _stop_key(run: str) -> str:
    return f"vtiger_xero:stop:{run}"
