"""What is sold: products and services of the CRM, items of Xero, and the taxes of both."""

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from xero_simulator.country_rates import tax_rate
from xero_simulator.identifiers import stable_guid
from xero_simulator.wire import JsonObject, without_nulls

IN_CRM_ONLY, IN_XERO_ONLY, IN_BOTH = "crm", "xero", "both"
# Twenty items in a row are shared out like this.
SHARES = (*[IN_CRM_ONLY] * 8, *[IN_XERO_ONLY] * 6, *[IN_BOTH] * 6)

_GOODS = (
    "Garden Chair", "Steel Bracket", "Kauri Table", "Wool Blanket", "Cordless Drill",
    "LED Panel", "Water Tank", "Safety Helmet", "Solar Lamp", "Coffee Beans", "Ring Binder",
    "Paint Roller", "Hose Reel", "Fence Post", "Tarpaulin",
)  # fmt: skip
_WORK = (
    "Support", "Installation", "Migration", "Customization", "Training", "Design",
    "Bookkeeping", "Site Visit", "Delivery", "Audit",
)  # fmt: skip
_KINDS = ("small", "large", "blue", "grey", "heavy", "light", "deluxe", "basic", "export")

# Two rates beyond Xero's own: several components, and one charged on top of another.
TAX_RATES = (
    tax_rate(
        "TAX001",
        "GST and Tourism Levy",
        "OUTPUT",
        [{"Name": "GST", "Rate": "15"}, {"Name": "Tourism Levy", "Rate": "2"}],
        "AQLR",
    ),
    tax_rate(
        "TAX002",
        "Federal Tax and Compound Tax",
        "OUTPUT",
        [
            {"Name": "Federal Tax", "Rate": "5"},
            {"Name": "Compound Tax", "Rate": "9.975", "IsCompound": True},
        ],
        "AQLR",
    ),
)
# VAT, Sales and Service are those that Vtiger starts with; no rate of Xero is like them.
CRM_TAXES: tuple[JsonObject, ...] = (
    {"tax_name": "GST", "percentage": Decimal(15), "method": "Simple", "compound_on": []},
    {"tax_name": "Tourism Levy", "percentage": Decimal(2), "method": "Simple", "compound_on": []},
    {"tax_name": "Federal Tax", "percentage": Decimal(5), "method": "Simple", "compound_on": []},
    {
        "tax_name": "Compound Tax",
        "percentage": Decimal("9.975"),
        "method": "Compound",
        "compound_on": ["Federal Tax"],
    },
    {"tax_name": "VAT", "percentage": Decimal("4.5"), "method": "Simple", "compound_on": []},
    {"tax_name": "Sales", "percentage": Decimal(10), "method": "Simple", "compound_on": []},
    {"tax_name": "Service", "percentage": Decimal("12.5"), "method": "Simple", "compound_on": []},
    {"tax_name": "Withholding", "percentage": Decimal(5), "method": "Deducted", "compound_on": []},
)

# Every so-manieth product or service of the CRM has this done to it.
_ODDITIES: tuple[tuple[int, Callable[[JsonObject], JsonObject]], ...] = (
    (7, lambda row: {**row, "unit_price": row["unit_price"] + Decimal("0.0375")}),
    (11, lambda row: {**row, "code": ""}),
    (13, lambda row: {**row, "is_active": False}),
    (17, lambda row: {**row, "name": f"{row['name']} with extended warranty and free delivery"}),
    (19, lambda row: {**row, "taxes": ["VAT", "Sales"]}),
    (23, lambda row: {**row, "code": f"{row['code']}-FROM-THE-OLD-PRICE-LIST-OF-2019"}),
    (27, lambda row: {**row, "xero_sales_account": "999"}),
    (31, lambda row: {**row, "description": f"{row['description']}. " * 80}),
)
_DUPLICATED, _TRACKED = 29, 4
# Of an ordinary company: a price with four decimals, what is sold no more, and two records that
# nobody has finished.
_ORDINARY = (
    (7, lambda row: {**row, "unit_price": row["unit_price"] + Decimal("0.0375")}),
    (13, lambda row: {**row, "is_active": False}),
    (97, lambda row: {**row, "code": ""}),
    (149, lambda row: {**row, "name": f"{row['name']} with extended warranty and free delivery"}),
)
# What each of them costs in New Zealand dollars, from the cheapest to the dearest kind.
_PRICES = {
    "Garden Chair": (79, 249), "Steel Bracket": (4, 29), "Kauri Table": (690, 1_990),
    "Wool Blanket": (89, 229), "Cordless Drill": (149, 389), "LED Panel": (39, 119),
    "Water Tank": (390, 1_450), "Safety Helmet": (25, 79), "Solar Lamp": (29, 99),
    "Coffee Beans": (18, 42), "Ring Binder": (4, 12), "Paint Roller": (9, 35),
    "Hose Reel": (59, 189), "Fence Post": (12, 38), "Tarpaulin": (22, 120),
    "Support": (95, 145), "Installation": (85, 160), "Migration": (120, 180),
    "Customization": (130, 190), "Training": (110, 180), "Design": (100, 170),
    "Bookkeeping": (65, 95), "Site Visit": (80, 150), "Delivery": (15, 65), "Audit": (150, 240),
}  # fmt: skip


