"""The port through which workers share what is short and changes often: a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class SharedText(Protocol):
    """One text over all workers, "" as long as nobody wrote it."""

    def load(self) -> str:
        """The text as it is now."""

    def change(self, work: Callable[[str], str]) -> str:
        """What `work` makes of the text that is kept NOW, kept; nobody else's change in between.

        It is durable on return, as far as the place is. `work` may be called more than once, unless
        the place says that it is not; its errors pass through, and the text stays as it was.
        """
