"""A Xero that runs on localhost: the honest opponent of the sync."""

from xero_simulator.answers import UNAVAILABLE_TEXTS
from xero_simulator.calls import Call
from xero_simulator.clock import AdjustableClock
from xero_simulator.contact_fields import Contact
from xero_simulator.faults import Fault
from xero_simulator.organisation import NewOrganisation, Organisation
from xero_simulator.sample import make_sample
from xero_simulator.sample_sides import Sample
from xero_simulator.server import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)

__all__ = [
    "DEMO_CLIENT_ID",
    "DEMO_CLIENT_SECRET",
    "DEMO_REDIRECT_URI",
    "UNAVAILABLE_TEXTS",
    "AdjustableClock",
    "Call",
    "Contact",
    "Fault",
    "NewOrganisation",
    "Organisation",
    "Sample",
    "Simulator",
    "make_sample",
]
