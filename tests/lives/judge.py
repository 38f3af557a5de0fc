"""The judge: what must hold of the two wires, said with figures of its own.

It reads the wires (`wires.py`), what people meant (`meaning.py`) and the country's table, and of
the app only what it claims: the state, the reason and the pair of each link, and the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.lives.countries import Country
from tests.lives.meaning import Invoice, Meaning
from tests.lives.office import mentions
from tests.lives.story import Story
from tests.lives.wires import Row, Wires, number

D = Decimal
CENT = D("0.01")
_CRM_STATUS = {"Created": "draft", "AutoCreated": "draft", "Sent": "submitted"}
_CRM_STATUS |= {"Paid": "paid", "Cancel": "cancelled"}
_XERO_STATUS = {"DRAFT": "draft", "SUBMITTED": "submitted", "PAID": "paid"}
_XERO_STATUS |= {"VOIDED": "cancelled", "DELETED": "cancelled"}


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: its kind, whom it is about, both figures, and whose part it is."""

    kind: str
    about: str
    text: str
    owner: str

    def __str__(self) -> str:
        return f"[{self.kind}] {self.about}: {self.text}"


def in_sync_means_equal(wires: Wires) -> list[Finding]:
    """What is called In Sync, and is not equal (holds after any run that completed)."""
    return [
        *_organizations(wires),
        *_products(wires),
        *_invoices(wires),
        *_payments(wires),
        *_without_a_partner(wires),
    ]


def judged(wires: Wires, meaning: Meaning, story: Story, country: Country) -> list[Finding]:
    """All that is wrong at the end of a life."""
    return [
        *in_sync_means_equal(wires),
        *_doubled_records(wires, meaning),
        *_doubled_payments(wires, meaning),
        *_lost_payments(wires, meaning),
        *_taken_over(wires, meaning),
        *_tax_types(wires, meaning, story, country),
        *_without_figures(wires),
        *_over_received(wires, meaning, country),
        *(_meant(wires, meaning, story, country) if story.is_wide else ()),
        *(_typed_values(wires, meaning) if story.is_wide else ()),
    ]


# In Sync means equal


def _pairs(wires: Wires, module: str, crm: dict[str, Row], xero: dict[str, Row]) -> Iterator[Any]:
    for link in wires.links[module]:
        here, there = crm.get(link["crm_name"] or ""), xero.get(link["xero_id"] or "")
        if link["state"] == "In Sync" and not link["duplicate_of"] and here and there:
            yield here, there


def _without_a_partner(wires: Wires) -> Iterator[Finding]:
    """What one side does not have is equal to nothing."""
    for module, links in wires.links.items():
        for link in links:
            if link["state"] == "In Sync" and not (link["crm_name"] and link["xero_id"]):
                about = f"{module} {link['crm_name'] or link['xero_id']}"
                text = "called In Sync, and one side has nothing of it"
                yield Finding("In Sync without a partner", about, text, "records")


def _organizations(wires: Wires) -> Iterator[Finding]:
    for here, there in _pairs(wires, "Organizations", wires.organizations, wires.contacts):
        if there["ContactStatus"] != "ACTIVE":
            continue
        about = here["organization_name"]
        told = [
            ("name", here["organization_name"], there["Name"]),
            ("e-mail", here["primary_email"], there.get("EmailAddress")),
            ("tax number", here["tax_number"], there.get("TaxNumber")),
        ]
        for what, ours, theirs in told:
            if _folded(ours) != _folded(theirs) and not (what == "e-mail" and _borrowed(here)):
                yield _differs("organization", about, what, ours, theirs, "records")


def _borrowed(here: Row) -> bool:
    return not here["primary_email"]  # an organization without one lends its contact's


