// The last runs, with how they ended and why.
frappe.provide("vtiger_xero.settings");

const MOST = 5;
const BY_PEOPLE = ["Sync Now", "Preview"]; // the others run by themselves, in somebody's name
const text = (value) => vtiger_xero.text(value);

vtiger_xero.settings.show_runs = async function (frm) {
	const runs = await vtiger_xero.call("last_runs", { limit: MOST });
	frm.fields_dict.runs_html.$wrapper.html(runs.length ? list_html(runs) : none());
};

const none = () =>
	`<p class="text-muted">${__("Nothing has run yet. Press Sync Now to begin.")}</p>`;

const list_html = (runs) => `<ul class="xero-findings">${runs.map(run_html).join("")}</ul>
	<a href="${vtiger_xero.page_address("xero-log")}">${__("Sync Log")}</a>`;

function run_html({ status, triggered_by, started, who, message }) {
	const pill = vtiger_xero.pill(__(status), vtiger_xero.run_colour(status));
	const what = [started && frappe.datetime.str_to_user(started), __(triggered_by)].map(text);
	const start = BY_PEOPLE.includes(triggered_by)
		? __("{0}, {1} by {2}", [...what, text(who)])
		: __("{0}, {1}", what);
	return `<li>${pill}<div>${start}<div class="text-muted">${text(message)}</div></div></li>`;
}
