"""`make audit`: names the versions in use that are known to be weak.

Asks PyPI (pip-audit) where it can be reached; the list in the repository is compared in any case.
Where PyPI cannot be reached the list alone decides, and the last line says so.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from vtiger_xero.weaknesses import first_sound, listed_on, weaknesses

_OLD = 90  # days after which the list needs to be looked through again


def main(arguments: list[str]) -> int:
    """0 where nothing is known; 1 where something is; `--offline` asks nobody."""
    found = by_the_list()
    print("\n".join(found) or f"Nothing installed is on the list of {listed_on()}.")
    if (date.today() - listed_on()).days > _OLD:
        print(f"The list is more than {_OLD} days old. Look it through: known_weaknesses.csv.")
    if "--offline" in arguments or not _reaches_pypi() or find_spec("pip_audit") is None:
        print("PyPI was not asked: this is by the list alone.")
        return 1 if found else 0
    return _ask_pypi([each for each in arguments if each != "--offline"]) or int(bool(found))


def by_the_list() -> list[str]:
    """A sentence for each installed version that the list is about."""
    sentences = []
    for each in sorted(distributions(), key=lambda one: str(one.metadata["Name"]).lower()):
        name = str(each.metadata["Name"])
        for weak in weaknesses(name, each.version):
            sentences.append(
                f"{name} {each.version}: {weak.advisory} ({weak.what}). "
                f"Take {first_sound(name, each.version)} or later."
            )
    return sentences


def _reaches_pypi() -> bool:
    try:
        with socket.create_connection(("pypi.org", 443), timeout=5):
            return True
    except OSError:
        return False


def _ask_pypi(arguments: list[str]) -> int:
    """What the service was not asked about, or does not know, fails the audit."""
    freeze = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write(subprocess.run(freeze, capture_output=True, text=True, check=True).stdout)
        listed.flush()
        audit = ("pip_audit", "--strict", "--no-deps", "--disable-pip", "--requirement")
        return subprocess.run(
            [sys.executable, "-m", *audit, listed.name, *arguments], check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
