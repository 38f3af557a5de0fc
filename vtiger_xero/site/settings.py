"""Xero Settings, as the engine and Xero's client take them."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils.password import get_decrypted_password

from ..engine.errors import AccessLost, ConfigurationError
from ..engine.mapping.doctypes import PRODUCT, SERVICE
from ..engine.records import Direction, Module
from ..engine.settings import ConflictPolicy, ModuleSettings, Settings
from ..xero.endpoints import XERO, Addresses
from ..xero.tokens import NOT_CONNECTED, App

SETTINGS = "Xero Settings"
LINE_ACCOUNTS = ("sales_account", "charges_account", "adjustment_account")
PAYMENT_ACCOUNT = "payment_account"
ACCOUNT_FIELDS = (*LINE_ACCOUNTS, PAYMENT_ACCOUNT)
_INCOMING = {"Products": PRODUCT, "Services": SERVICE}


def engine_settings(only: Module | None = None) -> Settings:
    """What the administrator chose; `only` is the one module of a run that is not of all.

    Raises `ConfigurationError` where the settings let nothing run, `AccessLost` where no
    organisation is connected.
    """
    form = frappe.get_doc(SETTINGS)
    if not form.tenant_id:
        raise AccessLost(_(NOT_CONNECTED))
    if not form.enabled:
        raise ConfigurationError(
            _("The sync is switched off. Tick Enable Xero Sync in Xero Settings to run it.")
        )
    settings = Settings(
        tenant=form.tenant_id,
        modules=_modules(form),
        conflicts=ConflictPolicy(form.conflicts),
        deletions=bool(form.deletions),
        customers_only=bool(form.customers_only),
        assigned_to=form.assigned_to or form.connected_by or "",
        **{field: form.get(field) or "" for field in ACCOUNT_FIELDS},
        incoming_items=_INCOMING.get(form.incoming_items, PRODUCT),
        number_as_code=bool(form.number_as_code),
        only=only,
    )
    return _require_one(settings)


def _modules(form: frappe._dict) -> Mapping[Module, ModuleSettings]:
    return {
        Module(row.module): ModuleSettings(bool(row.enable_sync), Direction(row.sync_direction))
        for row in form.modules
    }


def _require_one(settings: Settings) -> Settings:
    if not any(settings.runs(module) for module in Module):
        what = _(settings.only.value) if settings.only else _("any module")
        raise ConfigurationError(
            _("Xero Settings do not enable {0}. Tick Enable Sync in its row to run it.").format(
                what
            )
        )
    return settings


def app() -> App:
    """The app as registered at developer.xero.com."""
    try:
        secret = get_decrypted_password(SETTINGS, SETTINGS, "client_secret", raise_exception=False)
    except frappe.ValidationError:  # a site restored without its encryption key
        frappe.clear_last_message()
        raise ConfigurationError(
            _("The Client Secret cannot be read with this site's key. Enter it again.")
        ) from None
    return App(frappe.db.get_single_value(SETTINGS, "client_id") or "", secret or "")


def addresses() -> Addresses:
    """Where Xero is; `xero_address` in the site's config lets a simulator stand in.

    No field of a form, and no argument of a request: whoever could choose where the tokens are
    sent could have them. The config file is written by whoever runs the server.
    """
    instead = frappe.conf.get("xero_address")
    return Addresses.at(instead) if instead else XERO
