"""The scopes of apps made since 2 March 2026: the granular ones only [XPL][PLAT]."""

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


def unknown_scopes(asked: list[str]) -> list[str]:
    """Those of the scopes that an app cannot be given."""
    return [scope for scope in asked if scope not in {*OPENID, *GRANULAR}]
