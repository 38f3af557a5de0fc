"""Items: written, read, deleted, and the stock that invoices move."""

from datetime import timedelta

import pytest

from tests.simulator.client import Client, messages
from tests.simulator.documents import DUE, LINE, change, contact_id, fields, invoice

SALES = {"UnitPrice": "12.50", "AccountCode": "200", "TaxType": "OUTPUT2"}
TRACKED = {
    "Code": "T1",
    "Name": "Chair",
    "Description": "A chair",
    "PurchaseDescription": "A chair, bought",
    "InventoryAssetAccountCode": "630",
    "SalesDetails": SALES,
    "PurchaseDetails": {"UnitPrice": 8, "COGSAccountCode": "310", "TaxType": "INPUT2"},
}


def stock(client, code="T1"):
    item = client.one(f"/Items/{code}")
    return item["QuantityOnHand"], item["TotalCostPool"]


def bought(client, quantity, price):
    line = {"ItemCode": "T1", "Quantity": quantity, "UnitAmount": price}
    return invoice(client, line, Type="ACCPAY")


def sold(client, quantity, **changes):
    return fields(client, {"ItemCode": "T1", "Quantity": quantity}, **changes)


def test_an_item_is_written_and_read_as_recorded(client):
    made = client.make("/Items", Code="A1", Name="Thing", SalesDetails=SALES)
    read = client.one("/Items/A1")
    assert made["ValidationErrors"] == []
    assert "+0000" not in made["UpdatedDateUTC"]
    assert "+0000" in read["UpdatedDateUTC"]
    assert read["SalesDetails"] == {"UnitPrice": 12.5, "AccountCode": "200", "TaxType": "OUTPUT2"}
    assert read["PurchaseDetails"] == {}
    assert (read["IsSold"], read["IsPurchased"], read["IsTrackedAsInventory"]) == (
        True,
        True,
        False,
    )
    assert client.one(f"/Items/{made['ItemID'].upper()}") == client.one("/Items/a1") == read
    assert client.get("/Items/NOPE").status_code == 404


def test_a_post_updates_by_id_or_code_and_a_put_only_creates(client):
    made = client.make("/Items", Code="A1", Name="Thing", Description="Old")
    for body in ({"ItemID": made["ItemID"], "Name": "B"}, {"Code": "a1", "Name": "C"}):
        answer = client.write("POST", "/Items", body).json()["Items"][0]
        assert (answer["ItemID"], answer["Description"]) == (made["ItemID"], "Old")
    assert client.write("POST", "/Items/A1", {"Code": "A2"}).json()["Items"][0]["Code"] == "A2"
    assert client.write("POST", "/Items", {"Code": "A1"}).json()["Items"][0]["Code"] == "A1"
    taken = ["Price List Item with Code 'a2' already exists"]
    assert client.refused("PUT", "/Items", {"Code": "a2"}) == taken
    assert client.refused("POST", "/Items/A1", {"Code": "a2"}) == taken
    unknown = {"ItemID": contact_id(client), "Code": "Z"}
    assert client.write("POST", "/Items", unknown).status_code == 404


def test_details_that_are_sent_replace_those_that_were_there(client):
    # [R17]
    client.make("/Items", Code="A1", SalesDetails=SALES)
    client.write("POST", "/Items/A1", {"SalesDetails": {"UnitPrice": 3}})
    assert client.one("/Items/A1")["SalesDetails"] == {"UnitPrice": 3}


