"""`python -m xero_simulator`: a Xero on this machine until Ctrl-C."""

import argparse
import signal
from datetime import date
from threading import Event

from xero_simulator.sample import make_sample
from xero_simulator.server import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)


def main() -> None:
    """Start, say where, and wait."""
    options = _options()
    simulator = Simulator(
        options.port,
        host=options.host,
        seed=options.seed,
        day_limit=options.day_limit,
        state_file=options.state,
    )
    redirect_uris = options.redirect_uri or [DEMO_REDIRECT_URI]
    simulator.register_app(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, redirect_uris, "Demo app")
    if not simulator.organisation.contacts:
        sample = make_sample(
            options.organizations,
            options.seed or 7,
            products=options.products,
            invoices=options.invoices,
            payments=options.payments,
            today=None if options.hard else date.today(),
        )
        sample.load_into(simulator.organisation)
    with simulator as xero:
        print(f"Xero simulator at {xero.url}")
        print(f"client id {DEMO_CLIENT_ID}, secret {DEMO_CLIENT_SECRET}")
        print(f"redirect URIs {', '.join(redirect_uris)}", flush=True)
        _wait_for_the_end()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m xero_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--host", default="localhost", help="localhost unless you know better")
    parser.add_argument("--state", metavar="FILE", help="keep everything in this file")
    parser.add_argument(
        "--organizations", type=int, default=200, metavar="N", help="companies in the sample"
    )
    for name in ("products", "invoices", "payments"):
        parser.add_argument(f"--{name}", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, help="the same sample and ids every time")
    parser.add_argument("--hard", action="store_true", help="a sample with every special case")
    parser.add_argument("--day-limit", type=int, default=1_000, metavar="CALLS")
    parser.add_argument(
        "--redirect-uri", action="append", metavar="URI", help="of the demo app; may be repeated"
    )
    return parser.parse_args()


def _wait_for_the_end() -> None:
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()


if __name__ == "__main__":
    main()
