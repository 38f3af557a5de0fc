// Above the log: how the last run ended where it did not end well, or the one that a notification leads to.
frappe.provide("vtiger_xero");

const text = (value) => vtiger_xero.text(value);

vtiger_xero.run_notice = function (run, one) {
	if (!run) return "";
	const lines = [run.message, ...(run.notices || "").split("\n")].filter(Boolean);
	if (!one && run.status === "Completed") return "";
	const when = run.started ? frappe.datetime.str_to_user(run.started) : "";
	const title = one
		? __("The run of {0}", [text(when)])
		: __("The last run, of {0}, did not end well", [text(when)]);
	const all = `<button type="button" class="btn btn-default btn-sm xero-all-runs">
		${__("Show all runs")}</button>`;
	return `<section class="xero-card xero-run-notice"><div class="xero-card-head"><div>
		<h4>${title} ${vtiger_xero.pill(__(run.status), vtiger_xero.run_colour(run.status))}</h4>
		${lines.map((line) => `<p>${text(line)}</p>`).join("")}</div>${one ? all : ""}</div></section>`;
};
