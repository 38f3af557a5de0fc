"""Random trade, with people who keep records out of the sync and let them in again."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.support.agreement import disagreements
from tests.support.scripts import BOXED_SCRIPTS, Step, play, shop
from tests.support.shop import Shop
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.reconciliation import reconcile
from vtiger_xero.engine.records import Module

often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(BOXED_SCRIPTS)
def test_what_may_sync_agrees_and_what_may_not_is_left_alone_until_it_may(
    script: list[Step],
) -> None:
    with shop() as there:
        play(there, script)
        there.sync()
        assert disagreements(there.stage) == []
        ledgers_agree(there)
        assert there.sync().writes == 0
        for module in Module:
            kept_out = {r.name for r in there.stage.records(module) if r.fields["do_not_sync"]}
            links = there.stage.journal.links(module)
            found = {each.crm_name for each in links if each.state is LinkState.EXCLUDED}
            assert found == kept_out
            for name in kept_out:
                there.edit(module, name, do_not_sync=False)
        there.sync()
        assert disagreements(there.stage) == []
        assert there.sync().writes == 0


def ledgers_agree(there: Shop) -> None:
    """The reconciliation names nothing but what a person keeps out."""
    found = reconcile(there.crm, there.stage.journal, list(Module), settings=there.stage.settings)
    assert [each for each in found.drifts if each.reason.startswith("The sync treats")] == []
    assert [each for each in found.alone if not each.known] == []
