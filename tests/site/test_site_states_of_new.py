"""What a run has just made says In Sync from the start, and otherwise where that is not so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.test_site_states import link, state
from tests.site.xero import run_now
from vtiger_xero.crm import states
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.records import Module
from vtiger_xero.vtiger_xero.numbered import Numbered
from xero_simulator import Simulator


def a_run(xero: Simulator) -> tuple[SiteCrm, SiteJournal]:
    """The two ports as a run has them."""
    tenant = xero.organisation.tenant_id
    touched = states.Touched(tenant)
    crm = SiteCrm("Administrator", touched=touched)
    return crm, SiteJournal(tenant, touched=touched)


def make(crm: SiteCrm, title: str) -> Any:
    return crm.create(Module.ORGANIZATIONS, {"organization_name": unique(title)})


def test_what_a_run_makes_says_so_in_the_same_transaction(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = unique("Theirs")
    xero.organisation.add_contact_in_xero(Name=title)
    with monkeypatch.context() as killed:
        killed.setattr(states.Touched, "tell", lambda touched: None)
        assert run_now().status == "Completed"
    assert state(frappe.db.get_value(ORGANIZATION, {"organization_name": title})) == "In Sync"


@pytest.mark.parametrize(
    ("becomes", "says"), [(LinkState.IN_SYNC, "In Sync"), (LinkState.WAITING, "Waiting")]
)
def test_what_became_of_a_new_record_is_said_whatever_was_expected(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch, becomes: LinkState, says: str
) -> None:
    crm, journal = a_run(xero)
    record, of_a_hook = make(crm, "New"), make(crm, "Hooked")
    frappe.db.set_value(ORGANIZATION, of_a_hook.name, "xero_state", "Waiting")
    for each in (record, of_a_hook):
        journal.save_link(link(each.name, each, state=becomes))
    monkeypatch.setattr(states.Touched, "tell", lambda touched: None)  # as if killed by then
    journal.commit()
    assert [state(record.name), state(of_a_hook.name)] == [says, says]


def test_a_new_record_without_a_link_is_not_linked(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states.Touched, "tell", lambda touched: None)
    crm, journal = a_run(xero)
    record = make(crm, "Alone")
    assert record.fields["xero_state"] == "In Sync", "until the commit, which nobody sees"
    journal.commit()
    assert state(record.name) == "Not Linked"


def test_a_new_record_that_a_form_keeps_out_is_excluded(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm, journal = a_run(xero)
    ticked = frappe.get_meta(ORGANIZATION).get_field("do_not_sync")
    monkeypatch.setattr(ticked, "default", "1")
    monkeypatch.setattr(frappe.local, "new_doc_templates", {})
    record = make(crm, "Kept Out")
    assert record.fields["xero_state"] == "Not Linked"
    journal.commit()
    assert state(record.name) == "Excluded"


def hook_that_keeps_out(title: str) -> Callable[[Any], None]:
    """A customer's own rule, run after ours."""

    def before_save(document: Any) -> None:
        if document.get("organization_name") == title:
            document.do_not_sync = 1

    return before_save


def test_a_new_record_that_a_hook_keeps_out_is_excluded(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = unique("Theirs")
    monkeypatch.setattr(Numbered, "before_save", hook_that_keeps_out(title), raising=False)
    xero.organisation.add_contact_in_xero(Name=title)
    run_now()
    assert state(frappe.db.get_value(ORGANIZATION, {"organization_name": title})) == "Excluded"


def test_a_record_in_sync_that_a_hook_keeps_out_is_excluded(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = unique("Theirs")
    contact = xero.organisation.add_contact_in_xero(Name=title)
    run_now()
    name = frappe.db.get_value(ORGANIZATION, {"organization_name": title})
    assert state(name) == "In Sync"
    monkeypatch.setattr(Numbered, "before_save", hook_that_keeps_out(title), raising=False)
    xero.organisation.edit_contact(contact.contact_id, Website="https://example.com/x")
    run_now()
    assert frappe.db.get_value(ORGANIZATION, name, "website") == "https://example.com/x"
    assert state(name) == "Excluded"
