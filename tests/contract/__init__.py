"""What every implementation of the ports `Crm` and `Journal` promises, whatever it is built on."""

import pytest

pytest.register_assert_rewrite(
    *(
        f"tests.contract.{name}"
        for name in (
            *("crm", "items", "invoices", "payments", "books"),
            *("journal", "links", "transactions"),
        )
    )
)
