"""Calls that are under way while something else is done: in threads, and only the calls.

What else a run uses (a database, tokens under a row lock) belongs to the one thread that runs it.
Five calls at once are Xero's limit, and the budget's to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Protocol, TypeVar

T = TypeVar("T")
AT_ONCE = 4  # one for each module


class Lanes(Protocol):
    """Where work is begun now and its result is asked for later."""

    def submit(self, work: Callable[[], T]) -> Callable[[], T]:
        """Begin; calling what is returned waits for the result, or raises what the work raised."""


class Threads:
    """Threads of one run, made when there is something to do.

    Not of the process: a worker that forks for each job would inherit threads that do not run.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def submit(self, work: Callable[[], T]) -> Callable[[], T]:
        """Begin in a thread that knows what this one knows (the site, where there is one)."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="xero")
        return self._pool.submit(copy_context().run, work).result
