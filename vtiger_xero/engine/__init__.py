"""The pure heart of the sync: no Frappe, no network, no SDK, no database."""
