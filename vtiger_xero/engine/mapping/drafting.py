"""The CRM's invoice as lines of Xero, to the cent, and everything that keeps it from being sent.

Vtiger's own arithmetic says what each line comes to; here it is said again in Xero's terms, with
TaxAmounts that make both totals equal (rule I12). What Xero cannot say is a `Fault`: the rule,
the reason, the remedy. Faults are found here and nowhere else; `conditions.invoices` reports them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ..cent_exact import NoFit, fit_taxes
from ..errors import RecordRefused
from ..lookups import CrmItem, Lookups
from ..messages import _lt
from ..money import ZERO, decimals_of, exactly, round_amount
from ..records import Document, Fields, Line, Module, Row, Side
from ..taxes import COMPUTED_BY_XERO, NO_TAX
from ..totals import InvoiceInput, InvoiceTotals, TaxMode, invoice_input, invoice_totals
from ..totals.lines import LineTotals
from ..totals.taxes import Method, Tax
from ..xero_totals import DECIMALS, LineAmountTypes, XeroLine
from .coding import Coded, Coder, Fault
from .doctypes import UNTICK
from .line_writing import (
    DISCOUNTS,
    INCLUSIVE,
    exact_amount,
    figures,
    sums_hold,
    write_lines,
)
from .lines import (
    ADJUSTMENT,
    CHARGES,
    QUANTITY_DECIMALS,
    UNIT_DECIMALS,
    amount_in_xero,
    amount_of,
    clean_text,
    is_text,
    pair_up,
    read_lines,
    title_of,
)
from .rows import decimal_of

_EXCLUSIVE = LineAmountTypes.EXCLUSIVE
OVERALL_DISCOUNT, DEDUCTED_TAXES = _lt("Overall Discount"), _lt("Deducted Taxes")
LONGEST_DESCRIPTION = 4000  # characters


_UNCODED = Coded(NO_TAX)


@dataclass(frozen=True)
class Draft:
    """An invoice in Xero's terms. `total` is the CRM's Grand Total without a rounding.

    `coded` are the rates that each line may have at Xero and say the same.
    `unapprovable` are faults that keep Xero from approving the invoice; a draft may have them.
    """

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...] = ()
    total: Decimal = ZERO
    coded: tuple[Coded, ...] = ()
    unapprovable: tuple[Fault, ...] = ()


@dataclass
class _Piece:
    """A line on its way: what both sides compare of it, and what its arithmetic needs."""

    line: Line
    sum: XeroLine
    given: bool = False
    coded: Coded = _UNCODED


@dataclass
class _Drafter:
    """`inexact` are faults of lines that Xero would compute otherwise."""

    fields: Fields
    lookups: Lookups
    coder: Coder
    tax_mode: TaxMode
    inexact: list[Fault] = field(default_factory=list)
    unapprovable: list[Fault] = field(default_factory=list)
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        """Whatever was found so far."""
        return self.coder.faults


def draft(fields: Fields, lookups: Lookups, document: Document | None = None) -> Draft:
    """An invoice of the CRM as Xero would hold it; `document` is what Xero holds of it so far.

    Lines that Xero holds already may stay as they are there, whatever it would make of the CRM's.
    """
    items, taxes = rows_of(fields, "items"), rows_of(fields, "taxes")
    try:
        given = invoice_input(fields, items, taxes)
        totals = invoice_totals(given)
    except RecordRefused as refused:
        return Draft((), (Fault("I12", refused.reason, refused.remedy),))
    work = _Drafter(fields, lookups, Coder(lookups), given.tax_mode)
    work.faults.extend(_faults_of_invoice(given, totals))
    for place, (row, line) in enumerate(zip(items, totals.lines, strict=True)):
        _add_item(work, row, line, _taxes_at(given, place), _lt("line {0}").format(place + 1))
    _add_charges(work, given, totals)
    _add_adjustment(work, totals)
    work.faults.extend(_faults_of_rates(work.pieces, document, lookups))
    total = totals.grand_total - totals.rounding  # which Xero keeps beside its lines
    lines = _with_taxes(work, total)
    if work.inexact and not _can_stay(document, lines, total, lookups):
        work.faults.extend(work.inexact)
    coded = tuple(piece.coded for piece in work.pieces)
    lines += tuple(_lines_for_faults(totals))
    unapprovable = tuple(work.unapprovable)
    return Draft(lines, tuple(work.faults), total, coded, unapprovable)


def _faults_of_rates(
    pieces: Sequence[_Piece], document: Document | None, lookups: Lookups
) -> Iterator[Fault]:
    """Faults of lines without a rate, unless the line in Xero decides it."""
    held = read_lines(document, lookups) if document else ()
    for piece, (_, old) in zip(pieces, pair_up([p.line for p in pieces], held), strict=True):
        if fault := piece.coded.fault(old):
            yield fault


def rows_of(fields: Fields, table: str) -> tuple[Row, ...]:
    """The rows of a child table."""
    rows = fields.get(table)
    return (
        tuple(each for each in rows if isinstance(each, Mapping)) if isinstance(rows, tuple) else ()
    )


def _taxes_at(given: InvoiceInput, place: int) -> tuple[Tax, ...]:
    if given.tax_mode is TaxMode.INDIVIDUAL:
        return given.lines[place].taxes
    return tuple(tax for tax in given.taxes if tax.method is not Method.DEDUCTED)


def _can_stay(
    document: Document | None, lines: Sequence[Line], total: Decimal, lookups: Lookups
) -> bool:
    """Whether these lines, laid over those that Xero holds, come to the total all the same."""
    if not document:
        return False
    after = copy.deepcopy(document)
    write_lines(after, lines, lookups)
    amounts = [amount_in_xero(line) for line in after["LineItems"]]
    if after["LineAmountTypes"] != INCLUSIVE:
        amounts += [decimal_of(line.get("TaxAmount")) for line in after["LineItems"]]
    return sums_hold(after) and sum(amounts, ZERO) == total


# What concerns the whole invoice


def _faults_of_invoice(given: InvoiceInput, totals: InvoiceTotals) -> Iterator[Fault]:
    if totals.overall_discount:
        yield Fault(
            "I3",
            _lt(
                "The invoice has an overall discount of {0}, but Xero has discounts on lines only."
            ).format(f"{totals.overall_discount:f}"),
            _lt("Enter the discount on the lines, and remove the overall discount."),
        )
    deducted = [tax.name for tax in given.taxes if tax.method is Method.DEDUCTED]
    if deducted:
        yield Fault(
            "I6",
            _lt("The invoice has deducted taxes ({0}), which Xero does not have.").format(
                ", ".join(deducted)
            ),
            _lt("Remove them, and enter the deduction in Xero when it is paid."),
        )


def _lines_for_faults(totals: InvoiceTotals) -> Iterator[Line]:
    """What Xero cannot hold counts as lines in comparing: a change of it is a change."""
    if totals.overall_discount:
        yield Line(OVERALL_DISCOUNT, fault=f"{totals.overall_discount:f}")
    if totals.deducted_taxes:
        yield Line(DEDUCTED_TAXES, fault=f"{totals.deducted:f} {sorted(totals.deducted_taxes)}")


# Lines


def _add_item(
    work: _Drafter, row: Row, totals: LineTotals, taxes: Sequence[Tax], where: str
) -> None:
    item = work.lookups.items.get((str(row.get("item_type")), str(row.get("item_name"))))
    _check_item(work, item, where)
    line = _line_without_taxes(row, item, totals)
    _check_description(work, line, where)
    if is_text(line) and not totals.tax:
        work.pieces.append(_Piece(Line(line.description), XeroLine(ZERO, ZERO)))
        return
    account = work.coder.account(str(row.get("xero_sales_account") or ""), item, where)
    are_group = work.tax_mode is TaxMode.GROUP
    coded = work.coder.code_taxes(taxes, account, item, where, are_group=are_group)
    line = replace(line, account=account.code if account else "", tax_type=coded.tax_type)
    _check_returned(work, row, line, where)
    _check_amount(work, row, line, totals, where)
    _add(work, line, coded, taxes, totals.tax if totals.taxes else None)


def _line_without_taxes(row: Row, item: CrmItem | None, totals: LineTotals) -> Line:
    percent, quantity, price = (
        _number(row, name) for name in ("discount_percent", "quantity", "selling_price")
    )
    if turned := quantity < 0:  # the sign goes to the price: Xero takes no negative quantity
        quantity, price = -quantity, -price
    return Line(
        description=clean_text(row.get("item_comment")) or title_of(item),
        quantity=round_amount(quantity, QUANTITY_DECIMALS),
        unit_amount=round_amount(price, UNIT_DECIMALS),
        amount=round_amount(totals.after_discount, DECIMALS),
        item=item.code if item else "",
        # Any other discount than a rate that Xero can hold is sent as an amount.
        discount_rate=percent if percent == round_amount(percent, DECIMALS) else ZERO,
        turned=turned,
    )


def _check_description(work: _Drafter, line: Line, where: str) -> None:
    if len(line.description) > LONGEST_DESCRIPTION:
        work.faults.append(
            Fault(
                "X-line-length",
                _lt("The Item Comment of {0} has {1} characters; Xero takes at most {2}.").format(
                    where, len(line.description), LONGEST_DESCRIPTION
                ),
                _lt("Shorten the Item Comment. The sync does not cut texts."),
            )
        )


def _check_returned(work: _Drafter, row: Row, line: Line, where: str) -> None:
    """With the sign at the price Xero would take out of stock what has come back."""
    if not line.turned or line.item not in work.lookups.stock:
        return
    more = f"{line.quantity.normalize():f}"
    work.faults.append(
        Fault(
            "X-returned",
            _lt(
                "The quantity of {0} is {1} of “{2}”. Xero counts the stock of this item, and "
                "an invoice in Xero cannot return items to stock: Xero would take {3} more "
                "out of stock."
            ).format(where, f"{-line.quantity.normalize():f}", line.item, more),
            _lt("Remove the line, and enter a credit note in Xero."),
        )
    )


def _add(
    work: _Drafter, line: Line, coded: Coded, taxes: Sequence[Tax], own: Decimal | None
) -> None:
    """`own` is what the CRM makes of these taxes, where they are this line's alone."""
    is_given = bool(taxes) and all(tax.given is not None for tax in taxes)
    work.pieces.append(_Piece(line, _sum(line, coded, own), is_given, coded))


