"""Vtiger's own CSV, read into the shape of Frappe's Data Import."""
