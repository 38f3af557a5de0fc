"""Frappe's notifications: how a run ended, for the user who started it and went on working.

Who watched the run to its end is not notified. An automatic run that ends well notifies no one.
When it fails, the Xero Managers are notified once, and again only after a run that did not fail.

The bell is Frappe's, and so is the choice to have none. Frappe never mails such a notice, so a
person chooses it in two boxes of the Notification Settings, which are the app's own.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.utils import escape_html, get_url, strip_html
from frappe.utils.user import get_users_with_role

from ..connection import shared
from ..crm.language import by_language, speaking, translated_row
from ..crm.tenant import SETTINGS
from ..engine.report import RunStatus
from ..views.run_view import run_status

_RUN = "Xero Sync Run"
_PREVIEW = "Preview"
_MANAGER = "Xero Manager"
# The boxes of the Notification Settings (install.py).
FAILURES, DIGEST = "xero_email_failures", "xero_email_digest"
_LOOKS = 8  # seconds that a page counts as watching after it has asked
_ROW = ["name", "status", "message", "messages", "user", "triggered_by", "tenant", "creation"]


def tell_person(run: str) -> None:
    """The run has ended: notify the user who started it."""
    row = _row(run)
    if row.user and not shared.kept(_watched_key(run, row.user)):
        _tell([row.user], row)


def watches(run: str, user: str) -> None:
    """The user has the run before their eyes now. A page says so every few seconds."""
    shared.keep(_watched_key(run, user), 1, _LOOKS)


def _watched_key(run: str, user: str) -> str:
    return f"vtiger_xero:watched:{run}:{user}"


def tell_managers_of_failure(run: str, triggers: tuple[str, ...]) -> None:
    """An automatic run has ended: if it failed, and the one before had not, notify the managers.

    `triggers` are those of automatic runs. Without a Xero Manager, the user who connected is
    notified.
    """
    row = _row(run)
    if row.status == RunStatus.FAILED.value and not _failed_before(row, triggers):
        people = get_users_with_role(_MANAGER)
        connected_by = frappe.db.get_single_value(SETTINGS, "connected_by")
        _tell(people or ([connected_by] if connected_by else []), row)


def _row(run: str) -> frappe._dict:
    return frappe.db.get_value(_RUN, run, _ROW, as_dict=True)


def _failed_before(row: frappe._dict, triggers: tuple[str, ...]) -> bool:
    before = {
        "tenant": row.tenant,
        "triggered_by": ["in", triggers],
        "creation": ["<", row.creation],
    }
    status = frappe.db.get_value(_RUN, before, "status", order_by="creation desc")
    return bool(status == RunStatus.FAILED.value)


def _subject(row: frappe._dict) -> str:
    """The notification's text, as HTML."""
    if row.status == RunStatus.COMPLETED.value:
        if row.triggered_by == _PREVIEW:
            return _("Xero: the preview is ready.")
        counts = run_status(row.name)["counts"]
        skipped = counts["crm_skipped"] + counts["xero_skipped"]
        written = sum(counts.values()) - skipped
        return _("Xero: the sync is complete. Written: {0}, skipped: {1}.").format(written, skipped)
    sentences = {
        RunStatus.FAILED.value: _("Xero: the sync failed."),
        RunStatus.STOPPED.value: _("Xero: the sync was stopped."),
        RunStatus.WAITING.value: _("Xero: the sync is waiting and resumes automatically."),
    }
    message = escape_html(translated_row(row)["message"] or "")
    return f"{sentences[row.status]} {message}".strip()


def _tell(people: Iterable[str], row: frappe._dict) -> None:
    """Each in the language of their own."""
    for language, some in by_language(people).items():
        with speaking(language):
            _tell_some(some, _subject(row), row)


def _tell_some(people: list[str], subject: str, row: frappe._dict) -> None:
    page = "xero-preview/{}" if row.triggered_by == _PREVIEW else "xero-log/{}"
    link = f"/app/{page.format(row.name)}"
    ring(people, subject, link, row.name)
    if row.status == RunStatus.FAILED.value:
        mail(people, FAILURES, strip_html(subject), subject, link)


def ring(people: list[str], subject: str, link: str, run: str | None = None) -> None:
    """Frappe's bell. `subject` is HTML."""
    about = {"document_type": _RUN, "document_name": run} if run else {}
    notification = {"type": "Alert", "subject": subject, "link": link, **about}
    # By their addresses, which Frappe asks for; users who switched notifications off get none.
    emails = frappe.get_all("User", {"name": ["in", people]}, pluck="email")
    make_notification_logs(frappe._dict(notification), emails)


def mail(people: list[str], choice: str, subject: str, body: str, link: str) -> None:
    """An e-mail to those who chose it, in the look of Frappe's notices. `body` is HTML.

    A site that cannot send any keeps the bell.
    """
    chosen = frappe.get_all(
        "Notification Settings",
        {"name": ["in", people], choice: 1, "enable_email_notifications": 1},
        pluck="name",
    )
    emails = frappe.get_all("User", {"name": ["in", chosen], "enabled": 1}, pluck="email")
    if not emails or not frappe.db.exists("Email Account", {"default_outgoing": 1}):
        return
    for email in emails:  # each alone: nobody sees the other addresses
        frappe.sendmail(
            recipients=[email],
            subject=subject,
            template="new_notification",
            args={"body_content": body, "description": "", "doc_link": get_url(link)},
            header=[_("Xero"), "orange"],
        )
