"""The DocType Vtiger Service."""

from vtiger_xero.vtiger_xero.doctype.vtiger_tax.vtiger_tax import fill_rate
from vtiger_xero.vtiger_xero.numbered import Numbered


class VtigerService(Numbered):
    """What one sells, by Vtiger's words a service: Xero's item."""

    def validate(self) -> None:
        """A tax without a rate of its own has that of its tax."""
        super().validate()
        for row in self.taxes:
            fill_rate(row)
