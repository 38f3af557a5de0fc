"""Xero through xero-python: the engine's `Ledger`, and the consent that opens it.

`connect` is all that a run needs; `auth` is what the connecting page needs.
"""

from .budget import Budget, BudgetStore, MemoryBudget, TextBudget
from .budget_state import BudgetState
from .endpoints import SCOPES, XERO, Addresses
from .ledger import XeroLedger, connect
from .shared import SharedText
from .tokens import App, MemoryTokens, TextTokens, Tokens, TokenStore

__all__ = [
    "SCOPES",
    "XERO",
    "Addresses",
    "App",
    "Budget",
    "BudgetState",
    "BudgetStore",
    "MemoryBudget",
    "MemoryTokens",
    "SharedText",
    "TextBudget",
    "TextTokens",
    "TokenStore",
    "Tokens",
    "XeroLedger",
    "connect",
]
