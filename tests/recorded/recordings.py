"""Recorded answers of the real Xero, as exchanges: what was asked, and what Xero answered.

The form of a file is described in the README beside this module.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.recorded.sent import WHAT_WAS_SENT, WHEN

_BESIDE = Path(__file__).parents[3] / "shared" / "xero" / "recorded"
RECORDED = Path(os.environ.get("XERO_RECORDED", _BESIDE))
REPORTS = Path(__file__).parent / "reports"
WHERE_TO_PUT_THEM = (
    f"There are no recorded answers of Xero at {RECORDED}. They belong into shared/xero/recorded "
    "beside the checkout, or into a folder that XERO_RECORDED names."
)


@dataclass(frozen=True)
class Exchange:
    """One request to Xero and its answer. `body` is None where there was none, or no JSON."""

    name: str
    origin: str
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    sent: Any
    status: int
    content_type: str
    answer_headers: dict[str, str]
    body: Any

    @property
    def collection(self) -> str:
        """Contacts, Items, …: the first part of the path behind the version of the API."""
        return self.path.partition("/api.xro/2.0/")[2].split("/")[0]

    @property
    def rows(self) -> list[Any]:
        """The elements of the answer; none where it is an error."""
        body = self.body if isinstance(self.body, dict) else {}
        name = "Organisations" if self.collection == "Organisation" else self.collection
        return body.get(name) or []


@dataclass(frozen=True)
class Session:
    """Exchanges with one organisation, in the order in which they were made."""

    name: str
    exchanges: list[Exchange] = field(default_factory=list)
    country: str = "NZ"
    currency: str = "NZD"


def read_sessions() -> list[Session]:
    """The single recordings as one session, and each report of the probe as one of its own."""
    singles = [exchange_of(read(path), path.stem) for path in sorted(RECORDED.glob("*.json"))]
    singles.sort(key=lambda exchange: WHEN.get(exchange.name, len(WHEN)))
    reports = [report_of(read(path), path.stem) for path in sorted(REPORTS.glob("*.json"))]
    return [*([Session("recorded", singles)] if singles else []), *reports]


def report_of(report: dict[str, Any], name: str) -> Session:
    """A report of the probe: its exchanges, in their order."""
    organisation = report.get("organisation") or {}
    exchanges = [
        exchange_of({"origin": report.get("origin", ""), **row}, f"{number:03}")
        for number, row in enumerate(report["exchanges"], 1)
    ]
    return Session(
        name, exchanges, organisation.get("country", "NZ"), organisation.get("currency", "NZD")
    )


def exchange_of(row: dict[str, Any], name: str) -> Exchange:
    """One recording; KeyError names what it lacks."""
    asked, answer, name = row["request"], row["response"], row.get("name", name)
    return Exchange(
        name=name,
        origin=row["origin"],
        method=asked["method"],
        path=asked["path"],
        params={key: str(value) for key, value in asked["params"].items()},
        headers=dict(asked.get("headers") or {}),
        sent=asked.get("body") or WHAT_WAS_SENT.get(name),
        status=answer["status"],
        content_type=answer["content_type"],
        answer_headers=dict(answer["headers"]),
        body=row["body"],
    )


def read(path: Path) -> dict[str, Any]:
    """A file, its numbers exact."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    return found
