"""What the attackers are after: two customers' records, their links and logs, secrets.

One customer is the bound people's own, the other is not. All that is readable of a record holds a
mark that is found nowhere else, so that any answer with the mark in it has shown the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import frappe
from frappe.model import no_value_fields

from tests.site.attack.people import Person
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop
from tests.site.test_site_previews import previewed
from tests.site.xero import run_now
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.tenant import SETTINGS
from vtiger_xero.engine.records import Module
from xero_simulator import DEMO_CLIENT_SECRET, Simulator

ORGANIZATION, SERVICE, TAX = "Vtiger Organization", "Vtiger Service", "Vtiger Tax"
WEBHOOK_KEY = "Zq webhook key 7f3a9b"
HTML = "<img src=x onerror=alert(7317)>"
FORMULA = "=7317+1"
_TEXTS = ("Data", "Small Text", "Text", "Long Text", "Text Editor", "Code", "JSON")


@dataclass(frozen=True)
class Mark:
    """A text that is in one record only, or in records of one kind."""

    text: str
    doctype: str
    others: bool  # of the customer whom the bound people may not see


@dataclass
class Ledger:
    """The records by DocType: the bound people's own, and the other customer's."""

    own: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    xero_ids: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)  # names and ids of all that is the other's

    _hidden: dict[str, list[Mark]] = field(default_factory=dict)

    def hidden_from(self, person: Person) -> list[Mark]:
        """The marks that no answer to this person may hold."""
        if person.title not in self._hidden:
            self._hidden[person.title] = [
                mark
                for mark in self.marks
                if not person.may_read(mark.doctype) or (person.bound and mark.others)
            ]
        return self._hidden[person.title]

    def is_hidden_from(self, person: Person, doctype: str) -> bool:
        """Whether the other customer's record of a DocType is none for this person."""
        return any(mark.doctype == doctype for mark in self.hidden_from(person))


@cache
def doctypes() -> list[str]:
    """The app's DocTypes, as Frappe has them."""
    return sorted(frappe.get_all("DocType", {"module": "Vtiger Xero"}, pluck="name"))


@cache
def is_written_by_people(doctype: str) -> bool:
    """Whether a role may make or change records of it. All others are the sync's alone."""
    meta = frappe.get_meta(doctype)
    if meta.istable:
        filters = {"options": doctype, "fieldtype": ["like", "Table%"]}
        return any(map(is_written_by_people, frappe.get_all("DocField", filters, pluck="parent")))
    return any(rule.write or rule.create for rule in frappe.get_meta(doctype).permissions)


def make(xero: Simulator) -> Ledger:
    """Both customers' records, a run that has linked them, a preview of what comes next."""
    ledger = Ledger()
    settings = frappe.get_doc(SETTINGS)
    modules = [{"module": each.value, "enable_sync": 1} for each in Module]
    settings.update({"webhook_key": WEBHOOK_KEY, "modules": modules}).save()
    for whose, records in (("Own", ledger.own), ("Other", ledger.other)):
        _sell(whose, records)
    frappe.db.commit()
    for name in (HTML, FORMULA, "ZqOther only in Xero"):
        xero.organisation.add_contact_in_xero(Name=name)
    _rows_of_tables(ledger)
    ledger.runs["Sync"] = str(run_now().name)
    xero.organisation.add_contact_in_xero(Name="ZqOther new in Xero")
    frappe.get_doc(ORGANIZATION, ledger.other[ORGANIZATION]).update({"fax": "ZqOther fax"}).save()
    ledger.runs["Preview"] = previewed()
    _fill_the_rest(ledger)
    frappe.db.commit()
    _mark(ledger)
    return ledger


def _sell(whose: str, records: dict[str, str]) -> None:
    """What one customer bought, and a payment of it."""
    shop = Shop()
    mark = f"Zq{whose}"
    frappe.db.set_value(ORGANIZATION, shop.organization, "organization_name", f"{mark} customer")
    price = 7317.19 if whose == "Other" else 1513.19
    line = shop.line(price, xero_sales_account=None, item_comment=f"{mark} comment")
    invoice = shop.invoice(
        line, subject=f"{mark} subject", status="Approved", description=f"{mark} text"
    )
    part = 813.47 if whose == "Other" else 213.47
    payment = shop.pay(invoice, part, reference=f"{mark} reference")
    service = shop.insert(SERVICE, service_name=f"{mark} service", service_code=f"{mark}S")
    frappe.db.set_value(PRODUCT, shop.bolt, "part_number", f"{mark}P")
    records |= {
        ORGANIZATION: shop.organization,
        PRODUCT: shop.bolt,
        SERVICE: str(service.name),
        TAX: shop.vat,
        INVOICE: str(invoice.name),
        PAYMENT: str(payment.name),
    }
    for doctype, name in records.items():
        _mark_empty_texts(doctype, name, mark)


def _mark_empty_texts(doctype: str, name: str, mark: str) -> None:
    for each in frappe.get_meta(doctype).fields:
        is_text = each.fieldtype in _TEXTS[:3] and not (
            each.options or each.read_only or each.length or each.is_virtual
        )
        if is_text and not frappe.db.get_value(doctype, name, each.fieldname):
            frappe.db.set_value(
                doctype,
                name,
                each.fieldname,
                f"{mark} {doctype} {each.fieldname}",
                update_modified=False,
            )