def _number(row: Row, name: str) -> Decimal:
    return decimal_of(row.get(name))


def _check_item(work: _Drafter, item: CrmItem | None, where: str) -> None:
    """Dropping the item silently would lose its stock and its sales figures in Xero."""
    if item is None or item.code or item.is_placeholder or not work.lookups.items_sync:
        return
    rule, title = "I5-item", item.title
    remedy: str
    if item.is_excluded:
        rule, remedy = "I5-excluded", UNTICK
        reason = _lt("“{0}” on {1} does not sync: Do Not Sync with Xero is ticked there.").format(
            title, where
        )
    elif item.is_deleted:
        reason = _lt("“{0}” on {1} was deleted in Xero.").format(title, where)
        remedy = _lt(
            "Choose another product there, or give this one a new code: this creates a new item."
        )
    else:
        reason = _lt("“{0}” on {1} is not in Xero yet.").format(title, where)
        remedy = work.lookups.remedy_if_missing(Module.PRODUCTS, Side.XERO)
    work.faults.append(Fault(rule, reason, remedy))


def _check_amount(work: _Drafter, row: Row, line: Line, totals: LineTotals, where: str) -> None:
    """Whether Xero makes the line's amount of quantity, price and discount, to the cent."""
    sent = figures(line)
    is_discounted = _number(row, "discount_percent") or _number(row, "discount_amount")
    invents = not is_discounted and any(key in sent for key in DISCOUNTS)
    if amount_of(sent) != totals.after_discount or invents:
        work.inexact.append(_fault_of_amount(work, row, line, totals, where))
    elif not line.amount and (exact := exact_amount(sent)):
        work.unapprovable.append(_fault_below_a_cent(line, exact, where))


