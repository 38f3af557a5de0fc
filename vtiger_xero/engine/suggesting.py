"""Which account a bookkeeper would probably choose for records that name none.

It is offered to a person, and never taken by a run: a wrong account is found months later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .modules.spec import DefaultAccount
from .records import Document
from .reference import Account


@dataclass(frozen=True)
class Suggestion:
    """An account, and how often documents in Xero name it (0: the usual one, or the first)."""

    account: Account
    uses: int = 0


def suggest(
    default: DefaultAccount,
    accounts: Sequence[Account],
    documents: Iterable[Document],
    base_currency: str,
) -> Suggestion | None:
    """The account that these documents name most; else Xero's usual one, else the first by code.

    Only accounts of the usual types that suit, in the base currency (ISO code) or in none; None
    where there is no such account.
    """
    uses = Counter(key for document in documents for key in default.named(document) if key)
    fitting = [each for each in accounts if _fits(each, default, base_currency)]

    def order(account: Account) -> tuple[int, bool, bool, str, str]:
        of_all = uses[account.id] + (uses[account.code] if account.code else 0)
        is_usual = account.code == default.usual_code
        return -of_all, not is_usual, not account.code, account.code, account.name

    if not fitting:
        return None
    best = min(fitting, key=order)
    return Suggestion(best, -order(best)[0])


def _fits(account: Account, default: DefaultAccount, base_currency: str) -> bool:
    is_usual = account.is_active and account.type in default.usual_types
    return is_usual and account.currency in ("", base_currency) and not default.fault(account)
