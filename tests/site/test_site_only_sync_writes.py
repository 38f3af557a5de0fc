"""What only the sync may write, no person writes, whichever way they go, and whoever they are.

The fields are found by looking: all that are declared, which a unit test holds to be all that are
read-only. A field of tomorrow is tried without a new line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.api import v1
from frappe.model.document import Document

from tests.contract.world import unique
from tests.site import saving_doors
from tests.site.saving_doors import CHANGES, MAKES, Values, whole
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop, by_sync, item_tax
from tests.site.test_site_rows import invoice_fields, line
from tests.site.web import new_person
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.saving.read_only import INVOICE_TAX, LINE, READ_ONLY, TAX, WRITTEN_BY_SYNC

ORGANIZATION, SERVICE = "Vtiger Organization", "Vtiger Service"
ROLES = (["Sales User"], ["Sales Manager", "Xero Manager"], ["System Manager"])
SAVED = [ORGANIZATION, PRODUCT, SERVICE, INVOICE, PAYMENT, TAX]
ROWS = {"items": LINE, "taxes": INVOICE_TAX}
_OWN = ("name", "doctype", "parent", "creation", "modified", "owner", "modified_by", "idx")
FORGED: dict[str, Any] = {
    "Check": 1,
    "Currency": 77.77,
    "Float": 77.77,
    "Int": 77,
    "Data": "Forged",
    "Small Text": "Forged",
    "Select": "In Sync",
}


@pytest.fixture(scope="module")
def persons() -> list[str]:
    """A salesperson, a manager, a system manager, and the administrator."""
    return [*(new_person(*roles) for roles in ROLES), "Administrator"]


@pytest.fixture
def books() -> dict[str, str]:
    """A record of each DocType, with everything that Xero can give it."""
    shop, crm = Shop(), SiteCrm("Administrator")
    taxes = ({**item_tax(shop.vat), "amount": Decimal("10.01"), "amount_given": True},)
    fields = invoice_fields(shop, line(shop, "100"), taxes=taxes)
    given = {
        "rounding": Decimal("0.05"),
        "cis_deduction": Decimal(3),
        "received_otherwise": Decimal(7),
    }
    invoice = crm.create(Module.INVOICES, {**fields, **given, "status": "Approved"}).name
    tracked = {"product_name": unique("Cog"), "qty_in_stock": Decimal(8), "tracked_in_xero": True}
    rate = frappe.get_doc({"doctype": "Xero Tax Rate", "tax_type": unique("OUT")})
    tax = frappe.get_doc({"doctype": TAX, "tax_name": unique("GST"), "rate": 15, "source": "Xero"})
    tax.xero_tax_type = by_sync(rate).insert().name
    made = {
        ORGANIZATION: crm.create(
            Module.ORGANIZATIONS, {"organization_name": unique("Ridgeway")}
        ).name,
        PRODUCT: crm.create(Module.PRODUCTS, tracked).name,
        SERVICE: crm.create(
            Module.PRODUCTS, {"product_name": unique("Help"), "item_type": SERVICE}
        ).name,
        INVOICE: invoice,
        PAYMENT: Shop.pay(shop, frappe.get_doc(INVOICE, invoice), 30).name,
        TAX: by_sync(tax).insert().name,
    }
    frappe.db.commit()
    return made


@pytest.fixture(autouse=True)
def _as_administrator_again() -> Iterator[None]:
    yield
    frappe.set_user("Administrator")
    frappe.local.form_dict = frappe._dict()


def fields_of(doctype: str) -> list[str]:
    """What no person writes, as far as it is a column."""
    said = READ_ONLY[doctype]
    names = [*said.stays, *said.stays_while, *said.computed]
    meta = frappe.get_meta(doctype)
    return [each for each in names if not meta.get_field(each).get("is_virtual")]


def forged(doctype: str) -> Values:
    """Another value for each of them."""
    meta = frappe.get_meta(doctype)
    return {each: _forged(meta.get_field(each)) for each in fields_of(doctype)}


def _forged(field: Any) -> Any:
    if field.fieldtype == "Link":
        return frappe.db.get_value(field.options, {}, "name")
    return FORGED[field.fieldtype]


def stored(doctype: str, name: str) -> Values:
    """What the database has of them, the rows of an invoice included."""
    held = frappe.get_doc(doctype, name)
    found = {each: held.get(each) for each in fields_of(doctype)}
    if doctype == INVOICE:
        found |= {
            (table, row.name, each): row.get(each)
            for table, of in ROWS.items()
            for row in held.get(table)
            for each in fields_of(of)
        }
    return found


def tried(person: str, door: Any, *what: Any) -> Any:
    """As a request does it: all of it or, where it is refused, nothing."""
    frappe.set_user(person)
    try:
        done = door(*what)
    except (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError):
        frappe.db.rollback()
        done = None
    else:
        frappe.db.commit()
    finally:
        frappe.clear_messages()
        frappe.set_user("Administrator")
    return done


@pytest.mark.parametrize("door", CHANGES)
def test_a_record_keeps_what_no_person_writes(
    books: dict[str, str], persons: list[str], door: str
) -> None:
    changed = {}
    for doctype, name in books.items():
        before, values = stored(doctype, name), forged(doctype)
        if door in ("attached", "file_made_private"):  # an address of a file is no number
            meta = frappe.get_meta(doctype)
            texts = ("Data", "Small Text", "Link")
            values = {k: v for k, v in values.items() if meta.get_field(k).fieldtype in texts}
        for person in persons:
            tried(person, CHANGES[door], doctype, name, values)
            changed |= difference(doctype, before, stored(doctype, name))
    assert changed == {}


def difference(doctype: str, before: Values, after: Values) -> dict[Any, Any]:
    """A save makes a linked record wait for the sync, and nothing else."""
    found = {key: (before[key], value) for key, value in after.items() if before[key] != value}
    if found.get("xero_state", ("", ""))[1] in ("Waiting", "Not Linked"):
        del found["xero_state"]
    return {(doctype, key): value for key, value in found.items()}


@pytest.mark.parametrize("door", ["form", "resource", "save", "set_value", "bulk_update"])
def test_the_rows_of_an_invoice_keep_it_too(
    books: dict[str, str], persons: list[str], door: str
) -> None:
    name = books[INVOICE]
    before, changed = stored(INVOICE, name), {}
    for person in persons:
        held = whole(INVOICE, name, {})
        rows = {t: [{**row, **forged(of)} for row in held[t]] for t, of in ROWS.items()}
        tried(person, CHANGES[door], INVOICE, name, rows)
        changed |= difference(INVOICE, before, stored(INVOICE, name))
    assert changed == {}


@pytest.mark.parametrize("door", MAKES)
def test_a_new_record_begins_without_it(
    books: dict[str, str], persons: list[str], door: str
) -> None:
    wrong = {}
    for doctype in SAVED:
        plain = plain_copy(doctype, books[doctype])
        honest = frappe.get_doc({"doctype": doctype, **plain}).insert()
        expected = without_names(stored(doctype, honest.name))
        frappe.db.rollback()
        lies = {**plain, **forged(doctype)}
        for persons_own in READ_ONLY[doctype].stays_while:  # of a new record it is a person's
            lies[persons_own] = plain.get(persons_own)
        if doctype == INVOICE:
            lies |= {t: [{**row, **forged(of)} for row in plain[t]] for t, of in ROWS.items()}
        for person in persons:
            if doctype == TAX:
                lies["tax_name"] = unique("Tax")
            name = tried(person, MAKES[door], doctype, lies)
            if name is not None and without_names(stored(doctype, name)) != expected:
                wrong[doctype, person] = without_names(stored(doctype, name))
            if person == "Administrator":
                assert name, "it can be made, without what was forged"
    assert wrong == {}


def plain_copy(doctype: str, name: str) -> Values:
    """What a person could type of a record."""
    held = strip(whole(doctype, name, {}), doctype)
    if doctype == TAX:
        held["tax_name"] = unique("Tax")
    if doctype == INVOICE:
        rows = {table: [strip(row, of) for row in held[table]] for table, of in ROWS.items()}
        held |= {**rows, "status": "Created"}
    return held


def strip(row: Values, doctype: str) -> Values:
    gone = {*_OWN, *fields_of(doctype)}
    return {key: value for key, value in row.items() if key not in gone}


def without_names(held: Values) -> list[Any]:
    """Without what is each record's own: its number, and the names of its rows."""
    own = {"organization_number", "product_number", "service_number", "payment_no"}
    found = []
    for key, value in held.items():
        if key not in own:
            found.append((key if isinstance(key, str) else (key[0], key[2]), value))
    return found


