"""What people do with money: payments, credits, totals and rates of tax."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from tests.lives.meaning import Payment
from tests.lives.office import CRM, DAY, PAYMENTS, XERO, D, NotDone, Office, first, sides_of


class Money(Office):
    """Acts on payments, and on what is owed."""

    def hold_payment(self, tag: str, status: str) -> None:
        """Somebody sets a payment of the CRM to Pending, or to Received again."""
        meant = self.meaning.payments.get(tag)
        if meant is None:
            raise NotDone
        self._require_one(meant)
        name = self.crm_invoice(meant.invoice)
        found = [
            row["name"]
            for row in self._rows("Vtiger Payment")
            if row["related_to"] == name and D(row["amount"]) == meant.amount
        ]
        self.stage.crm.edit(PAYMENTS, str(first(found)), payment_status=status)
        if status == "Received":
            meant.taken_out_in.discard(CRM)
        else:
            meant.taken_out_in.add(CRM)

    def payment(
        self,
        tag: str,
        invoice: str,
        where: str,
        amount: str,
        reference_crm: str = "",
        reference_xero: str = "",
        days: int = 0,
        account: str = "",
        times: int = 1,
    ) -> None:
        """Money that came in once (or `times` alike), typed in one system or in both.

        What both say of it may differ: the day by `days`, the reference, the bank account.
        """
        self._meant(invoice)
        sides = sides_of(where)
        if CRM in sides:
            name = self.crm_invoice(invoice)
        if XERO in sides:
            found = self.xero_invoice(invoice)
        done = {CRM: 0, XERO: 0}
        if XERO in sides:
            with suppress(ValueError):  # more than is outstanding
                for _ in range(times):
                    day = DAY + timedelta(days=days if where == "both" else 0)
                    code = account or "090"
                    paid = self.stage.books.pay_invoice(found, amount, code, day, reference_xero)
                    self._paid(tag, XERO, done, paid.payment_id)
        for _ in range(times if where == CRM else done[XERO] if CRM in sides else 0):
            fields = {
                "related_to": name,
                "amount": D(amount),
                "payment_date": DAY,
                "payment_status": "Received",
                "reference": reference_crm,
            }
            self._paid(tag, CRM, done, self.stage.crm.insert(PAYMENTS, fields).name)
        apart = reference_crm and reference_xero and reference_crm != reference_xero
        evidence = "possible" if where == "both" and (days or apart or account) else "same"
        for n in range(max(done.values())):
            key = tag if not n else f"{tag}-{n + 1}"
            typed_in = {side for side, count in done.items() if count > n}
            meant = Payment(key, invoice, D(amount), typed_in, evidence=evidence)
            self.meaning.payments[key] = meant
        if not any(done.values()):
            raise NotDone

    def _paid(self, tag: str, side: str, done: dict[str, int], key: str) -> None:
        done[side] += 1
        n = done[side]
        self.meaning.records[tag if n == 1 else f"{tag}-{n}", side] = key

    def _require_one(self, meant: Payment) -> None:
        """Of several equal payments only one is taken out: which one a next act means is open."""
        equal = [
            each
            for each in self.meaning.payments.values()
            if (each.invoice, each.amount) == (meant.invoice, meant.amount)
        ]
        if len(equal) > 1 and any(each.taken_out_in for each in equal):
            raise NotDone

    def take_out_payment(self, tag: str, side: str) -> None:
        """Somebody deletes a payment."""
        meant = self.meaning.payments.get(tag)
        if meant is None or side in meant.taken_out_in:
            raise NotDone
        self._require_one(meant)
        if side == CRM:
            rows = self._rows("Vtiger Payment")
            name = self.crm_invoice(meant.invoice)
            live = [
                row["name"]
                for row in rows
                if row["related_to"] == name
                and D(row["amount"]) == meant.amount
                and row["payment_status"] == "Received"
            ]
            self.stage.crm.trash(PAYMENTS, str(first(live)))
        else:
            found = self.xero_invoice(meant.invoice)
            live_ = [
                each.payment_id
                for each in self.stage.books.payments.values()
                if each.document_id == found
                and each.amount == meant.amount
                and each.status == "AUTHORISED"
            ]
            self.stage.books.delete_payment(first(live_))
        meant.taken_out_in.add(side)

    def credit(self, invoice: str, amount: str, kind: str = "credit_note") -> None:
        """Somebody in Xero applies a credit note, an over- or a prepayment."""
        meant = self._meant(invoice)
        found = self.xero_invoice(invoice)
        getattr(self.stage.books, f"apply_{kind}")(found, amount)
        meant.credits += D(amount)

    def type_total(self, tag: str, by: str) -> None:
        """Somebody in Xero types another total over the sum of the lines."""
        meant = self._meant(tag)
        found = self.stage.books.invoices[self.xero_invoice(tag)]
        if found.total + D(by) < 0:
            raise NotDone
        self.stage.books.type_total(found.document_id, found.total - found.rounding + D(by))
        self._edited(meant, XERO)
        meant.typed_over = D(by)

    def deduct_cis(self, tag: str, amount: str) -> None:
        """A customer in the UK's building trade keeps an amount for the tax office."""
        self._meant(tag)
        found = self.stage.books.invoices[self.xero_invoice(tag)]
        if found.outstanding <= D(amount):
            raise NotDone
        self.stage.books.deduct_cis(found.document_id, amount)

    def change_rate(self, percent: str) -> None:
        """The usual rate of tax has another percentage from now on."""
        sale = self.country.sales["std"]
        (rate,) = [r for r in self.stage.books.books.tax_rates if r["TaxType"] == sale.typed]
        if len(rate["TaxComponents"]) > 1:
            raise NotDone
        part = {**rate["TaxComponents"][0], "Rate": D(percent)}
        figures = {"EffectiveRate": D(percent), "DisplayTaxRate": D(percent)}
        self.stage.books.edit_tax_rate(sale.typed, TaxComponents=[part], **figures)
        self.meaning.is_rate_changed = True

    def tie_tax(self) -> None:
        """Somebody says which of Xero's rates the usual tax of the CRM is."""
        sale = self.country.sales["std"]
        if len(sale.crm) != 1:
            raise NotDone
        held = next(tax for tax in self.stage.crm.taxes() if tax.name == sale.crm[0][0])
        self.stage.crm.add_tax(replace(held, chosen=sale.typed))