def _rows_of_tables(ledger: Ledger) -> None:
    for records in (ledger.own, ledger.other):
        for doctype, name in list(records.items()):
            for table in frappe.get_meta(doctype).get_table_fields():
                rows = frappe.get_all(table.options, {"parent": name}, pluck="name", limit=1)
                if rows:
                    records.setdefault(table.options, rows[0])


def _fill_the_rest(ledger: Ledger) -> None:
    """A record of each DocType that has none yet, past all rules, of the other customer."""
    tenant = frappe.db.get_single_value(SETTINGS, "tenant_id")
    for doctype in doctypes():
        meta = frappe.get_meta(doctype)
        if meta.issingle or meta.istable:
            continue
        if not frappe.db.count(doctype):
            row = frappe.new_doc(doctype)
            for each in meta.fields:
                if each.fieldtype in _TEXTS:
                    row.set(
                        each.fieldname, f"ZqOther {doctype} {each.fieldname}"[: each.length or 140]
                    )
            named = {
                "link_doctype": INVOICE,
                "crm_name": ledger.other[INVOICE],
                "module": "Invoices",
            }
            times = dict.fromkeys(("sent", "answered_on", "updated"), "2026-01-01T00:00:00+00:00")
            known = {**times, "tenant": tenant, "answer": "One", "items": "{}", **named}
            row.update({key: value for key, value in known.items() if meta.has_field(key)})
            row.name = f"Zq{frappe.generate_hash(length=10)}"
            row.db_insert()
        first = frappe.get_all(doctype, pluck="name", limit=1, order_by="creation")[0]
        ledger.own.setdefault(doctype, first)
        ledger.other.setdefault(doctype, first)


def _mark(ledger: Ledger) -> None:
    """Note what shows a record: the texts put into it; names and long values of inner rows."""
    for doctype in (ORGANIZATION, PRODUCT, SERVICE, INVOICE, PAYMENT):
        ledger.others.add(ledger.other[doctype])
    links = frappe.get_all("Xero Link", ["link_doctype", "crm_name", "xero_id"])
    for link in links:
        if (
            link.xero_id
            and link.crm_name in ledger.others
            and link.link_doctype in (ORGANIZATION, INVOICE, PAYMENT)
        ):
            ledger.others.add(str(link.xero_id))
            ledger.xero_ids[link.link_doctype] = str(link.xero_id)
    for doctype in doctypes():
        meta = frappe.get_meta(doctype)
        if meta.issingle or meta.istable:
            continue
        if is_written_by_people(doctype):
            ledger.marks += _marks_of_records(ledger, doctype)
        else:
            ledger.marks += _marks_of_rows(ledger, doctype)
    for what in ("ZqOther only in Xero", "ZqOther new in Xero"):
        ledger.marks.append(Mark(what, ORGANIZATION, others=True))
    tokens = SiteTokens().load()
    ledger.secrets = [tokens.access_token, tokens.refresh_token, DEMO_CLIENT_SECRET, WEBHOOK_KEY]


def _marks_of_records(ledger: Ledger, doctype: str) -> Iterator[Mark]:
    """The texts with `Zq` in them, and amounts that nothing else has."""
    belongs = doctype in (ORGANIZATION, INVOICE, PAYMENT)
    for whose, records in (("Own", ledger.own), ("Other", ledger.other)):
        values = frappe.get_doc(doctype, records[doctype]).as_dict()
        for value in _values(values):
            if isinstance(value, str) and f"Zq{whose}" in value:
                yield Mark(value, doctype, others=belongs and whose == "Other")
            if isinstance(value, float) and round(value, 2) in _AMOUNTS:
                yield Mark(str(value), doctype, others=belongs and whose == "Other")


# Which account, rate or organisation it is stands on records that more people may read.
_NO_SECRET = ("Xero Account", "Xero Tax Rate", "Xero Organisation")
_AMOUNTS = (7317.19, 813.47, 6503.72)


def _values(row: Mapping[str, Any]) -> Iterator[Any]:
    for value in row.values():
        if isinstance(value, list):
            for each in value:
                yield from _values(each if isinstance(each, dict) else {})
        else:
            yield value


def _marks_of_rows(ledger: Ledger, doctype: str) -> Iterator[Mark]:
    """What only the sync writes is seldom for anybody: each row's own long values are marks."""
    fields = [
        each.fieldname
        for each in frappe.get_meta(doctype).fields
        if each.fieldtype not in no_value_fields and each.fieldtype in _TEXTS
    ]
    for row in frappe.get_all(doctype, fields=["name", *fields], limit_page_length=0):
        text = json.dumps(row, default=str)
        others = any(each in text for each in ledger.others) or "ZqOther" in text
        about_records = frappe.get_meta(doctype).has_field("xero_id")
        if len(str(row["name"])) >= 10 and doctype not in _NO_SECRET:
            yield Mark(str(row["name"]), doctype, others and about_records)
