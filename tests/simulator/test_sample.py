"""The sample world: the same everywhere, and with everything odd that a sync will meet."""

import re
import time
from collections import Counter

import pytest

from tests.simulator.client import Client, default_order
from xero_simulator import Simulator, make_sample
from xero_simulator.contact_rules import is_invalid_email
from xero_simulator.text import folded, name_key
from xero_simulator.wire import write_json


@pytest.fixture(scope="module")
def sample():
    return make_sample()


@pytest.fixture(scope="module")
def names(sample):
    return [row["organization_name"] for row in sample.crm_organizations]


def tidy(name):
    return folded(" ".join(name.replace("<", "(").replace(">", ")").split())[:255].strip())


def test_a_seed_gives_the_same_world_and_another_seed_another(sample):
    assert make_sample() == sample
    assert make_sample(seed=8) != sample


def test_it_is_made_fast():
    started = time.process_time()
    make_sample(10_000)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("count", [0, 1, 20, 333])
def test_it_has_as_many_companies_as_asked_for(count):
    sample = make_sample(count)
    merged = [row for row in sample.xero_contacts if "MergedToContactID" in row]
    here = {tidy(row["organization_name"]) for row in sample.crm_organizations}
    there = {tidy(row["Name"]) for row in sample.xero_contacts if row not in merged}
    assert len(here | there) == count


def test_some_are_on_one_side_only_and_a_fifth_on_both(sample, names):
    here = {tidy(name) for name in names}
    there = {tidy(r["Name"]) for r in sample.xero_contacts if "MergedToContactID" not in r}
    assert len(here & there) == pytest.approx(200, abs=5)
    assert len(here - there) == pytest.approx(450, abs=5)
    assert len(there - here) == pytest.approx(350, abs=5)


def test_twins_share_a_number_or_not_and_differ_in_letters_and_details(sample):
    here = {row["organization_number"]: row for row in sample.crm_organizations}
    by_number = [r for r in sample.xero_contacts if r.get("ContactNumber") in here]
    assert 30 <= len(by_number) <= 90
    assert any(r["Name"] != here[r["ContactNumber"]]["organization_name"] for r in by_number)
    emails = {row["primary_email"] for row in sample.crm_organizations}
    assert any(r.get("EmailAddress") not in emails for r in by_number)


def test_every_number_and_every_id_is_there_once(sample):
    for rows, key in (
        (sample.crm_organizations, "organization_number"),
        (sample.xero_contacts, "ContactNumber"),
        (sample.xero_contacts, "ContactID"),
    ):
        counts = Counter(row[key] for row in rows if key in row)
        assert counts.most_common(1)[0][1] == 1


def test_it_spans_countries_with_their_own_addresses_phones_and_tax_numbers(sample):
    rows = {row["billing_country"]: row for row in sample.crm_organizations if row["tax_number"]}
    countries = {"New Zealand", "Australia", "United Kingdom", "United States", "Germany", "Japan"}
    assert countries <= set(rows)
    assert rows["Germany"]["tax_number"].startswith("DE")
    assert rows["United Kingdom"]["tax_number"].startswith("GB")
    for row in sample.crm_organizations:
        if row["billing_country"] == "Australia" and row["primary_phone"]:
            assert row["primary_phone"].startswith("+61 ")


def test_it_has_every_oddity(sample, names):
    organizations = sample.crm_organizations
    assert any("ā" in name or "ō" in name for name in names)
    assert any("ß" in name or "ü" in name for name in names)
    assert any("株式会社" in name for name in names)
    assert any("🦘" in name for name in names)
    assert any("<" in name for name in names)
    assert any("  " in name for name in names)
    assert any(len(name) == 255 for name in names)
    assert 2 <= sum(len(name) > 255 for name in names) <= 20
    assert max(Counter(map(name_key, names)).values()) == 2
    assert any(len(row["contacts"]) >= 6 for row in organizations)
    assert any(row["contacts"] == [] for row in organizations)
    assert any(is_invalid_email(row["primary_email"]) for row in organizations)
    assert any(row["primary_phone"] == "" for row in organizations)
    statuses = Counter(row["ContactStatus"] for row in sample.xero_contacts)
    assert statuses["ARCHIVED"] > 10
    assert sum("MergedToContactID" in row for row in sample.xero_contacts) > 3


def test_readers_of_xeros_documentation_meet_old_friends(sample):
    there = {row["Name"].casefold() for row in sample.xero_contacts}
    for name in ("Hamilton Smith Ltd", "Ridgeway University", "City Agency", "PowerDirect",
                 "ABC Furniture", "Katherine Warren", "Lisa Parker", "Acme Parts Co."):  # fmt: skip
        assert name.casefold() in there


def test_nobody_real_can_be_mailed(sample):
    text = write_json([sample.crm_organizations, sample.xero_contacts]).decode()
    domains = re.findall(r"@([a-z0-9.-]+)", text)
    assert len(domains) > 2_000
    assert [domain for domain in domains if not domain.endswith(".example")] == []


def test_a_simulator_takes_xeros_side_whole():
    with Simulator(minute_limit=9_000) as xero:
        rows = make_sample(3_000).xero_contacts
        xero.organisation.load_contacts(rows)
        client = Client(xero)
        seen = [c for page in (1, 2, 3)
                for c in client.get("/Contacts", page=page, pageSize=1000, includeArchived="true")
                .json()["Contacts"]]  # fmt: skip
        assert [c["ContactID"] for c in seen] == [
            row["ContactID"] for row in sorted(rows, key=default_order)
        ]
        active = Counter(name_key(c["Name"]) for c in seen if c["ContactStatus"] == "ACTIVE")
        assert max(active.values()) == 1
