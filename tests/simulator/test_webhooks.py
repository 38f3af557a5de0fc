"""Webhooks: what is told, how it is signed, and what happens when nobody listens."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.simulator.documents import contact_id, fields, invoice, pay
from xero_simulator.webhooks import sign

KEY = "a webhook key"


class Listener:
    """What a careful app does with a POST; `status` is what it answers to the good ones."""

    def __init__(self):
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                good = self.headers["x-xero-signature"] == sign(body, KEY)
                status = listener.status if good else 401
                if status == 200:
                    listener.payloads.append(json.loads(body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.status, self.payloads = 200, []
        self.server = ThreadingHTTPServer(("localhost", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://localhost:{self.server.server_port}/webhook"

    @property
    def told(self):
        events = [event for payload in self.payloads for event in payload["events"]]
        return [(event["eventCategory"], event["eventType"]) for event in events]


@pytest.fixture
def listener():
    listening = Listener()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def test_contacts_and_invoices_are_told_of_with_a_good_signature(client, listener):
    client.xero.register_webhook(listener.url, KEY)
    row = invoice(client)
    client.xero.organisation.edit_contact(contact_id(client), FirstName="Al")
    client.write("POST", f"/Invoices/{row['InvoiceID']}", {"Reference": "x"})
    assert client.xero.webhooks.flush()
    assert listener.told == [
        ("CONTACT", "CREATE"), ("INVOICE", "CREATE"), ("CONTACT", "UPDATE"), ("INVOICE", "UPDATE"),
    ]  # fmt: skip
    event = listener.payloads[-1]["events"][-1]
    assert event["resourceId"] == row["InvoiceID"]
    assert event["tenantId"] == client.xero.organisation.tenant_id
    assert event["resourceUrl"] == f"{client.xero.url}/api.xro/2.0/Invoices/{row['InvoiceID']}"
    assert not event["eventDateUtc"].endswith("Z")
    sequences = [(p["firstEventSequence"], p["lastEventSequence"]) for p in listener.payloads]
    assert (sequences[0][0], sequences[-1][1]) == (1, 4)


def test_nothing_is_told_of_what_was_refused_nor_of_payments_and_items(client, listener):
    row = invoice(client)
    client.xero.register_webhook(listener.url, KEY)
    client.write("PUT", "/Invoices", fields(client), fields(client, DueDate=None))
    client.put({"Name": "A"}, {"Name": "a"})
    client.make("/Items", Code="A")
    pay(client, row)
    assert client.xero.webhooks.flush()
    assert listener.told == []


def test_what_could_not_be_delivered_comes_later_in_order(client, listener):
    webhook = client.xero.register_webhook(listener.url, KEY, ["CONTACT"])
    listener.status = 500
    client.create(Name="A")
    assert client.xero.webhooks.flush()
    assert webhook.answers == [500, 500]
    client.create(Name="B")
    assert client.xero.webhooks.flush()
    listener.status = 200
    client.xero.webhooks.redeliver()
    assert client.xero.webhooks.flush()
    [payload] = listener.payloads
    assert len(payload["events"]) == 2
    assert payload["lastEventSequence"] == 2


def test_the_intent_to_receive_needs_a_401_for_a_bad_signature(client, listener):
    webhook = client.xero.register_webhook(listener.url, KEY)
    assert client.xero.webhooks.intend_to_receive(webhook)
    careless = client.xero.register_webhook(listener.url, "another key")
    assert not client.xero.webhooks.intend_to_receive(careless)
    nobody = client.xero.register_webhook("http://localhost:9/", KEY)
    assert not client.xero.webhooks.intend_to_receive(nobody)


def test_after_a_day_of_failures_nothing_is_sent_until_a_person_enables_it(client, listener):
    webhook = client.xero.register_webhook(listener.url, KEY, ["CONTACT"])
    listener.status = 500
    client.create(Name="A")
    assert client.xero.webhooks.flush()
    assert not webhook.is_disabled
    client.xero.clock.advance(timedelta(hours=24))
    client.xero.webhooks.redeliver()
    assert client.xero.webhooks.flush()
    assert webhook.is_disabled
    listener.status = 200
    client.xero.organisation.add_contact_in_xero(Name="B")
    assert client.xero.webhooks.flush()
    assert listener.told == []
    client.xero.webhooks.enable(webhook)
    assert client.xero.webhooks.flush()
    assert listener.told == [("CONTACT", "CREATE"), ("CONTACT", "CREATE")]


def test_a_prepayment_is_told_of_with_its_status(client, listener):
    row = invoice(client)
    client.xero.register_webhook(listener.url, KEY, ["PREPAYMENT"])
    client.xero.organisation.apply_prepayment(row["InvoiceID"], "15.00")
    assert client.xero.webhooks.flush()
    assert listener.told == [("PREPAYMENT", "CREATE")]
    [event] = listener.payloads[-1]["events"]
    assert event["data"]["Type"] == "RECEIVE-PREPAYMENT"
