"""Companies as they really are, before the CRM and Xero each write them down in their way."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from xero_simulator.sample_words import COUNTRIES, COUNTRY_WEIGHTS, WELL_KNOWN, Country
from xero_simulator.text import folded

LONGEST_NAME = 255
_ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_VAT_WEIGHTS = (8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Phone:
    """A number in the three parts that Xero keeps apart."""

    country: str
    area: str
    number: str


@dataclass(frozen=True)
class Place:
    """A postal address; `box` is the PO box, when the post goes there."""

    street: str
    box: str
    city: str
    region: str
    code: str


@dataclass(frozen=True)
class Person:
    """Somebody who works there."""

    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True)
class Company:
    """One company of the world."""

    country: Country
    name: str
    domain: str
    email: str
    phone: Phone | None
    mobile: Phone | None
    fax: Phone | None
    billing: Place
    shipping: Place
    tax_number: str
    people: tuple[Person, ...]


def well_known_companies(random: Random) -> Iterator[Company]:
    """Those that readers of Xero's documentation know, all in New Zealand."""
    return (_company(random, COUNTRIES[0], name) for name in WELL_KNOWN)


def companies(random: Random, weights: tuple[int, ...] = COUNTRY_WEIGHTS) -> Iterator[Company]:
    """Companies without end, no two with the same name, whatever the case and the accents."""
    taken = {folded(name) for name in WELL_KNOWN}
    while True:
        country = random.choices(COUNTRIES, weights)[0]
        name = _name(random, country)
        while folded(name) in taken:
            name = f"{_name(random, country)}{country.separator}{random.randint(2, 9999)}"
        taken.add(folded(name))
        yield _company(random, country, name)


def lengthened(name: str, length: int) -> str:
    """The name drawn out to exactly that many characters."""
    filler = " and Associated Companies of the Greater Region Trading Together"
    drawn_out = (name + filler * (length // len(filler) + 1))[:length]
    return drawn_out if not drawn_out.endswith(" ") else f"{drawn_out[:-1]}s"


def _company(random: Random, country: Country, name: str) -> Company:
    domain = f"{_slug(name, random)}.{country.code.lower()}.example"
    billing = _place(random, country)
    return Company(
        country=country,
        name=name,
        domain=domain,
        email=f"info@{domain}" if random.random() < 0.85 else "",
        phone=_phone(random, country) if random.random() < 0.88 else None,
        mobile=_mobile(random, country) if random.random() < 0.5 else None,
        fax=_phone(random, country) if random.random() < 0.15 else None,
        billing=billing,
        shipping=billing if random.random() < 0.5 else _place(random, country),
        tax_number=_tax_number(random, country) if random.random() < 0.7 else "",
        people=tuple(_person(random, country, domain) for _ in range(_head_count(random))),
    )


def _name(random: Random, country: Country) -> str:
    first, trade = random.choice(country.business_names), random.choice(country.trades)
    suffix = random.choice(country.suffixes)
    if country.code == "JP":
        return f"{suffix}{first}{trade}" if random.random() < 0.5 else f"{first}{trade}{suffix}"
    second = f" {random.choice(country.last_names)}" if random.random() < 0.3 else ""
    return f"{first}{second} {trade} {suffix}".strip()


def _slug(name: str, random: Random) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall("[a-z0-9]+", ascii_name))[:40].strip("-")
    return slug or f"kaisha-{random.randint(100, 9999)}"


def _head_count(random: Random) -> int:
    return random.choices((0, 1, 2, 3, 4, 5, 6, 7, 9), (12, 38, 22, 12, 6, 4, 3, 2, 1))[0]


def _person(random: Random, country: Country, domain: str) -> Person:
    first, last = random.choice(country.first_names), random.choice(country.last_names)
    return Person(first, last, f"{_mailbox(first, last, random)}@{domain}")


def _mailbox(first: str, last: str, random: Random) -> str:
    letters = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode()
    mailbox = ".".join(re.findall("[a-z]+", letters.lower()))
    return mailbox or f"tantou{random.randint(1, 99)}"


def _place(random: Random, country: Country) -> Place:
    city, region, code, _, _ = random.choice(country.places)
    street = country.street.format(
        number=random.randint(1, 250), street=random.choice(country.streets)
    )
    box = _digits(random, country.postal_box) if random.random() < 0.25 else ""
    return Place(street, box, city, region, _digits(random, code))


def _phone(random: Random, country: Country) -> Phone:
    _, _, _, area, number = random.choice(country.places)
    return Phone(country.dialling_code, area, _digits(random, number))


def _mobile(random: Random, country: Country) -> Phone:
    area, number = country.mobile
    return Phone(country.dialling_code, area, _digits(random, number))


def _digits(random: Random, pattern: str) -> str:
    return "".join(
        str(random.randint(0, 9)) if c == "#" else str(random.randint(1, 9)) if c == "%" else c
        for c in pattern
    )


def _tax_number(random: Random, country: Country) -> str:
    """In the form of the country; Australia's and Britain's with a true check."""
    if country.code == "AU":
        return _abn(random)
    if country.code == "GB":
        return _vat(random)
    patterns = {"NZ": "%##-###-###", "US": "%#-#######", "DE": "DE%########", "JP": "T%" + "#" * 12}
    return _digits(random, patterns[country.code])


def _abn(random: Random) -> str:
    body = [random.randint(0, 9) for _ in range(9)]
    rest = sum(d * w for d, w in zip(body, _ABN_WEIGHTS[2:], strict=True))
    # The two leading digits are the check: (first - 1) * 10 + second makes the sum divide by 89.
    check = -rest % 89
    first, second = check // 10 + 1, check % 10
    text = "".join(str(each) for each in (first, second, *body)) if first <= 9 else "51824753556"
    return f"{text[:2]} {text[2:5]} {text[5:8]} {text[8:]}"


def _vat(random: Random) -> str:
    body = [random.randint(1, 9) for _ in range(7)]
    total = sum(d * w for d, w in zip(body, _VAT_WEIGHTS, strict=True))
    return f"GB{''.join(str(each) for each in body)}{97 - total % 97:02}"
