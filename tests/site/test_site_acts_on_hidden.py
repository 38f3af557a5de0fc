"""What a person does with a record that is hidden from them neither shows nor changes it."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.site.hidden import (
    DOCTYPES,
    PEOPLE,
    TITLES,
    TODAY,
    Shop,
    method,
    shop,
    shows_hidden,
)
from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT

__all__ = ["shop"]  # the fixture


def test_a_hidden_record_is_not_taken_over_by_what_a_request_says_it_is(shop: Shop) -> None:
    """Frappe asks for the right on the values of the request; the stored ones are another's."""
    caller = shop.people["restricted"]
    frappe.set_user("Administrator")
    of_hidden = {"doctype": INVOICE, "organization_name": shop.hidden[ORGANIZATION]}
    line = {"item_type": PRODUCT, "item_name": shop.mine[PRODUCT], "quantity": 1}
    row = {"doctype": "Vtiger Invoice Item", **line, "selling_price": 1}
    invoice = frappe.get_doc({**of_hidden, "subject": "theirs", "items": [line]}).insert()
    contact = {"doctype": "Contact", "first_name": f"{shop.secret} Other"}
    link = {"link_doctype": ORGANIZATION, "link_name": shop.hidden[ORGANIZATION]}
    person = frappe.get_doc({**contact, "links": [link]}).insert()
    frappe.db.commit()
    mine = {"organization_name": shop.mine[ORGANIZATION], "tax_mode": "Individual"}
    said = {"subject": "taken", "status": "Created", "assigned_to": caller.user, "items": [row]}
    for document, values in ((invoice, {**mine, **said}), (person, {"first_name": "taken"})):
        times = frappe.db.get_value(document.doctype, document.name, ["creation", "modified"])
        creation, modified = map(str, times)  # a refusal tells when a record was changed
        known = {"doctype": document.doctype, "name": document.name, "modified": modified}
        sent = {**known, "creation": creation, **values}
        for path, more in (
            ("frappe.client.save", {}),
            ("frappe.desk.form.save.savedocs", {"action": "Save"}),
        ):
            answer = method(caller, path, doc=sent, **more)
            assert answer.status_code == 403, answer.text[:300]
    frappe.db.rollback()
    assert frappe.db.get_value(INVOICE, invoice.name, "subject") == "theirs"
    assert frappe.db.get_value("Contact", person.name, "first_name") == contact["first_name"]
    person.delete()
    invoice.delete()
    frappe.db.commit()


@pytest.mark.parametrize("who", PEOPLE)
def test_no_act_on_a_hidden_record_opens_it(shop: Shop, who: str) -> None:
    caller, me = shop.people[who], shop.people[who].user
    for doctype in (ORGANIZATION, INVOICE):
        name = shop.hidden[doctype]
        record, on = {"doctype": doctype, "name": name}, {"doctype": doctype, "docname": name}
        about = {"reference_doctype": doctype, "reference_name": name}
        acts = {
            "frappe.desk.form.assign_to.add": {**record, "assign_to": [me]},
            "frappe.share.add": {**record, "user": me, "read": 1, "everyone": 1},
            "frappe.desk.like.toggle_like": {**record, "add": "Yes"},
            "frappe.desk.form.document_follow.follow_document": {
                "doctype": doctype,
                "doc_name": name,
                "user": me,
            },
            "frappe.desk.doctype.tag.tag.add_tag": {"tag": "x", "dt": doctype, "dn": name},
            "frappe.desk.form.utils.add_comment": {
                **about,
                "content": "x",
                "comment_email": me,
                "comment_by": me,
            },
            "frappe.core.doctype.communication.email.make": {
                **record,
                "recipients": me,
                "content": "x",
                "subject": "x",
                "print_html": "x",
            },
            "frappe.client.validate_link": {**on, "fields": ["name", TITLES[doctype]]},
            "frappe.realtime.can_subscribe_doc": on,  # of Frappe 15
            "frappe.realtime.has_permission": record,  # of Frappe 16
        }
        answers = {act: method(caller, act, **given) for act, given in acts.items()}
        assert [act for act, each in answers.items() if shows_hidden(shop, each)] == []
        listening = [each for act, each in answers.items() if act.startswith("frappe.realtime")]
        assert not any(each.ok for each in listening), "the other of the two is not there"
        assert method(caller, "frappe.client.get", **record).status_code in (403, 404)


