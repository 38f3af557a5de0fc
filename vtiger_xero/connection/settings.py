"""Xero Settings, as the engine and Xero's client take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

import frappe
from frappe import _
from frappe.utils import cint, get_time

from ..crm.tenant import SETTINGS
from ..crm.times import to_utc
from ..engine.errors import AccessLost, ConfigurationError
from ..engine.mapping.doctypes import PRODUCT, SERVICE
from ..engine.messages import _lt, label
from ..engine.modules import SPECS
from ..engine.modules.spec import DefaultAccount
from ..engine.records import Direction, Module, Side
from ..engine.schedule import Schedule
from ..engine.settings import ConflictPolicy, ModuleSettings, Settings
from ..xero.endpoints import XERO, Addresses
from ..xero.tokens import NOT_CONNECTED, App
from .passwords import UnreadablePassword, kept_password

# The accounts that a person chooses there, by their field.
ACCOUNTS: Mapping[str, DefaultAccount] = {
    each.field: each for spec in SPECS.values() for each in spec.default_accounts
}
DAILY_AT = "02:00:00"
WEBHOOK = "/api/method/vtiger_xero.webhook.receive"
_INCOMING = {"Products": PRODUCT, "Services": SERVICE}


def engine_settings() -> Settings:
    """What the administrator chose.

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
        **{field: form.get(field) or "" for field in ACCOUNTS},
        incoming_items=_INCOMING.get(form.incoming_items, PRODUCT),
        number_as_code=bool(form.number_as_code),
    )
    return _require_one(settings)


def _modules(form: frappe._dict) -> Mapping[Module, ModuleSettings]:
    return {
        Module(row.module): ModuleSettings(bool(row.enable_sync), Direction(row.sync_direction))
        for row in form.modules
    }


def _require_one(settings: Settings) -> Settings:
    if not any(settings.of(module).enabled for module in Module):
        raise ConfigurationError(
            _lt("Xero Settings do not enable {0}. Tick Enable Sync in its row to run it.").format(
                _lt("any module")
            )
        )
    return settings


@dataclass(frozen=True)
class Automation:
    """What may run automatically: `since` (UTC) is the moment from which the schedule counts."""

    tenant: str
    schedule: Schedule
    daily_at: time
    since: datetime


def automation() -> Automation | None:
    """What the administrator chose; None where the one switch is off, or nothing is connected."""
    form = frappe.get_doc(SETTINGS)
    if not (form.enabled and form.tenant_id):
        return None
    moments = [to_utc(each) for each in (form.schedule_changed, form.connected_on) if each]
    return Automation(
        tenant=form.tenant_id,
        schedule=Schedule(form.schedule or Schedule.OFF),
        daily_at=get_time(form.daily_at or DAILY_AT),
        since=max(moments),
    )


def syncs_on_save(module: Module) -> bool:
    """Whether a record that is saved in this module goes to Xero automatically."""
    form = frappe.get_cached_doc(SETTINGS)  # asked at every save
    if not (form.enabled and form.tenant_id and form.on_save):
        return False
    chosen = _modules(form).get(module)
    return bool(chosen and chosen.enabled and chosen.direction.writes(Side.XERO))


def app() -> App:
    """The app as registered at developer.xero.com."""
    client_id = frappe.db.get_single_value(SETTINGS, "client_id") or ""
    return App(client_id, secret("client_secret"))


def webhook_key() -> str:
    """The key with which Xero signs its messages, "" if none is entered."""
    return secret("webhook_key")


def secret(field: str) -> str:
    """What a Password field of the settings holds, "" for nothing."""
    try:
        return kept_password(SETTINGS, SETTINGS, field)
    except UnreadablePassword:
        named = label(frappe.get_meta(SETTINGS).get_label(field))
        raise ConfigurationError(
            _lt("The {0} cannot be read with this site's key. Enter it again.").format(named)
        ) from None


def addresses() -> Addresses:
    """Where Xero is; `xero_address` in the config of a developer's site lets a simulator stand in.

    No field of a form, and no argument of a request: a user who could choose where the tokens are
    sent could have them. The config file belongs to the server's administrator, and even there the
    address alone moves nothing: a site's copy for trying things out may become the site itself.
    """
    instead = frappe.conf.get("xero_address")
    if not instead:
        return XERO
    if not any(cint(frappe.conf.get(each)) for each in ("developer_mode", "allow_tests")):
        raise ConfigurationError(
            _(
                "This site's config names another address for Xero (xero_address), and that is for "
                "developers only. Remove it, or switch on developer_mode."
            )
        )
    return Addresses.at(instead)
