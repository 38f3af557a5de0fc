"""The DocType Xero Settings."""

import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, get_time, get_url, now_datetime

from vtiger_xero.connection.accounts import require_fit
from vtiger_xero.connection.budget import budget_view
from vtiger_xero.connection.consent import redirect_address, take_message
from vtiger_xero.connection.organisations import remember
from vtiger_xero.connection.settings import ACCOUNTS, DAILY_AT, WEBHOOK
from vtiger_xero.connection.tokens import unreadable_secrets
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.schedule import Schedule
from vtiger_xero.vtiger_xero.guarded import Guarded

_APP = ("client_id", "client_secret")
_PASTED = (*_APP, "webhook_key")  # easily with a blank at an end
_COMPUTED = ("redirect_address", "webhook_address")  # whatever a request gives for them
_TIME = re.compile(r"([01]?\d|2[0-3])(:[0-5]?\d){1,2}(\.\d+)?")


class XeroSettings(Guarded):
    """The connection to Xero, and what the sync may do."""

    def onload(self) -> None:
        """What the form shows besides its fields: a message after Xero's page, the budget."""
        self.set_onload("unreadable", unreadable_secrets())
        if self.tenant_id:
            self.set_onload("budget", budget_view(self.tenant_id))
        if message := take_message(frappe.session.user):
            self.set_onload("consent_message", message)

    def before_insert(self) -> None:
        """Refuse a second insert, which would empty the Single; an installation makes the first."""
        table = frappe.qb.DocType("Singles")
        query = frappe.qb.from_(table).select(table.field).where(table.doctype == self.doctype)
        if query.limit(1).run():
            sentence = _("{0} already exist. Open them and change them there.")
            frappe.throw(sentence.format(_(self.doctype)))

    def before_validate(self) -> None:
        """The connection is changed by connecting, never by saving a form."""
        self.name = self.doctype  # another one would have secrets of its own
        if not self.flags.connecting:
            super().before_validate()

    def before_rename(self, *names: object) -> None:
        """Refuse; Frappe itself would look for a table that no Single has."""
        frappe.throw(_("{0} cannot be renamed.").format(_(self.doctype)))

    def on_trash(self) -> None:
        """Refuse: the connection and its tokens would stay at Xero."""
        frappe.throw(_("{0} cannot be deleted. Disconnect instead.").format(_(self.doctype)))

    def validate(self) -> None:
        """Check what a person may choose."""
        self._check_modules()
        self._check_accounts()
        self._keep_schedule()
        for field in _PASTED:
            self.set(field, str(self.get(field) or "").strip())
        for field in _COMPUTED:
            self.__dict__.pop(field, None)
        self._check_app()
        self._check_assigned_to()

    def on_update(self) -> None:
        """What is chosen for an organisation is there again when it is connected again."""
        if not self.flags.connecting:
            remember(self)

    def _check_modules(self) -> None:
        chosen = [row.module for row in self.modules]
        for name in chosen:
            if chosen.count(name) > 1:
                frappe.throw(
                    _("{0} is in the table more than once. Remove all but one row.").format(
                        escape_html(name)
                    )
                )
        self.add_modules(enabled=False)

    def add_modules(self, *, enabled: bool) -> None:
        """A row for each module that has none; those that are there stay as they are."""
        present = {row.module for row in self.modules}
        for module in Module:
            if module.value not in present:
                row = {"module": module.value, "enable_sync": int(enabled)}
                self.append("modules", {**row, "sync_direction": Direction.BOTH.value})

    def _check_app(self) -> None:
        """The connection lives on the app's keys: without them it could not even be ended."""
        before = self.get_doc_before_save()
        for field in _APP if before and self.tenant_id else ():
            if before.get(field) and not self.get(field):
                frappe.throw(
                    _("{0}: it is needed as long as Xero is connected. Disconnect first.").format(
                        _(self.meta.get_label(field))
                    )
                )

    def _check_assigned_to(self) -> None:
        """Only whom somebody has just chosen: who leaves later keeps nobody from saving."""
        before = self.get_doc_before_save()
        user = self.assigned_to
        if not user or (before and before.assigned_to == user):
            return
        if user == "Guest" or not frappe.db.get_value("User", user, "enabled"):
            frappe.throw(
                _("{0}: {1} cannot sign in. Choose another user.").format(
                    _(self.meta.get_label("assigned_to")), escape_html(user)
                )
            )

    def _check_accounts(self) -> None:
        """Only what a person has just chosen: what Xero archived later, the sync reports.

        Else nobody could switch the sync off, or disconnect, before choosing another account.
        """
        before = self.get_doc_before_save()
        for field, default in ACCOUNTS.items():
            account, label = self.get(field), _(self.meta.get_label(field))
            if account and (before is None or before.get(field) != account):
                require_fit(default, account, label)

    def _keep_schedule(self) -> None:
        """Since when it holds: whoever chooses 02:00 at noon wants tonight's run, not last night's.

        A site that had the app before it had a schedule has no value here: that is Off.
        """
        self.schedule = self.schedule or Schedule.OFF.value
        self.daily_at = self.daily_at or DAILY_AT
        self._check_time()
        before = self.get_doc_before_save()
        held = before.schedule_changed if before else None
        same = before and _when(before) == _when(self)
        self.schedule_changed = held if held and same else now_datetime()

    def _check_time(self) -> None:
        if not _TIME.fullmatch(str(self.daily_at)):
            label, given = _(self.meta.get_label("daily_at")), escape_html(str(self.daily_at))
            sentence = _("{0}: “{1}” is no time of the day. Enter it like 02:00.")
            frappe.throw(sentence.format(label, given))

    @property
    def webhook_address(self) -> str:
        """What must stand as the delivery URL of the app's webhooks at Xero."""
        return get_url(WEBHOOK)

    @property
    def redirect_address(self) -> str:
        """What must stand in the app's list at Xero."""
        return redirect_address()


def _when(form: Document) -> tuple[object, ...]:
    return cint(form.enabled), form.schedule, get_time(form.daily_at or DAILY_AT)