@pytest.mark.parametrize("kind", ["Insert New Records", "Update Existing Records"])
def test_an_import_brings_none_of_it(books: dict[str, str], tmp_path: Path, kind: str) -> None:
    name = books[INVOICE]
    before = stored(INVOICE, name)
    row = {"ID": name, "Received Otherwise": 77, "Rounding": 5, "CIS Deduction": 9}
    if kind.startswith("Insert"):
        row = {
            **row,
            "ID": "",
            "Subject": "Imported",
            "Organization Name": frappe.db.get_value(INVOICE, name, "organization_name"),
            "Item Type (Items)": PRODUCT,
            "Item Name (Items)": books[PRODUCT],
            "Selling Price (Items)": 10,
            "Quantity (Items)": 1,
        }
    saving_doors.imported(tmp_path, INVOICE, kind, row)
    assert stored(INVOICE, name) == before
    for each in frappe.get_all(INVOICE, {"subject": "Imported"}, ["*"]):
        assert (each.received_otherwise, each.rounding, each.cis_deduction) == (0, 0, 0)


def test_a_product_that_xero_counts_keeps_its_stock_and_any_other_takes_it(
    books: dict[str, str],
) -> None:
    product = frappe.get_doc(PRODUCT, books[PRODUCT])
    product.update({"qty_in_stock": 1000, "description": "Of steel"}).save()
    assert (product.reload().qty_in_stock, product.description) == (8, "Of steel")
    other = frappe.get_doc({"doctype": PRODUCT, "product_name": unique("Nut")}).insert()
    other.update({"qty_in_stock": 1000}).save()
    assert other.reload().qty_in_stock == 1000


