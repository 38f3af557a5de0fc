"""One invoice or credit note, as the API or a person sends it, into the ledger."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator import document_rules as rules
from xero_simulator.book import Book
from xero_simulator.document_contact import meant_contact
from xero_simulator.documents import (
    ACCREC,
    ACCRECCREDIT,
    CREDIT_NOTE_KINDS,
    DELETED,
    DRAFT,
    INVOICE_KINDS,
    SUBMITTED,
    VOIDED,
    Document,
    Line,
)
from xero_simulator.invalid import Invalid
from xero_simulator.lines import LINE_TOTAL, LineMaker, by_its_rate
from xero_simulator.money import ZERO, cents, places
from xero_simulator.readings import HeadUpdate
from xero_simulator.shapes import day, number
from xero_simulator.stock import move_stock
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

_OTHERS = ("Url", "BrandingThemeID", "ExpectedPaymentDate", "PlannedPaymentDate")


@dataclass(frozen=True)
class Family:
    """What sets invoices apart from credit notes."""

    noun: str
    id_name: str
    number_name: str
    kinds: tuple[str, ...]
    prefix: str

    def book(self, organisation: "Ledger") -> Book[Document]:
        """Where they are kept."""
        return organisation.invoices if self is INVOICES else organisation.credit_notes


INVOICES = Family("Invoice", "InvoiceID", "InvoiceNumber", INVOICE_KINDS, "INV-")
CREDIT_NOTES = Family("Credit Note", "CreditNoteID", "CreditNoteNumber", CREDIT_NOTE_KINDS, "CN-")


@dataclass(frozen=True)
class Options:
    """How a write was asked for; `by_hand` is a person in Xero's screens."""

    create_only: bool = False
    unit_places: int = 2
    by_hand: bool = False


@dataclass
class Saved:
    """A document that was saved, and what Xero remarks about it."""

    document: Document
    warnings: list[str] = field(default_factory=list)


def save_document_as_sent(
    organisation: "Ledger", family: Family, sent: JsonObject, options: Options
) -> Saved:
    """Create or update the document that `sent` means, or Invalid. The caller undoes."""
    writer = DocumentWriter(organisation, family, sent, options)
    writer.write()
    if writer.messages:
        raise Invalid(writer.messages, writer.before.document_id if writer.before else None)
    family.book(organisation).save(writer.after)
    organisation.mark_contact(writer.after)
    return Saved(writer.after, list(dict.fromkeys(writer.warnings)))


