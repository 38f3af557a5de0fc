// The button "Check" on Xero Settings: what will fail, before any record does.
frappe.provide("vtiger_xero.settings");

const INDICATORS = { Error: "red", Warning: "orange", Fine: "green" };
const text = (value) => vtiger_xero.text(value);

vtiger_xero.settings.check = async function (frm) {
	const how = { freeze: true, freeze_message: __("Checking with Xero …") };
	const found = await vtiger_xero.call("check", {}, how);
	show(frm, { found, checked_on: frappe.datetime.now_datetime() });
	frm.scroll_to_field("findings_html");
};

vtiger_xero.settings.show_findings = async function (frm) {
	const last = await vtiger_xero.call("last_findings");
	show(frm, last);
};

function show(frm, last) {
	const $wrapper = frm.fields_dict.findings_html.$wrapper;
	if (!last) {
		const hint = __(
			"Press Check to see what will fail, before any record does. It writes nothing."
		);
		return $wrapper.html(`<p class="text-muted">${hint}</p>`);
	}
	const when = text(frappe.datetime.str_to_user(last.checked_on));
	const fine = last.found.filter(({ severity }) => severity === "Fine");
	const wrong = last.found.filter(({ severity }) => severity !== "Fine");
	const outcome = wrong.length
		? __("Checked on {0}. Errors: {1}, warnings: {2}. Fix the errors, then check again.", [
				when,
				count_of(wrong, "Error"),
				count_of(wrong, "Warning"),
		  ])
		: __("Checked on {0}. The sync can run.", [when]);
	$wrapper.html(`<p class="text-muted" role="status">${outcome}</p>
		${wrong.length ? list_html(wrong) : ""}
		<details><summary>${__("What is fine: {0}", [fine.length])}</summary>${list_html(
		fine
	)}</details>`);
}

const count_of = (found, severity) => found.filter((each) => each.severity === severity).length;

const list_html = (found) => `<ul class="xero-findings">${found.map(finding_html).join("")}</ul>`;

function finding_html(finding) {
	const way = vtiger_xero.settings_link(finding.settings_field);
	const line = `<div class="xero-remedy">${text(finding.remedy)} ${way}</div>`;
	const remedy = finding.remedy ? line : "";
	const pill = vtiger_xero.pill(__(finding.severity), INDICATORS[finding.severity] || "gray");
	return `<li>${pill}<div><b>${text(finding.subject)}</b>
		<div>${text(finding.problem)}</div>${remedy}${records_html(finding)}</div></li>`;
}

function records_html({ doctype, records }) {
	if (!doctype || !records?.length) return "";
	const links = records.map((name) => vtiger_xero.record_link(doctype, name, name));
	return `<div class="small">${links.join(", ")}</div>`;
}
