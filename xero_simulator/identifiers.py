"""New GUIDs: random, or the same row of them for the same seed."""

import hashlib
import uuid

from xero_simulator.shelf import Shelf


class Identifiers:
    """Hands out GUIDs. The count is kept, so a reloaded simulator does not repeat itself."""

    def __init__(self, seed: int | None, counts: Shelf[int]) -> None:
        self._seed = seed
        self._counts = counts

    def __call__(self) -> str:
        """The next one."""
        if self._seed is None:
            return str(uuid.uuid4())
        count = self._counts.get("identifiers", 0) + 1
        self._counts["identifiers"] = count
        return stable_guid(f"{self._seed} {count}")


def stable_guid(text: str) -> str:
    """The GUID that belongs to a text, the same on every machine."""
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))
