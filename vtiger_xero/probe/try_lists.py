"""Rows that the lists of the organisation show: no call of their own, nothing is written."""

from __future__ import annotations

from .findings import CouldNotTellError, Finding, judged
from .trial import Trial

_REPORTING = ("AU", "NZ", "GB")  # where a tax rate names the report that it belongs to


def order_of_tax_rates(trial: Trial) -> Finding:
    """T4: by their names."""
    names = [str(each.get("Name")).lower() for each in trial.books.tax_rates]
    if len(names) < 2:
        raise CouldNotTellError("There are fewer than two tax rates.")
    return judged(names == sorted(names), f"{len(names)} rates, the first ones {names[:4]}.")


def report_of_tax_rates(trial: Trial) -> Finding:
    """T5: outside of AU, NZ and GB no rate names one, but that of Avalara."""
    if trial.books.country in _REPORTING:
        raise CouldNotTellError(OTHER_COUNTRY)
    reports = (each.get("ReportTaxType") for each in trial.books.tax_rates)
    found = [each for each in reports if each not in (None, "AVALARA")]
    return judged(not found, f"{len(found)} rates have a ReportTaxType.")


OTHER_COUNTRY = "Only an organisation outside of AU, NZ and GB shows it."


def no_tax_in_australia(trial: Trial) -> Finding:
    """T12: there is BASEXCLUDED, and no NONE."""
    if trial.books.country != "AU":
        raise CouldNotTellError(AUSTRALIA)
    types = {each.get("TaxType") for each in trial.books.tax_rates}
    return judged(
        "NONE" not in types and "BASEXCLUDED" in types, f"The rates are {sorted(map(str, types))}."
    )


AUSTRALIA = "Only an organisation in Australia shows it."