def test_customize_form_opens_no_field(books: dict[str, str]) -> None:
    from tests.site.world import customize

    customize("received_otherwise", "read_only", "0", "Check", INVOICE)
    customize("received_otherwise", "default", "55", "Text", INVOICE)
    invoice = frappe.get_doc(INVOICE, books[INVOICE])
    invoice.update({"received_otherwise": 70}).save()
    assert invoice.reload().received_otherwise == 7
    new = {"doctype": INVOICE, **plain_copy(INVOICE, books[INVOICE])}
    assert frappe.get_doc(new).insert().received_otherwise == 0


# Rows


def rows_of(name: str) -> dict[str, Any]:
    held = frappe.get_doc(INVOICE, name)
    return {row.doctype: row.name for row in (held.items[0], held.taxes[0])}


ROW_CHANGES = [each for each in CHANGES if each not in ("kanban", "attached", "file_made_private")]


@pytest.mark.parametrize("door", ROW_CHANGES)
def test_a_row_is_saved_with_its_record_and_never_by_itself(
    books: dict[str, str], persons: list[str], door: str
) -> None:
    name, changed = books[INVOICE], {}
    before = stored(INVOICE, name)
    for of, row in rows_of(name).items():
        for person in persons:
            tried(person, CHANGES[door], of, row, forged(of))
            changed |= difference(INVOICE, before, stored(INVOICE, name))
    assert changed == {}
    for of, row in rows_of(name).items():
        price = {"selling_price": 500} if of == LINE else {"rate": 50}
        tried("Administrator", CHANGES[door], of, row, price)
        assert adds_up(name)


def adds_up(name: str) -> bool:
    """Whether the invoice is what its rows come to."""
    held = frappe.get_doc(INVOICE, name)
    before = (held.grand_total, held.total_tax)
    again = frappe.get_doc(INVOICE, name).save()
    return before == (again.grand_total, again.total_tax)


@pytest.mark.parametrize("door", ["new_resource", "new_document_of_v2", "insert", "new_form"])
def test_a_row_is_made_with_its_record_too(
    books: dict[str, str], persons: list[str], door: str
) -> None:
    name = books[INVOICE]
    for table, of in ROWS.items():
        row = strip(frappe.get_doc(INVOICE, name).get(table)[0].as_dict(), of)
        new = {**row, **forged(of), "parent": name, "parenttype": INVOICE, "parentfield": table}
        for person in persons:
            tried(person, MAKES[door], of, new)
            assert adds_up(name)