def _products(wires: Wires) -> Iterator[Finding]:
    for here, there in _pairs(wires, "Products/Services", wires.products, wires.items):
        about = here["product_name"]
        sales, purchase = there.get("SalesDetails") or {}, there.get("PurchaseDetails") or {}
        told = [
            ("price", number(here["unit_price"]), number(sales.get("UnitPrice"))),
            ("cost", number(here["purchase_cost"]), number(purchase.get("UnitPrice"))),
        ]
        for what, ours, theirs in told:
            if ours != theirs:
                yield _differs("product", about, what, ours, theirs, "records")


def _invoices(wires: Wires) -> Iterator[Finding]:
    contacts = {
        link["crm_name"]: _final_contact(wires, link["xero_id"])
        for link in wires.links["Organizations"]
    }
    for here, there in _pairs(wires, "Invoices", wires.sales, wires.invoices):
        about = f"{here['invoice_no']} ({here['subject']})"
        told = [("status", _crm_status(here), _XERO_STATUS.get(there["Status"], "open"))]
        if "cancelled" not in told[0]:
            told = [*_invoice_figures(here, there), *told]
            theirs = _final_contact(wires, there["Contact"]["ContactID"])
            told.append(("customer", contacts.get(here["organization_name"]), theirs))
            yield from _lines(wires, here, there, about)
        unequal = [each for each in told if each[1] != each[2]]
        if unequal:
            what = ", ".join(f"{name} {ours} / {theirs}" for name, ours, theirs in unequal)
            text = f"called In Sync, and in the CRM / in Xero: {what}"
            kind = f"In Sync, invoice differs: {unequal[0][0]}"
            yield Finding(kind, about, text, "totals" if unequal[0][0] != "customer" else "records")


def _invoice_figures(here: Row, there: Row) -> list[tuple[str, Any, Any]]:
    paid = number(there["AmountPaid"]) + number(there["AmountCredited"])
    return [
        ("total", number(here["grand_total"]), number(there["Total"])),
        ("received", number(here["received"]), paid),
        ("due", number(here["balance"]), number(there["AmountDue"])),
        ("currency", here["currency"], there["CurrencyCode"]),
    ]


def _lines(wires: Wires, here: Row, there: Row, about: str) -> Iterator[Finding]:
    ours, theirs = _net(here), number(there["SubTotal"])
    if abs(ours - theirs) > CENT * len(there["LineItems"]):  # inclusive prices round otherwise
        yield _differs("invoice", about, "lines before tax", ours, theirs, "lines")
    here_by_rate, there_by_rate = _crm_taxes(here), _xero_taxes(wires, there)
    if wires.is_rate_changed:  # what Xero says of a rate now is not what older lines were taxed by
        here_by_rate, there_by_rate = _together(here_by_rate), _together(there_by_rate)
    for rate in sorted({*here_by_rate, *there_by_rate}):
        pair = here_by_rate[rate], there_by_rate[rate]
        if abs(pair[0] - pair[1]) > CENT * len(there["LineItems"]):
            yield _differs("invoice", about, f"tax at {rate} %", *pair, "taxes")


def _net(here: Row) -> Decimal:
    lines = sum((number(row["total_after_discount"]) for row in here["items"]), D(0))
    return lines + number(here["charges"]) + number(here["adjustment"])


def _crm_taxes(here: Row) -> Counter[Decimal]:
    """Tax by the percentage of all simple taxes of a line, one that comes to nothing too."""
    found: Counter[Decimal] = Counter()
    rows = here["taxes"]
    for key in {(row["applies_to"], row["line"]) for row in rows}:
        mine = [row for row in rows if (row["applies_to"], row["line"]) == key]
        rate = sum((number(row["rate"]) for row in mine), D(0)).normalize()
        found[rate] += sum((number(row["amount"]) for row in mine), D(0))  # type: ignore[assignment]
    return found


def _together(taxes: Counter[Decimal]) -> Counter[Decimal]:
    return Counter({D(0): sum(taxes.values(), D(0))})  # type: ignore[dict-item]


