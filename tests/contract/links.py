"""The promises of every `Journal` about who belongs to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from vtiger_xero.engine.links import (
    Answer,
    Choice,
    FieldConflict,
    Likeness,
    Link,
    LinkState,
    MatchAnswer,
    Possible,
)
from vtiger_xero.engine.messages import _lt, cause_of, label, lines, split_lines, translate
from vtiger_xero.engine.records import Person, Side, Value

from .world import ORGANIZATIONS, World

SEEN = datetime(2026, 3, 1, 11, 59, 59, 123456, tzinfo=timezone.utc)
PAIR = Link(ORGANIZATIONS, "ACC1", "x-1", LinkState.IN_SYNC, SEEN, matched_by="name")
BASE: dict[str, Value] = {
    "organization_name": "Zoë “& Co”",
    "credit": Decimal("10.50"),
    "contacts": (Person("Ada", "Lovelace", "", is_primary=True), Person("Bob")),
}


class LinkPromises:
    """A link is found again, belongs to one record, and keeps what both sides agreed on."""

    def _links(self, world: World) -> list[Link]:
        return list(world.journal.links(ORGANIZATIONS))

    def _bases(self, world: World, *names: str) -> dict[str, object]:
        return dict(world.journal.bases(ORGANIZATIONS, names))

    def test_a_link_comes_back_whole(self, world: World) -> None:
        link = Link(
            ORGANIZATIONS,
            "ACC1",
            "x-1",
            LinkState.SKIPPED,
            SEEN,
            matched_by="number",
            duplicate_of="ACC7",
            reason="Billing City “Ōtaki” …\nis 'too' long.",
            remedy="Shorten it.",
            refused="0123abcd",
            rule="X-length",
            matched_on=SEEN,
        )
        world.journal.save_link(link)
        assert self._links(world) == [link]

    def test_a_reason_comes_back_with_what_it_was_made_from(self, world: World) -> None:
        long = _lt("{0} has {1} characters; Xero takes at most {2}.")
        reasons = [
            long.format(label("City"), 260, 255),
            _lt("It has no name."),
            "Xero\u2019s <own>.",
        ]
        remedies = [_lt("Cut {0}.").format(label("City")), _lt("Enter one."), ""]
        link = replace(PAIR, reason=lines(reasons), remedy=lines(remedies))
        world.journal.save_link(link)
        (held,) = self._links(world)
        assert held == link
        told, remedy = split_lines(held.reason), split_lines(held.remedy)
        assert [cause_of(each) for each in told] == [cause_of(each) for each in reasons]
        assert cause_of(told[0]) == "City has \u2026 characters; Xero takes at most \u2026."
        assert [translate(each, str.upper) for each in remedy] == ["CUT CITY.", "ENTER ONE.", ""]

    def test_what_is_in_dispute_comes_back_as_it_was_shown(self, world: World) -> None:
        city = FieldConflict("billing_city", "Ōtaki", "Napier “& Co”", "")
        never_agreed = FieldConflict("contacts", None, "Ada, Bob", "Zoë\nand 'one' more")
        choice = Choice("billing_city", Side.XERO, "Napier “& Co”", "")
        link = replace(PAIR, state=LinkState.CONFLICT, conflict=(city, never_agreed))
        for each in (link, replace(link, choices=(choice,), keeps=Side.CRM), PAIR):
            world.journal.save_link(each, BASE)
            assert self._links(world) == [each]

    @pytest.mark.parametrize("likeness", Likeness)
    def test_what_may_be_the_same_comes_back_whole(self, world: World, likeness: Likeness) -> None:
        possible = (
            Possible("x-1", "\u014ctaki \u201c& Co\u201d", likeness),
            Possible("x-2", "", likeness),
        )
        link = replace(PAIR, xero_id=None, state=LinkState.POSSIBLE, possible=possible)
        for each in (link, PAIR):
            world.journal.save_link(each, BASE)
            assert self._links(world) == [each]

    @pytest.mark.parametrize("state", LinkState)
    def test_a_link_may_be_in_every_state(self, world: World, state: LinkState) -> None:
        world.journal.save_link(replace(PAIR, state=state))
        assert self._links(world) == [replace(PAIR, state=state)]

    def test_saving_a_link_again_changes_it(self, world: World) -> None:
        world.journal.save_link(Link(ORGANIZATIONS, "ACC1", None))
        world.journal.save_link(PAIR)
        assert self._links(world) == [PAIR]

    def test_a_xero_record_that_waited_alone_becomes_a_pair(self, world: World) -> None:
        world.journal.save_link(Link(ORGANIZATIONS, None, "x-1", reason="No name."))
        world.journal.save_link(Link(ORGANIZATIONS, None, "x-1", reason="Still no name."))
        assert [link.reason for link in self._links(world)] == ["Still no name."]
        world.journal.save_link(PAIR)
        assert self._links(world) == [PAIR]

    def test_a_duplicate_shares_a_xero_record_and_leaves_the_first_link(self, world: World) -> None:
        twin = replace(PAIR, crm_name="ACC2", duplicate_of="ACC1")
        world.journal.save_link(PAIR)
        world.journal.save_link(twin)
        world.journal.save_link(twin)
        assert self._links(world) == [PAIR, twin]

    def test_two_records_can_never_own_one_xero_record(self, world: World) -> None:
        world.journal.save_link(PAIR)
        world.journal.commit()
        with pytest.raises(Exception):  # noqa: B017, PT011 (the database's own)
            self._claim(world, replace(PAIR, crm_name="ACC2"))
        world.journal.rollback()
        assert self._links(world) == [PAIR]

    def _claim(self, world: World, link: Link) -> None:
        with world.journal.record():
            world.journal.save_link(link)
        world.journal.commit()

    def _save_and_refuse(self, world: World) -> None:
        with world.journal.record():
            world.journal.save_link(PAIR)
            raise ValueError("refused")

    def test_a_record_that_is_taken_back_leaves_no_link(self, world: World) -> None:
        with pytest.raises(ValueError, match="refused"):
            self._save_and_refuse(world)
        world.journal.save_link(replace(PAIR, crm_name="ACC2"))
        assert self._links(world) == [replace(PAIR, crm_name="ACC2")]

    def test_of_one_record_saved_twice_the_last_counts_and_its_base_stays(
        self, world: World
    ) -> None:
        world.journal.save_link(Link(ORGANIZATIONS, "ACC1", "x-1"), BASE)
        world.journal.save_link(PAIR)
        world.journal.commit()
        assert self._links(world) == [PAIR]
        assert self._bases(world, "ACC1") == {"ACC1": BASE}

    def test_a_link_that_is_gone_frees_its_xero_record(self, world: World) -> None:
        gone = replace(PAIR, state=LinkState.GONE)
        successor = replace(PAIR, crm_name="ACC2")
        world.journal.save_link(gone)
        world.journal.save_link(successor)
        assert self._links(world) == [gone, successor]

    def test_a_link_for_one_side_alone_can_be_dropped(self, world: World) -> None:
        crm_alone, xero_alone = Link(ORGANIZATIONS, "ACC2", None), Link(ORGANIZATIONS, None, "x-3")
        for link in (PAIR, crm_alone, xero_alone):
            world.journal.save_link(link)
        world.journal.drop_link(crm_alone)
        world.journal.drop_link(xero_alone)
        assert self._links(world) == [PAIR]

    def test_dropping_what_has_become_a_pair_leaves_the_pair(self, world: World) -> None:
        alone = Link(ORGANIZATIONS, None, "x-1")
        world.journal.save_link(alone)
        world.journal.save_link(PAIR)
        world.journal.drop_link(alone)
        assert self._links(world) == [PAIR]

    def test_links_of_another_xero_organisation_are_its_own(self, world: World) -> None:
        other = world.journal_of("another-organisation")
        world.journal.save_link(PAIR)
        other.save_link(replace(PAIR, matched_by="number"), BASE)
        assert self._links(world) == [PAIR]
        assert [link.matched_by for link in other.links(ORGANIZATIONS)] == ["number"]
        assert self._bases(world, "ACC1") == {}

    def test_a_base_comes_back_as_it_was_agreed(self, world: World) -> None:
        world.journal.save_link(PAIR, BASE)
        assert self._bases(world, "ACC1") == {"ACC1": BASE}

    def test_saving_a_link_without_a_base_leaves_its_base(self, world: World) -> None:
        world.journal.save_link(PAIR, BASE)
        world.journal.save_link(replace(PAIR, state=LinkState.CONFLICT))
        assert self._bases(world, "ACC1") == {"ACC1": BASE}
        world.journal.save_link(PAIR, {"fax": "1"})
        assert self._bases(world, "ACC1") == {"ACC1": {"fax": "1"}}

    def test_bases_are_given_for_the_names_that_were_asked_for(self, world: World) -> None:
        for name in ("ACC1", "ACC2", "ACC3"):
            world.journal.save_link(replace(PAIR, crm_name=name, xero_id=f"x-{name}"), BASE)
        asked = ["ACC1", *(f"ACC-no-such-{number}" for number in range(2500)), "ACC3"]
        assert self._bases(world, *asked) == {"ACC1": BASE, "ACC3": BASE}

    def test_a_pair_that_never_agreed_on_anything_has_no_base(self, world: World) -> None:
        world.journal.save_link(PAIR)
        assert not self._bases(world, "ACC1").get("ACC1")


ONE = MatchAnswer(ORGANIZATIONS, "ACC1", "x-1", Answer.ONE, "Administrator", SEEN)


class AnswerPromises:
    """What a person answered on a possible match is kept until it is taken back."""

    def _answers(self, world: World) -> list[MatchAnswer]:
        return list(world.journal.answers(ORGANIZATIONS))

    def test_at_first_nothing_is_answered(self, world: World) -> None:
        assert self._answers(world) == []

    def test_an_answer_comes_back_whole(self, world: World) -> None:
        world.journal.save_answer(ONE)
        assert self._answers(world) == [ONE]

    def test_a_pair_has_one_answer_the_last(self, world: World) -> None:
        world.journal.save_answer(ONE)
        world.journal.save_answer(replace(ONE, answer=Answer.TWO))
        assert self._answers(world) == [replace(ONE, answer=Answer.TWO)]

    def test_each_pair_has_its_own(self, world: World) -> None:
        other = replace(ONE, xero_id="x-2", answer=Answer.TWO)
        world.journal.save_answer(ONE)
        world.journal.save_answer(other)
        assert self._answers(world) == [ONE, other]
        world.journal.drop_answer(ONE)
        assert self._answers(world) == [other]

    def test_answers_of_another_xero_organisation_are_its_own(self, world: World) -> None:
        world.journal_of("another-organisation").save_answer(ONE)
        world.journal.drop_answer(ONE)
        assert self._answers(world) == []
        assert list(world.journal_of("another-organisation").answers(ORGANIZATIONS)) == [ONE]

    def test_an_answer_is_rolled_back_with_all_else(self, world: World) -> None:
        world.journal.save_answer(ONE)
        world.journal.rollback()
        assert self._answers(world) == []