def test_no_row_is_taken_away_by_itself(books: dict[str, str], persons: list[str]) -> None:
    name = books[INVOICE]
    for of, row in rows_of(name).items():
        for person in persons:
            tried(person, v1.delete_doc, of, row)
            assert adds_up(name)


def test_nobody_takes_the_rows_of_another_record(books: dict[str, str], persons: list[str]) -> None:
    mine, theirs = books[INVOICE], copy_of(books[INVOICE])
    before = stored(INVOICE, theirs)
    row = frappe.get_doc(INVOICE, theirs).taxes[0].as_dict(convert_dates_to_str=True)
    for person in persons:
        held = whole(INVOICE, mine, {})
        tried(person, CHANGES["resource"], INVOICE, mine, {"taxes": [*held["taxes"], row]})
        assert frappe.db.get_value(INVOICE_TAX, row["name"], "parent") == theirs
    assert stored(INVOICE, theirs) == before


def copy_of(name: str) -> str:
    copied = str(frappe.copy_doc(frappe.get_doc(INVOICE, name)).insert().name)
    frappe.db.commit()
    return copied


# What the sync keeps for itself


@pytest.mark.parametrize("doctype", sorted(WRITTEN_BY_SYNC))
def test_nobody_writes_what_the_sync_remembers_even_with_the_right_to(doctype: str) -> None:
    """An administrator may give the right by Frappe's own means; it is worth nothing."""
    from frappe.permissions import add_permission, update_permission_property

    row = frappe.get_doc({"doctype": doctype, **a_row(doctype)})
    by_sync(row).insert(ignore_links=True)
    add_permission(doctype, "Sales User")
    for right in ("write", "create", "delete"):
        update_permission_property(doctype, "Sales User", 0, right, 1)
    frappe.db.commit()
    person = new_person("Sales User")
    field = next(each.fieldname for each in row.meta.fields if each.fieldtype == "Data")
    try:
        for door in ("resource", "save", "set_value"):
            frappe.set_user(person)
            with pytest.raises(frappe.PermissionError, match="only the sync can change"):
                CHANGES[door](doctype, row.name, {field: "Forged"})
            frappe.db.rollback()
        for door in ("new_resource", "insert"):
            frappe.set_user(person)
            with pytest.raises(frappe.PermissionError, match="only the sync can change"):
                MAKES[door](doctype, {**a_row(doctype), field: unique("Forged")})
            frappe.db.rollback()
    finally:
        frappe.set_user("Administrator")
        frappe.db.delete("Custom DocPerm", {"parent": doctype})
        frappe.db.commit()
        frappe.clear_cache(doctype=doctype)


def a_row(doctype: str) -> Values:
    meta = frappe.get_meta(doctype)
    needed = [each for each in meta.fields if each.fieldtype == "Data" and each.unique]
    return {each.fieldname: unique("key") for each in needed}


# Renaming and submitting, past what Frappe itself asks


def called(person: str, doctype: str, record: str, method: str, **arguments: Any) -> None:
    from frappe.handler import run_doc_method

    frappe.set_user(person)
    frappe.response.docs = []
    frappe.local.request = frappe._dict(method="POST")
    try:
        run_doc_method(method, dt=doctype, dn=record, args=frappe.as_json(arguments))
        frappe.db.commit()
    finally:
        frappe.set_user("Administrator")
        del frappe.local.request


@pytest.mark.parametrize("method", ["rename", "submit", "cancel", "discard"])
def test_a_method_of_frappes_passes_no_rule(
    books: dict[str, str], persons: list[str], method: str
) -> None:
    """`rename` takes a "do not validate" from whoever may read the record."""
    if not hasattr(Document, method):
        pytest.skip("this Frappe has no such method")
    given = {"name": "MINE", "force": True, "validate_rename": False} if method == "rename" else {}
    rate = {"Xero Tax Rate": frappe.db.get_value(TAX, books[TAX], "xero_tax_type")}
    for doctype, name in {**books, **rate}.items():
        for person in persons:
            with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
                called(person, doctype, name, method, **given)
            frappe.db.rollback()
            assert frappe.db.get_value(doctype, name, "docstatus") == 0
