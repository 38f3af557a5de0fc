"""The books an organisation is opened with: chart of accounts, tax rates, currencies, profile.

Tax rates: `country_rates`. The chart is Xero's default one; accounts `090`, `091`, `200` keep the
ids they have in the Demo Company (NZ) [REC].
"""

from dataclasses import dataclass
from datetime import datetime

from xero_simulator.country_rates import rates_of
from xero_simulator.identifiers import stable_guid
from xero_simulator.wire import JsonObject, envelope_date, wire_date, without_nulls


@dataclass(frozen=True)
class Books:
    """Reference data as it is on the wire."""

    profile: JsonObject
    accounts: list[JsonObject]
    tax_rates: list[JsonObject]
    currencies: list[JsonObject]


# code, name, type, class, what the tax default is for, flags
_CHART: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("090", "Business Bank Account", "BANK", "ASSET", "none", ""),
    ("091", "Business Savings Account", "BANK", "ASSET", "none", ""),
    ("200", "Sales", "REVENUE", "REVENUE", "sales", ""),
    ("205", "Sales of the Old Shop", "REVENUE", "REVENUE", "sales", "archived"),
    ("220", "Online Sales", "SALES", "REVENUE", "sales", ""),
    ("260", "Other Revenue", "REVENUE", "REVENUE", "sales", ""),
    ("270", "Interest Income", "REVENUE", "REVENUE", "interest", ""),
    ("280", "Other Income", "OTHERINCOME", "REVENUE", "sales", ""),
    ("300", "Purchases", "DIRECTCOSTS", "EXPENSE", "purchases", ""),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "purchases", ""),
    ("400", "Advertising", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("404", "Bank Fees", "EXPENSE", "EXPENSE", "none", ""),
    ("408", "Cleaning", "EXPENSE", "EXPENSE", "purchases", ""),
    ("412", "Consulting & Accounting", "EXPENSE", "EXPENSE", "purchases", ""),
    ("416", "Depreciation", "DEPRECIATN", "EXPENSE", "none", ""),
    ("420", "Entertainment", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("425", "Freight & Courier", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("429", "General Expenses", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("433", "Insurance", "EXPENSE", "EXPENSE", "purchases", ""),
    ("445", "Light, Power, Heating", "EXPENSE", "EXPENSE", "purchases", ""),
    ("449", "Motor Vehicle Expenses", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("453", "Office Expenses", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("461", "Printing & Stationery", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("469", "Rent", "OVERHEADS", "EXPENSE", "purchases", ""),
    ("477", "Salaries", "EXPENSE", "EXPENSE", "none", ""),
    ("489", "Telephone & Internet", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("493", "Travel - National", "EXPENSE", "EXPENSE", "purchases", "claims"),
    ("494", "Travel - International", "EXPENSE", "EXPENSE", "none", "claims"),
    ("497", "Bank Revaluations", "EXPENSE", "EXPENSE", "none", "BANKCURRENCYGAIN"),
    ("498", "Unrealised Currency Gains", "EXPENSE", "EXPENSE", "none", "UNREALISEDCURRENCYGAIN"),
    ("499", "Realised Currency Gains", "EXPENSE", "EXPENSE", "none", "REALISEDCURRENCYGAIN"),
    ("610", "Accounts Receivable", "CURRENT", "ASSET", "none", "DEBTORS"),
    ("615", "Undeposited Funds", "CURRENT", "ASSET", "none", "payments"),
    ("620", "Prepayments", "PREPAYMENT", "ASSET", "none", ""),
    ("630", "Inventory", "INVENTORY", "ASSET", "none", ""),
    ("710", "Office Equipment", "FIXED", "ASSET", "purchases", ""),
    ("720", "Computer Equipment", "FIXED", "ASSET", "purchases", ""),
    ("750", "Old Delivery Van", "FIXED", "ASSET", "purchases", "archived"),
    ("800", "Accounts Payable", "CURRLIAB", "LIABILITY", "none", "CREDITORS"),
    ("801", "Unpaid Expense Claims", "CURRLIAB", "LIABILITY", "none", "UNPAIDEXPCLM"),
    ("814", "Wages Payable", "CURRLIAB", "LIABILITY", "none", "WAGEPAYABLES"),
    ("820", "GST", "CURRLIAB", "LIABILITY", "none", "GST"),
    ("840", "Historical Adjustment", "CURRLIAB", "LIABILITY", "none", "HISTORICAL"),
    ("850", "Suspense", "CURRLIAB", "LIABILITY", "none", "payments"),
    ("860", "Rounding", "CURRLIAB", "LIABILITY", "none", "ROUNDING"),
    ("877", "Tracking Transfers", "CURRLIAB", "LIABILITY", "none", "TRACKINGTRANSFERS"),
    ("880", "Owner A Drawings", "CURRLIAB", "LIABILITY", "none", "payments"),
    ("881", "Owner A Funds Introduced", "CURRLIAB", "LIABILITY", "none", "payments"),
    ("890", "Customer Deposits", "LIABILITY", "LIABILITY", "none", ""),
    ("895", "Bank Loan", "TERMLIAB", "LIABILITY", "none", ""),
    ("900", "Loan", "NONCURRENT", "LIABILITY", "none", ""),
    ("960", "Retained Earnings", "EQUITY", "EQUITY", "none", "RETAINEDEARNINGS"),
    ("970", "Owner A Share Capital", "EQUITY", "EQUITY", "none", ""),
)
_RECORDED_ACCOUNT_IDS = {
    "090": "ac993f75-035b-433c-82e0-7b7a2d40802c",
    "091": "ebd06280-af70-4bed-97c6-7451a454ad85",
    "200": "7d05a53d-613d-4eb2-a2fc-dcb6adb80b80",
}
_BANK_NUMBERS = {"090": "1201020345678000", "091": "0209087654321050"}
# Of the chart that Xero starts with; only accounts that are no bank account have one.
_DESCRIPTIONS = {
    "200": "Income from any normal business activity",
    "260": "Any other income that does not relate to normal business activities",
    "270": "Interest income",
    "300": "Goods purchased with the intention of selling these to customers",
    "404": "Fees charged by your bank for transactions regarding your bank account(s)",
    "429": "General expenses related to the running of the business.",
    "860": "An adjustment entry to allow for rounding",
}
# ASS and Assets are recorded; the others follow them. # invented [Y2]
_REPORTING = {
    "ASSET": ("ASS", "Assets"),
    "EQUITY": ("EQU", "Equity"),
    "EXPENSE": ("EXP", "Expense"),
    "LIABILITY": ("LIA", "Liability"),
    "REVENUE": ("REV", "Revenue"),
}
_FLAGS = ("", "claims", "payments", "archived")

# The tax type that the chart's accounts start with, by what they are for. Interest: GST Free Income
# in AU, as an exported chart has it (Dan050719/xero-receipts); assumed elsewhere.
_DEFAULT_TAX_TYPES = {
    "NZ": {"sales": "OUTPUT2", "purchases": "INPUT2", "none": "NONE"},
    "AU": {
        "sales": "OUTPUT",
        "purchases": "INPUT",
        "none": "BASEXCLUDED",
        "interest": "EXEMPTOUTPUT",
    },
    "GB": {"sales": "OUTPUT2", "purchases": "INPUT2", "none": "NONE"},
    "US": {"sales": "OUTPUT", "purchases": "INPUT", "none": "NONE"},
    "CA": {"sales": "OUTPUT", "purchases": "INPUT", "none": "NONE"},
    "SG": {"sales": "OUTPUTY24", "purchases": "INPUTY24", "none": "NONE"},
    "ZA": {"sales": "OUTPUT3", "purchases": "INPUT3", "none": "NONE"},
    "IE": {"sales": "OUTPUT", "purchases": "INPUT", "none": "NONE"},
}

# Version (of a list in [OAS], which has neither Singapore nor South Africa), time zone, last day
# and month of the financial year, sales tax basis and period
_COUNTRIES: dict[str, tuple[str, str, int, int, str, str]] = {
    "NZ": ("NZ", "NEWZEALANDSTANDARDTIME", 31, 3, "PAYMENTS", "TWOMONTHS"),
    "AU": ("AU", "AUSEASTERNSTANDARDTIME", 30, 6, "CASH", "QUARTERLY1"),
    "GB": ("UK", "GMTSTANDARDTIME", 31, 3, "ACCRUALS", "QUARTERLY"),
    "US": ("US", "EASTERNSTANDARDTIME", 31, 12, "ACCRUAL", "ANNUALLY"),
    "CA": ("GLOBAL", "EASTERNSTANDARDTIME", 31, 12, "ACCRUALS", "QUARTERLY"),
    "SG": ("GLOBAL", "SINGAPORESTANDARDTIME", 31, 12, "ACCRUALS", "QUARTERLY"),
    "ZA": ("GLOBAL", "SOUTHAFRICASTANDARDTIME", 28, 2, "ACCRUALS", "2MONTHLY"),
    "IE": ("GLOBAL", "GMTSTANDARDTIME", 31, 12, "ACCRUALS", "2MONTHLY"),
}
# Whose list of rates an organisation has, where it is not its country's own.
_RATES_OF = {"IE": "GLOBAL"}
# Xero's names are those of Windows.
TIME_ZONES = {
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "GMTSTANDARDTIME": "Europe/London",
    "EASTERNSTANDARDTIME": "America/New_York",
    "SINGAPORESTANDARDTIME": "Asia/Singapore",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
}
_CURRENCY_NAMES = {
    "NZD": "New Zealand Dollar",
    "AUD": "Australian Dollar",
    "GBP": "British Pound",
    "USD": "United States Dollar",
    "EUR": "Euro",
    "CAD": "Canadian Dollar",
    "SGD": "Singapore Dollar",
    "ZAR": "South African Rand",
}
# As recorded of the Demo Company, but for what was taken out there.
_ADDRESS = {
    "AddressType": "POBOX",
    "AddressLine1": "23 Main Street",
    "AddressLine2": "Central City",
    "City": "Marineville",
    "Region": "",
    "PostalCode": "1234",
    "Country": "",
    "AttentionTo": "",
}
_DEMO_LOCK_DATE = "/Date(1254268800000+0000)/"  # 30 Sep 2009 [REC]
_DEMO_SHORT_CODE = "!Qj35V"  # [REC]


def books_of(
    name: str, country: str, currency: str, is_demo: bool, tenant_id: str, now: datetime
) -> Books:
    """The books of a new organisation, in its country's way."""
    if country not in _COUNTRIES:
        raise ValueError(f"no books for {country}; there are {', '.join(_COUNTRIES)}")
    # Multicurrency is part of a plan [OAS]: the demo has some currencies, others their own.
    codes = dict.fromkeys([currency, *(("USD", "EUR", "GBP", "AUD") if is_demo else ())])
    return Books(
        profile=_profile(name, country, currency, is_demo, tenant_id, now),
        accounts=[_account(row, country, currency, is_demo, tenant_id, now) for row in _CHART],
        tax_rates=rates_of(_RATES_OF.get(country, country)),
        currencies=[{"Code": c, "Description": _CURRENCY_NAMES.get(c, c)} for c in codes],
    )


def _account(
    row: tuple[str, str, str, str, str, str],
    country: str,
    currency: str,
    is_demo: bool,
    tenant_id: str,
    now: datetime,
) -> JsonObject:
    code, name, kind, account_class, tax_use, flag = row
    recorded = _RECORDED_ACCOUNT_IDS.get(code) if is_demo else None
    is_bank, types = kind == "BANK", _DEFAULT_TAX_TYPES[country]
    return without_nulls(
        {
            "AccountID": recorded or stable_guid(f"account {tenant_id} {code}"),
            "Code": code,
            "Name": name,
            "Status": "ARCHIVED" if flag == "archived" else "ACTIVE",
            "Type": kind,
            "TaxType": types.get(tax_use, types["none"]),
            "Class": account_class,
            "SystemAccount": flag if flag not in _FLAGS else None,
            "EnablePaymentsToAccount": flag == "payments",
            "ShowInExpenseClaims": flag == "claims",
            "BankAccountNumber": _BANK_NUMBERS[code] if is_bank else None,
            "BankAccountType": "BANK" if is_bank else None,
            "CurrencyCode": currency if is_bank else None,
            "Description": _DESCRIPTIONS.get(code),
            "ReportingCode": _REPORTING[account_class][0],
            "ReportingCodeName": _REPORTING[account_class][1],
            "HasAttachments": False,
            "UpdatedDateUTC": wire_date(now),
            "AddToWatchlist": False,
        }
    )


def _profile(
    name: str, country: str, currency: str, is_demo: bool, tenant_id: str, now: datetime
) -> JsonObject:
    version, time_zone, end_day, end_month, tax_basis, tax_period = _COUNTRIES[country]
    return without_nulls(
        {
            "Name": name,
            "LegalName": name,
            "PaysTax": True,
            "Version": version,
            "OrganisationType": "COMPANY",
            "BaseCurrency": currency,
            "CountryCode": country,
            "IsDemoCompany": is_demo,
            "OrganisationStatus": "ACTIVE",
            "TaxNumber": "101-2-303",
            "FinancialYearEndDay": end_day,
            "FinancialYearEndMonth": end_month,
            "SalesTaxBasis": tax_basis,
            "SalesTaxPeriod": tax_period,
            "DefaultSalesTax": "Remember previous",
            "DefaultPurchasesTax": "Remember previous",
            "PeriodLockDate": _DEMO_LOCK_DATE if is_demo else None,
            "CreatedDateUTC": envelope_date(now),
            "OrganisationEntityType": "COMPANY",
            "Timezone": time_zone,
            "ShortCode": _DEMO_SHORT_CODE if is_demo else f"!{tenant_id[:5]}",
            "OrganisationID": stable_guid(f"organisation {tenant_id}"),
            "Edition": "BUSINESS",
            "Class": "DEMO" if is_demo else "PREMIUM",
            "Addresses": [_ADDRESS],
            "Phones": [
                {"PhoneType": "OFFICE", "PhoneNumber": "800 1234", "PhoneCountryCode": "64"}
            ],
            "ExternalLinks": [],
            "PaymentTerms": {},
        }
    )