def make_items(
    random: Random, count: int, *, is_hard: bool = True
) -> tuple[list[Any], list[Any], list[Any]]:
    """CRM products, CRM services, Xero items: so many distinct ones, duplicates on top."""
    products: list[JsonObject] = []
    services: list[JsonObject] = []
    items: list[JsonObject] = []
    shares = [SHARES[n % len(SHARES)] for n in range(count)]
    random.shuffle(shares)
    for number, share in enumerate(shares, 1):
        thing = _thing(random, number) if is_hard else _priced(random, _thing(random, number))
        if share != IN_XERO_ONLY:
            _enter_in_crm(products, services, thing, number, is_hard)
        if share != IN_CRM_ONLY:
            item = _item(random, thing, number, differs=share == IN_BOTH)
            items.append(item if is_hard else _in_stock(item, thing))
    return products, services, items


def _thing(random: Random, number: int) -> JsonObject:
    is_service = number % 3 == 0
    word = random.choice(_WORK if is_service else _GOODS)
    price = Decimal(random.randint(500, 90_000)) / 100
    return {
        "name": f"{word} {random.choice(_KINDS)} {number}",
        "code": f"{word[:3].upper()}-{number:04}",
        "is_service": is_service,
        "is_active": True,
        "unit_price": price,
        "purchase_cost": (price * Decimal("0.6")).quantize(Decimal("0.01")),
        "description": f"{word}, {random.choice(_KINDS)}",
        "taxes": ["GST"],
        "xero_sales_account": "200",
    }


def _priced(random: Random, thing: JsonObject) -> JsonObject:
    """What it would cost in a shop, in steps of fifty cents."""
    word = next(each for each in _PRICES if thing["name"].startswith(each))
    cheapest, dearest = _PRICES[word]
    price = Decimal(random.randint(2 * cheapest, 2 * dearest)) / 2
    return {
        **thing,
        "unit_price": price,
        "purchase_cost": (price * Decimal("0.6")).quantize(Decimal("0.01")),
    }


def _in_stock(item: JsonObject, thing: JsonObject) -> JsonObject:
    """With so much of it that no sale runs short."""
    if not item["IsTrackedAsInventory"]:
        return item
    on_hand = Decimal(2_000)
    cost = on_hand * thing["purchase_cost"]
    return {**item, "QuantityOnHand": on_hand, "TotalCostPool": cost}


def _enter_in_crm(
    products: list[JsonObject],
    services: list[JsonObject],
    thing: JsonObject,
    number: int,
    is_hard: bool,
) -> None:
    for every, oddity in _ODDITIES if is_hard else _ORDINARY:
        if number % every == 0:
            thing = oddity(thing)
    rows = services if thing["is_service"] else products
    make = _service if thing["is_service"] else _product
    rows.append(make(thing, len(rows) + 1))
    if is_hard and number % _DUPLICATED == 0:
        again = {**thing, "name": f"{thing['name']} (2)", "code": thing["code"].lower()}
        rows.append(make(again, len(rows) + 1))


def _product(thing: JsonObject, number: int) -> JsonObject:
    return {
        "product_name": thing["name"],
        "product_number": f"PRO{number}",
        "part_number": thing["code"],
        "product_active": thing["is_active"],
        "product_category": "Hardware",
        "usage_unit": "Each",
        "unit_price": thing["unit_price"],
        "purchase_cost": thing["purchase_cost"],
        "qty_in_stock": Decimal(number % 40),
        "description": thing["description"],
        "taxes": thing["taxes"],
        "xero_sales_account": thing["xero_sales_account"],
        "xero_purchase_account": "300",
    }


def _service(thing: JsonObject, number: int) -> JsonObject:
    return {
        "service_name": thing["name"],
        "service_number": f"SER{number}",
        "service_code": thing["code"],
        "active": thing["is_active"],
        "category": "Support",
        "usage_unit": "Hours",
        "price": thing["unit_price"],
        "purchase_cost": thing["purchase_cost"],
        "description": thing["description"],
        "taxes": thing["taxes"],
        "xero_sales_account": thing["xero_sales_account"],
        "xero_purchase_account": "300",
    }


def _item(random: Random, thing: JsonObject, number: int, differs: bool) -> JsonObject:
    is_tracked = number % _TRACKED == 0 and not thing["is_service"]
    price = thing["unit_price"]
    if differs and random.random() < 0.3:
        price += 5
    on_hand = Decimal(random.choice((0, 2, 25, 400))) if is_tracked else None
    cost = {"UnitPrice": thing["purchase_cost"], "TaxType": "INPUT2"}
    account = {"COGSAccountCode": "310"} if is_tracked else {"AccountCode": "300"}
    return without_nulls(
        {
            "ItemID": stable_guid(f"sample item {number} {thing['name']}"),
            "Code": thing["code"].lower() if differs and number % 8 == 0 else thing["code"],
            "Name": thing["name"][:50],
            "Description": thing["description"],
            "PurchaseDescription": f"{thing['description']}, bought",
            "IsSold": True,
            "IsPurchased": True,
            "IsTrackedAsInventory": is_tracked,
            "InventoryAssetAccountCode": "630" if is_tracked else None,
            "SalesDetails": {"UnitPrice": price, "AccountCode": "200", "TaxType": "OUTPUT2"},
            "PurchaseDetails": {**cost, **account},
            "QuantityOnHand": on_hand,
            "TotalCostPool": None if on_hand is None else on_hand * thing["purchase_cost"],
        }
    )
