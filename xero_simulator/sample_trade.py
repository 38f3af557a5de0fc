"""The trade of the sample world: what its companies buy, owe and pay."""

from datetime import date
from random import Random

from xero_simulator.sample_crm_invoices import make_crm_invoices, make_crm_payments
from xero_simulator.sample_items import CRM_TAXES, TAX_RATES, make_items
from xero_simulator.sample_sides import Sample
from xero_simulator.sample_xero_invoices import make_xero_invoices, make_xero_payments

_LONGEST_NAME = 50  # of an item at Xero


def add_trade(
    sample: Sample,
    random: Random,
    products: int,
    invoices: int,
    payments: int,
    today: date | None = None,
) -> None:
    """Taxes, items, invoices and payments between companies that are there; see `make_sample`."""
    sample.xero_tax_rates, sample.crm_taxes = list(TAX_RATES), list(CRM_TAXES)
    made = make_items(random, products, is_hard=today is None)
    sample.crm_products, sample.crm_services, sample.xero_items = made
    things = [
        *({"name": r["product_name"], "code": r["part_number"], "price": r["unit_price"]}
          for r in sample.crm_products),
        *({"name": r["service_name"], "code": r["service_code"], "price": r["price"]}
          for r in sample.crm_services),
    ]  # fmt: skip
    at_xero = {row["Code"].lower() for row in sample.xero_items if row["IsTrackedAsInventory"]}
    if today is not None:  # what cannot sync yet was not sold yet
        things = [each for each in things if each["code"] and len(each["name"]) <= _LONGEST_NAME]
    tracked = [thing for thing in things if thing["code"].lower() in at_xero]
    sample.crm_invoices = make_crm_invoices(
        random, invoices - invoices // 2, sample.crm_organizations, things, tracked, today
    )
    sample.xero_invoices = make_xero_invoices(
        random, invoices // 2, sample.xero_contacts, sample.xero_items, today
    )
    ours = payments - payments // 2
    sample.crm_payments = make_crm_payments(random, ours, sample.crm_invoices, today)
    sample.xero_payments = make_xero_payments(random, payments // 2, sample.xero_invoices, today)
