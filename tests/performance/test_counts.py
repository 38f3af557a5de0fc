"""`make bench` in small: counts alone, which are the same on every machine and never wait."""

from __future__ import annotations

import gc

import pytest

from benchmarks import calls, peers, size
from benchmarks.books import Sizes
from benchmarks.figures import Figure, table
from benchmarks.meters import QueryTime, Statements
from benchmarks.stage import staged
from benchmarks.tenants import APP_MINUTE, a_day, monthly
from benchmarks.virtual import A_MINUTE, first_syncs
from vtiger_xero.engine.actions import Pair
from vtiger_xero.engine.outbox import Batch
from vtiger_xero.engine.plan import Plan
from vtiger_xero.engine.reconciliation import reconcile
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ModuleSettings
from vtiger_xero.engine.sync import one_module, planning
from vtiger_xero.engine.sync.session import Session
from vtiger_xero.engine.sync.to_crm import Outgoing
from vtiger_xero.engine.sync.to_xero import Sender


def test_new_invoices_go_out_a_hundred_at_a_time() -> None:
    metered, _ = calls.push(invoices=250, contacts=60)
    assert metered.asked["Contacts"] == 1 + 2
    assert metered.asked["Invoices"] == 1 + 3
    assert metered.writes == 2 + 3


def test_a_plain_loop_beside_it_makes_a_call_for_each_record() -> None:
    found = list(peers.figures(100))
    assert [(one, two) for _, one, two in peers.bars(found)] == [(10, 100), (1, 1)]


def test_a_page_of_changed_invoices_is_one_call() -> None:
    metered = calls.pull_changed(120)
    assert metered.asked["Invoices"] == metered.asked["Payments"] == 1
    assert metered.writes == 0


def test_an_idle_cycle_makes_a_call_for_each_object_and_writes_nothing() -> None:
    _, few, writes = calls.idle(100)
    _, more, _ = calls.idle(400)
    assert (few.reads, few.writes, writes) == (4, 0, 0)
    assert (more.reads, more.writes) == (4, 0)
    assert more.queries <= few.queries + 5  # a few hundred links are read by the same queries


def test_a_run_costs_what_changed_and_not_what_there_is() -> None:
    few, more = (size.runs_over(Sizes(40, 10, 40, 20), copies) for copies in (0, 4))
    assert (few["links"], more["links"]) == (110, 510)
    for kind in ("idle", "here", "there"):
        assert more[kind]["queries"] == few[kind]["queries"], kind
        assert more[kind]["rows"] == few[kind]["rows"], kind
        assert more[kind]["calls"] <= 5


def test_records_of_modules_that_do_not_sync_are_not_looked_for() -> None:
    rows = set()
    for invoices in (0, 40):
        with staged(modules=[Module.ORGANIZATIONS]) as stage:
            stage.fill_crm(Sizes(20, 10, invoices, invoices))
            stage.run()
            stage.run()
            with QueryTime(stage.database) as spent:
                stage.run()
            rows.add(spent.rows)
    assert len(rows) == 1


@pytest.mark.parametrize("direction", [Direction.BOTH, Direction.TO_XERO])
def test_what_stays_in_xero_alone_is_looked_at_once(direction: Direction) -> None:
    rows = set()
    for invoices in (10, 40):
        with staged() as stage:
            stage.fill_xero(Sizes(10, 5, invoices, 0))
            for each in list(stage.xero.organisation.invoices):
                stage.rest()  # else all have the time of the last change, and are read once more
                stage.xero.organisation.void_invoice(each)
            one_way = {each: ModuleSettings(direction=direction) for each in Module}
            for _ in range(2):
                stage.run(modules=one_way)
            with QueryTime(stage.database) as spent:
                stage.run(modules=one_way)
            rows.add(spent.rows)
    assert len(rows) == 1


def test_a_run_after_a_first_push_is_idle_already() -> None:
    with staged() as stage:
        stage.fill_crm(Sizes(30, 10, 30, 20))
        stage.run()
        before = stage.database.rows('SELECT COUNT(*) AS pairs FROM "Xero Link"')
        report, metered = stage.run()
        assert report.writes == 0
        assert metered.writes == 0
        assert metered.queries < 200  # what came back is known: nothing of it is loaded again
        assert before == [{"pairs": 90}]