def _fault_below_a_cent(line: Line, exact: Decimal, where: str) -> Fault:
    quantity, price = (f"{each.normalize():f}" for each in (line.quantity, line.unit_amount))
    amount = f"{exact.normalize():f}"
    return Fault(
        "X-cent",
        _lt(
            "The amount of {0} is {1} (from {2} × {3}), less than half a cent. Xero does not "
            "approve such a line."
        ).format(where, amount, quantity, price),
        _lt(
            "If the line is free, set its price to zero. If not, change it so that its amount "
            "is at least one cent."
        ),
    )


def _fault_of_amount(work: _Drafter, row: Row, line: Line, totals: LineTotals, where: str) -> Fault:
    if totals.total * totals.discount < 0 or abs(totals.discount) > abs(totals.total):
        return Fault(
            "I12",
            _lt(
                "The discount of {0} is {1} on an amount of {2}: in Xero a discount can be "
                "neither negative nor larger than the amount."
            ).format(where, f"{totals.discount:f}", f"{totals.total:f}"),
            _lt("Give the line its final price instead of the discount."),
        )
    bare = {"Quantity": line.quantity, "UnitAmount": line.unit_amount}
    if totals.total < 0 and totals.discount and amount_of(bare) == totals.total:
        return Fault(
            "I12",
            _lt(
                "The discount of {0} is {1} on a negative amount of {2}: here Xero accepts "
                "only a percentage with two decimals, and none of these gives {3}."
            ).format(
                where, f"{totals.discount:f}", f"{totals.total:f}", f"{totals.after_discount:f}"
            ),
            _lt("Give the line its final price instead of the discount."),
        )
    with exactly():
        at_xero = round_amount(amount_of(bare) - totals.discount, DECIMALS)
    return Fault("I12", *_why_inexact(work, row, totals.after_discount, at_xero, where))


