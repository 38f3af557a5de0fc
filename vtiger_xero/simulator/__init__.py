"""A Xero that runs on localhost: the honest opponent of the sync."""

from vtiger_xero.simulator.answers import UNAVAILABLE_TEXTS
from vtiger_xero.simulator.calls import Call
from vtiger_xero.simulator.clock import AdjustableClock
from vtiger_xero.simulator.contact_fields import Contact
from vtiger_xero.simulator.faults import Fault
from vtiger_xero.simulator.organisation import NewOrganisation, Organisation
from vtiger_xero.simulator.sample import make_sample
from vtiger_xero.simulator.sample_sides import Sample
from vtiger_xero.simulator.server import (
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
