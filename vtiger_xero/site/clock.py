"""The engine's clock."""

import time
from datetime import datetime, timedelta, timezone


class SystemClock:
    """The server's own clock; its time zone does not matter."""

    def now(self) -> datetime:
        """Now, aware UTC."""
        return datetime.now(timezone.utc)

    def sleep(self, duration: timedelta) -> None:
        """Wait."""
        time.sleep(duration.total_seconds())
