"""Two ledgers that were kept side by side meet: nothing is doubled, and nothing is guessed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.readings import only_read
from tests.support.rules import spares
from tests.support.settling import settles
from tests.support.shop import DAY, INVOICES, ORGANIZATIONS, PRODUCTS, Shop
from tests.support.stage import skipped
from vtiger_xero.engine.links import Answer, LinkState, MatchAnswer
from vtiger_xero.engine.possible import pairs_to_answer
from vtiger_xero.engine.records import Direction, Module, Side
from vtiger_xero.engine.settings import ConflictPolicy

D = Decimal


def asked(shop: Shop, module: Module) -> list[tuple[str, str]]:
    return [
        (name, xero_id) for name, xero_id, _ in pairs_to_answer(shop.stage.journal.links(module))
    ]


def answer(shop: Shop, module: Module, name: str, xero_id: str, given: Answer) -> None:
    assert (name, xero_id) in asked(shop, module)
    shop.stage.journal.save_answer(MatchAnswer(module, name, xero_id, given))
    shop.stage.journal.commit()


def names(shop: Shop) -> tuple[list[str], list[str]]:
    """The names of organizations here, and of contacts there."""
    here = sorted(each.fields["organization_name"] for each in shop.stage.records(ORGANIZATIONS))
    return here, sorted(each.name for each in shop.books.contacts.values())


# Organizations

LIKE = [
    ({"organization_name": "Moa Ltd"}, {"Name": "Moa Limited"}, "looks alike"),
    ({"organization_name": "Caf\u00e9 Noir"}, {"Name": "Cafe-Noir, Inc."}, "looks alike"),
    ({"organization_name": "Smith & Sons"}, {"Name": "SMITH AND SONS GmbH"}, "looks alike"),
    ({"tax_number": "GB 123 456"}, {"TaxNumber": "123456"}, "the same tax number"),
    ({"primary_email": "Ada@moa.nz"}, {"EmailAddress": "ada@moa.nz"}, "the same e-mail"),
    (
        {"organization_name": "Tui", "tax_number": "11-22"},
        {"Name": "TUI", "TaxNumber": "33-44"},
        "of this name with another tax number",
    ),
]


@pytest.mark.parametrize(("ours", "theirs", "words"), LIKE, ids=[each[2] for each in LIKE])
class TestOrganizationsThatMayBeOne:
    """A person says whether they are."""

    @pytest.fixture
    def pair(self, shop: Shop, ours: dict[str, str], theirs: dict[str, str]) -> tuple[str, str]:
        name = shop.add(ORGANIZATIONS, **{"organization_name": "Moa Ltd", **ours})
        contact = shop.books.add_contact_in_xero(**{"Name": "Weka Trading", **theirs})
        return name, str(contact.contact_id)

    @pytest.mark.parametrize("direction", Direction)
    def test_are_copied_nowhere(
        self, shop: Shop, pair: tuple[str, str], words: str, direction: Direction
    ) -> None:
        shop.stage.set(direction=direction, deletions=False)
        before = names(shop)
        entries = [each for each in skipped(shop.sync(), ORGANIZATIONS) if each.rule == "G6"]
        assert entries and all(words in each.reason for each in entries), entries
        assert all("Answer under Possible Matches" in each.remedy for each in entries)
        assert asked(shop, ORGANIZATIONS) == [pair]
        (link,) = [x for x in shop.stage.journal.links(ORGANIZATIONS) if x.crm_name == pair[0]]
        assert link.state is LinkState.POSSIBLE
        assert [len(each) for each in names(shop)] == [
            len(before[0]),
            len(before[1]) + (direction is not Direction.TO_CRM),  # Kea, which is new
        ]

    def test_are_one_when_a_person_says_so(
        self, shop: Shop, pair: tuple[str, str], words: str
    ) -> None:
        shop.sync()
        answer(shop, ORGANIZATIONS, *pair, Answer.ONE)
        settles(shop)
        assert shop.partner(ORGANIZATIONS, pair[0]) == pair[1]
        here, there = names(shop)
        assert here == there
        assert len(here) == 2
        assert asked(shop, ORGANIZATIONS) == []

    def test_are_two_when_a_person_says_so(
        self, shop: Shop, pair: tuple[str, str], words: str
    ) -> None:
        shop.sync()
        answer(shop, ORGANIZATIONS, *pair, Answer.TWO)
        if "of this name" in words:
            entries = [e for e in skipped(shop.sync(), ORGANIZATIONS) if e.rule == "G6"]
            assert {e.remedy for e in entries} == {"Give one of them another name, and sync."}
            assert asked(shop, ORGANIZATIONS) == []
            assert [len(each) for each in names(shop)] == [2, 2]
            shop.edit(ORGANIZATIONS, pair[0], organization_name="Tui Two")
        settles(shop)
        here, there = names(shop)
        assert here == there
        assert len(here) == 3


def test_an_invoice_of_an_undecided_customer_waits_and_names_it(shop: Shop) -> None:
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    contact = shop.contact("Moa Limited")
    ours = shop.invoice(organization_name=moa, invoice_no="A-1")
    theirs = shop.xero_invoice(contact=contact, InvoiceNumber="A-1", Date=DAY.isoformat())
    report = shop.sync()
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 1
    assert asked(shop, INVOICES) == []  # too early to say: it hangs on the customer
    reasons = shop.stage.reasons(report, INVOICES)
    assert any("Moa Ltd" in each for each in reasons), reasons
    answer(shop, ORGANIZATIONS, moa, contact, Answer.ONE)
    shop.sync()
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 1
    assert shop.partner(INVOICES, ours) == theirs or asked(shop, INVOICES) == [(ours, theirs)]


def test_several_that_look_alike_are_all_asked_for(shop: Shop) -> None:
    moa = shop.add(ORGANIZATIONS, organization_name="Moa")
    first, second = shop.contact("Moa Ltd"), shop.contact("Moa Inc")
    shop.sync()
    assert sorted(asked(shop, ORGANIZATIONS)) == sorted([(moa, first), (moa, second)])
    answer(shop, ORGANIZATIONS, moa, second, Answer.ONE)
    settles(shop)
    assert shop.partner(ORGANIZATIONS, moa) == second
    assert [len(each) for each in names(shop)] == [3, 3]  # the other one came as itself


# Products and services


def items(shop: Shop) -> tuple[int, int]:
    return len(shop.stage.records(PRODUCTS)), len(shop.books.items)


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        (("AB-1", "Nut"), ("ab 1", "Nuts"), "whose code looks alike"),
        (("N1", "Nut"), ("X-77", "nut"), "of this name"),
    ],
    ids=["code", "name"],
)
@pytest.mark.parametrize("given", Answer)
def test_items_that_may_be_one_wait_for_an_answer(
    shop: Shop, ours: tuple[str, str], theirs: tuple[str, str], words: str, given: Answer
) -> None:
    name = shop.product(*ours)
    item = shop.books.add_item_in_xero(Code=theirs[0], Name=theirs[1])
    entries = skipped(shop.sync(), PRODUCTS)
    assert len(entries) == 2
    assert all(words in each.reason for each in entries), entries
    assert items(shop) == (2, 2)  # the bolt, and one on either side
    answer(shop, PRODUCTS, name, str(item.item_id), given)
    settles(shop)
    assert items(shop) == ((2, 2) if given is Answer.ONE else (3, 3))
    if given is Answer.ONE:
        assert shop.partner(PRODUCTS, name) == item.item_id


@spares("G6")
@pytest.mark.parametrize("policy", [ConflictPolicy.CRM, ConflictPolicy.XERO])
@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
@pytest.mark.parametrize("in_between", [0, 2], ids=["at once", "runs later"])
def test_a_line_added_in_xero_comes_though_the_item_was_linked_since(
    shop: Shop, policy: ConflictPolicy, status: str, in_between: int
) -> None:
    shop.stage.set(conflicts=policy)
    ours = shop.product("P-2", "Nut", unit_price=D(10))
    nut = str(shop.books.add_item_in_xero(Code="P 2", Name="Nut").item_id)
    shop.sync()
    kea = shop.partner(ORGANIZATIONS, shop.customer)
    in_crm = "Approved" if status == "AUTHORISED" else "Created"
    name = shop.invoice(shop.line(item_name=ours), invoice_no="A-1", status=in_crm)
    line = shop.xero_line(ItemCode="P 2")
    own = {"InvoiceNumber": "A-1", "Reference": "Bolts", "Status": status}
    there = shop.xero_invoice(line, contact=kea, **own)
    shop.sync()
    assert shop.partner(INVOICES, name) == there
    answer(shop, PRODUCTS, ours, nut, Answer.ONE)
    for _ in range(in_between):
        shop.sync()
    held = [{"LineItemID": each["LineItemID"]} for each in shop.wire(name)["LineItems"]]
    shop.books.edit_invoice(there, LineItems=[*held, shop.xero_line("7")])
    settles(shop)
    assert D(str(shop.wire(name)["Total"])) == D("19.55")
    assert shop.field(INVOICES, name, "grand_total") == D("19.55")
    assert shop.field(INVOICES, name, "items")[0]["item_name"] == ours


@pytest.mark.parametrize("policy", [ConflictPolicy.CRM, ConflictPolicy.XERO])
@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
@pytest.mark.parametrize("answered_first", [True, False])
def test_a_line_added_in_xero_comes_though_the_items_of_the_first_ones_could_not_be_sent_yet(
    shop: Shop, policy: ConflictPolicy, status: str, answered_first: bool
) -> None:
    shop.stage.set(conflicts=policy)
    ours = shop.product("P-2", "Nut", unit_price=D(10))
    nut = str(shop.books.add_item_in_xero(Code="P 2", Name="Nut").item_id)
    shop.sync()
    kea = shop.partner(ORGANIZATIONS, shop.customer)
    in_crm = "Approved" if status == "AUTHORISED" else "Created"
    lines = shop.line(), shop.line("20", item_name=ours)
    name = shop.invoice(*lines, invoice_no="A-1", status=in_crm)
    at_xero = shop.xero_line(), shop.xero_line("20", ItemCode="P 2")  # the first names no item
    own = {"InvoiceNumber": "A-1", "Reference": "Bolts", "Status": status}
    there = shop.xero_invoice(*at_xero, contact=kea, **own)
    shop.sync()
    assert shop.partner(INVOICES, name) == there
    if answered_first:
        answer(shop, PRODUCTS, ours, nut, Answer.ONE)
    held = [{"LineItemID": each["LineItemID"]} for each in shop.wire(name)["LineItems"]]
    shop.books.edit_invoice(there, LineItems=[*held, shop.xero_line("7")])
    if not answered_first:
        shop.sync()
        answer(shop, PRODUCTS, ours, nut, Answer.ONE)
    settles(shop)
    assert D(str(shop.wire(name)["Total"])) == D("42.55")
    assert shop.field(INVOICES, name, "grand_total") == D("42.55")
    held_here = [each["item_name"] for each in shop.field(INVOICES, name, "items")]
    assert len(held_here) == 3 and held_here[1] == ours
    if policy is ConflictPolicy.CRM:
        assert held_here[0] == shop.bolt


def test_a_line_added_in_xero_while_a_first_meeting_waits_for_a_person_stays_there(
    shop: Shop,
) -> None:
    """Under Ask, neither side's lines are touched, and the pair says by how much it differs."""
    shop.stage.set(conflicts=ConflictPolicy.ASK)
    shop.sync()
    kea = shop.partner(ORGANIZATIONS, shop.customer)
    name = shop.invoice(shop.line(), invoice_no="A-1", status="Approved")
    own = {"InvoiceNumber": "A-1", "Reference": "Bolts", "Status": "AUTHORISED"}
    there = shop.xero_invoice(shop.xero_line(), contact=kea, **own)
    shop.sync()
    assert shop.partner(INVOICES, name) == there
    (first,) = shop.stage.journal.links(INVOICES)
    assert first.state is LinkState.CONFLICT
    assert first.reason.startswith("Both sides meet with different values")
    held = [{"LineItemID": each["LineItemID"]} for each in shop.wire(name)["LineItems"]]
    shop.books.edit_invoice(there, LineItems=[*held, shop.xero_line("7")])
    shop.sync()
    assert D(str(shop.wire(name)["Total"])) == shop.field(INVOICES, name, "grand_total") + D("8.05")
    (link,) = shop.stage.journal.links(INVOICES)
    assert link.state is LinkState.CONFLICT
    assert "a difference of 8.05" in link.reason


