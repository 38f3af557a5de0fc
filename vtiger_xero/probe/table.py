"""The probes, one a row: which row of docs/xero.md, with how many calls at most, and how.

`calls` includes those that take away the payments and items of the trial.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import (
    try_contacts,
    try_figures,
    try_items,
    try_lines,
    try_lists,
    try_payments,
    try_updates,
)
from .findings import Finding
from .trial import Trial


@dataclass(frozen=True)
class Probe:
    """`could_not_tell`: what an organisation that cannot show the row makes it say."""

    id: str
    calls: int
    does: str
    judge: Callable[[Trial], Finding]
    could_not_tell: str = ""


PROBES = (
    Probe("T4", 0, "looks at the list of tax rates", try_lists.order_of_tax_rates),
    Probe("T5", 0, "looks at the list of tax rates", try_lists.report_of_tax_rates,
          try_lists.OTHER_COUNTRY),
    Probe("T10", 2, "creates an item without a TaxType", try_items.tax_type_of_the_account),
    Probe("T11", 3, "creates lines without a TaxType", try_items.tax_type_of_the_line),
    Probe("T12", 0, "looks at the list of tax rates", try_lists.no_tax_in_australia,
          try_lists.AUSTRALIA),
    Probe("T15", 1, "creates a line with a TaxAmount of its own", try_lines.tax_amount_stands),
    Probe("L1", 2, "approves an invoice with a line of 0.00", try_lines.free_line),
    Probe("L2", 1, "sends LineAmount 0 beside a discount", try_lines.amount_of_nothing),
    Probe("L3", 3, "reads a discount in three ways", try_lines.discount_as_shown),
    Probe("L4", 1, "sends a discount as rate and amount", try_lines.rate_before_amount),
    Probe("L5", 2, "changes the Reference of an invoice with a discount",
          try_lines.update_of_the_head),
    Probe("L6", 1, "approves a line of 0.004", try_lines.less_than_a_cent),
    Probe("L7", 3, "sends discounts of negative lines", try_lines.amount_off_a_negative_line),
    Probe("L8", 2, "sends a negative quantity and a negative price", try_lines.negative_quantity),
    Probe("L10", 2, "sends long descriptions", try_lines.longest_description),
    Probe("L11", 1, "sends too many decimals", try_lines.decimals),
    Probe("L13", 5, "sends a line of 0.00 again, the second time on a paid invoice",
          try_lines.free_line_sent_again),
    Probe("L14", 2, "ends a discount with a rate of 0", try_lines.rate_of_nothing),
    Probe("F1", 2, "sends a small and a large rounding", try_figures.rounding_counts),
    Probe("F2", 3, "reads a rounding in three ways", try_figures.rounding_as_shown),
    Probe("F3", 2, "sends a rounding without its sums, and on a draft",
          try_figures.rounding_needs_its_sums),
    Probe("F4", 2, "changes the Reference of an invoice with a rounding",
          try_figures.rounding_that_is_not_mentioned),
    Probe("F7", 2, "approves an invoice of 0.00, which cannot be taken away again",
          try_figures.invoice_of_nothing),
    Probe("F11", 4, "lists an invoice with a payment", try_payments.payment_in_a_listed_invoice),
    Probe("P1", 5, "changes the reference of a payment", try_payments.payment_is_not_changed),
    Probe("P2", 5, "pays twice alike", try_payments.equal_payments),
    Probe("P3", 4, "lists a deleted payment", try_payments.deleted_payment),
    Probe("P4", 2, "creates a contact whose name differs in case", try_contacts.case_of_names),
    Probe("P5", 4, "lists a payment", try_payments.account_of_a_listed_payment),
    Probe("R1", 3, "creates an item without a price", try_items.no_price),
    Probe("R2", 3, "creates an item with a price of 0", try_items.price_of_nothing),
    Probe("R3", 4, "creates an item with a code, and one with a name", try_items.code_and_no_name),
    Probe("R4", 3, "approves the first invoice of a contact", try_contacts.first_invoice),
    Probe("R5", 4, "lists records by their ids", try_contacts.lists_of_ids),
    Probe("R6", 3, "lists records by ids that are unknown", try_contacts.unknown_ids),
    Probe("R8", 3, "sends an empty list of persons", try_contacts.no_persons),
    Probe("R15", 3, "sends one person without a name", try_contacts.empty_person),
    Probe("R18", 3, "updates an address in part", try_contacts.address_in_part),
    Probe("R9", 2, "creates a contact whose name differs in an accent",
          try_contacts.accents_of_names),
    Probe("R10", 3, "gives a name up and takes it in one request",
          try_contacts.order_of_one_request),
    Probe("R11", 5, "creates an item with the code of a deleted one",
          try_items.code_of_a_deleted_item),
    Probe("S1", 1, "creates an invoice in another currency", try_figures.rate_of_the_day),
    Probe("S9", 1, "creates an invoice in another currency", try_figures.direction_of_the_rate,
          try_figures.NEAR_ONE),
    Probe("S3", 3, "pays too much", try_payments.more_than_is_open),
    Probe("S4", 2, "creates two invoices of one number", try_figures.number_taken_once),
    Probe("U1", 2, "updates a contact with what it has",
          try_updates.update_that_changes_nothing),
    Probe("U2", 5, "pays an invoice, and deletes the payment",
          try_payments.payment_moves_its_invoice),
    Probe("U3", 3, "updates an item without its SalesDetails", try_items.sales_left_out),
    Probe("R17", 3, "updates an item with a part of its SalesDetails", try_items.sales_in_part),
    Probe("L15", 3, "updates an invoice without its lines", try_updates.lines_that_are_not_sent),
    Probe("U6", 6, "updates the Reference alone", try_updates.status_that_is_not_sent),
    Probe("U7", 3, "takes the name of an archived contact",
          try_contacts.name_of_an_archived_contact),
    Probe("R16", 3, "takes the number of an archived contact",
          try_contacts.number_of_an_archived_contact),
    Probe("U9", 3, "uses an Idempotency-Key three times", try_updates.key_with_another_body),
    Probe("S8", 2, "asks for what changed within a second",
          try_updates.changed_within_the_second),
)  # fmt: skip
