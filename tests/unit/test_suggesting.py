"""Which account the settings suggest: the one in use, else the usual one, else none."""

from __future__ import annotations

from typing import Any

import pytest

from vtiger_xero.engine.modules import SPECS
from vtiger_xero.engine.modules.spec import DefaultAccount
from vtiger_xero.engine.reference import Account
from vtiger_xero.engine.suggesting import suggest


def default(field: str) -> DefaultAccount:
    found = (each for spec in SPECS.values() for each in spec.default_accounts)
    return next(each for each in found if each.field == field)


SALES, BANK = default("sales_account"), default("payment_account")


def sales(code: str, **fields: Any) -> Account:
    return Account(f"id-{code}", code, f"Account {code}", **{"type": "REVENUE", **fields})


def bank(name: str, code: str = "", **fields: Any) -> Account:
    return Account(f"id-{name}", code, name, **{"type": "BANK", **fields})


def invoice(*codes: str) -> dict[str, Any]:
    return {"LineItems": [{"AccountCode": code} for code in codes]}


def payment(account: Account) -> dict[str, Any]:
    return {"Account": {"AccountID": account.id}}


def suggested(which: DefaultAccount, accounts: list[Account], *documents: Any) -> tuple[str, int]:
    found = suggest(which, accounts, documents, "NZD")
    return (found.account.code or found.account.name, found.uses) if found else ("", 0)


def test_the_account_that_xeros_invoices_name_most() -> None:
    accounts = [sales("200"), sales("260"), sales("270")]
    read = [invoice("260", "260"), invoice("200"), invoice("260", "270"), {}]
    assert suggested(SALES, accounts, *read) == ("260", 3)


def test_where_nothing_was_read_xeros_usual_one_and_else_the_first_by_code() -> None:
    assert suggested(SALES, [sales("190"), sales("200")]) == ("200", 0)
    assert suggested(SALES, [sales("41"), sales("400"), sales("260")]) == ("260", 0)


@pytest.mark.parametrize(
    "other",
    [
        sales("100", status="ARCHIVED"),
        sales("100", type="EXPENSE"),
        sales("100", type="BANK"),
        sales("100", type="OTHERINCOME"),
    ],
)
def test_no_account_that_a_bookkeeper_would_not_choose(other: Account) -> None:
    assert suggested(SALES, [other, sales("400")], invoice("100")) == ("400", 0)
    assert suggested(SALES, [other]) == ("", 0)


def test_the_bank_account_that_most_payments_went_to() -> None:
    business, savings = bank("Business", "090"), bank("Savings")
    assert suggested(BANK, [business, savings]) == ("090", 0)
    read = [payment(savings), payment(savings), payment(business), {}]
    assert suggested(BANK, [business, savings], *read) == ("Savings", 2)


def test_no_bank_account_of_another_currency() -> None:
    dollars = bank("Dollars", "010", currency="USD")
    assert suggested(BANK, [dollars, bank("Kiwi", "095", currency="NZD")]) == ("095", 0)
