"""Each morning: what waits for a decision, what failed, and a connection that will end.

The bell says what is new, to everybody who has one of the app's roles. The whole of it goes by
e-mail to users who have chosen so in the Notification Settings.
"""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, format_date, getdate, now_datetime
from frappe.utils.user import get_users_with_role

from ..connection.tokens import SiteTokens
from ..crm.language import by_language, speaking, translated_row
from ..crm.readers import in_the_name_of
from ..crm.tenant import connected_tenant
from ..crm.times import CLOCK, to_site
from ..engine.errors import SyncError
from ..engine.report import RunStatus
from ..views.conflicts import count_conflicts
from ..views.matches import count_matches
from .jobs import AUTOMATIC
from .notifying import DIGEST, mail, ring

_LIFE = timedelta(days=60)  # of a refresh token that nobody uses [A17]
_TELLS_AT = (10, 3, 1)  # days before
_MANAGER = "Xero Manager"
_ROLES = (_MANAGER, "Xero User")


def send_digest() -> None:
    """Called by the scheduler."""
    tenant = connected_tenant()
    if not tenant:
        return
    managers = set(get_users_with_role(_MANAGER))
    people = sorted({each for role in _ROLES for each in get_users_with_role(role)})
    failed = _failed(tenant)
    ends = _ends_in()
    for language, some in by_language(people).items():
        with speaking(language):
            for person in some:
                _tell(person, failed, ends if person in managers else None)


def _tell(person: str, failed: list[frappe._dict], ends: int | None) -> None:
    lines = []
    with in_the_name_of(person):  # counted is what the person may read
        conflicts, matches = count_conflicts(), count_matches()
    if conflicts or matches:
        line = _("Xero: {0} conflicts and {1} possible matches wait for a decision.").format(
            conflicts, matches
        )
        lines.append(line)
        link = "/app/xero-conflicts" if conflicts else "/app/xero-matches"
        if line != _last_subject(person, link):
            ring([person], line, link)
    if ends is not None and ends <= max(_TELLS_AT):
        line = _(
            "Xero: the connection ends on {0}, because it is not used. Press Sync Now before."
        ).format(format_date(add_days(getdate(), ends)))
        lines.append(line)
        if ends in _TELLS_AT:
            ring([person], line, "/app/xero-settings")
    if failed:
        message = escape_html(translated_row(failed[0])["message"] or "")
        text = _("Xero: {0} automatic runs have failed since yesterday.").format(len(failed))
        lines.append(f"{text} {message}".strip())
    if lines:
        mail([person], DIGEST, _("Xero: what waits for you"), "<br><br>".join(lines), "/app/xero")


def _last_subject(person: str, link: str) -> str:
    """What the bell last said of this: it does not say the same twice."""
    filters = {"for_user": person, "link": link}
    found = frappe.db.get_value("Notification Log", filters, "subject", order_by="creation desc")
    return str(found or "")


def _failed(tenant: str) -> list[frappe._dict]:
    """Automatic runs that failed since yesterday, the newest first."""
    filters = {
        "tenant": tenant,
        "status": RunStatus.FAILED.value,
        "triggered_by": ["in", AUTOMATIC],
        "creation": [">", now_datetime() - timedelta(days=1)],
    }
    fields = ["message", "messages"]
    return frappe.get_all("Xero Sync Run", filters, fields, order_by="creation desc")


def _ends_in() -> int | None:
    """Days until the connection ends because nothing uses it, None where there is none."""
    try:
        tokens = SiteTokens().load()
    except SyncError:
        return None
    return (to_site(tokens.expires_at + _LIFE) - to_site(CLOCK.now())).days