def _xero_taxes(wires: Wires, there: Row) -> Counter[Decimal]:
    found: Counter[Decimal] = Counter()
    for line in there["LineItems"]:
        rate = wires.rates.get(line.get("TaxType") or "", {})
        if number(line.get("TaxAmount")):
            percent = number(rate.get("EffectiveRate")).normalize()
            found[percent] += number(line["TaxAmount"])  # type: ignore[assignment]
    return found


def _payments(wires: Wires) -> Iterator[Finding]:
    invoices = {link["crm_name"]: link["xero_id"] for link in wires.links["Invoices"]}
    for here, there in _pairs(wires, "Payments", wires.receipts, wires.payments):
        about = f"{here['payment_no']} of {here['amount']}"
        received = here["payment_status"] == "Received", there["Status"] == "AUTHORISED"
        if received[0] != received[1]:
            told = here["payment_status"], there["Status"]
            yield _differs("payment", about, "status", *told, "totals")
        told_amounts = number(here["amount"]), number(there["Amount"])
        if told_amounts[0] != told_amounts[1]:
            yield _differs("payment", about, "amount", *told_amounts, "matches")
        theirs = there["Invoice"]["InvoiceID"]
        if invoices.get(here["related_to"]) != theirs:
            yield _differs("payment", about, "invoice", here["related_to"], theirs, "matches")


def _differs(kind: str, about: str, what: str, ours: Any, theirs: Any, owner: str) -> Finding:
    text = f"called In Sync, and the {what} is {ours} in the CRM, {theirs} in Xero"
    return Finding(f"In Sync, {kind} differs: {what.split(' at ')[0]}", about, text, owner)


def _crm_status(here: Row) -> str:
    return _CRM_STATUS.get(here["status"], "open")


def _final_contact(wires: Wires, contact_id: str | None) -> str | None:
    for _ in range(9):
        merged = wires.contacts.get(contact_id or "", {}).get("MergedToContactID")
        if not merged:
            break
        contact_id = merged
    return contact_id


def _folded(text: Any) -> str:
    return " ".join(str(text or "").split()).casefold()


# Nothing doubled, nothing lost


def _live(wires: Wires, tag: str) -> tuple[list[Row], list[Row]]:
    """The documents of an invoice's tag on both sides that were not taken away."""
    here = [row for row in wires.sales.values() if mentions(row["subject"], tag)]
    there = [row for row in wires.invoices.values() if mentions(row.get("Reference"), tag)]
    return here, [row for row in there if row["Status"] not in ("DELETED", "VOIDED")]


def _doubled_records(wires: Wires, meaning: Meaning) -> Iterator[Finding]:
    for tag in meaning.invoices:
        if meaning.is_unlike(tag):
            continue
        for side, rows in zip(("CRM", "Xero"), _live(wires, tag), strict=True):
            if len(rows) > 1:
                numbers = [row.get("invoice_no") or row.get("InvoiceNumber") for row in rows]
                text = f"one invoice, and it stands {len(rows)} times in {side}: {numbers}"
                yield Finding(f"invoice doubled in {side}", tag, text, "matches")
    named = (
        (meaning.customers, _names(wires.organizations, "organization_name"), "customer", "CRM"),
        (meaning.customers, _names(_active(wires.contacts), "Name"), "customer", "Xero"),
        (meaning.products, _names(wires.products, "part_number"), "product", "CRM"),
        (meaning.products, _names(wires.items, "Code"), "product", "Xero"),
    )
    for tags, names, what, side in named:
        for tag in tags:
            if meaning.is_unlike(tag):
                continue
            found = [name for name in names if mentions(name, tag)]
            most = 1 + meaning.copies[tag] if side == "CRM" else 1
            most += meaning.merged[tag] if side == "CRM" else 0
            if len(found) > most:
                text = f"one {what}, and it stands {len(found)} times in {side}: {found}"
                yield Finding(f"{what} doubled in {side}", tag, text, "matches")


