"""What a sample holds: both sides' records, as the makers fill them in."""

from dataclasses import dataclass, field

from xero_simulator.organisation import Organisation
from xero_simulator.wire import JsonObject


@dataclass
class Sample:
    """Both sides. Xero's as it is on the wire, the CRM's by its field names."""

    xero_contacts: list[JsonObject] = field(default_factory=list)
    crm_organizations: list[JsonObject] = field(default_factory=list)
    xero_tax_rates: list[JsonObject] = field(default_factory=list)
    xero_items: list[JsonObject] = field(default_factory=list)
    xero_invoices: list[JsonObject] = field(default_factory=list)
    xero_payments: list[JsonObject] = field(default_factory=list)
    crm_taxes: list[JsonObject] = field(default_factory=list)
    crm_products: list[JsonObject] = field(default_factory=list)
    crm_services: list[JsonObject] = field(default_factory=list)
    crm_invoices: list[JsonObject] = field(default_factory=list)
    crm_payments: list[JsonObject] = field(default_factory=list)

    def load_into(self, organisation: Organisation) -> None:
        """Put Xero's side into an organisation, in the order that it needs."""
        organisation.load_contacts(self.xero_contacts)
        organisation.load_tax_rates(self.xero_tax_rates)
        organisation.load_items(self.xero_items)
        organisation.load_invoices(self.xero_invoices)
        organisation.load_payments(self.xero_payments)
