"""Stories drawn by a seed: how the ledgers were kept before they met, and what followed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.lives.countries import COUNTRIES, known_countries
from tests.lives.story import Act, Story
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy

PRICES = ("10", "27.98", "100", "3.33", "0.99", "1250.50", "49.95")
QUANTITIES = ("1", "1", "2", "3", "10", "1.5", "0.25")
SIDES = ("crm", "xero")


def written(seed: int, country: str = "", *, acts: int = 10) -> Story:
    """The story of a seed."""
    return _Writer(seed, country).story(acts)


class _Writer:
    def __init__(self, seed: int, country: str) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.country = country or self.chance.choice(known_countries())
        self.acts: list[Act] = []
        self.tags: dict[str, list[str]] = {kind: [] for kind in "cpiy"}
        self.on: dict[str, set[str]] = {}  # where a tag is by now, as far as a run would bring it
        self.amounts = iter(range(1, 99))

    def story(self, most: int) -> Story:
        chance = self.chance
        self._before()
        self.add("sync")
        self._all_on_both()
        for _ in range(chance.randint(1, 3)):
            for _ in range(chance.randint(1, max(1, most // 3))):
                self._act()
            self._sync()
        directions: tuple[tuple[str, str], ...] = ()
        if chance.random() < 0.25:
            one_way = [Direction.TO_CRM.value, Direction.TO_XERO.value]
            modules = chance.sample(list(Module), chance.choice([1, 1, 2, 4]))
            directions = tuple((each.value, chance.choice(one_way)) for each in modules)
        return Story(
            self.seed,
            self.country,
            chance.choice([each.value for each in ConflictPolicy]),
            chance.random() < 0.7,
            chance.random() < 0.2,
            directions,
            chance.random() < 0.3,
            chance.random() < 0.15,
            tuple(self.acts),
        )

    def add(self, name: str, **args: Any) -> None:
        self.acts.append(Act(name, args))

    def tag(self, kind: str, where: str) -> str:
        made = f"{kind}{len(self.tags[kind]) + 1}"
        self.tags[kind].append(made)
        self.on[made] = set(SIDES) if where == "both" else {where}
        return made

    # Before the first run

    def _before(self) -> None:
        chance = self.chance
        for _ in range(chance.randint(1, 2)):
            self._customer()
        for _ in range(chance.randint(0, 2)):
            self._product()
        for _ in range(chance.choice([0, 1, 1, 2])):
            self._invoice(chance.choice(["both", "both", *SIDES]))
        for _ in range(chance.randint(0, 2) if self.tags["i"] else 0):
            self._payment()

    def _sync(self) -> None:
        draw = self.chance.random()
        self._all_on_both()
        if draw < 0.08:
            path = self.chance.choice(["/Contacts", "/Items", "/Invoices", "/Payments"])
            self.add("sync_with_a_lost_answer", path=path)
        elif draw < 0.15:
            self.add("sync_by_preview")
        elif draw < 0.21:
            after, sent = self.chance.randint(1, 3), self.chance.random() < 0.6
            self.add("sync_killed", after=after, sent=sent)
        else:
            self.add("sync")

    def _all_on_both(self) -> None:
        self.on = {tag: set(SIDES) for tag in self.on}

    # Acts

    def _act(self) -> None:
        deeds: list[tuple[int, Callable[[], None]]] = [
            (3, lambda: self._invoice(self.chance.choice(SIDES))),
            (5, self._payment),
            (3, self._edit_line),
            (2, self._add_line),
            (2, self._reword),
            (2, self._credit),
            (2, self._take_out),
            (1, self._cancel),
            (1, self._approve),
            (1, self._customer),
            (1, self._rename),
            (1, self._email),
            (1, self._archive_or_merge),
            (1, self._product),
            (2, self._price),
            (1, self._delete_item),
            (1, self._charges),
            (1, self._discount),
            (1, self._words),
            (1, self._another_customer),
            (1, self._trash),
            (1, self._copy),
            (1, self._hold),
            (2, self._type_total),
            (3, lambda: self.add("answer_matches")),
            (1, self._change_rate),
        ]
        if self.country == "GB":
            deeds.append((3, self._deduct))
        if self.country == "SG":
            deeds.append((2, lambda: self.add("tie_tax")))
        weights = [weight for weight, _ in deeds]
        (deed,) = self.chance.choices([each for _, each in deeds], weights)
        deed()

    def _some(self, kind: str, *sides: str) -> str:
        """A tag that is on these sides; one that nobody has where there is none."""
        found = [tag for tag in self.tags[kind] if set(sides) <= self.on[tag]]
        return self.chance.choice(found) if found else f"{kind}0"

    def _customer(self) -> None:
        where = self.chance.choice(["both", "both", *SIDES])
        tag = self.tag("c", where)
        kind = self.chance.choice(["same", "same", "same", "case", "suffix", "accent"])
        email = self.chance.choice(["", f"{tag}@example.com"])
        phone = self.chance.choice(["", "", "09 555 1234"])
        self.add("customer", tag=tag, where=where, kind=kind, email=email, phone=phone)

    def _product(self) -> None:
        where = self.chance.choice(["both", "both", *SIDES])
        silent = self.chance.choice(["", "", *SIDES]) if where == "both" else ""
        price, cost = self.chance.choice(PRICES), self.chance.choice(["", "4", "6.5"])
        named = self.chance.random() < 0.85
        kind = self.chance.choice(["same", "same", "case", "blank"])
        args = {"price": price, "cost": cost, "silent": silent, "named": named, "kind": kind}
        self.add("product", tag=self.tag("p", where), where=where, **args)

    def _line(self, where: str) -> dict[str, Any]:
        chance = self.chance
        row = {"q": chance.choice(QUANTITIES), "price": chance.choice(PRICES)}
        row["sale"] = chance.choice([*COUNTRIES[self.country].sales, "std", "std"])
        if chance.random() < 0.12:
            row["price"] = "0"
        if chance.random() < 0.15:
            row["off"] = chance.choice(["10", "5", "33.35", "100"])
        if chance.random() < 0.3:
            row["account"] = "220"
        if self.tags["p"] and chance.random() < 0.4:
            row["product"] = self._some("p", *_sides(where))
        return row

    def _invoice(self, where: str) -> None:
        chance = self.chance
        if self._some("c", *_sides(where)) == "c0":
            where = sorted(self.on[self.tags["c"][0]])[0]
        numbers = {"both": ["same", "same", "own", "none"], "xero": ["same", "same", "none"]}
        numbers["crm"] = ["same"]
        lines = [self._line(where) for _ in range(chance.choice([1, 1, 2, 3]))]
        if chance.random() < 0.06:
            lines = [{**row, "price": "0"} for row in lines]  # an invoice of nothing
        args = {
            "customer": self._some("c", *_sides(where)),
            "lines": lines,
            "status": chance.choice(["approved", "approved", "approved", "draft"]),
            "numbers": chance.choice(numbers[where]),
            "inclusive": where == "xero" and chance.random() < 0.3,
        }
        self.add("invoice", tag=self.tag("i", where), where=where, **args)

    def _payment(self) -> None:
        chance = self.chance
        where = chance.choice(["both", "both", *SIDES])
        if self._some("i", *_sides(where)) == "i0" and self.tags["i"]:
            where = next(iter(sorted(self.on[self.chance.choice(self.tags["i"])])))
        # An amount is one payment's own, so that what stands on a wire says which it is.
        args: dict[str, Any] = {"amount": f"{chance.choice([1, 2, 5, 9])}.{next(self.amounts):02}"}
        if where == "both":
            args["reference_crm"] = chance.choice(["", "", "A1"])
            args["reference_xero"] = chance.choice(["", "", "A1", "card"])
            args["days"] = chance.choice([0, 0, 0, 1, 3])
            args["account"] = chance.choice(["", "", "", "091"])
        args["times"] = chance.choice([1, 1, 1, 2])
        invoice = self._some("i", *_sides(where))
        self.add("payment", tag=self.tag("y", where), invoice=invoice, where=where, **args)

    def _edit_line(self) -> None:
        chance = self.chance
        args = {"line": chance.randint(1, 2), "price": chance.choice([*PRICES, "25", "0"])}
        if chance.random() < 0.3:
            args["q"] = chance.choice(QUANTITIES)
        self.add("edit_line", tag=self._some("i"), side=chance.choice(SIDES), **args)

    def _add_line(self) -> None:
        side = self.chance.choice(SIDES)
        self.add("add_line", tag=self._some("i"), side=side, row=self._line(side))

    def _reword(self) -> None:
        word = self.chance.choice(["Nuts", "Rods"])
        side = self.chance.choice(SIDES)
        self.add("reword_invoice", tag=self._some("i"), side=side, word=word)

    def _credit(self) -> None:
        kind = self.chance.choice(["credit_note", "overpayment", "prepayment"])
        amount = f"{self.chance.choice([1, 3])}.{next(self.amounts):02}"
        self.add("credit", invoice=self._some("i"), amount=amount, kind=kind)

    def _take_out(self) -> None:
        self.add("take_out_payment", tag=self._some("y"), side=self.chance.choice(SIDES))

    def _cancel(self) -> None:
        self.add("cancel", tag=self._some("i"), side=self.chance.choice(SIDES))

    def _approve(self) -> None:
        self.add("approve", tag=self._some("i"), side=self.chance.choice(SIDES))

    def _rename(self) -> None:
        word = self.chance.choice(["Moa", "Tui"])
        side = self.chance.choice(SIDES)
        self.add("rename_customer", tag=self._some("c"), side=side, word=word)

    def _email(self) -> None:
        side = self.chance.choice(SIDES)
        tag = self._some("c")
        email = f"new-{tag}-{side}@example.com"
        self.add("email_customer", tag=tag, side=side, email=email)

    def _archive_or_merge(self) -> None:
        if len(self.tags["c"]) > 1 and self.chance.random() < 0.6:
            one, other = self.chance.sample(self.tags["c"], 2)
            self.add("merge_customers", tag=one, into=other)
        else:
            self.add("archive_customer", tag=self._some("c"))

    def _price(self) -> None:
        price = self.chance.choice([*PRICES, "12.3456"])
        side = self.chance.choice(SIDES)
        self.add("price_product", tag=self._some("p"), side=side, price=price)

    def _delete_item(self) -> None:
        again = self.chance.random() < 0.5
        self.add("delete_item", tag=self._some("p"), again=again)

    def _charges(self) -> None:
        adjustment = self.chance.choice(["", "", "-0.50", "3"])
        self.add("add_charges", tag=self._some("i", "crm"), amount="7.35", adjustment=adjustment)

    def _discount(self) -> None:
        side, off = self.chance.choice(SIDES), self.chance.choice(["10", "100", "33.35", "0"])
        line = self.chance.randint(1, 2)
        self.add("discount_line", tag=self._some("i", side), side=side, line=line, off=off)

    def _words(self) -> None:
        self.add("add_words", tag=self._some("i", "xero"))

    def _another_customer(self) -> None:
        side = self.chance.choice(SIDES)
        customer = self._some("c", side)
        self.add("change_customer", tag=self._some("i", side), side=side, customer=customer)

    def _trash(self) -> None:
        self.add("trash", tag=self._some(self.chance.choice("cpii"), "crm"))

    def _copy(self) -> None:
        self.add("copy_customer", tag=self._some("c", "crm"))

    def _hold(self) -> None:
        status = self.chance.choice(["Pending", "Received"])
        self.add("hold_payment", tag=self._some("y", "crm"), status=status)

    def _type_total(self) -> None:
        by = self.chance.choice(["0.02", "-0.03", "0.10", "0.5"])
        self.add("type_total", tag=self._some("i"), by=by)

    def _deduct(self) -> None:
        self.add("deduct_cis", tag=self._some("i"), amount=self.chance.choice(["2", "0.60", "20"]))

    def _change_rate(self) -> None:
        if self.chance.random() < 0.5:
            self.add("change_rate", percent=self.chance.choice(["16", "12.5"]))


def _sides(where: str) -> tuple[str, ...]:
    return SIDES if where == "both" else (where,)
