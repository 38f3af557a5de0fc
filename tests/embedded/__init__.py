"""The CRM on SQLite: the contract, and what only this implementation has."""