def _why_inexact(
    work: _Drafter, row: Row, here: Decimal, at_xero: Decimal, where: str
) -> tuple[str, str]:
    """Which of the decimals of a line makes the difference, and what to do about it."""
    quantity, price = _number(row, "quantity"), _number(row, "selling_price")
    if quantity != round_amount(quantity, QUANTITY_DECIMALS):
        return (
            _lt(
                "The amount of {0} is {1} in the CRM and would be {2} in Xero: Xero keeps two "
                "decimals of an amount and four of a quantity."
            ).format(where, f"{here:f}", f"{at_xero:f}"),
            _lt("Round the quantity to four decimals."),
        )
    currency = str(work.fields.get("currency") or work.lookups.base_currency)
    decimals = decimals_of(currency)
    if decimals == DECIMALS or price != round_amount(price, UNIT_DECIMALS):
        return (
            _lt(
                "The amount of {0} is {1} in the CRM and would be {2} in Xero: Xero keeps two "
                "decimals of an amount and four of a price."
            ).format(where, f"{here:f}", f"{at_xero:f}"),
            _lt(
                "Round the price to four decimals, or the quantity, so that both amounts are equal."
            ),
        )
    if not decimals:
        return (
            _lt(
                "The amount of {0} is {1} in the CRM and would be {2} in Xero: amounts in {3} "
                "have no decimals, but Xero keeps two in every currency."
            ).format(where, f"{here:f}", f"{at_xero:f}", currency),
            _lt("Choose a price, a quantity and a discount that give a whole amount."),
        )
    return (
        _lt(
            "The amount of {0} is {1} in the CRM and would be {2} in Xero: amounts in {3} "
            "have {4} decimals, but Xero keeps two in every currency."
        ).format(where, f"{here:f}", f"{at_xero:f}", currency, decimals),
        _lt("Choose a price, a quantity and a discount that give an amount with two decimals."),
    )