def _taken_over(wires: Wires, meaning: Meaning) -> Iterator[Finding]:
    """A record that somebody typed is still that one's, and bears nobody else's name."""
    fields = {"c": ("organizations", "organization_name", "contacts", "Name")}
    fields["p"] = ("products", "part_number", "items", "Code")
    fields["i"] = ("sales", "subject", "invoices", "Reference")
    for (tag, side), key in meaning.records.items():
        if tag[0] not in fields:
            continue
        ours, field, theirs, name = fields[tag[0]]
        rows, column = (ours, field) if side == "crm" else (theirs, name)
        row = getattr(wires, rows).get(key)
        if row is not None and tag not in meaning.ended and not mentions(row.get(column), tag):
            text = f"what was typed as {tag} in {side} is called {row.get(column)!r} by now"
            yield Finding("record bears another's name", tag, text, "records")


def _names(rows: dict[str, Row], field: str) -> list[str]:
    return [str(row.get(field) or "") for row in rows.values()]


def _active(contacts: dict[str, Row]) -> dict[str, Row]:
    return {key: row for key, row in contacts.items() if row["ContactStatus"] == "ACTIVE"}


def _amounts(wires: Wires, tag: str) -> tuple[list[Decimal], list[Decimal]]:
    """The live payments of an invoice on both sides."""
    here, there = _live(wires, tag)
    names, ids = {row["name"] for row in here}, {row["InvoiceID"] for row in there}
    ours = [
        number(row["amount"])
        for row in wires.receipts.values()
        if row["related_to"] in names and row["payment_status"] == "Received"
    ]
    theirs = [
        number(row["Amount"])
        for row in wires.payments.values()
        if row["Invoice"]["InvoiceID"] in ids and row["Status"] == "AUTHORISED"
    ]
    return ours, theirs


def _doubled_payments(wires: Wires, meaning: Meaning) -> Iterator[Finding]:
    for tag in meaning.invoices:
        if meaning.is_unlike(tag):
            continue
        most = meaning.most(tag)
        for side, amounts in zip(("CRM", "Xero"), _amounts(wires, tag), strict=True):
            for amount, times in Counter(amounts).items():
                if times > most[amount]:
                    text = f"{amount} came in {most[amount]} times, and {times} stand in {side}"
                    same = {p.evidence for p in meaning.payments_of(tag) if p.amount == amount}
                    alike = "" if "same" in same else " (possibly the same)"
                    yield Finding(f"payment doubled in {side}{alike}", tag, text, "matches")


def _lost_payments(wires: Wires, meaning: Meaning) -> Iterator[Finding]:
    """What a person typed and nobody took out is still where they typed it."""
    for tag, invoice in meaning.invoices.items():
        if invoice.is_ended:
            continue
        for side, amounts in zip(("crm", "xero"), _amounts(wires, tag), strict=True):
            left = Counter(amounts)
            for payment in meaning.alive(tag):
                if side not in payment.typed_in:
                    continue
                if not left[payment.amount]:
                    text = f"{payment.amount} was typed in {side}, and no longer exists"
                    yield Finding(f"payment lost in {side}", payment.tag, text, "totals")
                left[payment.amount] -= 1


def _over_received(wires: Wires, meaning: Meaning, country: Country) -> Iterator[Finding]:
    """Money that never came: more received than the whole, which nobody typed."""
    for tag, invoice in meaning.invoices.items():
        money = sum((each.amount for each in meaning.payments_of(tag)), invoice.credits)
        for here in _live(wires, tag)[0]:
            total, received = number(here["grand_total"]), number(here["received"])
            if received > max(total, money) and here["status"] != "Cancel":
                text = (
                    f"Received {received} of {total} in the CRM: the balance is {total - received}"
                )
                yield Finding("received more than came in", tag, text, "matches")


# Tax types


