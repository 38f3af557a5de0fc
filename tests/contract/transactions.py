"""What `Crm` and `Journal` share: one transaction, over both."""

from __future__ import annotations

import pytest

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Link

from .world import ORGANIZATIONS, World, head_names, unique


def _write(world: World) -> str:
    """Create a record and remember it, as the sync does; returns its name."""
    record = world.crm.create(ORGANIZATIONS, {"organization_name": unique("Written")})
    world.journal.save_link(Link(ORGANIZATIONS, record.name, f"xero-{record.name}"))
    return record.name


def _fail_half_way(world: World) -> None:
    """Write a record and then find that it cannot be."""
    with pytest.raises(RecordRefused), world.journal.record():  # noqa: PT012 (both, on purpose)
        _write(world)
        raise RecordRefused("The second half failed.")


def _linked(world: World) -> list[str | None]:
    return [link.crm_name for link in world.journal.links(ORGANIZATIONS)]


class TransactionPromises:
    """What is remembered of a write is committed with the write, or neither is."""

    def test_what_fails_within_a_record_leaves_no_trace(self, world: World) -> None:
        before = head_names(world)
        _fail_half_way(world)
        assert head_names(world) == before
        assert _linked(world) == []

    def test_a_failed_record_does_not_take_its_neighbours_along(self, world: World) -> None:
        with world.journal.record():
            first = _write(world)
        _fail_half_way(world)
        with world.journal.record():
            last = _write(world)
        world.journal.commit()
        assert _linked(world) == [first, last]
        assert head_names(world)[-2:] == [first, last]

    def test_a_refused_write_within_a_record_may_be_survived(self, world: World) -> None:
        with world.journal.record():
            name = _write(world)
            with pytest.raises(RecordRefused):
                world.crm.create(ORGANIZATIONS, {"organization_name": ""})
        world.journal.commit()
        assert name in head_names(world)

    def test_a_rollback_forgets_both_since_the_last_commit(self, world: World) -> None:
        kept = _write(world)
        world.journal.commit()
        lost = _write(world)
        world.journal.rollback()
        assert _linked(world) == [kept]
        assert kept in head_names(world)
        assert lost not in head_names(world)

    def test_another_worker_sees_what_is_committed_and_no_more(self, world: World) -> None:
        committed = _write(world)
        world.journal.commit()
        open_still = _write(world)
        with world.another_worker() as other:
            assert _linked(other) == [committed]
            assert open_still not in head_names(other)
        world.journal.commit()
        with world.another_worker() as other:
            assert _linked(other) == [committed, open_still]

    def test_a_commit_or_rollback_of_nothing_is_nothing(self, world: World) -> None:
        world.journal.commit()
        world.journal.rollback()
        assert _linked(world) == []
