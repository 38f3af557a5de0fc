"""What the CRM must have before a plan's invoices can be written to it: taxes, and a product.

A line of Xero may carry a tax that the CRM does not have, or name no item at all (rules G4, I16).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..actions import Create, Update
from ..errors import RecordRefused
from ..lookups import PLACEHOLDER
from ..mapping.doctypes import ITEM_TYPE, PRODUCT
from ..mapping.invoices import ITEMS
from ..mapping.items import TAXES
from ..messages import _lt
from ..modules import spec_of
from ..plan import Plan
from ..records import Line, Module, Side
from ..taxes import CrmTax
from .looking_up import look_up_taxes
from .session import Session


def prepare(session: Session, plan: Plan) -> None:
    """Create what the plan's writes to the CRM refer to."""
    lines = list(_lines(plan))
    if not lines:
        _make_taxes(session, _tax_types_of_items(plan))
        return
    _make_taxes(session, {line.tax_type for line in lines})
    if any(not line.item and not line.charge for line in lines):
        for refers in spec_of(plan.module).refers_to:
            if refers.is_of_lines:
                _make_placeholder(session, refers.module)
    session.commit(plan.module)


def take_over_taxes(session: Session) -> None:
    """Taxes go Xero to CRM only; a CRM tax of the same name gets Xero's rate (rule G3)."""
    if not (session.reference.tax_rates or session.reference.accounts):
        return  # a run of organizations alone reads neither
    session.current.lookups = look_up_taxes(session)
    before = session.crm.kept_rates()
    session.crm.keep_reference(session.reference)
    for tax in session.current.lookups.taxes.taxes_to_save(before):
        held = session.current.lookups.taxes.tax_named(tax.name)
        _save_tax(session, tax)
        if held is not None and held.rate != tax.rate:
            session.log.notify(
                _lt("The tax “{0}” has Xero's rate of {1}% now; it had {2}%.").format(
                    tax.name, f"{tax.rate.normalize():f}", f"{held.rate.normalize():f}"
                )
            )
    session.journal.commit()


def _lines(plan: Plan) -> Iterator[Line]:
    for decision in plan.decisions:
        action = decision.on(Side.CRM)
        value = action.values.get(ITEMS) if isinstance(action, (Create, Update)) else ()
        yield from (each for each in value or () if isinstance(each, Line))  # type: ignore[union-attr]


def _tax_types_of_items(plan: Plan) -> set[str]:
    actions = (decision.on(Side.CRM) for decision in plan.decisions)
    writes = (each for each in actions if isinstance(each, (Create, Update)))
    return {str(each.values[TAXES]) for each in writes if each.values.get(TAXES)}


def _make_taxes(session: Session, tax_types: set[str]) -> None:
    for tax in session.current.lookups.taxes.missing_taxes(sorted(tax_types)):
        _save_tax(session, tax)


def _save_tax(session: Session, tax: CrmTax) -> None:
    """Save a tax; a refusal becomes a notice, and the invoices that need it are skipped."""
    try:
        with session.journal.record():
            session.crm.save_tax(tax)
    except RecordRefused as refused:
        session.log.notify(
            _lt("The tax “{0}” could not be copied from Xero: {1}").format(tax.name, refused.reason)
        )
    else:
        session.current.lookups.taxes.add(tax)


def _make_placeholder(session: Session, module: Module) -> None:
    if session.current.lookups.placeholder is not None:
        return
    values = {
        "product_name": PLACEHOLDER,
        ITEM_TYPE: PRODUCT,
        "assigned_to": session.settings.assigned_to,
    }
    try:
        with session.journal.record():
            record = session.crm.create(module, values)
    except RecordRefused as refused:
        session.log.notify(
            _lt(
                "The product “{0}” for lines without an item could not be made, and invoices "
                "with such lines are skipped: {1}"
            ).format(PLACEHOLDER, refused.reason)
        )
        return
    session.current.lookups.placeholder = (PRODUCT, record.name)
    session.log.notify(
        _lt("The product “{0}” was created for invoice lines without an item in Xero.").format(
            PLACEHOLDER
        )
    )
