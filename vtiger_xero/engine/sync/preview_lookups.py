"""A preview's lookups, as they would be after its earlier modules were carried out.

A run writes organizations before it plans invoices. A preview writes nothing, so what the earlier
plans would link is added to what the journal knows: else it would show skips that the run never
makes. Of each decision only what later modules look up is kept, for a preview may have many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..actions import Create, Decision, Delete, Update
from ..lookups import CrmItem, Item, Lookups, OpenInvoice
from ..mapping import Values
from ..mapping.doctypes import ITEM_TYPE, PRODUCT
from ..mapping.invoices import AUTHORISED, ITEMS, NUMBER, STATUS
from ..mapping.item_history import CODES, former_values
from ..mapping.items import CODE, NAME, SALES_ACCOUNT
from ..mapping.resources import GONE
from ..mapping.rows import decimal_of, text_of
from ..modules import SPECS, spec_of
from ..modules.spec import Refers
from ..money import ZERO
from ..plan import Plan
from ..records import Foreseen, Line, Module, Side
from ..text import name_key
from ..totals.payments import APPROVED


@dataclass
class _Links:
    """What plans would link: both directions, and duplicates with their primary records."""

    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    duplicates: dict[str, str] = field(default_factory=dict)

    def add(self, decision: Decision) -> None:
        name, xero_id = _names(decision)
        if decision.pair.duplicate_of and decision.pair.crm:
            self.duplicates[decision.pair.crm.name] = decision.pair.duplicate_of
        elif name and xero_id:
            self.ids[name], self.names[xero_id] = xero_id, name

    def changes(self, lookups: Lookups, refers: Refers) -> dict[str, Any]:
        known: Mapping[str, str] = getattr(lookups, refers.ids)
        there: Mapping[str, str] = getattr(lookups, refers.records)
        of_duplicates = {
            duplicate: self.ids.get(primary) or known.get(primary, "")
            for duplicate, primary in self.duplicates.items()
        }
        of_duplicates = {duplicate: held for duplicate, held in of_duplicates.items() if held}
        ids = {**known, **self.ids, **of_duplicates}
        return {refers.ids: ids, refers.records: {**there, **self.names}}


@dataclass(frozen=True, slots=True)
class _Product:
    """An item as a plan would leave it: its code in Xero, and what it was called before.

    `account` is the AccountID that the CRM's product would get, None where it keeps its own.
    """

    name: str
    kind: str
    title: str
    held_code: str
    code: str
    former_codes: tuple[str, ...]
    former_name: str
    tax_type: str
    account: str | None
    is_removed: bool
    duplicate_of: str | None

    @staticmethod
    def of(module: Module, decision: Decision, lookups: Lookups) -> _Product:
        """What a decision makes of an item."""
        base: Values = {**decision.pair.base, **decision.agreed}
        document = _document(decision)
        return _Product(
            name=_names(decision)[0],
            kind=_kind(decision),
            title=spec_of(module).xero.title(document),
            held_code=str(document.get("Code") or ""),
            code=_code(decision),
            former_codes=(*former_values(base, CODES), text_of(base.get(CODE))),
            former_name=text_of(base.get(NAME)),
            tax_type=_tax_type(decision, lookups),
            account=_account(decision, lookups),
            is_removed=isinstance(decision.on(Side.XERO), Delete),
            duplicate_of=decision.pair.duplicate_of,
        )

    def new(self) -> CrmItem:
        """The item that it would be in the CRM."""
        account = self.account or ""
        return CrmItem(self.kind, self.name, self.title, self.code, account, self.tax_type)

    def renamed(self, item: CrmItem) -> CrmItem:
        """The item under its new code, with what both sides called it before."""
        former = (*item.former_codes, *self.former_codes)
        names = (*item.former_names, self.former_name)
        return replace(
            item,
            code=self.code,
            is_deleted=False,
            former_codes=tuple(dict.fromkeys(each for each in former if each)),
            former_names=tuple(each for each in names if each),
            tax_type=self.tax_type,
            account=item.account if self.account is None else self.account,
        )


@dataclass
class EarlierPlans:
    """What a preview's earlier plans would change in the lookups of later modules."""

    _links: dict[Module, _Links] = field(default_factory=lambda: defaultdict(_Links))
    _products: dict[Module, list[_Product]] = field(default_factory=lambda: defaultdict(list))
    _statuses: dict[str, str] = field(default_factory=dict)
    _open: dict[str, OpenInvoice] = field(default_factory=dict)
    _modules: set[Module] = field(default_factory=set)

    def add(self, part: Plan, lookups: Lookups) -> None:
        """Add a part of a module's plan, which was made with these lookups."""
        self._modules.add(part.module)
        later = [each for spec in SPECS.values() for each in spec.refers_to]
        of_lines = {each.is_of_lines for each in later if each.module is part.module}
        is_settled = any(spec.settles is part.module for spec in SPECS.values())
        for decision in part.decisions:
            if False in of_lines:
                self._links[part.module].add(decision)
            if True in of_lines:
                self._products[part.module].append(_Product.of(part.module, decision, lookups))
        if is_settled:
            self._statuses.update(_statuses(part.decisions))
            self._open.update(_open_invoices(part.decisions))

    def applied_to(self, module: Module, lookups: Lookups) -> Lookups:
        """The lookups of a module as they would be after these plans."""
        spec = spec_of(module)
        changes: dict[str, Any] = {}
        for refers in spec.refers_to:
            if refers.module not in self._modules:
                continue
            if refers.is_of_lines:
                changes |= _changes_of_items(self._products[refers.module], lookups)
            else:
                changes |= self._links[refers.module].changes(lookups, refers)
        if spec.settles in self._modules:
            statuses = {**lookups.invoice_statuses, **self._statuses}
            changes |= {"invoice_statuses": statuses, "open_at_xero": dict(self._open)}
        return replace(lookups, **changes) if changes else lookups


