"""Items: their codes, prices and tax types."""

from __future__ import annotations

from decimal import Decimal

from . import exact_json
from .findings import CouldNotTellError, Finding, judged
from .organisation import Row
from .trial import Trial


def tax_type_of_the_account(trial: Trial) -> Finding:
    """T10: an item without a TaxType gets that of its account."""
    account = trial.books.taxed_sales
    details = {"UnitPrice": 10, "AccountCode": account["Code"]}
    item = trial.made("Items", {"Code": trial.name(), "SalesDetails": details})
    found = _sales(item).get("TaxType")
    return judged(
        found == account["TaxType"], f"The account has {account['TaxType']}, the item {found}."
    )


def tax_type_of_the_line(trial: Trial) -> Finding:
    """T11: a line without a TaxType gets the item's, else the account's."""
    account, untaxed = trial.books.taxed_sales, trial.books.untaxed
    details = {"UnitPrice": 10, "AccountCode": account["Code"], "TaxType": untaxed}
    item = trial.made("Items", {"Code": trial.name(), "SalesDetails": details})
    bare = {"Description": "Probe", "Quantity": 1, "UnitAmount": 10}
    lines = [{**bare, "ItemCode": item["Code"]}, {**bare, "AccountCode": account["Code"]}]
    made = trial.made("Invoices", trial.invoice(*lines, status="DRAFT"))
    found = [line.get("TaxType") for line in made["LineItems"]]
    return judged(
        found == [untaxed, account["TaxType"]],
        f"With an item of {untaxed} the line has {found[0]}; on an account of "
        f"{account['TaxType']} it has {found[1]}.",
    )


def no_price(trial: Trial) -> Finding:
    """R1: an item without a price has no UnitPrice."""
    item = trial.made("Items", {"Code": trial.name(), "Name": "Probe"})
    read = trial.read("Items", item["ItemID"])
    found = [read.get(name) for name in ("SalesDetails", "PurchaseDetails")]
    return judged(
        not any("UnitPrice" in (each or {}) for each in found),
        f"SalesDetails and PurchaseDetails are {exact_json.dump(found)}.",
    )


def price_of_nothing(trial: Trial) -> Finding:
    """R2: a price of 0 that is sent is kept."""
    item = trial.made("Items", {"Code": trial.name(), "SalesDetails": {"UnitPrice": 0}})
    found = _sales(trial.read("Items", item["ItemID"])).get("UnitPrice")
    return judged(found == 0, f"The price that was sent as 0 is {found}.")


def code_and_no_name(trial: Trial) -> Finding:
    """R3: an item needs a Code, and no Name."""
    coded = trial.put("Items", {"Code": trial.name()})
    named = trial.put("Items", {"Name": trial.name()})
    return judged(
        not coded.is_refused and named.is_refused,
        f"A code alone: {_outcome(coded.is_refused)}; a name alone: {_outcome(named.is_refused)}.",
    )


def code_of_a_deleted_item(trial: Trial) -> Finding:
    """R11: an item with the code of a deleted one is another item."""
    code = trial.name()
    first = trial.made("Items", {"Code": code})
    if trial.delete_item(first).is_refused:
        raise CouldNotTellError("The item could not be deleted.")
    second = trial.made("Items", {"Code": code})
    gone = trial.get(f"/Items/{first['ItemID']}")
    return judged(
        first["ItemID"] != second["ItemID"] and gone.status == 404,
        f"The second item has {_same(first, second)}; the id of the first: HTTP {gone.status}.",
    )


def sales_left_out(trial: Trial) -> Finding:
    """U3: SalesDetails that an update leaves out are kept."""
    item = _priced(trial)
    changed = trial.changed("Items", {"ItemID": item["ItemID"], "Code": item["Code"], "Name": "P"})
    before, after = (exact_json.dump(_sales(each)) for each in (item, changed))
    return judged(_sales(changed) == _sales(item), f"SalesDetails: {before}, then {after}.")


def sales_in_part(trial: Trial) -> Finding:
    """R17: SalesDetails that are sent in part lose the rest."""
    item = _priced(trial)
    sent = {"ItemID": item["ItemID"], "Code": item["Code"], "SalesDetails": {"UnitPrice": 12}}
    found = _sales(trial.changed("Items", sent))
    return judged(
        "AccountCode" not in found,
        f"With the price alone in it SalesDetails became {exact_json.dump(found)}.",
    )


def four_decimals(trial: Trial) -> Finding:
    """I7: prices have four decimals with unitdp=4, and two without."""
    price = Decimal("1.2345")
    item = trial.made("Items", {"Code": trial.name(), "SalesDetails": {"UnitPrice": price}})
    fine = _sales(trial.read("Items", item["ItemID"])).get("UnitPrice")
    rows = trial.get(f"/Items/{item['ItemID']}").rows("Items") or [{}]
    coarse = _sales(rows[0]).get("UnitPrice")
    return judged(
        fine == price and coarse == Decimal("1.23"),
        f"{price} is {fine} with unitdp=4, {coarse} without.",
    )


def _priced(trial: Trial) -> Row:
    account = trial.books.sales
    details = {
        "UnitPrice": 10,
        "AccountCode": account["Code"],
        "TaxType": account["TaxType"],
    }
    return trial.made("Items", {"Code": trial.name(), "SalesDetails": details})


def _sales(item: Row) -> Row:
    found = item.get("SalesDetails")
    return found if isinstance(found, dict) else {}


def _same(first: Row, second: Row) -> str:
    return "the same id" if first["ItemID"] == second["ItemID"] else "an id of its own"


def _outcome(is_refused: bool) -> str:
    return "refused" if is_refused else "taken"
