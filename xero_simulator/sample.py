"""A seeded world for tests and demos: what a CRM holds, what Xero holds, and what is odd in it.

Of the companies about 45% are in the CRM only, 35% in Xero only, 20% in both. There are two
samples. The hard one has every special case: the tables of oddities spread them, so that each is
there in any sample of a few hundred; its days are fixed. The ordinary one is a company's books up
to a day; of what the sync leaves out it has a little, as any company has.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

from xero_simulator.identifiers import stable_guid
from xero_simulator.sample_companies import (
    LONGEST_NAME,
    Company,
    Person,
    Phone,
    Place,
    companies,
    lengthened,
    well_known_companies,
)
from xero_simulator.sample_sides import Sample
from xero_simulator.sample_trade import add_trade
from xero_simulator.sample_words import COUNTRY_WEIGHTS, DESCRIPTIONS, INDUSTRIES, RATINGS, TYPES
from xero_simulator.wire import JsonObject, wire_date, without_nulls

# Fixed, or the same seed would give another world tomorrow.
FIRST_CHANGE = datetime(2025, 1, 6, 21, 0, tzinfo=timezone.utc)

IN_CRM_ONLY, IN_XERO_ONLY, IN_BOTH = "crm", "xero", "both"
# Twenty companies in a row are shared out like this: 9 CRM, 7 Xero, 4 both.
_SHARES = (*[IN_CRM_ONLY] * 9, *[IN_XERO_ONLY] * 7, *[IN_BOTH] * 4)


def make_sample(
    organizations: int = 1_000,
    seed: int = 7,
    *,
    products: int = 0,
    invoices: int = 0,
    payments: int = 0,
    today: date | None = None,
) -> Sample:
    """So many distinct companies; duplicates and merged contacts come on top.

    `products` are distinct products, services and items of both sides together; of `invoices`
    and `payments` half are the CRM's and half are Xero's. The companies are the same whatever
    trade there is between them. With `today` it is the ordinary sample up to that day, else the
    hard one.
    """
    sample = _companies(organizations, seed, is_hard=today is None)
    if products or invoices or payments:
        add_trade(sample, Random(f"trade {seed}"), products, invoices, payments, today)
    return sample


def _companies(organizations: int, seed: int, *, is_hard: bool) -> Sample:
    random = Random(seed)
    shares = [_SHARES[n % len(_SHARES)] for n in range(organizations)]
    random.shuffle(shares)
    sample = Sample()
    well_known = well_known_companies(random)
    others = companies(random, COUNTRY_WEIGHTS if is_hard else _ORDINARY_WEIGHTS)
    for share in shares:
        known = None if share == IN_CRM_ONLY else next(well_known, None)
        company = known or next(others)
        if share != IN_XERO_ONLY:
            _enter_in_crm(random, sample, company, _CRM_ODDITIES if is_hard else _ORDINARY)
        if share == IN_BOTH:
            _enter_twin(random, sample, company)
        if share == IN_XERO_ONLY:
            _enter_in_xero(random, sample, company)
    return sample


# -- the CRM ---------------------------------------------------------------------------------

# Every so-manieth organization of the CRM has this done to it.
Oddities = tuple[tuple[int, Callable[[JsonObject], JsonObject]], ...]
_CRM_ODDITIES: Oddities = (
    (97, lambda row: {**row, "organization_name": f"{row['organization_name']} 🦘"}),
    (89, lambda row: {**row, "organization_name": row["organization_name"].replace(" ", "  ", 1)}),
    (83, lambda row: {**row, "organization_name": f"{row['organization_name']} <old>"}),
    (151, lambda row: _with_long_name(row, LONGEST_NAME)),
    (157, lambda row: _with_long_name(row, LONGEST_NAME + 1)),
    (211, lambda row: _with_long_name(row, LONGEST_NAME + 45)),
    # A CRM takes these two e-mails, Frappe's check included; Xero takes neither.
    (41, lambda row: {**row, "primary_email": row["primary_email"].replace("info", "büro")}),
    (61, lambda row: {**row, "primary_email": _with_second_email(row["primary_email"])}),
    (53, lambda row: {**row, "billing_country": "Côte d'Ivoire"}),
)
_DUPLICATED = 37
_ORDINARY: Oddities = (
    (61, lambda row: {**row, "primary_email": _with_second_email(row["primary_email"])}),
)
_ORDINARY_WEIGHTS = (80, 0, 0, 20, 0, 0)  # at home in New Zealand, with customers in the States


def _enter_in_crm(random: Random, sample: Sample, company: Company, oddities: Oddities) -> None:
    row = _crm_organization(random, company, len(sample.crm_organizations) + 1)
    count = len(sample.crm_organizations) + 1
    for every, oddity in oddities:
        if count % every == 0:
            row = oddity(row)
    sample.crm_organizations.append(row)
    if oddities is _CRM_ODDITIES and count % _DUPLICATED == 0:
        sample.crm_organizations.append(_duplicate(row, count + 1))


def _crm_organization(random: Random, company: Company, number: int) -> JsonObject:
    country = company.country
    return {
        "organization_name": company.name,
        "organization_number": f"ACC{number}",
        "website": f"https://www.{company.domain}" if random.random() < 0.8 else "",
        "primary_phone": _joined(company.phone),
        "secondary_phone": _joined(company.mobile),
        "fax": _joined(company.fax),
        "primary_email": company.email,
        "industry": random.choice(INDUSTRIES),
        "type": random.choice(TYPES),
        "rating": random.choice(RATINGS),
        **_crm_address("billing", "billing_postal_code", company.billing, country.name),
        **_crm_address("shipping", "shipping_code", company.shipping, country.name),
        "tax_number": company.tax_number,
        "currency": "" if country.currency == "JPY" and number % 3 else country.currency,
        "description": random.choice(DESCRIPTIONS),
        "contacts": [
            _crm_contact(person, is_primary=n == 0) for n, person in enumerate(company.people)
        ],
    }


def _crm_address(kind: str, code_name: str, place: Place, country: str) -> JsonObject:
    return {
        f"{kind}_address": place.street,
        f"{kind}_po_box": place.box,
        f"{kind}_city": place.city,
        f"{kind}_state": place.region,
        code_name: place.code,
        f"{kind}_country": country,
    }


def _crm_contact(person: Person, is_primary: bool) -> JsonObject:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "is_primary": is_primary,
    }


def _with_long_name(row: JsonObject, length: int) -> JsonObject:
    return {**row, "organization_name": lengthened(row["organization_name"], length)}


def _with_second_email(email: str) -> str:
    return f"{email}, {email.replace('info', 'accounts')}" if email else ""


def _duplicate(row: JsonObject, number: int) -> JsonObject:
    """The same company entered twice: another number, other letters, fewer details."""
    return {
        **row,
        "organization_number": f"ACC{number}",
        "organization_name": row["organization_name"].upper(),
        "website": "",
        "fax": "",
        "contacts": row["contacts"][:1],
    }


def _joined(phone: Phone | None) -> str:
    return f"+{phone.country} {phone.area} {phone.number}" if phone else ""


# -- Xero ------------------------------------------------------------------------------------

_ARCHIVED, _MERGED, _UNUSABLE_WEBSITE, _UNNUMBERED = 23, 47, 149, 3


def _enter_in_xero(random: Random, sample: Sample, company: Company) -> None:
    count = len(sample.xero_contacts) + 1
    contact = _xero_contact(random, company, count)
    if count % _UNNUMBERED:
        contact.pop("ContactNumber", None)
    if count % _UNUSABLE_WEBSITE == 0:
        contact["Website"] = company.domain  # Xero's screens took it, its API chokes on it
    if count % _ARCHIVED == 0:
        contact["ContactStatus"] = "ARCHIVED"
    sample.xero_contacts.append(contact)
    if count % _MERGED == 0 and contact["ContactStatus"] == "ACTIVE":
        sample.xero_contacts.append(_merged_into(contact))


def _enter_twin(random: Random, sample: Sample, company: Company) -> None:
    """The company just entered in the CRM, as Xero has it: hardly ever quite the same."""
    name, number = sample.crm_organizations[-1]["organization_name"], len(sample.xero_contacts)
    changed = replace(company, name=_as_xero_has_it(random, name))
    if random.random() < 0.4:
        changed = _with_other_details(random, changed)
    contact = _xero_contact(random, changed, number + 1)
    contact.pop("ContactNumber", None)
    if random.random() < 0.3:
        contact["ContactNumber"] = sample.crm_organizations[-1]["organization_number"]
    sample.xero_contacts.append(contact)


def _as_xero_has_it(random: Random, name: str) -> str:
    """Xero's names have no brackets, no double spaces, at most 255 characters."""
    tidy = " ".join(name.replace("<", "(").replace(">", ")").split())[:LONGEST_NAME].strip()
    return random.choices((tidy, tidy.upper(), tidy.title()), (70, 18, 12))[0][:LONGEST_NAME]


