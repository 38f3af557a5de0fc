"""How amounts, prices and quantities are written, with the site's own marks for thousands."""

from typing import Any

from frappe.utils import fmt_money

from ..engine.money import decimals_of
from ..engine.totals import number

_MOST_DECIMALS = 8  # of a price


class Amounts:
    """Writes amounts of one currency, with its decimals."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._decimals = decimals_of(currency)

    def text(self, amount: Any) -> str:
        """An amount; the record's own are rounded to these decimals already."""
        return str(fmt_money(float(number(amount)), precision=self._decimals))

    def with_code(self, amount: Any) -> str:
        """With the currency's code: several have one sign."""
        return f"{self.currency} {self.text(amount)}".strip()

    def price(self, amount: Any) -> str:
        """A price with all the digits that it has."""
        held = number(amount).normalize().as_tuple().exponent
        digits = min(max(self._decimals, -held if isinstance(held, int) else 0), _MOST_DECIMALS)
        return str(fmt_money(float(number(amount)), precision=digits))


def plain_number(value: Any) -> str:
    """A quantity or a rate without the zeros at its end, as the person's site writes numbers."""
    held = number(value).normalize().as_tuple().exponent
    digits = max(0, -held) if isinstance(held, int) else 0
    return str(fmt_money(float(number(value)), precision=digits))
