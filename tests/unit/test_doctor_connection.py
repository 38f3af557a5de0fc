"""The doctor on the connection, on directions, and on fields that the CRM insists on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.support.doctor import (
    REFERENCE,
    SCOPES,
    bad,
    granted,
    heads,
    invoices,
    locked,
    mandatory,
    modules,
    of,
    settings,
    situation,
)
from vtiger_xero.engine.doctor import Severity, examine
from vtiger_xero.engine.mapping.doctypes import SERVICE
from vtiger_xero.engine.records import Direction, Module

ERROR, WARNING, FINE = Severity
TO_XERO, TO_CRM = Direction.TO_XERO, Direction.TO_CRM


# The connection


def test_a_broad_permission_of_an_older_app_will_do() -> None:
    narrow = ("offline_access", "accounting.contacts", "accounting.settings")
    assert not bad("scopes", granted(*narrow, "accounting.transactions"))


def test_a_permission_to_read_will_do_where_nothing_is_written() -> None:
    reading = ("offline_access", "accounting.contacts.read", "accounting.settings.read")
    only = modules(organizations=TO_CRM, products=None, invoices=None, payments=None)
    assert not bad("scopes", granted(*reading, settings=settings(modules=only)))
    both = modules(products=None, invoices=None, payments=None)
    assert bad("scopes", granted(*reading, settings=settings(modules=both)))


def test_a_permission_that_no_module_needs_is_not_missed() -> None:
    held = [scope for scope in SCOPES if scope != "accounting.payments"]
    assert not bad("scopes", granted(*held, settings=settings(modules=modules(payments=None))))


def test_nothing_is_said_of_permissions_that_nobody_knows() -> None:
    assert of("scopes", examine(granted())) == []


def test_two_base_currencies_only_warn_where_no_money_syncs() -> None:
    only = modules(products=None, invoices=None, payments=None)
    (found,) = bad("base-currency", situation(base_currency="EUR", settings=settings(modules=only)))
    assert found.severity is WARNING


def test_a_crm_without_a_base_currency_is_asked_for_one() -> None:
    (found,) = bad("base-currency", situation(base_currency=""))
    assert "NZD" in found.remedy


def test_an_invoice_that_is_in_xero_already_is_nobodys_trouble() -> None:
    sent = {Module.INVOICES: frozenset({"INV0"})}
    euro = situation(heads=invoices({"currency": "EUR"}), linked=sent)
    assert not bad("currencies", euro)
    assert not bad("lock-dates", replace(locked(period_lock_date=date(2026, 6, 1)), linked=sent))


def test_the_lock_date_is_named_even_where_nothing_is_dated_before_it() -> None:
    (found,) = of("lock-dates", examine(locked(year_lock_date=date(2025, 3, 31))))
    assert (found.severity, "2025-03-31" in found.problem) == (FINE, True)


def test_only_received_payments_are_held_against_the_lock_date() -> None:
    day = {"payment_date": "2026-01-05"}
    rows = heads(
        Module.PAYMENTS,
        {**day, "payment_no": "PAY1", "payment_status": "Received"},
        {**day, "payment_no": "PAY2", "payment_status": "Pending"},
    )
    reference = replace(REFERENCE, period_lock_date=date(2026, 1, 5))
    (found,) = bad("lock-dates", situation(reference=reference, heads=rows))
    assert found.records == ("PAY0",)


# Modules


def test_invoices_to_xero_with_payments_back_is_how_it_is_meant() -> None:
    chosen = modules(invoices=TO_XERO, payments=TO_CRM)
    assert not bad("directions", situation(settings=settings(modules=chosen)))


def test_payments_without_invoices_cannot_work_and_lines_without_products_can() -> None:
    (found,) = bad("modules", situation(settings=settings(modules=modules(invoices=None))))
    assert (found.severity, found.subject) == (ERROR, "Payments")
    (found,) = bad("modules", situation(settings=settings(modules=modules(products=None))))
    assert (found.severity, found.subject) == (WARNING, "Invoices")


# Mandatory fields


def test_a_mandatory_field_that_xero_has_may_still_be_empty_there() -> None:
    (found,) = bad("mandatory", mandatory("description", "Description"))
    assert found.severity is WARNING


def test_a_services_own_fields_count_where_items_become_services() -> None:
    given = {"settings": settings(incoming_items=SERVICE)}
    assert not bad("mandatory", mandatory("product_name", "Service Name", SERVICE, **given))
    (found,) = bad("mandatory", mandatory("category", "Category", SERVICE, **given))
    assert found.subject == "Mandatory field: Category (Vtiger Service)"


def test_what_never_comes_in_need_not_be_filled() -> None:
    assert not bad("mandatory", mandatory("category", "Category", SERVICE))
    outwards = settings(modules=modules(products=TO_XERO))
    assert not bad("mandatory", mandatory("category", "Category", settings=outwards))