def test_a_first_sync_has_a_part_of_its_records_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, at_hand, write = [], [], one_module.write_to_crm

    def watch(session: Session, plan: Plan) -> list[Outgoing]:
        sizes.append(len(plan.decisions))
        if session.rechecks.side_effects and not session.rechecks.may_repeat:
            at_hand.append(len(session.crm.heads(plan.module)))
        return write(session, plan)

    monkeypatch.setattr(planning, "_AT_ONCE", 10)
    monkeypatch.setattr(one_module, "_AT_ONCE", 10)
    monkeypatch.setattr(one_module, "write_to_crm", watch)
    with staged() as stage:
        stage.fill_xero(Sizes(15, 5, 30, 25))  # the invoices are looked at again, for payments came
        stage.run()
    assert sum(sizes) >= 75 + 25
    assert max(sizes) == 10
    assert (len(at_hand) >= 3, max(at_hand)) == (True, 10)  # of 30 invoices, 25 are looked at again


def pairs_in_memory() -> int:
    """Those of tests before, too: what somebody still holds."""
    gc.collect()
    return sum(isinstance(each, Pair) for each in gc.get_objects())


def test_a_preview_has_a_part_of_its_records_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_AT_ONCE", 10)
    whole, rest = [], pairs_in_memory()
    with staged() as stage:
        stage.fill_xero(Sizes(40, 5, 40, 30))
        decisions = 0
        for part in stage.sync().preview_in_parts():
            decisions += len(part.decisions)
            whole.append(pairs_in_memory())
    assert decisions == 115
    assert max(whole) - rest <= 3 * 10  # the part at hand, the one that is made, the one before


def test_a_first_push_has_a_part_of_its_records_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, rest = [], pairs_in_memory()
    monkeypatch.setattr(planning, "_AT_ONCE", 10)

    def count(sender: Sender, batch: Batch) -> None:
        whole.append(pairs_in_memory())
        send(sender, batch)

    send = Sender._send
    monkeypatch.setattr(Sender, "_send", count)
    with staged() as stage:
        stage.fill_crm(Sizes(60, 5, 120, 40))
        stage.run()
        stage.run()
    assert len(whole) >= 2 + 1 + 2 + 1
    assert max(whole) - rest <= 100 + 10  # a batch of invoices, and the part that was decided last


def test_queries_for_each_record_do_not_grow() -> None:
    each = []
    for count in (100, 400):
        with staged(modules=[Module.ORGANIZATIONS]) as stage:
            stage.fill_xero(Sizes(count))
            _, metered = stage.run()
            each.append(metered.queries / count)
    assert each[1] <= each[0]


def test_a_day_with_webhooks_costs_less_than_two_hundred_calls() -> None:
    assert calls.a_day() <= 200


def test_a_first_sync_takes_little_more_time_than_the_limits_dictate() -> None:
    for run in first_syncs(Sizes(100, 50, 120, 60)):
        assert run.calls < A_MINUTE
        assert run.seconds < 10
        if run.direction == "from Xero":
            assert run.ratio <= 1.2


def test_the_app_wide_minute_holds_for_many_tenants() -> None:
    crowded, spread = (a_day(600, spread=each) for each in (False, True))
    assert crowded.busiest > 5 * spread.busiest
    assert max(crowded.calls) <= APP_MINUTE
    assert monthly(1_000, 60.0) == ("Plus", 245 + 10 * 2.40)


def test_a_missed_target_says_so() -> None:
    missed = Figure("Calls", "idle", 5, target=4)
    assert not missed.is_met
    assert "MISSED" in table([missed])
    assert Figure("Calls", "faster", 11, "×", target=10, most=False).is_met
    assert Figure("Calls", "told", 11).is_met


def test_a_reconciliation_reads_each_record_once_and_loads_none_that_agrees() -> None:
    queries = []
    for part in (1, 4):
        with staged() as stage:
            stage.fill_crm(Sizes(20 * part, 10 * part, 40 * part, 30 * part))
            for _ in range(2):  # payments change invoices, which the second run reads
                stage.run()
            with Statements(stage.database) as statements, QueryTime(stage.database) as read:
                assert reconcile(stage.crm, stage.journal, Module).agrees
        queries.append(statements.count)
        # A row for each record and each document, and the four times of the last readings.
        assert read.rows == 2 * 100 * part + 4
    assert queries == [17, 17]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_one_are_sizes_too(count: int) -> None:
    with staged() as stage:
        stage.fill_xero(Sizes(count))
        report, _ = stage.run()
        assert report.writes == count
