"""The endpoints that the Desk's pages call: `vtiger_xero.api.<name>`, in whichever file they are.

Each asks for a role first, then for what Frappe lets the person read or write, and answers with
plain data. Nothing is widened.
"""

from .connecting import (
    authenticate,
    callback,
    check,
    checklist,
    choose_organisation,
    disconnect,
    last_findings,
    missing_accounts,
    organisations,
    refresh_reference_data,
    stay_connected,
)
from .figures import invoice_figures
from .log import download_entries, sync_entries, sync_log
from .matching import (
    answer_matches,
    match_answers,
    possible_matches,
    take_back_match_answer,
)
from .previewing import (
    apply_plan,
    download_preview,
    preview,
    preview_records,
    preview_result,
)
from .records import ask_again, conflicts, record_state, resolve
from .running import (
    expected_skips,
    last_runs,
    resync_everything,
    run_status,
    state,
    stop,
    sync_now,
    sync_records,
)
from .skipped import cause_records, causes, count_skipped, retry_cause

__all__ = [
    "answer_matches",
    "apply_plan",
    "ask_again",
    "authenticate",
    "callback",
    "cause_records",
    "causes",
    "check",
    "checklist",
    "choose_organisation",
    "conflicts",
    "count_skipped",
    "disconnect",
    "download_entries",
    "download_preview",
    "expected_skips",
    "invoice_figures",
    "last_findings",
    "last_runs",
    "match_answers",
    "missing_accounts",
    "organisations",
    "possible_matches",
    "preview",
    "preview_records",
    "preview_result",
    "record_state",
    "refresh_reference_data",
    "resolve",
    "resync_everything",
    "retry_cause",
    "run_status",
    "state",
    "stay_connected",
    "stop",
    "sync_entries",
    "sync_log",
    "sync_now",
    "sync_records",
    "take_back_match_answer",
]