@pytest.mark.parametrize("policy", [ConflictPolicy.CRM, ConflictPolicy.NEWEST])
def test_the_code_that_xero_had_before_still_names_the_item(
    shop: Shop, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy)
    ours = shop.product("P-2", "Nut", unit_price=D(10))
    nut = str(shop.books.add_item_in_xero(Code="P 2", Name="Nut").item_id)
    shop.xero_invoice(shop.xero_line(ItemCode="P 2"), InvoiceNumber="X-1")
    shop.sync()
    answer(shop, PRODUCTS, ours, nut, Answer.ONE)
    settles(shop)
    (invoice,) = shop.stage.records(INVOICES)
    assert [each["item_name"] for each in invoice.fields["items"]] == [ours]


def test_products_of_one_name_and_several_codes_are_a_matter_of_course(shop: Shop) -> None:
    shop.product("S1", "Shirt")
    shop.product("S2", "Shirt")
    shop.books.add_item_in_xero(Code="S3", Name="Shirt")
    settles(shop)
    assert items(shop) == (4, 4)


def test_a_product_without_a_code_is_no_one_of_several(shop: Shop) -> None:
    name = shop.product("", "Shirt")
    ids = [
        str(shop.books.add_item_in_xero(Code=code, Name="Shirt").item_id) for code in ("S1", "S2")
    ]
    shop.sync()
    assert sorted(asked(shop, PRODUCTS)) == sorted((name, each) for each in ids)
    assert items(shop) == (2, 3)


