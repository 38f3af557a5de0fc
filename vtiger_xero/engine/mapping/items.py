"""Products and Services, and Xero's Items: the table of docs/mapping.md, both ways."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..lookups import Lookups
from ..records import Document, Fields, NotInXero, Value
from ..reference import Account, TaxRate
from ..taxes import NO_TAX
from ..text import tidy
from ..totals import number
from ..totals.taxes import Tax
from .drafting import rows_of
from .item_history import CODES, former_values
from .resources import DELETED
from .rows import Part, Row, Table, Values, Way, decimal_of, money, number_of, text_of, text_row

CODE, NAME = "part_number", "product_name"
SALES_ACCOUNT, PURCHASE_ACCOUNT = "xero_sales_account", "xero_purchase_account"
TAXES, STOCK, TRACKED, ACTIVE = "taxes", "qty_in_stock", "tracked_in_xero", "product_active"
SOLD, BOUGHT = "Description", "PurchaseDescription"
_SALES = Part(("SalesDetails", "IsSold", SOLD))
_PURCHASE = Part(("PurchaseDetails", "IsPurchased", BOUGHT))


def table(lookups: Lookups) -> Table:
    """The rows; accounts and taxes are looked up."""
    return Table(
        (
            _code(lookups),
            _name(),
            _description(),
            _price("unit_price", "SalesDetails", "Unit Price; four decimals"),
            _price("purchase_cost", "PurchaseDetails", "four decimals"),
            _account(SALES_ACCOUNT, "SalesDetails", lookups),
            _account(PURCHASE_ACCOUNT, "PurchaseDetails", lookups),
            _taxes(lookups),
            _tracked_row(),
            _stock(),
        )
    )


def _code(lookups: Lookups) -> Row:
    def source(fields: Fields) -> Value:
        instead = fields.get("product_number") if lookups.settings.number_as_code else ""
        return tidy(text_of(fields.get(CODE))) or instead

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        """Where the code stands in for a name, a new code does so, too."""
        stands_in = bool(held) and _name_of(held.get(NAME), held.get(CODE)) == ""
        return {CODE: value, **({NAME: value} if stands_in else {})}

    note = "required by Xero and unique; a setting lets the record number stand in"
    row = text_row(CODE, "Code", length=30, clearable=False, note=note)
    return Row(**{**vars(row), "source": source, "apply": apply})


def _name() -> Row:
    """Xero asks for no Name, the CRM does: the code stands in, and back.

    A name that is the code, and none, are one to the comparison.
    """

    def read(document: Document) -> Value:
        return _name_of(document.get("Name"), document.get("Code"))

    def write(document: Document, value: Value) -> None:
        document["Name"] = tidy(text_of(value)) or tidy(document.get("Code"))

    def source(fields: Fields) -> Value:
        return _name_of(fields.get(NAME), fields.get(CODE))

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return {NAME: value or tidy(document.get("Code"))}

    def equate(mine: Value, theirs: Value, agreed: Values, fields: Fields) -> Value:
        """A former code that still stands in for the name is no name."""
        codes = [text_of(agreed.get(CODE)), *former_values(agreed, CODES)]
        stands_in = agreed.get(NAME) == "" and not theirs and tidy(text_of(mine)) in codes
        return theirs if stands_in else mine

    note = "longer ones are skipped, never cut; without one the code stands in"
    row = text_row(NAME, "Name", length=50, note=note)
    changed = {"read": read, "write": write, "source": source, "apply": apply, "equate": equate}
    return Row(**{**vars(row), **changed})


def _name_of(name: object, code: object) -> str:
    return "" if tidy(name) == tidy(code) else tidy(name)


def _description() -> Row:
    """The sales description; of what is only bought, the purchase description.

    What a bookkeeper wrote for suppliers is theirs: it neither comes into the CRM, whose text is
    for customers, nor is it written over.
    """

    def read(document: Document) -> Value:
        return _text(document, BOUGHT if _is_only_bought(document) else SOLD)

    def write(document: Document, value: Value) -> None:
        before, text = _text(document, SOLD), _tidy_value(value)
        if _is_only_bought(document):
            document[BOUGHT] = text
            return
        document[SOLD] = text
        if text and document.get("IsSold") is False:
            _mark_sold(document)
        _tell_suppliers(document, before)

    xero = f"{SOLD} / {BOUGHT}"
    note = (
        "the purchase description alone of what is only bought; of what has purchase details, "
        "too, where it is empty or says the same"
    )
    part = Part((SOLD, BOUGHT, "IsSold"))
    return Row("description", part, xero, read, write, length=4000, note=note)


def _tidy_value(value: object) -> str:
    return "\n".join(str(value or "").strip().splitlines())


def _text(document: Document, key: str) -> str:
    return _tidy_value(document.get(key))


def _is_only_bought(document: Document) -> bool:
    return document.get("IsSold") is False and bool(document.get("IsPurchased"))


def _tell_suppliers(document: Document, before: str) -> None:
    """The purchase description follows as long as it says what the sales description said."""
    held, bought = _text(document, BOUGHT), any((document.get("PurchaseDetails") or {}).values())
    if held == before if held else bought:
        document[BOUGHT] = _text(document, SOLD)


def _price(field: str, details: str, note: str) -> Row:
    row = money(field, (details, "UnitPrice"), 4, note=note)

    def write(document: Document, value: Value) -> None:
        row.write(document, value)
        if decimal_of(value):
            _MARK[details](document)

    part = _SALES if details == "SalesDetails" else _PURCHASE
    return Row(**{**vars(row), "write": write, "part": part})


def fault_of_account(field: str, account: Account) -> str:
    """Why Xero refuses an account in this field of an item, "" if it does not."""
    return account.fault_for_sales if field == SALES_ACCOUNT else account.fault_for_purchases


def _account(field: str, details: str, lookups: Lookups) -> Row:
    """Compared by code; a tracked item has its purchase account as COGSAccountCode."""

    def read(document: Document) -> Value:
        held = document.get(details) or {}
        return text_of(held.get("AccountCode") or held.get("COGSAccountCode"))

    def write(document: Document, value: Value) -> None:
        held = document[details] = document.get(details) or {}
        tracked = details == "PurchaseDetails" and document.get("IsTrackedAsInventory")
        held["COGSAccountCode" if tracked else "AccountCode"] = text_of(value)
        if details == "SalesDetails" and document.get("ItemID") and not held.get("TaxType"):
            held["TaxType"] = _tax_type_for_no_tax(
                held, lookups
            )  # it had none before it had an account
        if value:
            _MARK[details](document)

    def source(fields: Fields) -> Value:
        held = text_of(fields.get(field))
        account = lookups.account(held)
        return account.code if account else held and NotInXero.named(held)

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return {field: lookups.account_id(text_of(value))}

    xero = f"{details}.AccountCode" + ("" if details == "SalesDetails" else " / COGSAccountCode")
    part = _SALES if details == "SalesDetails" else _PURCHASE
    return Row(field, part, xero, read, write, source=source, apply=apply)


# Xero forgets the prices and the text of an item that it does not believe to be sold or bought.


def _mark_sold(document: Document) -> None:
    if _is_only_bought(document):
        document[SOLD] = document.get(BOUGHT) or ""  # that was the CRM's text, and remains it
    document["IsSold"] = True


def _mark_bought(document: Document) -> None:
    document["IsPurchased"] = True
    if not _is_only_bought(document):
        _tell_suppliers(document, _text(document, SOLD))


_MARK = {"SalesDetails": _mark_sold, "PurchaseDetails": _mark_bought}


def _taxes(lookups: Lookups) -> Row:
    """Compared as the TaxType; taxes that fit no one rate of Xero stay in the CRM.

    Xero decides which of several rates an item has: the CRM's taxes do not distinguish them.
    """

    def read(document: Document) -> Value:
        found = text_of((document.get("SalesDetails") or {}).get("TaxType"))
        if not isinstance(found, NotInXero):
            found = lookups.taxes.canonical_type(found)
        return "" if found == NO_TAX else found

    def write(document: Document, value: Value) -> None:
        held = document["SalesDetails"] = document.get("SalesDetails") or {}
        held["TaxType"] = text_of(value) or _tax_type_for_no_tax(held, lookups)

    def source(fields: Fields) -> Value:
        taxes = taxes_of(fields, lookups)
        if not taxes:
            return ""
        rate = rate_of(fields, lookups)
        names = " + ".join(f"{tax.name} {tax.rate.normalize():f}%" for tax in taxes)
        return rate.tax_type if rate else NotInXero.named(names)

    def fits(value: Value, fields: Fields) -> bool:
        taxes = taxes_of(fields, lookups)
        rates = lookups.taxes.fitting_rates(taxes, any_status=True) if taxes else ()
        return text_of(value) in {rate.tax_type for rate in rates}

    def restore(value: Value, agreed: Value, fields: Fields) -> Value:
        return agreed if fits(agreed, fields) else value

    def equate(mine: Value, theirs: Value, agreed: Values, fields: Fields) -> Value:
        # What Xero filled in of its own, where it could not be sent, no user chose.
        filled_in = bool(agreed) and TAXES not in agreed and isinstance(mine, NotInXero)
        return theirs if filled_in or fits(theirs, fields) else mine

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        wanted = lookups.taxes.of_xero(text_of(value))
        rows = {row["tax"]: row for row in rows_of(held, TAXES)}
        kept = [{"name": rows[tax.name]["name"]} if tax.name in rows else {} for tax in wanted]
        return {
            TAXES: tuple(
                {**row, "tax": tax.name, "rate": tax.rate}
                for row, tax in zip(kept, wanted, strict=True)
            )
        }

    return Row(
        TAXES,
        _SALES,
        "SalesDetails.TaxType",
        read,
        write,
        source=source,
        apply=apply,
        restore=restore,
        equate=equate,
        sendable=lambda value: not isinstance(value, NotInXero),
        note="to Xero where one rate fits, or the account's own decides; without taxes, as no tax",
    )


def taxes_of(fields: Fields, lookups: Lookups) -> list[Tax]:
    """The taxes of a product or service."""
    return [_tax(row, lookups) for row in rows_of(fields, TAXES)]


def account_of(fields: Fields, lookups: Lookups) -> str:
    """The AccountID of a product's or service's sales, "" for none."""
    return lookups.sales_account(text_of(fields.get(SALES_ACCOUNT)), None)


def rate_of(fields: Fields, lookups: Lookups) -> TaxRate | None:
    """The rate that its taxes are at Xero, None where none fits and where nothing decides."""
    account = lookups.account(account_of(fields, lookups))
    account_class, own = (account.account_class, account.tax_type) if account else ("", "")
    return lookups.taxes.to_xero(taxes_of(fields, lookups), account_class, account=own)


def _tax_type_for_no_tax(details: Document, lookups: Lookups) -> str:
    """The TaxType of an item without taxes; "" where it has no account that could fill it in.

    Xero gives an item that names none the TaxType of its account, and the product would be taxed.
    """
    account = lookups.account_with_code(text_of(details.get("AccountCode")))
    if account is None:
        return ""
    rate = lookups.taxes.to_xero((), account.account_class, account=account.tax_type)
    return rate.tax_type if rate else ""


def _tax(row: Fields, lookups: Lookups) -> Tax:
    name = str(row.get("tax") or "")
    known, plain = lookups.taxes.tax_named(name), Tax(name, number(row.get("rate")))
    return replace(known.tax, rate=plain.rate) if known else plain


def _tracked_row() -> Row:
    def read(document: Document) -> Value:
        return bool(document.get("IsTrackedAsInventory"))

    def write(document: Document, value: Value) -> None:
        document["IsTrackedAsInventory"] = bool(value)

    part = Part(("IsTrackedAsInventory",))
    return Row(TRACKED, part, "IsTrackedAsInventory", read, write, way=Way.OWNED)


def _stock() -> Row:
    """Xero counts tracked items; of all others it knows nothing, and None says so."""

    def read(document: Document) -> Value:
        if not document.get("IsTrackedAsInventory"):
            return None
        held = number_of(document.get("QuantityOnHand"))
        return None if held is None else held.quantize(Decimal("0.0001"))

    def write(document: Document, value: Value) -> None:
        document["QuantityOnHand"] = value

    def source(fields: Fields) -> Value:
        return decimal_of(fields.get(STOCK)) if fields.get(TRACKED) else None

    return Row(
        STOCK,
        Part(("QuantityOnHand",)),
        "QuantityOnHand",
        read,
        write,
        way=Way.OWNED,
        source=source,
        note="tracked items only",
    )


def is_deleted(document: Document) -> bool:
    """Whether Xero no longer lists the item (DELETED is our own word for that)."""
    return document.get("Status") == DELETED
