"""What no page ever asks for: a sentence, never a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest

from tests.site.web import new_person
from tests.site.world import SiteWorld
from vtiger_xero import api
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION

NUMBER = {"run": "RUN0", "module": "Organizations", "operation": "Created"}
NOTHING: dict[str, Any] = {"choices": {}, "seen": {}}
NOBODY = "ACC<b>0</b>"
REFUSED: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (api.sync_entries, {**NUMBER, "side": "bogus"}, "out of date. Reload it"),
    (api.download_entries, {**NUMBER, "side": "bogus"}, "out of date. Reload it"),
    (api.record_state, {"doctype": ORGANIZATION, "name": NOBODY}, "no longer exists"),
    (api.ask_again, {"doctype": ORGANIZATION, "name": NOBODY}, "no longer exists"),
    (api.resolve, {"doctype": ORGANIZATION, "name": NOBODY, **NOTHING}, "no longer exists"),
    (api.stop, {"run": NOBODY}, "There is no run ACC&lt;b&gt;0&lt;/b&gt;."),
    (api.run_status, {"run": NOBODY}, "There is no run ACC&lt;b&gt;0&lt;/b&gt;."),
    (api.sync_now, {"module": "<Ledgers>"}, "&lt;Ledgers&gt; does not sync with Xero"),
    (api.sync_records, {"doctype": "<User>", "names": ["1"]}, "&lt;User&gt; does not sync"),
    (api.sync_records, {"doctype": ORGANIZATION, "names": [NOBODY]}, "no longer exists"),
    (api.preview, {"module": "Ledgers"}, "Modules are: Organizations"),
    (api.cause_records, {"key": NOBODY}, "Reload the page"),
    (api.retry_cause, {"key": NOBODY}, "Reload the page"),
]


@pytest.mark.parametrize("role", ["Administrator", "Xero User"])
@pytest.mark.parametrize(("door", "given", "said"), REFUSED)
def test_what_is_not_there_is_refused_with_a_sentence(
    role: str, door: Callable[..., Any], given: dict[str, Any], said: str
) -> None:
    """An error that Frappe answers as one of the person's, not as one of the site's (a 500)."""
    frappe.set_user(role if role == "Administrator" else new_person(role))
    with pytest.raises((frappe.ValidationError, frappe.PermissionError)) as refused:
        door(**given)
    assert said in str(refused.value)
    assert "<b>" not in str(refused.value)
    assert refused.value.http_status_code < 500


def test_a_record_that_one_may_not_read_is_told_from_none(world: SiteWorld) -> None:
    """By nothing: who may not read it does not learn that it is there."""
    hidden = world.insert(organization_name="Hidden")
    frappe.set_user(new_person("Xero User"))
    permission = {"user": frappe.session.user, "allow": ORGANIZATION, "for_value": "Other"}
    frappe.set_user("Administrator")
    other = world.insert(organization_name="Other")
    permission["for_value"] = other
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.set_user(permission["user"])
    said = [_refusal(name).replace(name, "?") for name in (hidden, NOBODY)]
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": permission["user"]})
    assert said[0] == said[1].replace("ACC&lt;b&gt;0&lt;/b&gt;", "?")


def _refusal(name: str) -> str:
    with pytest.raises(frappe.PermissionError) as refused:
        api.record_state(ORGANIZATION, name)
    return str(refused.value)