def _tax_types(wires: Wires, meaning: Meaning, story: Story, country: Country) -> Iterator[Finding]:
    meant = {key: line for each in meaning.invoices.values() for key, line in each.lines.items()}
    for there in wires.invoices.values():
        if there["Status"] in ("DELETED", "VOIDED"):
            continue
        for row in there["LineItems"]:
            key = str(row.get("Description") or "").removeprefix("line ")
            line = meant.get(key)
            if line is None or line.was_free:  # on a free line Xero keeps no tax
                continue
            typed = country.sales[line.sale].typed
            right = country.sales[line.sale].right | {typed}
            if line.typed_in == "xero":
                right = frozenset({typed})
            elif line.sale == "none" and line.account == "220" and story.free_account:
                right = frozenset({country.free}) | (
                    right if line.product or line.in_both else frozenset()
                )
            told = row.get("TaxType") or ""
            if told not in right and number(row["LineAmount"]):
                text = (
                    f"TaxType {told or 'missing'} in Xero for a sale of kind {line.sale!r} on "
                    f"account {row.get('AccountCode')}; right: {' or '.join(sorted(right))}"
                )
                yield Finding("wrong tax type in Xero", key, text, "taxes")


# Reasons


def _without_figures(wires: Wires) -> Iterator[Finding]:
    """What is not equal says both figures."""
    for link in wires.links["Invoices"]:
        here = wires.sales.get(link["crm_name"] or "")
        there = wires.invoices.get(link["xero_id"] or "")
        if not here or not there or link["state"] == "In Sync" or link["duplicate_of"]:
            continue
        if "cancelled" in (_crm_status(here), _XERO_STATUS.get(there["Status"], "open")):
            continue
        paid = number(there["AmountPaid"]) + number(there["AmountCredited"])
        told = [
            ("total", number(here["grand_total"]), number(there["Total"])),
            ("received", number(here["received"]), paid),
        ]
        for what, ours, theirs in told:
            if ours != theirs and not _names_both(link["reason"] or "", ours, theirs):
                reason = link["reason"] or "no reason at all"
                text = (
                    f"the {what} is {ours} in the CRM, {theirs} in Xero; state {link['state']}; "
                    f"the reason does not name both: {reason}"
                )
                yield Finding(f"{what} differs without figures", here["subject"], text, "totals")


def _names_both(reason: str, ours: Decimal, theirs: Decimal) -> bool:
    plain = reason.replace(",", "")
    return all(any(_shape in plain for _shape in _shapes(each)) for each in (ours, theirs))


def _shapes(value: Decimal) -> set[str]:
    return {f"{value:.2f}", f"{value.normalize():f}"}


# What was meant


def _meant(wires: Wires, meaning: Meaning, story: Story, country: Country) -> Iterator[Finding]:
    """Everything goes both ways: then both sides say what people meant, or why not."""
    for tag, invoice in meaning.invoices.items():
        if not invoice.is_ended:
            yield from _meant_invoice(wires, meaning, country, tag, invoice)
    for tags, rows, field, other, name, what, owner in (
        (
            meaning.customers,
            wires.organizations,
            "organization_name",
            _active(wires.contacts),
            "Name",
            "customer",
            "records",
        ),
        (
            meaning.products,
            wires.products,
            "part_number",
            wires.items,
            "Code",
            "product",
            "records",
        ),
    ):
        for tag in tags:
            if tag in meaning.ended or (what == "customer" and _needs_no(tag, story, meaning)):
                continue
            here = [r for r in rows.values() if mentions(r.get(field), tag)]
            there = [r for r in other.values() if mentions(r.get(name), tag)]
            if bool(here) != bool(there):
                row = (here or there)[0]
                side = "Xero" if here else "the CRM"
                yield from _missing(wires, f"{what} {tag}", row, side, what, owner)


def _needs_no(tag: str, story: Story, meaning: Meaning) -> bool:
    """Whether settings leave this customer out: there is no sale to them."""
    sales = (each for each in meaning.invoices.values() if each.customer == tag)
    return story.customers_only and not any(sales)


