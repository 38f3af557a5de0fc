"""What both ports find by keys: what changed, and what belongs to it. No list is read whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from vtiger_xero.engine.links import Likeness, Link, LinkState, Possible
from vtiger_xero.engine.records import Module, XeroRecord
from vtiger_xero.engine.stored import search_key

from .links import SEEN
from .shop import Shop
from .world import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, World, read, unique


def linked(world: World, name: str, module: Module = ORGANIZATIONS, **more: Any) -> Link:
    """A record whose link has its present version."""
    version = read(world, name, module).modified
    link = Link(module, name, f"x-{name}", LinkState.IN_SYNC, version)
    link = replace(link, **more)
    world.journal.save_link(link)
    world.journal.commit()
    return link


def changed(world: World, module: Module = ORGANIZATIONS) -> list[str]:
    """What the CRM says may need something, sorted."""
    return sorted(world.crm.changed(module, world.journal.tenant))


class ChangePromises:
    """The database finds what changed, no matter who changed it or what the clock said."""

    def test_a_record_without_a_link_may_need_something(self, world: World) -> None:
        new, known = (world.insert(organization_name=unique("Kea")) for _ in range(2))
        linked(world, known)
        found = changed(world)
        assert new in found
        assert known not in found

    def test_a_record_that_a_user_saves_may_need_something(self, world: World) -> None:
        name = world.insert(organization_name=unique("Kea"))
        linked(world, name)
        world.edit(name, website="https://kea.nz")
        assert name in changed(world)

    @pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(microseconds=1)])
    def test_no_clock_is_asked_which_version_is_the_later(
        self, world: World, by: timedelta
    ) -> None:
        name = world.insert(organization_name=unique("Kea"))
        linked(world, name, crm_modified=read(world, name).modified + by)
        assert name in changed(world)

    def test_a_link_without_a_version_was_never_looked_at(self, world: World) -> None:
        name = world.insert(organization_name=unique("Kea"))
        linked(world, name, crm_modified=None)
        assert name in changed(world)

    def test_a_link_that_gets_the_present_version_is_settled(self, world: World) -> None:
        name = world.insert(organization_name=unique("Kea"))
        link = linked(world, name)
        world.edit(name, website="https://kea.nz")
        world.journal.save_link(replace(link, crm_modified=read(world, name).modified))
        world.journal.commit()
        assert name not in changed(world)

    def test_a_deleted_record_leaves_its_name_on_the_link(self, world: World) -> None:
        name = world.insert(organization_name=unique("Kea"))
        link = linked(world, name)
        world.trash(name)
        assert name in changed(world)
        world.journal.save_link(replace(link, state=LinkState.GONE))
        world.journal.commit()
        assert name not in changed(world)

    def test_another_organisation_of_xero_has_links_of_its_own(self, world: World) -> None:
        name = world.insert(organization_name=unique("Kea"))
        link = replace(linked(world, name), xero_id="elsewhere")
        assert name not in changed(world)
        other = world.journal_of("another-organisation")
        assert name in world.crm.changed(ORGANIZATIONS, other.tenant)
        other.save_link(link)
        world.journal.commit()
        assert name not in world.crm.changed(ORGANIZATIONS, other.tenant)

    def test_new_and_saved_records_say_so_themselves(self, world: World) -> None:
        new, saved, known = (world.insert(organization_name=unique("Kea")) for _ in range(3))
        for name in (saved, known):
            linked(world, name)
        world.edit(saved, website="https://kea.nz")
        found = world.crm.unsettled(ORGANIZATIONS, world.journal.tenant)
        assert {new, saved} <= set(found)
        assert known not in found

    @pytest.mark.parametrize("item_type", ["Vtiger Product", "Vtiger Service"])
    def test_products_and_services_are_found_alike(self, world: World, item_type: str) -> None:
        values = {"product_name": unique("Thing"), "item_type": item_type}
        new, known = (world.insert(PRODUCTS, **values) for _ in range(2))
        linked(world, known, PRODUCTS)
        gone = world.insert(PRODUCTS, **values)
        linked(world, gone, PRODUCTS)
        world.trash(gone, PRODUCTS)
        found = changed(world, PRODUCTS)
        assert (new in found, known in found, gone in found) == (True, False, True)

    def test_heads_of_some_are_those_of_all(self, world: World) -> None:
        names = [world.insert(organization_name=unique("Kea")) for _ in range(3)]
        wanted = [names[2], names[0], "no such record", names[2]]
        all_heads = [each for each in world.crm.heads(ORGANIZATIONS) if each.name in wanted]
        assert list(world.crm.heads_of(ORGANIZATIONS, wanted)) == all_heads
        assert [each.name for each in all_heads] == [names[0], names[2]]
        assert list(world.crm.heads_of(ORGANIZATIONS, [])) == []

    def test_what_refers_to_a_record_is_found(self, world: World) -> None:
        shop = Shop.open(world)
        invoice, other = (shop.invoice(shop.line(5), status="Approved").name for _ in range(2))
        payment = shop.pay(invoice, 1).name
        shop.pay(other, 1)
        assert list(world.crm.referring(PAYMENTS, "related_to", [invoice, "none"])) == [payment]

    def test_links_are_found_by_either_side_and_by_what_they_duplicate(self, world: World) -> None:
        pair = Link(ORGANIZATIONS, "ACC1", "x-1", LinkState.IN_SYNC, SEEN)
        duplicate = Link(ORGANIZATIONS, "ACC2", "x-1", LinkState.IN_SYNC, duplicate_of="ACC1")
        alone = Link(ORGANIZATIONS, None, "x-3", LinkState.SKIPPED)
        for link in (pair, duplicate, alone, replace(pair, module=PRODUCTS, xero_id="x-9")):
            world.journal.save_link(link)
        links = world.journal.links_of
        assert list(links(ORGANIZATIONS, ["ACC1"], [])) == [pair, duplicate]
        assert list(links(ORGANIZATIONS, ["ACC2"], [])) == [duplicate]
        assert list(links(ORGANIZATIONS, [], ["x-3", "x-1"])) == [pair, duplicate, alone]
        assert list(links(ORGANIZATIONS, ["ACC1"], ["x-3"])) == [pair, duplicate, alone]
        assert list(links(ORGANIZATIONS, [], [])) == []

    @pytest.mark.parametrize("state", LinkState)
    def test_all_but_what_is_in_sync_is_unsettled(self, world: World, state: LinkState) -> None:
        possible = (Possible("x-2", "Kea", Likeness.NAME),)
        link = Link(ORGANIZATIONS, "ACC1", "x-1", state, SEEN, possible=possible)
        world.journal.save_link(link)
        found = list(world.journal.unsettled_links(ORGANIZATIONS))
        assert found == ([] if state is LinkState.IN_SYNC else [link])
        assert list(world.journal.unsettled_links(PRODUCTS)) == []


def contact(id: str, name: str, **more: Any) -> XeroRecord:
    """A contact of Xero."""
    document = {"ContactID": id, "Name": name, "ContactStatus": "ACTIVE", **more}
    return XeroRecord(ORGANIZATIONS, id, SEEN, document)


class KeyPromises:
    """Xero's documents are found by what they have in common."""

    def _keep(self, world: World, *records: XeroRecord, pending: bool = False) -> None:
        for record in records:
            world.journal.remember(record.module, [record], pending=pending)

    def _found(self, world: World, column: str, *keys: str) -> list[str]:
        return sorted(world.journal.ids_by_key(ORGANIZATIONS, column, keys))

    def test_by_a_name_without_regard_to_case_blanks_and_signs(self, world: World) -> None:
        names = {
            "x-1": "Zo\u00eb & Co.",
            "x-2": " zoe  CO",
            "x-3": "Zoe Ltd",
            "x-4": "=&<",
            "x-5": "<",
        }
        long = "very long " * 20
        names |= {
            "x-6": long + "a",
            "x-7": long + "b",
            "x-8": "",
            "x-9": "\u682a\u5f0f\u4f1a\u793e",
        }
        self._keep(world, *(contact(*each) for each in names.items()))
        for wanted, found in (
            ("zoe co", ["x-1", "x-2"]),
            ("=&<", ["x-4"]),
            (long + "b", ["x-7"]),
            ("\u682a\u5f0f\u4f1a\u793e", ["x-9"]),
        ):
            assert self._found(world, "title_key", search_key(wanted)) == found
        assert self._found(world, "title_key") == []

    def test_by_number_and_by_what_they_were_merged_into(self, world: World) -> None:
        merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": "x-2"}
        self._keep(world, contact("x-1", "A", ContactNumber="Acc1", **merged))
        assert self._found(world, "number_key", "acc1") == ["x-1"]
        assert self._found(world, "merged_into", "x-2", "x-3") == ["x-1"]

    def test_by_what_they_belong_to(self, world: World) -> None:
        def invoice(id: str, contact: str, status: str) -> XeroRecord:
            document = {"InvoiceID": id, "Status": status, "Contact": {"ContactID": contact}}
            return XeroRecord(INVOICES, id, SEEN, document)

        given = [("i-1", "c-1", "VOIDED"), ("i-2", "C-2", "PAID"), ("i-3", "c-2", "DRAFT")]
        self._keep(world, *(invoice(*each) for each in given))
        ids = world.journal.ids_by_key(INVOICES, "refers_to_id", ["c-2"])
        assert sorted(ids) == ["i-2", "i-3"]
        living = world.journal.living_by_reference(INVOICES, ["c-1", "c-2", "c-3"])
        assert living.keys() == {"c-2"}
        assert living["c-2"] in ("i-2", "i-3")

    def test_a_document_tells_the_keys_that_others_are_found_by(self, world: World) -> None:
        merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": "x-2"}
        self._keep(world, contact("x-1", "Zo\u00eb & Co.", ContactNumber="Acc 1", **merged))
        (keys,) = world.journal.keys_of_documents(ORGANIZATIONS, ["x-1", "x-9"])
        for column in ("title_key", "number_key", "merged_into"):
            assert self._found(world, column, keys[column]) == ["x-1"]

    def test_what_is_pending_and_what_lives(self, world: World) -> None:
        self._keep(world, contact("x-1", "A"), contact("x-2", "B", ContactStatus="ARCHIVED"))
        self._keep(world, contact("x-3", "C"), pending=True)
        assert list(world.journal.pending_ids(ORGANIZATIONS)) == ["x-3"]
        assert list(world.journal.living_ids(ORGANIZATIONS)) == ["x-1", "x-3"]
        world.journal.settle(ORGANIZATIONS, ["x-3"])
        assert list(world.journal.pending_ids(ORGANIZATIONS)) == []

    def test_heads_of_some_documents_are_those_of_all(self, world: World) -> None:
        self._keep(world, *(contact(f"x-{n}", f"Name {n}") for n in range(3)))
        some = world.journal.heads_of_documents(ORGANIZATIONS, ["x-2", "x-9", "x-0"])
        wanted = {"x-0", "x-2"}
        assert list(some) == [
            each for each in world.journal.xero_heads(ORGANIZATIONS) if each.id in wanted
        ]