class DocumentWriter:
    """Lays what was sent over what is there, and collects what is wrong with it."""

    def __init__(
        self, organisation: "Ledger", family: Family, sent: JsonObject, options: Options
    ) -> None:
        self.organisation, self.family = organisation, family
        self.sent, self.options = sent, options
        self.messages: list[str] = []
        self.warnings: list[str] = []
        self.before = self._existing()
        self.after: Document

    def write(self) -> None:
        """Fill `after`, `messages` and `warnings`."""
        if not self._checks_status():
            return
        if self.sent.get("Status") in (VOIDED, DELETED):
            self._ends()
            return
        start = self.before or self._blank()
        if start is None:
            return
        self.after = self._headed(start, self._contact(start))
        self._lines()
        self._renews_lines()
        self._totals()
        self._checks()
        self.after = rules.closed_at_once(self.after, self.organisation.readings)
        self._stamps()

    # -- which one, and may it -----------------------------------------------------------------

    def _existing(self) -> Document | None:
        """By its id; a POST also by the number of a sale, whatever has become of that [3P]."""
        if self.options.create_only:
            return None
        book, found = self.family.book(self.organisation), None
        if document_id := self.sent.get(self.family.id_name):
            found = book.get(document_id.lower())
            if found is None:
                noun = self.family.noun
                text = rules.NOT_FOUND.format(noun=noun, noun_id=self.family.id_name)
                raise Invalid([text])
        elif self.family is INVOICES and self.sent.get("Type", ACCREC) == ACCREC:
            number_sent = self.sent.get("InvoiceNumber")
            found = self.organisation.invoice_numbered(number_sent) if number_sent else None
        return found

    def _checks_status(self) -> bool:
        fault = rules.status_fault(self.before, self.sent.get("Status") or None, self.family.noun)
        if fault:
            self.messages.append(fault)
        elif self.before is None and self.sent.get("Type") not in self.family.kinds:
            self.messages.append(rules.NOT_CREATABLE_TYPE.format(noun=self.family.noun))
        elif self.before is not None and self.sent.get("Type") not in (None, "", self.before.kind):
            self.messages.append(rules.TYPE_FIXED)
        return not self.messages

    def _ends(self) -> None:
        """# invented [D3]: with VOIDED or DELETED nothing else of the body counts."""
        assert self.before is not None
        self.after = replace(
            self.before, status=self.sent["Status"], updated=self.organisation.stamp()
        )
        self.messages.extend(rules.lock_faults(self.organisation, [self.before.day]))
        self._moves_stock()

    def _blank(self) -> Document | None:
        if not self.sent.get("LineItems"):
            self.messages.append(rules.NO_LINES)
        if not self.sent.get("Contact"):
            self.messages.append(rules.NO_CONTACT)
        if self.messages:
            return None
        organisation = self.organisation
        return Document(
            organisation.new_id(), organisation.stamp(), self.sent["Type"], DRAFT, "",
            organisation.today(), organisation.currency,
        )  # fmt: skip

    # -- contact ------------------------------------------------------------------------------

    def _contact(self, start: Document) -> str:
        sent = self.sent.get("Contact")
        if not sent:
            return start.contact_id
        try:
            return meant_contact(self.organisation, sent, start.contact_id).contact_id
        except Invalid as invalid:
            self.messages.extend(invalid.messages)
            return start.contact_id

    # -- header -------------------------------------------------------------------------------

    def _headed(self, start: Document, contact_id: str) -> Document:
        sent = self.sent
        currency = sent.get("CurrencyCode") or start.currency
        others = {n: sent[n] for n in _OTHERS if sent.get(n) is not None}
        document = replace(
            start,
            status=sent.get("Status") or start.status,
            contact_id=contact_id,
            day=day(sent, "Date") or start.day,
            due=day(sent, "DueDate") or start.due,
            reference=_text(sent, "Reference", start.reference),
            number=sent.get(self.family.number_name) or start.number,
            line_amount_types=sent.get("LineAmountTypes") or start.line_amount_types,
            currency=currency,
            others={**start.others, **others},
        )
        document = replace(document, rate=self._rate(currency, start))
        return self._sent_flag(self._numbered(document))

    def _rate(self, currency: str, start: Document) -> Decimal:
        if currency == self.organisation.currency:
            return Decimal(1)
        told = number(self.sent, "CurrencyRate")
        if told is None and currency == start.currency:
            return start.rate
        return self.organisation.day_rate(currency) if told is None else places(told, 6)

    def _numbered(self, document: Document) -> Document:
        """A new sale without a number gets the next one [DOC].

        # invented [F8]: one that is there without a number stays without. Xero's own screens save
        such invoices; there it is made by an empty InvoiceNumber.
        """
        if document.number or document.kind not in (ACCREC, ACCRECCREDIT):
            return document
        if self.options.by_hand:
            stays = self.before is not None or self.sent.get(self.family.number_name) == ""
        else:
            stays = self.before is not None and not self.organisation.readings.numbers_updates
        if stays:
            return document
        return replace(document, number=self.organisation.next_number(self.family.prefix))

    def _sent_flag(self, document: Document) -> Document:
        asked = self.sent.get("SentToContact")
        if asked and not document.is_approved:
            self.warnings.append(rules.SENT_ONLY_APPROVED)  # and saved without [DOC]
            return document
        return document if asked is None else replace(document, sent_to_contact=asked)

    # -- lines and totals -----------------------------------------------------------------------

    def _lines(self) -> None:
        types, sent = self.after.line_amount_types, self.sent.get("LineItems")
        how = self._on_head_update() if sent is None else HeadUpdate.KEEPS
        if sent is None and self._keeps_lines() and how is not HeadUpdate.RECOMPUTES:
            return
        maker = LineMaker(
            self.organisation, self.after.status, self.after.is_sale, types,
            self.options.unit_places,
            recomputes_tax=self.before is not None and types != self.before.line_amount_types,
            by_hand=self.options.by_hand,
        )  # fmt: skip
        lines_kept = self.after.lines
        if how is HeadUpdate.RECOMPUTES:
            lines_kept = tuple(by_its_rate(line) for line in lines_kept)
            maker.recomputes_tax = True
        kept = {line.line_id: line for line in lines_kept}
        if sent is None:  # kept, and looked at again: what a draft may have is not for approval
            sent = [{"LineItemID": line_id} for line_id in kept]
        lines = []
        for row in sent:
            line = self._line(row, kept)
            lines.append(maker.make(row, line))
        if not lines:
            self.messages.append(rules.NO_LINES)
        self.after = replace(self.after, lines=tuple(lines))
        self.messages.extend(maker.messages)
        self.warnings.extend(maker.warnings)

    def _on_head_update(self) -> HeadUpdate:
        """An update of the head alone may recompute a discount that is an amount, or be refused.

        3P: Xero-OpenAPI 713 (other totals after SentToContact alone), xero-node 592 (refused).
        # invented [F12]: neither happens to what is settled, where the total must stay.
        """
        before = self.before
        if self.options.by_hand or before is None or before.settled:
            return HeadUpdate.KEEPS
        if all(by_its_rate(line).line_amount == line.line_amount for line in before.lines):
            return HeadUpdate.KEEPS
        how = self.organisation.readings.head_update
        if how is HeadUpdate.REFUSES:
            line = next(x for x in before.lines if by_its_rate(x).line_amount != x.line_amount)
            expected = by_its_rate(line).line_amount
            self.messages.append(
                LINE_TOTAL.format(sent=f"{line.line_amount:f}", expected=f"{expected:f}")
            )
        return how

    def _renews_lines(self) -> None:
        """# invented [L15]: lines that are not sent keep their ids, as in recorded documents."""
        before = self.before
        is_open = before is not None and not rules.is_held_fast(before)
        is_silent = is_open and self.sent.get("LineItems") is None and not self.options.by_hand
        if is_silent and self.organisation.readings.renews_lines:
            new_id = self.organisation.new_id
            lines = tuple(replace(line, line_id=new_id()) for line in self.after.lines)
            self.after = replace(self.after, lines=lines)

    def _keeps_lines(self) -> bool:
        before, after = self.before, self.after
        return before is not None and (before.status, before.line_amount_types) == (
            after.status,
            after.line_amount_types,
        )

    def _line(self, row: JsonObject, kept: dict[str, Line]) -> Line:
        """With its id it is that line, without one it is new; those not sent are gone [DOC]."""
        if not row.get("LineItemID"):
            return Line(self.organisation.new_id())
        line = kept.pop(row["LineItemID"].lower(), None)
        if line is None:
            self.messages.append(rules.LINE_UNKNOWN)
            return Line(self.organisation.new_id())
        return line

    def _totals(self) -> None:
        """Totals that are sent must be those of the lines [3P], but for the rounding amount."""
        document = replace(self.after, rounding=ZERO)
        told = {name: number(self.sent, name) for name in ("SubTotal", "TotalTax", "Total")}
        rounding = number(self.sent, "RoundingAmount")
        if rounding is None and self._keeps_rounding():
            rounding = self.after.rounding
        if rounding and abs(rounding) > rules.MOST_ROUNDING:
            self.messages.append(rules.BAD_ROUNDING)
        elif rounding and (self._honours_rounding(told) or rounding == self.after.rounding):
            document = replace(document, rounding=cents(rounding))
        self.after = document
        real = (document.sub_total, document.total_tax, document.total)
        if any(a is not None and cents(a) != b for a, b in zip(told.values(), real, strict=True)):
            self.messages.append(rules.TOTALS_DIFFER)

    def _keeps_rounding(self) -> bool:
        """Whether a rounding stays that the request does not mention.

        # invented [F4]: that it does where no lines are sent. Nothing is published on it; with
        `forgets_rounding` an update through the API keeps only what it is told.
        """
        if self.sent.get("LineItems") is not None:
            return False
        return self.options.by_hand or not self.organisation.readings.forgets_rounding

    def _honours_rounding(self, told: JsonObject) -> bool:
        return None not in told.values() and self.after.status in (SUBMITTED, "AUTHORISED")

    # -- the end ------------------------------------------------------------------------------

    def _checks(self) -> None:
        days = [self.after.day, *([self.before.day] if self.before else [])]
        self.messages.extend(rules.lock_faults(self.organisation, days))
        self.messages.extend(rules.field_faults(self.organisation, self.after))
        self.messages.extend(rules.approval_faults(self.after, self.organisation.readings))
        if fault := rules.number_fault(self.organisation, self.after):
            self.messages.append(fault)
        if self.before is not None:
            self.messages.extend(rules.settled_faults(self.before, self.after))
        self._moves_stock()

    def _moves_stock(self) -> None:
        if self.messages or self._leaves_stock():
            return
        moved, fault = move_stock(self.organisation, self.after)
        if fault:
            self.messages.append(fault)
        self.after = replace(self.after, moved=moved)

    def _leaves_stock(self) -> bool:
        """A sale that stays as it is keeps the cost that it had on its day."""
        before, after = self.before, self.after
        return before is not None and (before.lines, before.is_approved) == (
            after.lines,
            after.is_approved,
        )

    def _stamps(self) -> None:
        """DueDate and SentToContact of a part-paid document leave UpdatedDateUTC alone [DOC]."""
        before = self.before
        if before is not None and before.settled:
            silent = replace(self.after, due=before.due, sent_to_contact=before.sent_to_contact)
            if silent == before:
                return
        self.after = replace(self.after, updated=self.organisation.stamp())


def _text(sent: JsonObject, name: str, kept: str) -> str:
    value = sent.get(name)
    return kept if value is None else str(value)
