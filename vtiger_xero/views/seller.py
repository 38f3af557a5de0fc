"""Who sells: what stands on invoices, receipts and statements, and by which words.

docs/printing.md names the sources.
"""

from dataclasses import dataclass

import frappe
from frappe import _

from ..crm.tenant import SETTINGS
from ..engine.messages import _lt
from ..engine.paper import Paper

NEW_ZEALAND, AUSTRALIA, UNITED_KINGDOM = "NZ", "AU", "GB"


@dataclass(frozen=True)
class Words:
    """What a country calls an invoice of a seller who is registered for its tax."""

    invoice: str
    credit: str
    number: str
    tax: str


_ELSEWHERE = Words(_lt("Invoice"), _lt("Credit Note"), _lt("Tax Number"), _lt("Tax"))
WORDS = {
    NEW_ZEALAND: Words(_lt("Tax Invoice"), _lt("Credit Note"), _lt("GST Number"), "GST"),
    AUSTRALIA: Words(_lt("Tax Invoice"), _lt("Adjustment Note"), "ABN", "GST"),
    UNITED_KINGDOM: Words(_lt("VAT Invoice"), _lt("Credit Note"), _lt("VAT Number"), "VAT"),
}


@dataclass(frozen=True)
class Seller:
    """The seller as the settings tell, in the texts' own lines; "" where nobody said."""

    name: str
    address: str
    tax_number: str
    bank_details: str
    terms: str
    country: str

    @property
    def words(self) -> Words:
        """The words of the seller's country."""
        return WORDS.get(self.country, _ELSEWHERE)

    def heading(self, paper: Paper) -> str:
        """What stands above an invoice; only who is registered for a tax issues a tax invoice."""
        words = self.words if self.tax_number else _ELSEWHERE
        headings = {
            Paper.DRAFT: _lt("Draft Invoice"),
            Paper.WAITING: _lt("Draft Invoice"),
            Paper.INVOICE: words.invoice,
            Paper.CREDIT: words.credit,
            Paper.CANCELLED: _lt("Cancelled Invoice"),
        }
        return str(_(headings[paper]))


def seller() -> Seller:
    """What the settings hold of the seller, and what Xero said where they hold nothing."""
    form = frappe.get_cached_doc(SETTINGS)
    return Seller(
        name=form.seller_name or form.organisation_name or "",
        address=form.seller_address or "",
        tax_number=form.seller_tax_number or "",
        bank_details=form.bank_details or "",
        terms=form.payment_terms or "",
        country=(form.country or _country_of_site()).upper(),
    )


def _country_of_site() -> str:
    name = frappe.db.get_single_value("System Settings", "country")
    return (name and frappe.db.get_value("Country", name, "code", cache=True)) or ""
