"""Property tests try the same examples every time, so that nobody stumbles over another change.

`HUNT=1 make test` looks for new ones. What it finds becomes a test of its own, and is mended.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("hunt")
settings.load_profile("hunt" if os.environ.get("HUNT") else "same")
