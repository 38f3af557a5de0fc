"""Each guard is shown to matter: it is taken out in a copy of the tree, and its test must fail.

`python scripts/mutations.py [word …]` tries only the guards whose sentence has one of the words.
Those of the site need a bench (see scripts/test_site.py), and are left out where there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benches import find

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.reliability.figures import PLACE, note  # noqa: E402
from tests.reliability.guards import GUARDS, Guard  # noqa: E402

TESTS_FAILED = 1  # pytest's word for it: not "no such test", not "cannot be read"


@dataclass
class Tree:
    """A copy of the tree in which one guard after the other is taken out."""

    folder: Path

    def fill(self) -> None:
        """Copy what git knows of, as it stands now."""
        listed = subprocess.run(
            ("git", "ls-files", "-co", "--exclude-standard"),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.splitlines()):
            if (ROOT / name).is_file():
                place = self.folder / name
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, place)

    def ends(self, guard: Guard) -> int:
        """How the guard's test ends in this tree."""
        if guard.on_site:
            command = [sys.executable, "scripts/test_site.py", guard.test, "-x"]
        else:
            command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", guard.test, "-x"]
            command += ["-m", "reliability or not reliability"]
        # What a run without its guard counts is no figure.
        settings = {key: value for key, value in os.environ.items() if key != PLACE}
        ended = subprocess.run(
            command, cwd=self.folder, env=settings, capture_output=True, check=False
        )
        return ended.returncode

    def without(self, guard: Guard) -> int:
        """How its test ends where the guard is taken out."""
        place = self.folder / guard.file
        held = place.read_text("utf-8")
        if held.count(guard.code) != 1:
            raise SystemExit(f"{guard.file} has this {held.count(guard.code)} times: {guard.code}")
        place.write_text(held.replace(guard.code, guard.instead), "utf-8")
        try:
            return self.ends(guard)
        finally:
            place.write_text(held, "utf-8")


def main(words: list[str]) -> int:
    """Try the guards; 1 where one could be taken out and nobody noticed."""
    chosen = [each for each in GUARDS if not words or any(word in each.what for word in words)]
    if find() is None:
        left_out = [each for each in chosen if each.on_site]
        print(f"Left out, for there is no bench: {len(left_out)} guards of the site.")
        chosen = [each for each in chosen if not each.on_site]
    unnoticed = []
    with tempfile.TemporaryDirectory(prefix="vtiger-xero-mutations-") as folder:
        tree = Tree(Path(folder))
        tree.fill()
        for guard in chosen:
            if not _matters(tree, guard):
                unnoticed.append(guard)
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} guards matter.")
    return 1 if unnoticed else 0


def _matters(tree: Tree, guard: Guard) -> bool:
    fails = tree.without(guard) == TESTS_FAILED
    print(f"{'matters' if fails else 'NOBODY NOTICED'}: {guard.what}", flush=True)
    if fails:
        note("mutations", guards=1, rows=[[guard.what, f"`{guard.test}`"]])
    return fails


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