REFUSED = [
    ({"Code": ""}, "Price List Item Code must be supplied"),
    ({"Code": None}, "Price List Item Code must be supplied"),
    ({"Code": "c" * 31}, "Code must be 30 characters or fewer."),
    ({"Name": "n" * 51}, "Name must be 50 characters or fewer."),
    ({"Description": "d" * 4001}, "Description must be 4000 characters or fewer."),
    ({"PurchaseDescription": "d" * 4001}, "PurchaseDescription must be 4000 characters or fewer."),
    ({"SalesDetails": {"AccountCode": "999"}},
     "Account code '999' is not a valid code for this document."),
    ({"SalesDetails": {"AccountCode": "200", "TaxType": "INPUT2"}},
     "The TaxType code 'INPUT2' cannot be used with account code '200'."),
    ({"SalesDetails": {"TaxType": "OUTPUT"}},
     "The TaxType code OUTPUT does not exist or cannot be used for this type of transaction."),
    ({"InventoryAssetAccountCode": "630"},
     "A tracked inventory item needs both an InventoryAssetAccountCode and a COGSAccountCode."),
    ({"InventoryAssetAccountCode": "610", "PurchaseDetails": {"COGSAccountCode": "310"}},
     "InventoryAssetAccountCode must be an account of type INVENTORY."),
    ({**TRACKED, "PurchaseDetails": {"COGSAccountCode": "310", "AccountCode": "300"}},
     "A tracked inventory item cannot have a PurchaseDetails AccountCode."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_an_item_that_breaks_a_rule_is_refused(client, changes, message):
    row = {name: value for name, value in {"Code": "A1", **changes}.items() if value is not None}
    assert client.refused("PUT", "/Items", row) == [message]
    assert len(client.xero.organisation.items) == 0


def test_a_batch_tells_each_its_status_and_has_an_end(client):
    answer = client.write("PUT", "/Items", {"Code": "A"}, {"Code": "a"}, summarizeErrors="false")
    good, bad = answer.json()["Items"]
    assert (good["StatusAttributeString"], bad["StatusAttributeString"]) == ("OK", "ERROR")
    assert messages(bad) == ["Price List Item with Code 'a' already exists"]
    many = [{"Code": f"C{n}"} for n in range(501)]
    assert client.write("PUT", "/Items", *many).status_code == 400
    assert client.write("PUT", "/Items", *many[:500]).status_code == 200


def test_what_is_not_sold_or_not_purchased_has_no_such_side(client):
    row = {**TRACKED, "InventoryAssetAccountCode": None, "Code": "A1",
           "PurchaseDetails": {"UnitPrice": 8, "AccountCode": "300"}}  # fmt: skip
    client.make("/Items", **row)
    client.write("POST", "/Items/A1", {"IsSold": False, "IsPurchased": False})
    read = client.one("/Items/A1")
    assert not {"Description", "PurchaseDescription"} & set(read)
    assert read["SalesDetails"] == read["PurchaseDetails"] == {}


def test_the_list_is_never_paged_and_knows_its_filters(client):
    client.xero.clock.freeze()
    for n in range(3):
        client.make("/Items", Code=f"A{n}", Name=f"N{n}", SalesDetails={"UnitPrice": n})
    body = client.get("/Items", page=1, pageSize=1).json()
    assert len(body["Items"]) == 3
    assert "pagination" not in body
    rows = client.get("/Items", where='Code=="a1"').json()["Items"]
    assert [row["Name"] for row in rows] == ["N1"]
    rows = client.get("/Items", order="Code DESC").json()["Items"]
    assert [row["Code"] for row in rows] == ["A2", "A1", "A0"]
    client.xero.clock.advance(timedelta(seconds=2))
    header = {"If-Modified-Since": f"{client.xero.clock():%Y-%m-%dT%H:%M:%S}"}
    client.xero.clock.advance(timedelta(seconds=2))
    client.write("POST", "/Items/A1", {"Name": "New"})
    rows = client.get("/Items", headers=header).json()["Items"]
    assert [row["Code"] for row in rows] == ["A1"]


def test_prices_have_four_decimals_for_who_asks(client):
    # [I7]
    client.make("/Items", Code="A1", SalesDetails={"UnitPrice": "1.23456"})
    assert client.one("/Items/A1", unitdp=4)["SalesDetails"]["UnitPrice"] == 1.2346
    assert client.one("/Items/A1")["SalesDetails"]["UnitPrice"] == 1.23
    client.write("POST", "/Items/A1", {"SalesDetails": {"UnitPrice": "1.2346"}})
    assert client.one("/Items/A1", unitdp=4)["SalesDetails"]["UnitPrice"] == 1.23


def test_an_item_fills_in_what_a_line_leaves_out(client):
    # [T11]
    client.make("/Items", Code="A1", Description="A thing", SalesDetails=SALES)
    [line] = invoice(client, {"ItemCode": "A1"})["LineItems"]
    assert (line["Description"], line["UnitAmount"], line["Quantity"]) == ("A thing", 12.5, 1)
    assert (line["AccountCode"], line["TaxType"]) == ("200", "OUTPUT2")


def test_a_deleted_item_is_gone_and_its_lines_stay(client):
    client.make("/Items", Code="A1", Description="A thing", SalesDetails=SALES)
    row = invoice(client, {"ItemCode": "A1"})
    answer = client("DELETE", "/Items/A1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client("DELETE", "/Items/A1").status_code == 404
    assert change(client, row, Reference="x")["LineItems"][0]["ItemCode"] == "A1"
    assert client.refused("PUT", "/Invoices", fields(client, {"ItemCode": "A1"}))[0] == (
        "Item code 'A1' is not valid"
    )


def test_bills_fill_the_stock_and_sales_empty_it_at_average_cost(client):
    client.make("/Items", **TRACKED, QuantityOnHand=99, TotalCostPool=99)
    assert stock(client) == (0, 0)  # read only
    bill = bought(client, 10, 8)
    assert bill["LineItems"][0]["AccountCode"] == "630"
    bought(client, 10, 10)
    assert stock(client) == (20, 180)
    sale = client.make("/Invoices", **sold(client, 5))
    assert stock(client) == (15, 135)
    change(client, sale, LineItems=[{**sale["LineItems"][0], "Quantity": 10, "LineAmount": 125,
                                     "TaxAmount": 18.75}])  # fmt: skip
    assert stock(client) == (10, 90)
    change(client, sale, Status="VOIDED")
    assert stock(client) == (20, 180)


def test_only_what_is_approved_moves_stock(client):
    client.make("/Items", **TRACKED)
    draft = client.make("/Invoices", **sold(client, 5, Status="DRAFT"))
    assert stock(client) == (0, 0)
    told = client.refused("POST", f"/Invoices/{draft['InvoiceID']}", {"Status": "AUTHORISED"})
    assert told == ["No items available to sell"]
    assert client.one(f"/Invoices/{draft['InvoiceID']}")["Status"] == "DRAFT"
    bought(client, 5, 8)
    assert change(client, draft, Status="AUTHORISED")["Status"] == "AUTHORISED"
    assert stock(client) == (0, 0)


def test_what_is_not_there_is_not_sold(client):
    client.make("/Items", **TRACKED)
    bill = bought(client, 5, 8)
    assert client.refused("PUT", "/Invoices", sold(client, 6)) == ["No items available to sell"]
    assert stock(client) == (5, 40)
    assert client.write("PUT", "/Invoices", sold(client, 5)).status_code == 200
    told = client.refused("POST", f"/Invoices/{bill['InvoiceID']}", {"Status": "VOIDED"})
    assert told == ["No items available to sell"]


def test_a_sale_keeps_its_cost_while_its_lines_stay(client):
    client.make("/Items", **TRACKED)
    bought(client, 10, 8)
    sale = client.make("/Invoices", **sold(client, 5))
    bought(client, 5, 20)
    before = client.one("/Items/T1")
    change(client, sale, Reference="x")
    assert client.one("/Items/T1") == before
    assert (before["QuantityOnHand"], before["TotalCostPool"]) == (10, 140)


def test_a_tracked_item_that_was_used_is_not_deleted(client):
    client.make("/Items", **TRACKED)
    change(client, bought(client, 5, 8), Status="VOIDED")
    answer = client("DELETE", "/Items/T1")
    assert answer.status_code == 400
    assert "used in transactions" in messages(answer.json()["Elements"][0])[0]


def test_stock_is_adjusted_by_a_bill_of_nothing(client):
    client.make("/Items", **TRACKED)
    invoice(
        client,
        {"ItemCode": "T1", "Quantity": 3, "UnitAmount": 8, "TaxType": "NONE"},
        {**LINE, "AccountCode": "310", "Quantity": 1, "UnitAmount": -24, "TaxType": "NONE"},
        Type="ACCPAY",
    )
    assert stock(client) == (3, 24)


def test_people_add_change_and_delete_items_too(client):
    books = client.xero.organisation
    item = books.add_item_in_xero(**TRACKED, QuantityOnHand=7, TotalCostPool=56)
    assert stock(client) == (7, 56)
    books.edit_item(item.item_id, Name="Stool", QuantityOnHand=8)
    assert client.one("/Items/T1")["Name"] == "Stool"
    with pytest.raises(ValueError, match="already exists"):
        books.add_item_in_xero(Code="t1")
    books.add_invoice_in_xero(
        Contact={"ContactID": contact_id(client)}, Status="AUTHORISED", DueDate=DUE,
        LineItems=[{"ItemCode": "T1"}],
    )  # fmt: skip
    with pytest.raises(ValueError, match="used in transactions"):
        books.delete_item(item.item_id)
    books.delete_item(books.add_item_in_xero(Code="A").item_id)
    assert client.get("/Items/A").status_code == 404


@pytest.mark.parametrize("scope", ["accounting.settings", "accounting.invoices"])
def test_either_scope_opens_the_items(xero, scope):
    reader = Client(xero, scope=f"offline_access accounting.contacts {scope}.read")
    assert reader.get("/Items").status_code == 200
    assert reader.write("PUT", "/Items", {"Code": "A"}).status_code == 401
    writer = Client(xero, scope=f"offline_access accounting.contacts {scope}")
    assert writer.write("PUT", "/Items", {"Code": "A"}).status_code == 200