# Merged in Xero before it was answered


def merged(shop: Shop, theirs: str) -> tuple[str, str]:
    """Kea, in step, whose contact was merged into that of Moa, which is on both sides by itself."""
    settles(shop)
    kea = shop.partner(ORGANIZATIONS, shop.customer)
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    target = shop.contact(theirs)
    if theirs != "Moa Ltd":
        shop.sync()
        assert (moa, target) in asked(shop, ORGANIZATIONS)
    shop.books.merge_contacts(kea, target)
    shop.sync()
    return moa, target


@pytest.mark.parametrize("policy", ConflictPolicy)
@pytest.mark.parametrize("given", Answer)
def test_a_merge_into_a_contact_that_waits_closes_no_question(
    shop: Shop, given: Answer, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy)
    moa, target = merged(shop, "Moa Limited")
    assert (moa, target) in asked(shop, ORGANIZATIONS)
    assert shop.books.contacts[target].name == "Moa Limited"
    assert len([each for each in shop.books.contacts.values() if each.is_active]) == 1
    answer(shop, ORGANIZATIONS, moa, target, given)
    settles(shop)
    active = [each.name for each in shop.books.contacts.values() if each.is_active]
    if given is Answer.ONE:
        assert len(active) == 1
        assert shop.partner(ORGANIZATIONS, moa) == target
        (link,) = [each for each in shop.stage.journal.links(ORGANIZATIONS) if each.duplicate_of]
        assert (link.crm_name, link.duplicate_of) == (shop.customer, moa)
        assert "merged in Xero" in link.reason
    else:
        assert sorted(active) == ["Moa Limited", "Moa Ltd"]


