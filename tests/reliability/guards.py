"""What keeps the promises, guard by guard: where it stands, and the test that misses it.

`scripts/mutations.py` takes each out in a copy of the tree. A guard that is moved or renamed must
be moved here, too: the script says so.
"""

from __future__ import annotations

from dataclasses import dataclass

SYNC, XERO = "vtiger_xero/engine/sync", "vtiger_xero/xero"
LOST, LATE = "tests/sync/test_lost_answers.py", "tests/sync/test_late_answers.py"
XERO_TESTS = "tests/xero"
TRAPS, SHIFTING = "tests/xero/test_traps.py", "tests/reliability/test_shifting_pages.py"


@dataclass(frozen=True)
class Guard:
    """`code` in `file` is the guard; `instead` is how it looks without; `test` then fails."""

    what: str
    file: str
    code: str
    instead: str
    test: str

    @property
    def on_site(self) -> bool:
        return self.test.startswith("tests/site")


GUARDS = (
    # Exactly once
    Guard(
        "Intents are committed before they are sent",
        f"{SYNC}/to_xero.py",
        "        self._session.journal.post(batch)\n        self._session.commit(self._module)\n",
        "        self._session.journal.post(batch)\n",
        "tests/reliability/test_crashes.py::test_a_run_killed_here_and_there_is_as_if_it_was_not",
    ),
    Guard(
        "What arrived is found by its natural key",
        f"{SYNC}/recovery.py",
        "head = found.head_of(item) if creates else None",
        "head = None",
        LOST,
    ),
    Guard(
        "Every write bears an Idempotency-Key",
        f"{XERO}/ledger.py",
        "            idempotency_key=batch.idempotency_key,\n",
        "",
        f"{TRAPS}::test_trap_2_a_lost_answer_makes_no_duplicate",
    ),
    Guard(
        "No payment is sent again while Xero's cannot be read",
        f"{SYNC}/recovery.py",
        "return is_payments and batch.module in session.readings.unread",
        "return False",
        f"{LOST}::test_no_payment_is_sent_again_while_those_of_xero_cannot_be_read",
    ),
    Guard(
        "What Xero may still be at work on is not sent anew",
        f"{SYNC}/recovery.py",
        "return batch.method is not Method.DELETE and seen < batch.arrived_by",
        "return False",
        f"{LATE}::test_a_payment_that_may_still_come_is_not_sent_anew",
    ),
    Guard(
        "What arrived of an unanswered update is agreed on",
        f"{SYNC}/recovery.py",
        "        if batch.method is Method.UPDATE:\n",
        "        if False:\n",
        f"{LATE}::test_an_update_whose_answer_was_lost_is_in_dispute_with_nobody",
    ),
    Guard(
        "No call is made under a key that Xero may have forgotten",
        f"{XERO}/client.py",
        "        if now >= self._until:\n",
        "        if False:\n",
        f"{XERO_TESTS}/test_payments.py::test_no_call_begins_after_the_life_of_the_key",
    ),
    Guard(
        "What may have been carried out is sent again at once or not at all",
        f"{XERO}/client.py",
        "self._until = min(self._until, begun + TRIED_FOR)",
        "pass",
        f"{XERO_TESTS}/test_payments.py::test_a_payment_is_not_sent_again_once_xero_may_have_forgotten_its_key",
    ),
    Guard(
        "Answers are told apart by key, never by place",
        f"{XERO}/answers.py",
        "owners[place] = _taken(waiting, _by_key(module, element, waiting))",
        "owners[place] = _taken(waiting, waiting[0] if waiting else None)",
        "tests/xero/test_answers.py::test_whatever_the_order_each_gets_its_own",
    ),
    Guard(
        "An answer that lacks an element leaves the batch open",
        f"{XERO}/answers.py",
        "    if waiting:\n        raise _incomplete(",
        "    if False:\n        raise _incomplete(",
        "tests/xero/test_answers.py::test_what_is_nobodys_answer_leaves_the_batch_open",
    ),
    Guard(
        "A batch that is refused whole is halved",
        f"{SYNC}/to_xero.py",
        "        if len(batch.items) == 1:\n            self._save_outcomes(",
        "        if batch.items:\n            self._save_outcomes(",
        "tests/sync/test_batches_refused.py",
    ),
    # Nothing missed
    Guard(
        "After a full page the next begins where it ended",
        f"{XERO}/paging.py",
        "            return Place(reached)\n",
        "            pass\n",
        "tests/reliability/test_shifting_pages.py",
    ),
    Guard(
        "What could not be read is asked for again",
        f"{XERO}/paging.py",
        "again = notices and is_last and at.number == 1",
        "again = False",
        "tests/xero/test_unreadable.py::test_a_row_that_cannot_be_read_is_asked_for_until_it_can",
    ),
    Guard(
        "The watermark stays behind Xero's clock",
        f"{XERO}/paging.py",
        'return min(reached, wire.moment(document.get("DateTimeUTC")) - SETTLING)',
        "return reached",
        f"{SHIFTING}::test_what_xero_shows_late_is_read_by_the_next_run",
    ),
    Guard(
        "A hole in what was read holds the watermark",
        f"{XERO}/paging.py",
        "hole = hole or place.since or _EVER",
        "pass",
        f"{SHIFTING}::test_rows_that_move_on_and_on_are_known_in_the_end",
    ),
    # One at a time, within the limits
    Guard(
        "One run per organisation",
        "demo/crm/lock.py",
        'connection.execute("BEGIN EXCLUSIVE")',
        'connection.execute("SELECT 1")',
        "tests/embedded/test_embedded_durability.py::test_two_processes_never_run_at_once",
    ),
    Guard(
        "A call is counted before it is made",
        f"{XERO}/budget_state.py",
        "    return begun, Go()",
        "    return state, Go()",
        "tests/xero/test_budget_model.py",
    ),
    Guard(
        "The last calls of a day are left to people",
        f"{XERO}/budget.py",
        "self._keep = reserve if automatic else 0",
        "self._keep = 0",
        "tests/xero/test_budget.py",
    ),
    Guard(
        "Of many workers one refreshes the tokens",
        f"{XERO}/client.py",
        "            if kept.access_token != stale.access_token:\n                return kept\n",
        "",
        "tests/xero/test_auth.py::test_eight_workers_that_find_the_token_expired_refresh_it_once",
    ),
    # Nobody let in, nothing let out
    Guard(
        "A consent's answer must bear the state that was sent",
        f"{XERO}/auth.py",
        "begun is not None and hmac.compare_digest(begun.state.encode(), state.encode())",
        "begun is not None",
        "tests/xero/test_auth.py::test_a_forged_state_is_not_accepted_though_the_code_is_good",
    ),
    Guard(
        "No redirect is followed with a token",
        f"{XERO}/identity.py",
        "allow_redirects=False",
        "allow_redirects=True",
        "tests/xero/test_hosts.py::test_no_redirect_is_followed",
    ),
    Guard(
        "Tokens travel over TLS alone",
        f"{XERO}/endpoints.py",
        '(parts.scheme != "https" and not on_this_machine)',
        "False",
        "tests/xero/test_hosts.py::test_plain_http_is_for_this_machine_alone",
    ),
    Guard(
        "Secrets are masked in errors and logs",
        f"{XERO}/masking.py",
        '        text = pattern.sub(rf"\\1\\2{HIDDEN}", text)\n',
        "        pass\n",
        "tests/xero/test_errors.py::test_a_secret_is_hidden_wherever_it_stands",
    ),
    Guard(
        "A spreadsheet computes no name of a record",
        "vtiger_xero/engine/reconciliation/rows.py",
        "cell.startswith(_RISKY) and not is_amount",
        "False",
        "tests/unit/test_reconciliation_rows.py",
    ),
    # On the site
    Guard(
        "Only what Xero signed is believed",
        "vtiger_xero/webhook.py",
        "return bool(key) and hmac.compare_digest(made, signature.encode())",
        "return bool(key)",
        "tests/site/test_site_fuzz.py::test_nothing_is_believed_without_the_signature",
    ),
    Guard(
        "Every door asks for a role",
        "vtiger_xero/permissions.py",
        "    if not _has(roles):\n",
        "    if False:\n",
        "tests/site/test_site_every_door.py::test_whoever_lacks_the_role_is_refused",
    ),
    Guard(
        "Another address for Xero is for developers only",
        "vtiger_xero/connection/settings.py",
        "if not any(cint(frappe.conf.get(each)) for each in ",
        "if not all(each for each in ",
        "tests/site/test_site_hosts.py",
    ),
    Guard(
        "An account's title is text in a message",
        "vtiger_xero/connection/accounts.py",
        "label, escape_html(row.title if row else account)",
        "label, row.title if row else account",
        "tests/site/test_site_hostile.py::test_an_account_that_is_refused_is_named_as_text",
    ),
    Guard(
        "One run per organisation, on the site",
        "vtiger_xero/crm/lock.py",
        "if _ask(_IS_USED_LOCK(name)) is not None or _ask(_GET_LOCK(name, 0)) != 1:",
        "if False:",
        "tests/site/test_site_contract.py",
    ),
    Guard(
        "The connection is not changed by saving the form",
        "vtiger_xero/vtiger_xero/doctype/xero_settings/xero_settings.py",
        "if not self.flags.connecting:\n            super().before_validate()",
        "if False:\n            super().before_validate()",
        "tests/site/test_site_one_connection.py::test_no_field_of_it_is_written",
    ),
)
