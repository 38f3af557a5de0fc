"""The connection to Xero: consent, tokens, settings, calls left, what is kept of its books."""