def _meant_invoice(
    wires: Wires, meaning: Meaning, country: Country, tag: str, invoice: Invoice
) -> Iterator[Finding]:
    here, there = _live(wires, tag)
    if bool(here) != bool(there):
        row = (here or there)[0]
        side = "Xero" if here else "the CRM"
        yield from _missing(wires, f"invoice {tag}", row, side, "invoice", "totals")
        return
    if len(here) != 1 or len(there) != 1:
        return
    (ours,), (theirs,) = here, there
    link = _link_of(wires, "Invoices", ours["name"])
    if link is None or link["xero_id"] != theirs["InvoiceID"]:
        yield from _unrecognised(wires, invoice, ours, theirs)
        yield from _missing(wires, f"invoice {tag}", ours, "Xero", "pair", "matches")
        return
    if link["state"] != "In Sync":
        return
    totals = number(ours["grand_total"]), number(theirs["Total"])
    right = invoice.total(country)
    is_known = not (invoice.is_contested or meaning.is_rate_changed)
    if is_known and any(
        abs(each - right) > 2 * CENT * len(invoice.lines) + invoice.loose for each in totals
    ):
        text = f"meant {right}; {totals[0]} in the CRM, {totals[1]} in Xero, and In Sync"
        yield Finding("another total than people meant", tag, text, "lines")
    if any(each.taken_out_in for each in meaning.payments_of(tag)) or _waits(wires, ours):
        return
    money = sum((each.amount for each in meaning.alive(tag)), invoice.credits)
    received = (
        number(ours["received"]),
        number(theirs["AmountPaid"]) + number(theirs["AmountCredited"]),
    )
    if any(each != money for each in received):
        text = f"{money} came in; received {received[0]} in the CRM, {received[1]} in Xero, In Sync"
        yield Finding("received is not what came in", tag, text, "matches")


def _unrecognised(wires: Wires, invoice: Invoice, ours: Row, theirs: Row) -> Iterator[Finding]:
    """Number, customer and total are the same on both sides: then they are one."""
    customer = _link_of(wires, "Organizations", ours["organization_name"]) or {}
    same_customer = customer.get("xero_id") == theirs["Contact"]["ContactID"]
    same_number = ours["invoice_no"] == theirs["InvoiceNumber"]
    totals = number(ours["grand_total"]), number(theirs["Total"])
    same_total = abs(totals[0] - totals[1]) < CENT
    if same_customer and same_number and same_total and not invoice.is_contested:
        reason = (_link_of(wires, "Invoices", ours["name"]) or {}).get("reason")
        text = f"one invoice of {totals[0]} in the CRM, {totals[1]} in Xero; not linked: {reason}"
        yield Finding("the same invoice is not recognised", invoice.tag, text, "matches")


def _link_of(wires: Wires, module: str, name: str) -> Row | None:
    return next((each for each in wires.links[module] if each["crm_name"] == name), None)


def _waits(wires: Wires, sale: Row) -> bool:
    """Whether a payment of the invoice says why it is on one side only."""
    ours = {row["name"] for row in wires.receipts.values() if row["related_to"] == sale["name"]}
    link = _link_of(wires, "Invoices", sale["name"]) or {}
    theirs = {
        row["PaymentID"]
        for row in wires.payments.values()
        if row["Invoice"]["InvoiceID"] == link.get("xero_id")
    }
    return any(
        each["reason"] and (each["crm_name"] in ours or each["xero_id"] in theirs)
        for each in wires.links["Payments"]
    )


def _missing(
    wires: Wires, about: str, row: Row, side: str, what: str, owner: str
) -> Iterator[Finding]:
    """It is on one side only; that is a finding where nothing says why."""
    keys = [row.get("name"), *(row.get(f"{each}ID") for each in ("Contact", "Item", "Invoice"))]
    keys = [key for key in keys if key]
    links = [
        link
        for held in wires.links.values()
        for link in held
        if link["crm_name"] in keys or link["xero_id"] in keys
    ]
    if not any(link["reason"] for link in links):
        text = f"it is not in {side}, and nothing says why"
        yield Finding(f"{what} missing without a reason", about, text, owner)


