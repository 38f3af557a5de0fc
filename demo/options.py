"""What can be asked of the demo on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vtiger_xero.engine.records import Direction

_DIRECTIONS = {
    "both": Direction.BOTH,
    "to-crm": Direction.TO_CRM,
    "to-xero": Direction.TO_XERO,
}

# Products and services, invoices and payments are those of both sides together.
SIZES = {"organizations": 200, "products": 300, "invoices": 1000, "payments": 600}


@dataclass(frozen=True)
class Options:
    """The demo's options; `data` is the folder in which both sides are kept between runs."""

    organizations: int
    products: int
    invoices: int
    payments: int
    seed: int
    hard: bool
    direction: Direction
    preview: bool
    fresh: bool
    keep: bool
    data: Path
    matches: bool = False
    one: tuple[str, ...] = ()
    two: tuple[str, ...] = ()

    @property
    def books(self) -> dict[str, int]:
        """What makes one set of books another than the next."""
        return {name: int(getattr(self, name)) for name in (*SIZES, "seed", "hard")}

    @staticmethod
    def parse(arguments: Sequence[str] | None = None) -> Options:
        """Options from the command line."""
        given = _parser().parse_args(arguments)
        return Options(
            organizations=given.organizations,
            products=given.products,
            invoices=given.invoices,
            payments=given.payments,
            seed=given.seed,
            hard=given.hard,
            direction=_DIRECTIONS[given.direction],
            preview=given.preview,
            fresh=given.fresh,
            keep=given.keep,
            data=given.data,
            matches=given.matches,
            one=tuple(given.one),
            two=tuple(given.two),
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make demo ARGS=",
        description="Sync an embedded CRM with a Xero simulator, both ways, and print the log.",
    )
    for name, number in SIZES.items():
        parser.add_argument(f"--{name}", type=_count, default=number, metavar="N")
    parser.add_argument("--seed", type=int, default=7, help="another seed, another sample")
    parser.add_argument(
        "--hard", action="store_true", help="a sample in which every rule of the sync is broken"
    )
    parser.add_argument("--direction", choices=_DIRECTIONS, default="both")
    parser.add_argument("--preview", action="store_true", help="show the plan, write nothing")
    parser.add_argument("--fresh", action="store_true", help="start again with new books")
    parser.add_argument(
        "--keep", action="store_true", help="leave the simulator running at the end"
    )
    parser.add_argument(
        "--matches", action="store_true", help="list the records that may be one, write nothing"
    )
    for answer in ("one", "two"):
        parser.add_argument(
            f"--{answer}",
            action="append",
            default=[],
            metavar="NAME=ID",
            help=f"answer that a possible match is {answer}, then run",
        )
    parser.add_argument("--data", type=Path, default=Path(".demo"), help="default: .demo")
    return parser


def _count(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not text.isdigit() or number > 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100000")
    return number