@pytest.mark.parametrize("policy", ConflictPolicy)
def test_the_record_of_its_name_has_the_contact_that_another_was_merged_into(
    shop: Shop, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy)
    moa, target = merged(shop, "Moa Ltd")
    settles(shop)
    assert shop.partner(ORGANIZATIONS, moa) == target
    (link,) = [each for each in shop.stage.journal.links(ORGANIZATIONS) if each.duplicate_of]
    assert (link.crm_name, link.duplicate_of) == (shop.customer, moa)
    assert [each.name for each in shop.books.contacts.values() if each.is_active] == ["Moa Ltd"]


@pytest.mark.parametrize("policy", ConflictPolicy)
@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
@pytest.mark.parametrize("given", Answer)
def test_an_invoice_of_both_is_asked_about_though_another_has_the_contact_by_a_merge(
    shop: Shop, given: Answer, status: str, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy)
    settles(shop)
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    target = shop.contact("Moa Limited")
    in_crm = "Approved" if status == "AUTHORISED" else "Created"
    ours = shop.invoice(organization_name=moa, invoice_no="A-1", status=in_crm)
    there = shop.xero_invoice(contact=target, InvoiceNumber="X-9", Status=status)
    shop.sync()
    shop.books.merge_contacts(shop.partner(ORGANIZATIONS, shop.customer), target)
    settles(shop)
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 1
    assert asked(shop, ORGANIZATIONS) == [(moa, target)]
    assert asked(shop, INVOICES) == [(ours, there)]
    answer(shop, ORGANIZATIONS, moa, target, given)
    answer(shop, INVOICES, ours, there, given)
    settles(shop)
    both = 1 if given is Answer.ONE else 2
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == both