def _names(decision: Decision) -> tuple[str, str]:
    crm, xero = decision.pair.crm, decision.pair.xero
    name, xero_id = crm.name if crm else "", xero.id if xero else ""
    if isinstance(decision.on(Side.XERO), Create):
        xero_id = Foreseen.of(name)
    if isinstance(decision.on(Side.CRM), Create):
        name = Foreseen.of(xero_id)
    return name, xero_id


def _changes_of_items(planned: Collection[_Product], lookups: Lookups) -> dict[str, Any]:
    new_codes = {each.held_code: each.code for each in planned}
    return {
        "items": {**lookups.items, **_items(planned, lookups.items)},
        "codes_at_xero": _codes(planned, lookups.codes_at_xero),
        # What Xero has at hand, under the codes that its items get.
        "stock": {new_codes.get(code) or code: held for code, held in lookups.stock.items()},
    }


def _items(planned: Collection[_Product], known: Mapping[Item, CrmItem]) -> dict[Item, CrmItem]:
    found: dict[Item, CrmItem] = {}
    by_name = {item.name: key for key, item in known.items()}
    for each in planned:
        key = by_name.get(each.name)
        if key is not None and each.code:
            found[key] = each.renamed(known[key])
        elif isinstance(each.name, Foreseen):
            found[each.kind, each.name] = each.new()
    for each in planned:
        key, of_primary = by_name.get(each.name), by_name.get(each.duplicate_of or "")
        if key is not None and of_primary in found:
            primary = found[of_primary]
            found[key] = replace(known[key], code=primary.code, tax_type=primary.tax_type)
    return found


def _codes(planned: Collection[_Product], known: Collection[str]) -> set[str]:
    """The codes of living items at Xero: without those that go, with those that come."""
    held = {name_key(each.held_code) for each in planned}
    coming = {name_key(each.code) for each in planned if each.code and not each.is_removed}
    return (set(known) - held) | coming


def _code(decision: Decision) -> str:
    action = decision.on(Side.XERO)
    if isinstance(action, (Create, Update)) and action.values.get(CODE):
        return text_of(action.values[CODE])
    held = _document(decision)
    return "" if held.get("Status") in GONE else str(held.get("Code") or "")


def _account(decision: Decision, lookups: Lookups) -> str | None:
    action = decision.on(Side.CRM)
    if not isinstance(action, (Create, Update)) or SALES_ACCOUNT not in action.values:
        return None
    return lookups.account_id(text_of(action.values[SALES_ACCOUNT]))


def _tax_type(decision: Decision, lookups: Lookups) -> str:
    """The TaxType that Xero's item will have: what is sent, else the account's, which fills it."""
    action, held = decision.on(Side.XERO), _document(decision)
    document = action.document if isinstance(action, (Create, Update)) else {}
    details = {**(held.get("SalesDetails") or {}), **((document or {}).get("SalesDetails") or {})}
    if details.get("TaxType"):
        return str(details["TaxType"])
    account = lookups.account_with_code(str(details.get("AccountCode") or ""))
    return account.tax_type if account and document else ""


def _document(decision: Decision) -> dict[str, Any]:
    return decision.pair.xero.document if decision.pair.xero else {}


def _kind(decision: Decision) -> str:
    action = decision.on(Side.CRM)
    return text_of(action.values.get(ITEM_TYPE)) if isinstance(action, Create) else PRODUCT


def _statuses(decisions: Iterable[Decision]) -> Iterator[tuple[str, str]]:
    for decision in decisions:
        action = decision.on(Side.CRM)
        if isinstance(action, Update) and action.values.get(STATUS) == AUTHORISED:
            yield _names(decision)[0], APPROVED


def _open_invoices(decisions: Iterable[Decision]) -> Iterator[tuple[str, OpenInvoice]]:
    """What would be open at Xero on invoices that the plan makes or approves there."""
    for decision in decisions:
        action, (_, xero_id) = decision.on(Side.XERO), _names(decision)
        if not isinstance(action, (Create, Update)):
            continue
        held = _document(decision)
        status = text_of(action.values.get(STATUS)) or str(held.get("Status") or "")
        due = decimal_of(held.get("AmountDue"))
        lines, total = action.values.get(ITEMS), action.document.get("Total")
        if total is not None:  # said only beside a rounding
            due += decimal_of(total) - decimal_of(held.get("Total"))
        elif isinstance(lines, tuple):
            total = sum((each.amount + each.tax for each in lines if isinstance(each, Line)), ZERO)
            due += total - decimal_of(held.get("Total"))
        number = text_of(action.values.get(NUMBER)) or str(held.get("InvoiceNumber") or "")
        yield xero_id, OpenInvoice(status, due, number)