# What people typed


def _typed_values(wires: Wires, meaning: Meaning) -> Iterator[Finding]:
    """The last value that somebody typed stands on both sides, or the log says what replaced it."""
    log = " ".join(str(each["changes"] or "") for each in wires.entries)
    for (tag, name), typed in meaning.typed.items():
        if tag in meaning.ended | meaning.decided:
            continue
        values = {_plain(each) for each in typed.by_side.values()}
        for side, told in _standing(wires, tag, name):
            if told is None:
                continue
            if _plain(told) not in values:
                text = f"{name} is {told!r} in {side}; people typed {typed.by_side}"
                yield Finding(f"typed value lost: {name}", tag, text, "records")
        for side, told in _standing(wires, tag, name):
            mine = typed.by_side.get("crm" if side == "CRM" else "xero")
            lost = mine is not None and told is not None and _plain(told) != _plain(mine)
            if lost and str(mine) not in log and _plain(str(mine)) not in log:
                text = f"{name} {mine!r} was typed in {side}, where {told!r} stands; no log line"
                yield Finding(f"typed value overwritten unlogged: {name}", tag, text, "records")


_MODULES = {"c": "Organizations", "p": "Products/Services", "i": "Invoices"}
_IDS = {"c": "ContactID", "p": "ItemID", "i": "InvoiceID"}


def _standing(wires: Wires, tag: str, name: str) -> list[tuple[str, str | None]]:
    """What stands on each side of a pair that is called In Sync."""
    here, there = _holders(wires, tag)
    if len(here) != 1 or len(there) != 1:
        return []
    ours, theirs = here[0], there[0]
    link = _link_of(wires, _MODULES[tag[0]], ours["name"])
    if link is None or link["xero_id"] != theirs[_IDS[tag[0]]] or link["state"] != "In Sync":
        return []
    sales, purchase = theirs.get("SalesDetails") or {}, theirs.get("PurchaseDetails") or {}
    read = {
        "price": (ours.get("unit_price"), sales.get("UnitPrice")),
        "cost": (ours.get("purchase_cost"), purchase.get("UnitPrice")),
        "email": (ours.get("primary_email"), theirs.get("EmailAddress")),
        "name": (ours.get("organization_name"), theirs.get("Name")),
        "subject": (ours.get("subject"), theirs.get("Reference")),
        "phone": (ours.get("primary_phone"), _phone(theirs)),
    }[name]
    return [("CRM", str(read[0] or "")), ("Xero", str(read[1] or ""))]


def _phone(there: Row) -> str:
    rows = [row for row in there.get("Phones") or () if row["PhoneType"] == "DEFAULT"]
    parts = ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber")
    return " ".join(row.get(part) or "" for row in rows for part in parts)


def _holders(wires: Wires, tag: str) -> tuple[list[Row], list[Row]]:
    fields = {"c": ("organizations", "organization_name", "contacts", "Name")}
    fields["p"] = ("products", "part_number", "items", "Code")
    fields["i"] = ("sales", "subject", "invoices", "Reference")
    ours, field, theirs, name = fields[tag[0]]
    here = [row for row in getattr(wires, ours).values() if mentions(row.get(field), tag)]
    there = [row for row in getattr(wires, theirs).values() if mentions(row.get(name), tag)]
    return here, there


def _plain(text: str) -> str:
    """Numbers as numbers, texts as people read them."""
    try:
        return f"{D(text).normalize():f}"
    except ArithmeticError:
        return _folded(text).replace(" ", "")


def reasons(wires: Wires) -> Iterable[tuple[str, str, str]]:
    """(module, rule, reason) of what is not In Sync, for people to read."""
    for module, links in wires.links.items():
        for link in links:
            if link["reason"]:
                yield module, link["rule"] or "", link["reason"]