# Invoices


@pytest.fixture
def kea(shop: Shop) -> str:
    """The contact of the customer that both sides have."""
    shop.sync()
    return shop.partner(ORGANIZATIONS, shop.customer)


def counted(shop: Shop) -> list[int]:
    """The invoices of the CRM and those of Xero, without void ones."""
    alive = [each for each in shop.books.invoices.values() if each.status != "VOIDED"]
    return [len(shop.stage.records(INVOICES)), len(alive)]


def read_for_good(shop: Shop, kea: str) -> None:
    """The invoices are read, and a later one that is void with them: they do not come again."""
    shop.stage.xero.clock.advance(timedelta(hours=1))
    shop.books.void_invoice(shop.xero_invoice(shop.xero_line("77"), contact=kea))
    shop.sync()


@pytest.mark.parametrize("policy", ConflictPolicy)
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
@pytest.mark.parametrize("given", Answer)
def test_an_invoice_is_asked_about_still_when_its_customer_was_merged_into_another(
    shop: Shop, kea: str, given: Answer, status: str, direction: Direction, policy: ConflictPolicy
) -> None:
    shop.stage.set(direction, conflicts=policy)
    in_crm = "Approved" if status == "AUTHORISED" else "Created"
    ours = shop.invoice(invoice_no="A-1", status=in_crm)
    there = shop.xero_invoice(contact=kea, InvoiceNumber="X-9", Status=status)
    read_for_good(shop, kea)
    assert asked(shop, INVOICES) == [(ours, there)]
    shop.books.merge_contacts(kea, shop.contact("Moa Ltd"))
    settles(shop)
    assert asked(shop, INVOICES) == [(ours, there)]
    assert counted(shop) == [1, 1]
    answer(shop, INVOICES, ours, there, given)
    shop.sync()
    two = given is Answer.TWO
    assert counted(shop) == [1 + (two and direction.writes(each)) for each in (Side.CRM, Side.XERO)]


