"""The promises of every `Journal` about records beside their documents, and of what is read so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from tests.support.whole_books import in_order, read_whole
from vtiger_xero.engine.links import Link, LinkState
from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PRODUCT, SERVICE
from vtiger_xero.engine.modules import booking_of
from vtiger_xero.engine.reconciliation import Verdict, reconcile, reconcile_books
from vtiger_xero.engine.records import Module, XeroRecord
from vtiger_xero.engine.stored import stored_booking

from .shop import Shop
from .world import INVOICES, ORGANIZATIONS, PRODUCTS, World, unique

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def linked(world: World, name: str, key: str, module: Module = ORGANIZATIONS, **fields: Any) -> str:
    """A document and its link with a record; returns the document's id."""
    known = {each: fields.pop(each) for each in ("duplicate_of", "state") if each in fields}
    world.journal.remember(module, [XeroRecord(module, key, NOON, fields)], pending=False)
    world.journal.save_link(Link(module, name, key, **{"state": LinkState.IN_SYNC, **known}))
    return key


class BesidePromises:
    """Each record is read once, with what is known of it, and nothing of it is loaded whole."""

    def _beside(
        self, world: World, name: str, doctype: str = ORGANIZATION, module: Module = ORGANIZATIONS
    ) -> tuple[Any, ...]:
        field = {SERVICE: "service_name", PRODUCT: "product_name"}.get(doctype, "organization_name")
        rows = world.journal.beside(module, doctype, [field])
        ((_, _, value, *found, booking),) = (row for row in rows if row[0] == name)
        known = stored_booking(booking)
        return (value, *(each or "" for each in found), known and known[0])

    def _of_documents(self, world: World, *ids: str) -> list[tuple[str, ...]]:
        rows = world.journal.documents_beside(ORGANIZATIONS)
        return [tuple(each or "" for each in row) for row in rows if row[0] in ids]

    def test_a_record_comes_with_its_link_and_how_its_document_is_booked(
        self, world: World
    ) -> None:
        title = unique("“Kea” & <b>Sons</b>")
        name = world.insert(organization_name=title)
        key = linked(world, name, unique("x"), ContactStatus="ARCHIVED")
        document = XeroRecord(ORGANIZATIONS, key, NOON, {"ContactStatus": "ARCHIVED"})
        held = (title, name, key, "In Sync", "", booking_of(document))
        assert self._beside(world, name) == held
        assert self._beside(world, name)[-1].status == "ARCHIVED"

    def test_a_record_without_a_link_and_a_link_without_a_document_come_too(
        self, world: World
    ) -> None:
        alone, lost = (world.insert(organization_name=unique("Moa")) for _ in range(2))
        key = unique("x")
        world.journal.save_link(
            Link(ORGANIZATIONS, lost, key, LinkState.IN_SYNC, duplicate_of=alone)
        )
        assert self._beside(world, alone)[1:] == ("", "", "", "", None)
        assert self._beside(world, lost)[1:] == (lost, key, "In Sync", alone, None)

    def test_another_organisation_of_xero_is_not_looked_at(self, world: World) -> None:
        name = world.insert(organization_name=unique("Tui"))
        other, key = world.journal_of(unique("tenant")), unique("x")
        other.remember(ORGANIZATIONS, [XeroRecord(ORGANIZATIONS, key, NOON, {})], pending=True)
        other.save_link(Link(ORGANIZATIONS, name, key, LinkState.IN_SYNC))
        assert self._beside(world, name)[1:] == ("", "", "", "", None)
        assert self._of_documents(world, key) == []
        mine = XeroRecord(ORGANIZATIONS, key, NOON, {})
        world.journal.remember(ORGANIZATIONS, [mine], pending=False)
        assert self._of_documents(world, key) == [(key, "", "")]
        assert world.journal.links_of(ORGANIZATIONS, [name], [key]) == []
        assert [row["pending"] for row in world.journal.bookings(ORGANIZATIONS, [key])] == [0]

    def test_a_service_comes_as_what_it_is(self, world: World) -> None:
        title = unique("Help")
        name = world.insert(PRODUCTS, item_type=SERVICE, product_name=title)
        linked(world, name, unique("x"), PRODUCTS, Name=title)
        assert self._beside(world, name, SERVICE, PRODUCTS)[:2] == (title, name)
        doctypes = (PRODUCT, SERVICE)
        assert name not in dict(world.journal.links_without_record(PRODUCTS, doctypes))

    def test_amounts_are_exact(self, world: World) -> None:
        shop = Shop.open(world)
        line = {"item_type": PRODUCT, "item_name": shop.bolt, "quantity": Decimal(3)}
        record = shop.invoice({**line, "selling_price": Decimal("33.37")})
        rows = world.journal.beside(INVOICES, INVOICE, ["grand_total"])
        (total,) = (Decimal(str(row[2])) for row in rows if row[0] == record.name)
        assert total == record.fields["grand_total"] == Decimal("100.11")

    def test_links_whose_record_is_gone_are_found(self, world: World) -> None:
        there, gone = (world.insert(organization_name=unique("Kaka")) for _ in range(2))
        keys = [linked(world, name, unique("x")) for name in (there, gone)]
        world.journal.commit()
        world.trash(gone)
        found = dict(world.journal.links_without_record(ORGANIZATIONS, [ORGANIZATION]))
        assert found.get(gone) == keys[1]
        assert there not in found

    def test_documents_come_with_all_of_their_records(self, world: World) -> None:
        names = [world.insert(organization_name=unique("Weka")) for _ in range(2)]
        shared = linked(world, names[0], unique("x"))
        linked(world, names[1], shared, duplicate_of=names[0])
        alone = XeroRecord(ORGANIZATIONS, unique("x"), NOON, {"MergedToContactID": shared})
        world.journal.remember(ORGANIZATIONS, [alone], pending=True)
        found = self._of_documents(world, shared, alone.id)
        assert sorted(found) == sorted(
            [*((shared, "", name) for name in names), (alone.id, shared, "")]
        )
        places = [place for place, row in enumerate(found) if row[0] == shared]
        assert places[1] == places[0] + 1
        bookings = world.journal.bookings(ORGANIZATIONS, [shared, alone.id])
        assert {row["xero_id"]: bool(row["pending"]) for row in bookings} == {
            shared: False,
            alone.id: True,
        }
        links = world.journal.links_of(ORGANIZATIONS, names[:1], [shared])
        assert [link.crm_name for link in links] == names

    def test_what_is_read_in_parts_is_what_is_read_whole(self, world: World) -> None:
        shop = Shop.open(world)
        contact = linked(world, shop.organization, unique("x"), Name="Buyer")
        line = {"item_type": PRODUCT, "item_name": shop.bolt, "quantity": Decimal(1)}
        records = [
            shop.invoice({**line, "selling_price": Decimal(price)}, status="Approved")
            for price in range(10, 17)
        ]
        self._at_xero(world, [(each.name, each.fields["grand_total"]) for each in records], contact)
        world.journal.commit()
        whole = reconcile_books(read_whole(world.crm, world.journal))
        parts = reconcile(world.crm, world.journal, Module)
        assert parts.verdict is Verdict.DIFFER
        assert [each.difference for each in parts.drifts if each.what == "Grand Total"] == [-1]
        assert in_order(parts) == in_order(whole)

    def _at_xero(self, world: World, totals: Sequence[tuple[str, Any]], contact: str) -> None:
        """Approved invoices of these names, the last but one for 1 more; the last has no link."""
        for place, (name, total) in enumerate(totals):
            more = Decimal(place == len(totals) - 2)
            figures = {"Total": total + more, "AmountPaid": Decimal(0), "AmountDue": total + more}
            head = {"Status": "AUTHORISED", "CurrencyCode": "NZD", "InvoiceNumber": name}
            document = {**head, **figures, "Contact": {"ContactID": contact}}
            key = linked(world, name, unique("x"), INVOICES, **document)
        world.journal.drop_link(Link(INVOICES, name, key))
