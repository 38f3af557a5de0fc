"""The use case: the only code that talks to the ports."""

from .run import Sync

__all__ = ["Sync"]
