"""The promises of every `Journal`: subclass `JournalPromises` and give it a fixture `world`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from vtiger_xero.engine.actions import Change, Operation
from vtiger_xero.engine.errors import AnotherRun
from vtiger_xero.engine.mapping import Values
from vtiger_xero.engine.modules import head_of
from vtiger_xero.engine.outbox import Batch, Item, Method
from vtiger_xero.engine.records import Person, Side, XeroRecord
from vtiger_xero.engine.report import Entry, ModuleLog, RunHeader, RunStatus, counts_of

from .beside import BesidePromises
from .changes import ChangePromises, KeyPromises
from .links import AnswerPromises, LinkPromises
from .transactions import TransactionPromises
from .world import ORGANIZATIONS, World

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
TENANT = "another-organisation"


def contact(id: str = "x-1", **document: Any) -> XeroRecord:
    """A contact of Xero."""
    shown = {"ContactID": id, "Name": f"Contact {id}", "ContactStatus": "ACTIVE", **document}
    return XeroRecord(ORGANIZATIONS, id, NOON, shown)


class Remembering:
    """What Xero told us stays, and is dealt with once."""

    def _pending(self, world: World) -> dict[str, bool]:
        return {head.id: head.pending for head in world.journal.xero_heads(ORGANIZATIONS)}

    def test_a_document_comes_back_whole(self, world: World) -> None:
        record = contact(
            Name="Zoë “& Søn” – 株式会社 🐑",
            Notes='it\'s "quoted"\\\nand has two lines',
            Balances={"AccountsReceivable": {"Outstanding": Decimal("10.50")}},
            ContactPersons=[{"FirstName": "Ada", "IncludeInEmails": False}, {}],
            Long="x" * 70_000,
        )
        world.journal.remember(ORGANIZATIONS, [record], pending=True)
        assert list(world.journal.xero_records(ORGANIZATIONS, ["x-1"])) == [record]

    def test_a_head_says_what_the_document_says(self, world: World) -> None:
        record = replace(
            contact(
                Name="  The Name ",
                ContactNumber="ACC1",
                ContactStatus="ARCHIVED",
                TaxNumber="12-34",
                EmailAddress="A@example.com",
                MergedToContactID="x-2",
            ),
            updated=NOON + timedelta(microseconds=1),
        )
        world.journal.remember(ORGANIZATIONS, [record], pending=True)
        assert list(world.journal.xero_heads(ORGANIZATIONS)) == [head_of(record, pending=True)]

    def test_a_long_name_is_kept_whole_for_matching(self, world: World) -> None:
        record = contact(Name="n" * 255)
        world.journal.remember(ORGANIZATIONS, [record], pending=True)
        assert world.journal.xero_heads(ORGANIZATIONS)[0].title == "n" * 255

    def test_remembering_again_replaces(self, world: World) -> None:
        world.journal.remember(ORGANIZATIONS, [contact(), contact("x-2")], pending=True)
        newer = contact(Name="Renamed")
        world.journal.remember(ORGANIZATIONS, [newer], pending=True)
        assert list(world.journal.xero_records(ORGANIZATIONS, ["x-1"])) == [newer]
        assert len(world.journal.xero_heads(ORGANIZATIONS)) == 2

    def test_what_is_dealt_with_is_no_longer_pending(self, world: World) -> None:
        world.journal.remember(ORGANIZATIONS, [contact("x-1"), contact("x-2")], pending=True)
        world.journal.settle(ORGANIZATIONS, ["x-1"])
        assert self._pending(world) == {"x-1": False, "x-2": True}

    def test_an_unchanged_document_keeps_its_mark(self, world: World) -> None:
        world.journal.remember(ORGANIZATIONS, [contact("x-1"), contact("x-2")], pending=True)
        world.journal.settle(ORGANIZATIONS, ["x-1"])
        world.journal.remember(ORGANIZATIONS, [contact("x-1"), contact("x-2")], pending=True)
        assert self._pending(world) == {"x-1": False, "x-2": True}
        world.journal.remember(ORGANIZATIONS, [contact("x-1"), contact("x-2")], pending=False)
        assert self._pending(world) == {"x-1": False, "x-2": True}

    def test_a_changed_document_takes_the_new_mark(self, world: World) -> None:
        world.journal.remember(ORGANIZATIONS, [contact("x-1"), contact("x-2")], pending=True)
        world.journal.settle(ORGANIZATIONS, ["x-1"])
        world.journal.remember(ORGANIZATIONS, [contact("x-1", Website="w")], pending=True)
        world.journal.remember(ORGANIZATIONS, [contact("x-2", Website="w")], pending=False)
        assert self._pending(world) == {"x-1": True, "x-2": False}

    def test_documents_that_were_never_remembered_are_left_out(self, world: World) -> None:
        world.journal.remember(ORGANIZATIONS, [contact("x-1"), contact("x-2")], pending=True)
        asked = ["x-2", *(f"no-such-{number}" for number in range(2500)), "x-1"]
        found = world.journal.xero_records(ORGANIZATIONS, asked)
        assert {record.id for record in found} == {"x-1", "x-2"}

    def test_remembering_settling_and_asking_for_nothing_is_nothing(self, world: World) -> None:
        world.journal.remember(ORGANIZATIONS, [], pending=True)
        world.journal.settle(ORGANIZATIONS, [])
        assert list(world.journal.xero_records(ORGANIZATIONS, [])) == []

    def test_documents_of_another_xero_organisation_are_its_own(self, world: World) -> None:
        other = world.journal_of(TENANT)
        other.remember(ORGANIZATIONS, [contact(Name="Theirs")], pending=True)
        assert list(world.journal.xero_heads(ORGANIZATIONS)) == []
        world.journal.remember(ORGANIZATIONS, [contact(Name="Ours")], pending=True)
        world.journal.settle(ORGANIZATIONS, ["x-1"])
        (theirs,) = other.xero_heads(ORGANIZATIONS)
        assert (theirs.title, theirs.pending) == ("Theirs", True)


class Watermarks:
    """How far Xero's changes have been read."""

    def test_at_first_nothing_has_been_read(self, world: World) -> None:
        assert world.journal.watermark(ORGANIZATIONS) is None

    def test_a_watermark_is_kept_to_the_microsecond(self, world: World) -> None:
        for watermark in (NOON, NOON + timedelta(microseconds=1), NOON - timedelta(days=1)):
            world.journal.set_watermark(ORGANIZATIONS, watermark)
            assert world.journal.watermark(ORGANIZATIONS) == watermark

    def test_a_watermark_can_be_forgotten(self, world: World) -> None:
        world.journal.set_watermark(ORGANIZATIONS, NOON)
        world.journal.set_watermark(ORGANIZATIONS, None)
        assert world.journal.watermark(ORGANIZATIONS) is None

    def test_the_mapping_that_was_seen_is_kept_beside_it(self, world: World) -> None:
        assert world.journal.mapping_seen(ORGANIZATIONS) == ""
        world.journal.set_mapping_seen(ORGANIZATIONS, "one")
        assert world.journal.watermark(ORGANIZATIONS) is None
        world.journal.set_watermark(ORGANIZATIONS, NOON)
        assert world.journal.mapping_seen(ORGANIZATIONS) == "one"
        world.journal.set_mapping_seen(ORGANIZATIONS, "")
        assert world.journal.mapping_seen(ORGANIZATIONS) == ""
        assert world.journal.watermark(ORGANIZATIONS) == NOON

    def test_a_watermark_belongs_to_one_xero_organisation(self, world: World) -> None:
        world.journal.set_watermark(ORGANIZATIONS, NOON)
        assert world.journal_of(TENANT).watermark(ORGANIZATIONS) is None


