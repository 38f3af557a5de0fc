"""A trade that touches everything a run can do: a place where two sides once agreed, and went on.

Each module has creations, changes, deletions and a conflict, on both sides; payments that are
alike; an invoice that a payment settles, and one that is voided.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.reliability.places import APP, Place, Skewed, Time
from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop, item_tax
from tests.support.stage import Stage
from vtiger_xero.engine.records import Person
from vtiger_xero.engine.settings import ConflictPolicy, Settings
from vtiger_xero.xero import Addresses, Budget, connect
from xero_simulator import Simulator

D = Decimal


class PlacedStage(Stage):
    """The tests' stage on a place's files."""

    place: Place

    def ledger(self) -> Any:
        at = Addresses.at(self.xero.url)
        return connect(APP, self.books.tenant_id, self.tokens, self.budget, self.clock, at)

    def pass_time(self, **time: float) -> None:
        self.place.time.sleep(timedelta(**time))


def stage_at(place: Place, xero: Simulator, skew: timedelta = timedelta(0)) -> PlacedStage:
    """The stage at a place; the CRM's clock is `skew` ahead of Xero's."""
    database = place.database()
    clock: Any = Skewed(place.time, skew)
    stage = PlacedStage(
        xero,
        clock,
        place.crm(database, clock),
        place.journal(database),
        Budget(place.budget(database), clock),
        place.tokens(database),  # type: ignore[arg-type]
        place.settings,
    )
    stage.place = place
    return stage


def open_place(folder: Path, policy: ConflictPolicy = ConflictPolicy.NEWEST) -> None:
    """A connected place with the accounts chosen, and nothing to sell."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place(folder, Time())
    with place.simulator() as xero:
        place.settings = Settings(xero.organisation.tenant_id)
        with place.database() as database:
            place.connect(xero, database)
        stage = stage_at(place, xero)
        stage.set(deletions=True, assigned_to="Administrator", conflicts=policy)
        stage.learn_reference()
        stage.set(
            sales_account=stage.account("200"),
            charges_account=stage.account("260"),
            adjustment_account=stage.account("260"),
            payment_account=stage.account("090"),
        )
        place.settings = stage.settings
        place.keep()


def prepare(folder: Path, policy: ConflictPolicy = ConflictPolicy.NEWEST) -> None:
    """The place as the crash suite finds it: both sides agreed, and then people worked on."""
    open_place(folder, policy)
    place = Place.of(folder)
    with place.simulator() as xero:
        stage = stage_at(place, xero)
        shop = Shop(stage)
        names = _first_trade(shop)
        stage.pass_time(minutes=10)
        for _ in range(2):
            assert stage.engine().run().header.message == ""
            stage.pass_time(minutes=10)
        _in_the_crm(shop, names)
        stage.pass_time(minutes=3)
        _in_xero(shop, names)
        stage.pass_time(minutes=45)  # the access token runs out: the next run begins with a refresh
        place.keep()


def prepare_first_meeting(folder: Path) -> None:
    """Two books that never met, and hold much of the same under the same names."""
    open_place(folder)
    place = Place.of(folder)
    with place.simulator() as xero:
        stage = stage_at(place, xero)
        shop = Shop(stage)
        _first_trade(shop)
        shop.add(ORGANIZATIONS, organization_name="customer 1")  # a duplicate of the CRM's own
        contacts = [shop.contact(f"CUSTOMER {n}") for n in (0, 2, 4)]
        contacts += [shop.contact(f"Stranger {n}") for n in range(5)]
        for n in (1, 3):
            xero.organisation.add_item_in_xero(
                Code=f"p-{n}", Name=f"Product {n}", SalesDetails={"UnitPrice": D(n)}, IsSold=True
            )
        made = [shop.xero_invoice(shop.xero_line(), contact=each) for each in contacts]
        shop.xero_invoice(  # the CRM has it, too
            shop.xero_line("10", Quantity=2, ItemCode="P-1"),
            contact=contacts[0],
            InvoiceNumber="OLD-0",
        )
        for invoice in made[:3]:
            xero.organisation.pay_invoice(invoice, "4", reference="card")
        stage.pass_time(minutes=45)
        place.keep()


def _first_trade(shop: Shop) -> dict[str, list[str]]:
    customers = [_organization(shop, f"Customer {n}") for n in range(8)]
    products = [shop.product(f"P-{n}", f"Product {n}", unit_price=D(n + 1)) for n in range(6)]
    invoices = [
        shop.invoice(
            shop.line(str(10 + n), "2", item_name=products[n % 6]),
            organization_name=customers[n % 8],
            invoice_no=f"OLD-{n}",
            status="Created" if n in (5, 6) else "Approved",
        )
        for n in range(9)
    ]
    payments = [shop.pay(invoices[n], f"{n + 1}.50") for n in range(4)]
    return {
        "idle": [_organization(shop, f"Idle {n}") for n in range(2)],
        "unsold": [shop.product(f"U-{n}", f"Unsold {n}") for n in range(2)],
        "customers": customers,
        "products": products,
        "invoices": invoices,
        "payments": payments,
    }