def test_an_invoice_is_known_by_its_number_when_its_customer_was_merged_into_another(
    shop: Shop, kea: str
) -> None:
    shop.stage.set(Direction.TO_XERO)
    there = shop.xero_invoice(contact=kea, InvoiceNumber="A-1")
    read_for_good(shop, kea)
    shop.books.merge_contacts(kea, shop.contact("Moa Ltd"))
    ours = shop.invoice(invoice_no="A-1")
    settles(shop)
    assert shop.partner(INVOICES, ours) == there
    assert counted(shop) == [1, 1]


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ({"InvoiceNumber": "A-0007", "price": "99"}, "of this number, of another customer or"),
        ({"InvoiceNumber": "7", "price": "99"}, "whose number looks alike"),
        ({"InvoiceNumber": "X-1"}, "over the same amount on the same day"),
        ({"InvoiceNumber": "X-1", "price": "10.04"}, "whose total is only cents away"),
        ({"InvoiceNumber": "X-1", "price": "9.99"}, "whose total is only cents away"),
    ],
    ids=["number", "number alike", "figures", "cents more", "cents less"],
)
@pytest.mark.parametrize("given", Answer)
def test_invoices_that_may_be_one_wait_for_an_answer(
    shop: Shop, kea: str, theirs: dict[str, str], words: str, given: Answer
) -> None:
    ours = shop.invoice(invoice_no="A-0007")
    number, price = theirs["InvoiceNumber"], theirs.get("price", "10")
    there = shop.xero_invoice(shop.xero_line(price), contact=kea, InvoiceNumber=number)
    entries = skipped(shop.sync(), INVOICES)
    assert len(entries) == 2
    assert all(words in each.reason for each in entries), entries
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 1
    answer(shop, INVOICES, ours, there, given)
    shop.sync()
    if given is Answer.ONE:
        assert shop.partner(INVOICES, ours) == there
        assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 1
    elif number != "A-0007":
        assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 2
    else:  # Xero takes no second invoice of that number
        assert len(shop.books.invoices) == 1


def test_numbers_with_letters_of_their_own_are_numbered_apart(shop: Shop, kea: str) -> None:
    shop.invoice(invoice_no="A-1")
    shop.xero_invoice(shop.xero_line("99"), contact=kea, InvoiceNumber="B-1")
    settles(shop)
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 2


def test_whose_number_stands_is_asked_until_a_person_says_so(shop: Shop, kea: str) -> None:
    shop.stage.set(conflicts=ConflictPolicy.ASK)
    ours = shop.invoice(invoice_no="A-7")
    there = shop.xero_invoice(contact=kea, InvoiceNumber="X-1")
    shop.sync()
    answer(shop, INVOICES, ours, there, Answer.ONE)
    for _ in range(3):
        shop.sync()
        (link,) = shop.stage.journal.links(INVOICES)
        assert "invoice_no" in {each.field for each in link.conflict}
    assert shop.stage.one(INVOICES).fields["invoice_no"] == "A-7"
    assert shop.books.invoices[there].number == "X-1"


def test_a_number_that_cannot_travel_yet_is_not_lost(shop: Shop, kea: str) -> None:
    """The CRM's is the one that stands; as long as Xero does not get it, the CRM keeps it."""
    shop.stage.set(conflicts=ConflictPolicy.CRM)
    ours = shop.invoice(invoice_no="A-7")
    there = shop.xero_invoice(contact=kea, InvoiceNumber="X-1")
    shop.sync()
    shop.edit(INVOICES, ours, status="Cancel")
    shop.stage.set(conflicts=ConflictPolicy.CRM, deletions=False)
    answer(shop, INVOICES, ours, there, Answer.ONE)
    for _ in range(3):
        shop.sync()
        assert shop.stage.one(INVOICES).fields["invoice_no"] == "A-7"