def _with_other_details(random: Random, company: Company) -> Company:
    other = random.choice(("phone", "street", "tax", "people", "email"))
    if other == "email":
        return replace(company, email=f"accounts@{company.domain}")
    if other == "phone":
        return replace(company, phone=company.mobile, mobile=None)
    if other == "street":
        return replace(company, billing=replace(company.billing, street="Level 2, Tower B"))
    if other == "tax":
        return replace(company, tax_number="")
    return replace(company, people=company.people[:1])


def _xero_contact(random: Random, company: Company, count: int) -> JsonObject:
    people = company.people
    return without_nulls(
        {
            "ContactID": stable_guid(f"sample contact {company.name} {count}"),
            "ContactNumber": f"X-{count:05}",
            "AccountNumber": f"{random.randint(10_000, 99_999)}" if count % 9 == 0 else None,
            "ContactStatus": "ACTIVE",
            "Name": company.name,
            "FirstName": people[0].first_name if people else None,
            "LastName": people[0].last_name if people else None,
            "EmailAddress": company.email or None,
            "TaxNumber": company.tax_number or None,
            "DefaultCurrency": "NZD" if company.country.code == "NZ" else None,
            "Website": f"https://www.{company.domain}" if random.random() < 0.4 else None,
            "IsCustomer": random.random() < 0.7,
            "IsSupplier": random.random() < 0.3,
            "Addresses": _xero_addresses(company),
            "Phones": _xero_phones(company),
            "ContactPersons": [_xero_person(person) for person in people[1:6]],
            "UpdatedDateUTC": wire_date(FIRST_CHANGE + timedelta(minutes=37 * count)),
        }
    )