def _organization(shop: Shop, name: str, **fields: Any) -> str:
    made = shop.add(ORGANIZATIONS, organization_name=name, billing_city="Napier", **fields)
    shop.crm.add_contact(made, Person("Ann", name.split()[-1], f"{name[-1]}@example.com", True))
    shop.crm.add_contact(made, Person("Bo", name.split()[-1], f"b{name[-1]}@example.com"))
    return made


def _in_the_crm(shop: Shop, old: dict[str, list[str]]) -> None:
    customers, products, invoices = old["customers"], old["products"], old["invoices"]
    new = [_organization(shop, f"Newcomer {n}") for n in range(5)]
    shop.edit(ORGANIZATIONS, customers[0], billing_city="Hastings", primary_phone="+64 9 123456")
    shop.edit(ORGANIZATIONS, customers[1], tax_number="CRM-1")  # Xero will say otherwise
    shop.edit(ORGANIZATIONS, customers[2], fax="123")
    made = [shop.product(f"N-{n}", f"Novelty {n}", unit_price=D("2.345")) for n in range(5)]
    shop.edit(PRODUCTS, products[0], unit_price=D("11.11"))
    shop.edit(PRODUCTS, products[1], description="Ours")
    shop.crm.trash(PRODUCTS, shop.product("GONE", "Gone before it was seen"))
    fresh = [
        shop.invoice(
            shop.line("3.33", "3", item_name=made[n]),
            shop.line("100", "0.5", discount_percent=D(5)),
            organization_name=new[n],
            invoice_no=f"NEW-{n}",
            taxes=[item_tax("GST"), item_tax("GST", 2)],
            shipping_and_handling=D(n),
            status="Approved" if n < 4 else "Created",
        )
        for n in range(5)
    ]
    (row,) = shop.field(INVOICES, invoices[4], "items")
    shop.edit(INVOICES, invoices[4], items=({**row, "quantity": D(5)},), subject="More")
    shop.edit(INVOICES, invoices[5], status="Approved")
    shop.edit(INVOICES, invoices[7], status="Cancel")
    shop.edit(INVOICES, invoices[0], subject="Ours")
    for amount in ("5", "5", "1.25"):  # two that nobody can tell apart
        shop.pay(fresh[0], amount, reference="transfer")
    shop.pay(invoices[1], "3")
    shop.pay(invoices[5], "2")  # the same run approves its invoice
    shop.crm.trash(PAYMENTS, old["payments"][0])
    shop.crm.trash(INVOICES, invoices[6])
    shop.crm.trash(ORGANIZATIONS, old["idle"][0])
    shop.crm.trash(PRODUCTS, old["unsold"][0])
    shop.crm.trash(PRODUCTS, old["unsold"][1])


def _in_xero(shop: Shop, old: dict[str, list[str]]) -> None:
    books, partner = shop.books, shop.partner
    contacts = [partner(ORGANIZATIONS, each) for each in old["customers"]]
    invoices = [partner(INVOICES, each) for each in old["invoices"]]
    payments = [partner(PAYMENTS, each) for each in old["payments"]]
    items = [partner(PRODUCTS, each) for each in old["products"]]
    met = [shop.contact(f"Stranger {n}") for n in range(5)]
    books.edit_contact(contacts[1], TaxNumber="XERO-1")
    books.edit_contact(contacts[3], EmailAddress="new@example.com")
    books.archive_contact(contacts[7])  # it is named by an invoice, and stays in the CRM
    books.archive_contact(partner(ORGANIZATIONS, old["idle"][1]))
    for n in range(4):
        books.add_item_in_xero(
            Code=f"X-{n}", Name=f"Exotic {n}", SalesDetails={"UnitPrice": D(n)}, IsSold=True
        )
    books.edit_item(items[1], Code="P-1", SalesDetails={"UnitPrice": D("22.22")}, IsSold=True)
    books.edit_item(items[2], Code="P-2", SalesDetails={"UnitPrice": D("33.33")}, IsSold=True)
    books.delete_item(items[5])
    made = [
        shop.xero_invoice(
            shop.xero_line("7.5", Quantity=3),
            shop.xero_line("1.15", ItemCode="X-1"),
            contact=met[n],
            InvoiceNumber=f"XERO-{n}",
        )
        for n in range(5)
    ]
    books.edit_invoice(invoices[0], Reference="Theirs")
    books.edit_invoice(invoices[2], DueDate="2027-01-31")
    books.void_invoice(invoices[8])
    books.pay_invoice(made[0], "4", reference="card")
    books.pay_invoice(made[0], "4", reference="card")
    books.pay_invoice(made[1])
    books.pay_invoice(invoices[3], "1")
    books.delete_payment(payments[1])
    books.apply_credit_note(made[2], "2.50")
