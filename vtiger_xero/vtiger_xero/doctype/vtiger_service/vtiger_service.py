"""The DocType Vtiger Service."""

from vtiger_xero.engine.saving import fill_rates
from vtiger_xero.vtiger_xero.doctype.vtiger_tax.vtiger_tax import taxes_of
from vtiger_xero.vtiger_xero.numbered import Numbered
from vtiger_xero.vtiger_xero.record_fields import RecordFields


class VtigerService(Numbered):
    """What one sells, by Vtiger's words a service: Xero's item."""

    def validate(self) -> None:
        """A tax without a rate of its own has that of its tax."""
        super().validate()
        fill_rates(RecordFields(self)["taxes"], taxes_of)
