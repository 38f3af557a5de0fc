"""Takes names and secrets out of exchanges before they are written anywhere.

What the probe itself made stays: it is told by the mark in its names. Ids become other ids, the
same one for the same record; the name and address of the organisation go wherever they stand;
records of other people are left out of what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from . import exact_json

MARK = "VTXPROBE-"
_ZERO = UUID(int=0)
_GUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_EMAIL = re.compile(r"[\w.+'-]+@(?!example\.com\b)[\w-]+(?:\.[\w-]+)+")
# Of an organisation, what says nothing of whose it is.
_SAYS_NOTHING = (
    "Version OrganisationType BaseCurrency CountryCode IsDemoCompany OrganisationStatus "
    "FinancialYearEndDay FinancialYearEndMonth SalesTaxBasis SalesTaxPeriod DefaultSalesTax "
    "DefaultPurchasesTax PeriodLockDate EndOfYearLockDate CreatedDateUTC OrganisationEntityType "
    "Timezone Edition Class PaysTax AddressType PhoneType Type Bills Sales Day"
)
_OF_AN_ORGANISATION = frozenset(_SAYS_NOTHING.split())
_OTHERS_RECORDS = ("Contacts", "Items", "Invoices", "Payments")
# By the element that holds them: texts that a person may have typed.
_TYPED = {
    "Accounts": ("Name", "Description", "BankAccountNumber"),
    "Account": ("Name", "Description", "BankAccountNumber"),
    "InvoiceAddresses": (
        "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region",
        "PostalCode", "Country", "AttentionTo",
    ),
}  # fmt: skip
_ALWAYS = ("ProviderName", "Url", "SentToEmailAddress", "BankAccountDetails")


class Scrubber:
    """Scrubs the exchanges of one report; `learn` the organisation first."""

    def __init__(self, salt: str) -> None:
        self._space = uuid5(NAMESPACE_OID, salt)
        self._private: dict[str, str] = {}

    def learn(self, organisation: Mapping[str, Any]) -> None:
        """Take note of the texts that say whose organisation it is."""
        for key, text in _texts(organisation):
            if key not in _OF_AN_ORGANISATION and len(text) > 3 and not _GUID.fullmatch(text):
                self._private[text] = f"{key}-scrubbed"

    def exchange(self, exchange: Mapping[str, Any]) -> dict[str, Any]:
        """An exchange as it may be shown."""
        body = exchange["body"]
        if exchange["request"]["method"] == "GET" and isinstance(body, dict):
            body = {key: _own(key, value) for key, value in body.items()}
        found: dict[str, Any] = self._scrubbed({**exchange, "body": body}, "")
        return found

    def text(self, text: str) -> str:
        """A text without ids, e-mail addresses, and what says whose organisation it is."""
        for private in sorted(self._private, key=len, reverse=True):
            text = text.replace(private, self._private[private])
        return _EMAIL.sub("EmailAddress-scrubbed", _GUID.sub(self._other_id, text))

    def _scrubbed(self, value: Any, within: str) -> Any:
        if isinstance(value, dict):
            return {key: self._element(key, piece, within) for key, piece in value.items()}
        if isinstance(value, list):
            return [self._scrubbed(piece, within) for piece in value]
        return self.text(value) if isinstance(value, str) else value

    def _element(self, key: str, value: Any, within: str) -> Any:
        if isinstance(value, str) and value and _is_private(key, within):
            return f"{key}-scrubbed" if not _GUID.fullmatch(value) else self.text(value)
        return self._scrubbed(value, "Organisations" if within == "Organisations" else key)

    def _other_id(self, found: re.Match[str]) -> str:
        known = UUID(found.group())
        return str(known if known == _ZERO else uuid5(self._space, str(known)))


def _is_private(key: str, within: str) -> bool:
    if within == "Organisations":
        return key not in _OF_AN_ORGANISATION
    return key in _ALWAYS or key in _TYPED.get(within, ())


def _own(key: str, value: Any) -> Any:
    """Of a list of records those that bear the mark."""
    if key not in _OTHERS_RECORDS or not isinstance(value, list):
        return value
    return [row for row in value if MARK in exact_json.dump(row)]


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, piece in value.items():
            yield from _texts(piece, name)
    elif isinstance(value, list):
        for piece in value:
            yield from _texts(piece, key)
    elif isinstance(value, str):
        yield key, value
