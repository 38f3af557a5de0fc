"""Xero through xero-python: the engine's `Ledger`, and the consent that opens it.

`connect` is all that a run needs; `auth` is what the connecting page needs.
"""

from .budget import Budget, BudgetState, BudgetStore, MemoryBudget
from .endpoints import SCOPES, XERO, Addresses
from .ledger import XeroLedger, connect
from .tokens import App, MemoryTokens, Tokens, TokenStore

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
    "TokenStore",
    "Tokens",
    "XeroLedger",
    "connect",
]
