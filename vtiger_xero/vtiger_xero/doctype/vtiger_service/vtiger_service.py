"""The DocType Vtiger Service."""

from frappe.model.document import Document

from vtiger_xero.vtiger_xero.doctype.vtiger_tax.vtiger_tax import fill_rate


class VtigerService(Document):
    """What one sells, by Vtiger's words a service: Xero's item."""

    def validate(self) -> None:
        """Vtiger shows the running number as a field of its own."""
        self.service_number = self.name
        for row in self.taxes:
            fill_rate(row)
