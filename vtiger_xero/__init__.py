"""Vtiger CRM's accounting modules for Frappe, kept in step with Xero."""

__version__ = "0.3.0"
