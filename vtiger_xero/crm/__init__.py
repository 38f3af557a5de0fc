"""The engine's CRM and journal on a Frappe site, by Frappe's own means."""