def _sum(line: Line, coded: Coded, own_tax: Decimal | None) -> XeroLine:
    """A line for the sums: its amount is settled, only its tax is still to be found."""
    rate = coded.rate
    if rate is None or not rate.rate.effective:
        # A tax that Xero computed by an address has no percentage, and an amount of its own.
        given = own_tax if line.tax_type in COMPUTED_BY_XERO else None
        return XeroLine(Decimal(1), line.amount, tax_amount=given)
    return XeroLine(Decimal(1), line.amount, rate=rate.rate, tax_amount=own_tax)


# What the CRM keeps outside of its lines


def _add_charges(work: _Drafter, given: InvoiceInput, totals: InvoiceTotals) -> None:
    for charge, held in zip(totals.charges, given.charges, strict=True):
        if charge.amount or charge.tax:
            settled = work.lookups.settings.charges_account
            line, coded = _charge_line(work, CHARGES, charge.amount, settled, held.taxes)
            _add(work, line, coded, held.taxes, charge.tax if held.taxes else None)


def _add_adjustment(work: _Drafter, totals: InvoiceTotals) -> None:
    if totals.adjustment:
        settled = work.lookups.settings.adjustment_account
        line, coded = _charge_line(work, ADJUSTMENT, totals.adjustment, settled, ())
        _add(work, line, coded, (), None)


_CALLED = {CHARGES: _lt("Shipping & Handling"), ADJUSTMENT: _lt("the Adjustment")}


def _charge_line(
    work: _Drafter, charge: str, amount: Decimal, settled: str, taxes: Sequence[Tax]
) -> tuple[Line, Coded]:
    where = _CALLED[charge]
    account = work.coder.account(settled, None, where)
    coded = work.coder.code_taxes(taxes, account, None, where)
    if amount != round_amount(amount, DECIMALS):
        work.inexact.append(_more_than_cents(where, amount))
    line = Line(charge, Decimal(1), amount, amount, tax_type=coded.tax_type, charge=charge)
    return line, coded


def _more_than_cents(where: str, amount: Decimal) -> Fault:
    return Fault(
        "I12",
        _lt(
            "The amount of {0} is {1} in the CRM and would be {2} in Xero: Xero keeps two decimals."
        ).format(where, f"{amount:f}", f"{round_amount(amount, DECIMALS):f}"),
        _lt("Round it to two decimals."),
    )


# The total, to the cent


def _with_taxes(work: _Drafter, total: Decimal) -> tuple[Line, ...]:
    held = [place for place, piece in enumerate(work.pieces) if piece.given]
    decimals = decimals_of(str(work.fields.get("currency") or ""))
    sums = [piece.sum for piece in work.pieces]
    fit = fit_taxes(sums, _EXCLUSIVE, total, held=held, decimals=decimals)
    if isinstance(fit, NoFit):
        if not work.faults and not work.inexact:
            work.faults.append(_different_totals(fit))
        taxes: Sequence[Decimal] = [each.tax_amount or ZERO for each in sums]
    else:
        taxes = fit.tax_amounts
    pairs = zip(work.pieces, taxes, strict=True)
    return tuple(replace(piece.line, tax=tax) for piece, tax in pairs)


def _different_totals(fit: NoFit) -> Fault:
    return Fault(
        "I12",
        _lt("The total is {0} in the CRM and would be {1} in Xero: {2}.").format(
            f"{fit.wanted:f}", f"{fit.xero:f}", fit.reason
        ),
        _lt("Change prices, quantities or taxes so that both totals are equal."),
    )
