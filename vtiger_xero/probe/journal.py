"""What a probe has done so far, in a file that is only appended to: a killed one is resumed.

A line is written before each call and after each exchange and row. So the calls of a killed probe
count, and a line that was torn says nothing. What is written is scrubbed already: the file holds no
more than the report does, but for the salt of the ids.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import exact_json


class Journal:
    """The lines of one probe of one organisation. `salt` makes the ids of its report."""

    def __init__(self, file: Path, organisation: str) -> None:
        self._file = file
        lines = _lines(file)
        if not lines or lines[0].get("organisation") != organisation or "end" in lines[-1]:
            lines = [{"organisation": organisation, "salt": secrets.token_hex(16)}]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(exact_json.dump(lines[0]), encoding="utf-8")
        self.salt = str(lines[0]["salt"])
        self.calls = sum("call" in line for line in lines)
        self.exchanges = [line["exchange"] for line in lines if "exchange" in line]
        self.rows: dict[str, Mapping[str, Any]] = {
            line["row"]["id"]: line["row"] for line in lines if "row" in line
        }

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier probe of this organisation did not come to its end."""
        return self.calls > 0

    def call(self) -> None:
        """A call is about to be made."""
        self.calls += 1
        self._append({"call": self.calls})

    def exchange(self, exchange: Mapping[str, Any]) -> None:
        """A call was answered; as it goes into the report."""
        self.exchanges.append(exchange)
        self._append({"exchange": exchange})

    def row(self, row: Mapping[str, Any]) -> None:
        """A row is done."""
        self.rows[row["id"]] = row
        self._append({"row": row})

    def end(self) -> None:
        """All is done: the next probe begins anew."""
        self._append({"end": True})

    def _append(self, line: Mapping[str, Any]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            # The line break comes first: it also ends a line that was torn.
            file.write("\n" + exact_json.dump(line))


def _lines(file: Path) -> list[dict[str, Any]]:
    """The lines that can be read."""
    found: list[dict[str, Any]] = []
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    for line in text.split("\n"):
        try:
            found.append(exact_json.load(line))
        except ValueError:
            continue
    return found