class Outbox:
    """What is on its way is known until its outcome is."""

    def _batch(self, world: World, sent: datetime = NOON) -> Batch:
        values: Values = {
            "organization_name": "Zoë",
            "contacts": (Person("Ada"),),
            "n": Decimal("1.10"),
        }
        item = Item(
            {"Name": "Zoë", "Phones": [{"PhoneNumber": "1"}]},
            "ACC1",
            None,
            values,
            NOON,
            module=ORGANIZATIONS,
        )
        further = Item({"ContactID": "x-2"}, "ACC2", "x-2", module=ORGANIZATIONS)
        return Batch.of("tenant", ORGANIZATIONS, Method.CREATE, (item, further), sent)

    def _open(self, world: World) -> list[Batch]:
        return list(world.journal.open_batches(ORGANIZATIONS))

    def test_a_posted_batch_comes_back_whole(self, world: World) -> None:
        batch = self._batch(world)
        world.journal.post(batch)
        assert self._open(world) == [batch]

    def test_a_closed_batch_is_open_no_longer(self, world: World) -> None:
        first, second = self._batch(world), self._batch(world)
        world.journal.post(first)
        world.journal.post(second)
        world.journal.close(first)
        assert self._open(world) == [second]

    def test_the_oldest_batch_comes_first(self, world: World) -> None:
        times = [NOON + timedelta(seconds=1), NOON, NOON + timedelta(microseconds=1)]
        for time in times:
            world.journal.post(self._batch(world, time))
        assert [batch.sent for batch in self._open(world)] == sorted(times)

    def test_a_batch_survives_a_rollback_once_it_was_committed(self, world: World) -> None:
        batch = self._batch(world)
        world.journal.post(batch)
        world.journal.commit()
        world.journal.close(batch)
        world.journal.rollback()
        assert self._open(world) == [batch]

    def test_batches_of_another_xero_organisation_are_its_own(self, world: World) -> None:
        world.journal_of(TENANT).post(self._batch(world))
        assert self._open(world) == []


