"""A run that a save starts: it believes the CRM's records which of them were saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.support.stage import Stage, skipped, staged
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.run_filter import RunFilter

ORGANIZATIONS = Module.ORGANIZATIONS


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The records that say they are not In Sync; comparing all with their links is refused."""
    names: list[str] = []

    def unsettled(module: Module, tenant: str) -> Sequence[str]:
        assert tenant == stage.journal.tenant
        return names if module is ORGANIZATIONS else ()

    monkeypatch.setattr(stage.crm, "unsettled", unsettled)
    return names


def refused(module: Module, tenant: str) -> Sequence[str]:
    raise AssertionError("all records were compared with their links")


def inserted(stage: Stage, *titles: str) -> list[str]:
    found = [stage.crm.insert(ORGANIZATIONS, {"organization_name": each}).name for each in titles]
    stage.journal.commit()
    return found


def is_at_xero(stage: Stage, title: str) -> bool:
    return bool(stage.books.contacts.active_named(title))


def test_what_says_that_it_was_saved_goes_over_and_nothing_is_compared(
    stage: Stage, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.sync()
    new, _ = inserted(stage, "Kea", "Weka")
    said.append(new)
    monkeypatch.setattr(stage.crm, "changed", refused)
    stage.sync(trigger="On Save", run_filter=RunFilter(ORGANIZATIONS), full=False)
    assert is_at_xero(stage, "Kea")
    assert not is_at_xero(stage, "Weka")


def test_what_no_record_says_is_found_by_the_next_full_run(stage: Stage, said: list[str]) -> None:
    stage.sync()
    inserted(stage, "Kea")
    stage.sync(full=False)
    assert not is_at_xero(stage, "Kea")
    stage.sync()
    assert is_at_xero(stage, "Kea")


def test_what_changed_in_xero_comes_along(stage: Stage, said: list[str]) -> None:
    stage.sync()
    stage.books.add_contact_in_xero(Name="Theirs")
    stage.sync(run_filter=RunFilter(ORGANIZATIONS), full=False)
    titles = [each.fields["organization_name"] for each in stage.records(ORGANIZATIONS)]
    assert titles == ["Theirs"]


def test_what_was_skipped_is_looked_at_again(stage: Stage, said: list[str]) -> None:
    """Its link says so, whatever the record says."""
    stage.sync()
    said += inserted(stage, "Kea" * 100)
    for _ in range(2):
        (entry,) = skipped(stage.sync(full=False), ORGANIZATIONS)
        assert entry.crm_name == said[0]
    name = said.pop()
    stage.crm.edit(ORGANIZATIONS, name, organization_name="Kea")
    stage.journal.commit()
    stage.sync(full=False)
    assert is_at_xero(stage, "Kea")


def test_chosen_records_that_are_new_ask_only_for_others_that_say_so(
    stage: Stage, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older one of a name is the one that Xero gets; its twin shares the contact."""
    stage.sync()
    older, twin = inserted(stage, "Kea", "Kea")
    said += [older, twin]
    monkeypatch.setattr(stage.crm, "changed", refused)
    stage.sync(run_filter=RunFilter.of_records(ORGANIZATIONS, [twin]))
    links = {each.crm_name: each for each in stage.journal.links(ORGANIZATIONS)}
    assert links[twin].duplicate_of == older
    assert links[twin].xero_id == links[older].xero_id
