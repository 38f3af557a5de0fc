"""The use case: the only code that talks to the ports."""

from .pull import forget_readings
from .run import Sync

__all__ = ["Sync", "forget_readings"]
