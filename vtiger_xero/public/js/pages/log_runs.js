// In the log: the head of each run (who began it, why, how long it took), and the log's filters.
frappe.provide("vtiger_xero");

const COLUMNS = 11;
const MODULES = ["Organizations", "Products/Services", "Invoices", "Payments"];
const BY_PEOPLE = ["Sync Now", "Apply Plan", "Preview"]; // the others begin by themselves
const text = (value) => vtiger_xero.text(value);

vtiger_xero.log_run_html = function (run) {
	if (!run) return "";
	const { status, calls } = run;
	const what = [start_of(run), limit_of(run), took(run)];
	what.push(__("API calls: {0}", [format_number(calls, null, 0)]));
	const shown = what.filter(Boolean).map(text).join(" · ");
	const when = text(frappe.datetime.str_to_user(run.started));
	return `<tr class="xero-log-run"><th colspan="${COLUMNS}" scope="rowgroup"><b>${when}</b>
		${vtiger_xero.pill(__(status), vtiger_xero.run_colour(status))} ${shown}</th></tr>`;
};

const start_of = ({ triggered_by, who }) =>
	BY_PEOPLE.includes(triggered_by)
		? __("{0} by {1}", [__(triggered_by), who])
		: __(triggered_by);

// A run of some records must not look like one of all.
function limit_of({ chosen, only_module }) {
	if (chosen) return __("Chosen records only");
	return only_module && __("{0} only", [__(only_module)]);
}

function took({ started, finished }) {
	if (!finished) return "";
	const [end, start] = [finished, started].map(frappe.datetime.str_to_obj);
	const seconds = Math.round((end - start) / 1000);
	if (seconds < 120) return __("{0} s", [seconds]);
	return __("{0} min", [Math.round(seconds / 60)]);
}

vtiger_xero.log_filter_html = function (chosen) {
	const { module = "", only_skipped = 0 } = chosen || {};
	const options = MODULES.map((each) => {
		const selected = each === module ? "selected" : "";
		return `<option value="${each}" ${selected}>${__(each)}</option>`;
	});
	return `<div class="xero-filter"><label>${__("Module")}
			<select class="form-control input-xs" name="module"><option value="">${__("All")}</option>
			${options.join("")}</select></label>
		<label class="xero-tick"><input type="checkbox" name="only_skipped" ${
			only_skipped ? "checked" : ""
		}> ${__("Only with skipped records")}</label></div>`;
};

vtiger_xero.log_filter = ($body) => ({
	module: $body.find("[name=module]").val(),
	only_skipped: $body.find("[name=only_skipped]").is(":checked") ? 1 : 0,
});