class Locking:
    """There is only ever one run."""

    def test_a_second_run_is_refused_while_the_first_is_at_work(self, world: World) -> None:
        with world.another_worker() as other, world.journal.lock():
            with pytest.raises(AnotherRun) as refusal, other.journal.lock():
                pass
            assert len(refusal.value.message.split()) > 5  # a sentence, not a code

    def test_a_worker_does_not_run_twice_at_once_either(self, world: World) -> None:
        with world.journal.lock(), pytest.raises(AnotherRun), world.journal.lock():
            pass

    def test_the_lock_is_free_again_afterwards_whatever_happened(self, world: World) -> None:
        with pytest.raises(KeyError), world.journal.lock():
            raise KeyError("the run failed")
        with world.another_worker() as other, other.journal.lock():
            pass
        with world.journal.lock():
            pass

    def test_a_refused_run_leaves_the_lock_with_the_first(self, world: World) -> None:
        with world.another_worker() as other, world.journal.lock():
            for _ in range(2):
                with pytest.raises(AnotherRun), other.journal.lock():
                    pass

    def test_the_lock_outlives_commits_and_rollbacks(self, world: World) -> None:
        with world.another_worker() as other, world.journal.lock():
            world.journal.commit()
            world.journal.rollback()
            with pytest.raises(AnotherRun), other.journal.lock():
                pass

    def test_another_xero_organisation_may_sync_meanwhile(self, world: World) -> None:
        with world.journal.lock(), world.journal_of(TENANT).lock():
            pass


class Logging:
    """The log takes whatever a run has to say (what it shows is each implementation's own)."""

    def test_a_run_of_every_kind_of_entry_can_be_logged(self, world: World) -> None:
        header = RunHeader("tenant", NOON)
        run = world.journal.start_run(header)
        changes = (Change("contacts", (), (Person("Ada"),)), Change("n", None, Decimal("1"), True))
        entries = [
            Entry(ORGANIZATIONS, side, operation, "Zoë " + "n" * 250, None, "x-1", changes=changes)
            for side in Side
            for operation in Operation
        ]
        world.journal.log(run, ORGANIZATIONS, entries)
        world.journal.log(run, ORGANIZATIONS, [])
        world.journal.finish_module(run, ModuleLog(ORGANIZATIONS, NOON, counts_of(entries)))
        ended = replace(
            header, status=RunStatus.FAILED, finished=NOON, message="m" * 1000, notices=("a", "b")
        )
        world.journal.finish_run(run, ended)
        world.journal.commit()

    def test_every_run_has_an_id_of_its_own(self, world: World) -> None:
        runs = Counter(world.journal.start_run(RunHeader("tenant", NOON)) for _ in range(3))
        assert set(runs.values()) == {1}


class JournalPromises(
    Remembering,
    Watermarks,
    LinkPromises,
    AnswerPromises,
    BesidePromises,
    ChangePromises,
    KeyPromises,
    Outbox,
    Locking,
    Logging,
    TransactionPromises,
):
    """Everything that a `Journal` promises."""