def _pointing(doctype: str, target: str, name: str, user: str) -> dict[str, Any]:
    """A record of Frappe's own that refers to one of ours."""
    row = {"link_doctype": target, "link_name": name}
    made: dict[str, dict[str, Any]] = {
        "ToDo": {
            "description": "x",
            "reference_type": target,
            "reference_name": name,
            "allocated_to": user,
        },
        "Contact": {"first_name": "x", "links": [row]},
        "Address": {
            "address_title": "x",
            "address_line1": "x",
            "city": "x",
            "country": "New Zealand",
            "address_type": "Billing",
            "links": [row],
        },
        "Event": {
            "subject": "x",
            "starts_on": TODAY,
            "event_participants": [{"reference_doctype": target, "reference_docname": name}],
        },
    }
    return {"doctype": doctype, **made[doctype]}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("doctype", ["ToDo", "Contact", "Address", "Event"])
def test_a_record_of_ones_own_that_refers_to_a_hidden_one_tells_nothing_of_it(
    shop: Shop, who: str, doctype: str
) -> None:
    caller = shop.people[who]
    for target in DOCTYPES:
        document = _pointing(doctype, target, shop.hidden[target], caller.user)
        made = method(caller, "frappe.client.insert", doc=document)
        answers = [made, method(caller, "frappe.www.printview.get_html_and_style", doc=document)]
        if made.ok:
            name = made.json()["message"]["name"]
            for door in ("frappe.desk.form.load.getdoc", "frappe.tests.test_permissions.getdoc"):
                answers.append(method(caller, door, doctype=doctype, name=name))
            page = {"doctype": doctype, "name": name}
            answers.append(caller._session.get(f"{caller.address}/printview", params=page))
        assert [each.request.url for each in answers if shows_hidden(shop, each)] == []


def test_a_record_that_one_may_read_shows_the_titles_that_it_refers_to(shop: Shop) -> None:
    """The form and the print of a ToDo, of a record that the person may read."""
    caller, organization = shop.people["restricted"], shop.mine[ORGANIZATION]
    title = frappe.db.get_value(ORGANIZATION, organization, "organization_name")
    document = _pointing("ToDo", ORGANIZATION, organization, caller.user)
    name = method(caller, "frappe.client.insert", doc=document).json()["message"]["name"]
    answer = method(caller, "frappe.desk.form.load.getdoc", doctype="ToDo", name=name).json()
    assert answer["_link_titles"][f"{ORGANIZATION}::{organization}"] == title
    asked = {"doctype": ORGANIZATION, "docname": organization}
    given = method(caller, "frappe.desk.search.get_link_title", **asked)
    assert given.json()["message"] == title


def test_a_contact_of_a_hidden_organization_tells_nothing_of_it(shop: Shop) -> None:
    (contact,) = frappe.get_all("Contact", [["name", "like", f"%{shop.secret}%"]], pluck="name")
    line = {"item_type": PRODUCT, "item_name": shop.mine[PRODUCT], "quantity": 1}
    invoice = {"doctype": INVOICE, "subject": "x", "organization_name": shop.mine[ORGANIZATION]}
    asked = {**invoice, "contact_name": contact, "items": [line]}
    answer = method(shop.people["restricted"], "frappe.client.insert", doc=asked)
    assert answer.status_code == 417
    assert f"{shop.secret} Ltd" not in answer.text


def test_a_record_cannot_be_made_on_one_that_is_hidden(shop: Shop) -> None:
    """A payment would take over the invoice's figures, and change what it has received."""
    caller = shop.people["restricted"]
    payment = {"doctype": PAYMENT, "related_to": shop.hidden[INVOICE], "amount": 1}
    answer = method(caller, "frappe.client.insert", doc={**payment, "payment_date": TODAY})
    assert answer.status_code in (403, 417)
    assert not shows_hidden(shop, answer)
    invoice = {"doctype": INVOICE, "subject": "x", "organization_name": shop.mine[ORGANIZATION]}
    line = {"item_type": PRODUCT, "item_name": shop.hidden[PRODUCT], "quantity": 1}
    answer = method(caller, "frappe.client.insert", doc={**invoice, "items": [line]})
    assert answer.status_code in (403, 417)
    assert not shows_hidden(shop, answer)
