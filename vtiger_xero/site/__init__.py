"""The CRM on a Frappe site: the engine's ports, by Frappe's own means."""
