"""The scopes Xero knows [XPL][PLAT]. Apps made since 2 March 2026 get the granular ones only."""

OPENID = ("openid", "profile", "email", "offline_access")

GRANULAR = (
    *(
        f"accounting.{area}{access}"
        for area in (
            "invoices",
            "payments",
            "banktransactions",
            "manualjournals",
            "settings",
            "contacts",
            "attachments",
        )
        for access in ("", ".read")
    ),
    *(
        f"accounting.reports.{report}.read"
        for report in (
            "aged",
            "balancesheet",
            "banksummary",
            "budgetsummary",
            "executivesummary",
            "profitandloss",
            "trialbalance",
            "taxreports",
            "tenninetynine",
        )
    ),
    "accounting.budgets.read",
    "accounting.journals.read",
)

BROAD = (
    "accounting.transactions",
    "accounting.transactions.read",
    "accounting.reports.read",
)


def unknown_scopes(asked: list[str], granular_only: bool) -> list[str]:
    """Those of the scopes that an app of this kind cannot be given."""
    known = {*OPENID, *GRANULAR} if granular_only else {*OPENID, *GRANULAR, *BROAD}
    return [scope for scope in asked if scope not in known]