def test_a_total_that_no_rounding_explains_is_another_invoice(shop: Shop, kea: str) -> None:
    shop.invoice(invoice_no="A-1")
    shop.xero_invoice(shop.xero_line("10.06"), contact=kea, InvoiceNumber="B-2")
    settles(shop)
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 2


def test_another_day_and_another_number_is_another_invoice(shop: Shop, kea: str) -> None:
    shop.invoice(invoice_no="A-1")
    day = (DAY + timedelta(days=30)).isoformat()
    shop.xero_invoice(contact=kea, InvoiceNumber="B-2", Date=day)
    settles(shop)
    assert len(shop.stage.records(INVOICES)) == len(shop.books.invoices) == 2


def test_a_run_says_how_many_wait_for_an_answer(shop: Shop) -> None:
    shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    shop.contact("Moa Limited")
    (notice,) = [each for each in shop.sync().header.notices if "Possible Matches" in each]
    assert "1" in notice


def test_what_is_gone_in_xero_waits_for_no_answer(shop: Shop) -> None:
    settles(shop)
    kea = shop.partner(ORGANIZATIONS, shop.customer)
    shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    contact = shop.contact("Moa Limited")
    shop.product("AB-1", "Nut")
    item = shop.books.add_item_in_xero(Code="AB1", Name="Nut of another kind").item_id
    shop.invoice(shop.line("100"), invoice_no="SI-1")
    invoice = shop.xero_invoice(shop.xero_line("100"), contact=kea, InvoiceNumber="SI1")
    shop.sync()
    modules = (ORGANIZATIONS, PRODUCTS, INVOICES)
    assert [len(asked(shop, module)) for module in modules] == [1, 1, 1]
    shop.books.edit_contact(contact, ContactStatus="ARCHIVED")
    shop.books.delete_item(item)
    shop.books.void_invoice(invoice)
    settles(shop)
    for module in modules:
        states = {each.state for each in shop.stage.journal.links(module)}
        assert states == {LinkState.IN_SYNC}


@pytest.mark.parametrize("item", ["", "BOLT"])
def test_a_paid_invoice_that_differs_in_words_alone_is_no_skip(shop: Shop, item: str) -> None:
    settles(shop)
    kea = shop.partner(ORGANIZATIONS, shop.customer)
    shop.invoice(shop.line("100"), invoice_no="SI-1", subject="Bolts for the bridge")
    line = shop.xero_line("100", **({"ItemCode": item} if item else {}))
    shop.books.pay_invoice(shop.xero_invoice(line, contact=kea, InvoiceNumber="SI-1"))
    assert skipped(shop.sync(), INVOICES) == []
    settles(shop)
    assert len(shop.books.invoices) == len(shop.stage.records(INVOICES)) == 1


@only_read("F8", because="Xero numbers it itself then")
@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
def test_an_invoice_that_xero_made_without_a_number_gets_none_from_here(
    shop: Shop, kea: str, status: str
) -> None:
    ours = shop.invoice(invoice_no="A-7")
    there = shop.xero_invoice(contact=kea, InvoiceNumber="", Status=status)
    shop.sync()
    answer(shop, INVOICES, ours, there, Answer.ONE)
    for _ in range(2):
        shop.sync()
    assert shop.books.invoices[there].number == ""
    assert shop.field(INVOICES, ours, "invoice_no") == "A-7"


def test_the_contact_of_a_deleted_organization_is_no_possible_match(shop: Shop) -> None:
    shop.stage.set(deletions=True)
    old = shop.add(ORGANIZATIONS, organization_name="Moa Ltd", primary_email="a@example.com")
    shop.sync()
    shop.crm.trash(ORGANIZATIONS, old)
    shop.add(ORGANIZATIONS, organization_name="Weka Ltd", primary_email="a@example.com")
    assert skipped(shop.sync(), ORGANIZATIONS) == []
    assert asked(shop, ORGANIZATIONS) == []