def _xero_addresses(company: Company) -> list[dict[str, Any]]:
    return [
        {
            "AddressType": kind,
            "AddressLine1": place.street,
            "AddressLine2": place.box,
            "City": place.city,
            "Region": place.region,
            "PostalCode": place.code,
            "Country": company.country.name,
        }
        for kind, place in (("POBOX", company.billing), ("STREET", company.shipping))
    ]


def _xero_phones(company: Company) -> list[dict[str, Any]]:
    phones = (("DEFAULT", company.phone), ("MOBILE", company.mobile), ("FAX", company.fax))
    return [
        {
            "PhoneType": kind,
            "PhoneCountryCode": phone.country,
            "PhoneAreaCode": phone.area,
            "PhoneNumber": phone.number,
        }
        for kind, phone in phones
        if phone
    ]


def _xero_person(person: Person) -> dict[str, Any]:
    return {
        "FirstName": person.first_name,
        "LastName": person.last_name,
        "EmailAddress": person.email,
        "IncludeInEmails": False,
    }


def _merged_into(contact: JsonObject) -> JsonObject:
    """A second contact of the company that somebody merged into the first."""
    return {
        **{k: v for k, v in contact.items() if k != "ContactNumber"},
        "ContactID": stable_guid(f"merged {contact['ContactID']}"),
        "Name": f"{contact['Name']} (old)",
        "ContactStatus": "ARCHIVED",
        "MergedToContactID": contact["ContactID"],
    }
