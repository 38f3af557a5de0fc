"""The tax rates that a new organisation has, read from `tax_rates.txt`, which names its sources."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from xero_simulator.wire import JsonObject

_TABLE = Path(__file__).with_name("tax_rates.txt")
_APPLIES = {"A": "Assets", "Q": "Equity", "E": "Expenses", "L": "Liabilities", "R": "Revenue"}
# What Xero calls the one component of the rates that it gives. Recorded for NZ; elsewhere assumed.
_TAX_NAMES = {"GB": "VAT", "ZA": "VAT", "US": "Tax", "GLOBAL": "Tax"}
_UNREPORTED = "-"


def rates_of(version: str) -> list[JsonObject]:
    """The rates of a version of Xero (a country's, or GLOBAL), as they are on the wire."""
    return [_rate(version, row) for country, *row in _rows() if country == version]


def _rows() -> Iterator[list[str]]:
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def _rate(version: str, row: list[str]) -> JsonObject:
    tax_type, percent, applies_to, report, name, *status = row
    told, _, owed = (part.strip() for part in percent.partition("="))
    parts = told.split(" + ") if " " in told else [f"{_TAX_NAMES.get(version, 'GST')} {told}"]
    components = [_part(part) for part in parts]
    rate = tax_rate(tax_type, name, report, components, applies_to, *status)
    if owed:
        rate["EffectiveRate"] = _four_places(Decimal(owed))
    return rate


def _part(text: str) -> JsonObject:
    name, rate = text.split()
    return {"Name": name.rstrip("*"), "Rate": rate, "IsCompound": name.endswith("*")}


def tax_rate(
    tax_type: str,
    name: str,
    report_tax_type: str,
    components: list[JsonObject],
    applies_to: str = "AQELR",
    status: str = "ACTIVE",
) -> JsonObject:
    """A tax rate on the wire. Rates have four decimals [OAS examples]."""
    wire = [_component(component) for component in components]
    reported = report_tax_type != _UNREPORTED
    return {
        "Name": name,
        "TaxType": tax_type,
        **({"ReportTaxType": report_tax_type} if reported else {}),
        **{f"CanApplyTo{word}": letter in applies_to for letter, word in _APPLIES.items()},
        "DisplayTaxRate": _four_places(sum((c["Rate"] for c in wire), Decimal(0))),
        "EffectiveRate": _four_places(_effective(wire)),
        "Status": status,
        "TaxComponents": wire,
    }


def _effective(components: list[JsonObject]) -> Decimal:
    """A compound component is charged on the amount plus the other taxes."""
    simple = sum((c["Rate"] for c in components if not c["IsCompound"]), Decimal(0))
    compound = sum((c["Rate"] for c in components if c["IsCompound"]), Decimal(0))
    return simple + compound * (100 + simple) / 100


def _component(component: JsonObject) -> JsonObject:
    return {
        "Name": component["Name"],
        "Rate": _four_places(Decimal(component["Rate"])),
        "IsCompound": bool(component.get("IsCompound")),
        "IsNonRecoverable": bool(component.get("IsNonRecoverable")),
    }


def _four_places(rate: Decimal) -> Decimal:
    return rate.quantize(Decimal("0.0001"))
