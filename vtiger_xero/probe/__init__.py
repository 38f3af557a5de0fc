"""Tries what the app assumes of Xero on a Xero: the simulator, or a real Demo Company."""
