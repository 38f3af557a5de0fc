"""The DocType Xero Match Answer."""

from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroMatchAnswer(WrittenBySync):
    """What a person answered on a possible match; written by the engine's journal."""
