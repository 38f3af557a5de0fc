// What came of a run, for the panel in the corner.
frappe.provide("vtiger_xero");

const is_preview = (status) => status.triggered_by === "Preview";
const OPERATIONS = ["Created", "Updated", "Deleted", "Skipped"];

// A run that ended well, with nothing that anybody must look at.
function needs_nobody(status) {
	const { crm_skipped = 0, xero_skipped = 0 } = status.counts || {};
	const is_well = status.status === "Completed" && !is_preview(status);
	return is_well && !crm_skipped && !xero_skipped && !status.conflicts && !status.notices;
}

function title(status) {
	if (status.status === "Completed") {
		return is_preview(status) ? __("The preview is complete.") : __("The sync is complete.");
	}
	return is_preview(status) ? __("Xero Preview") : __("Xero Sync");
}

function counts_html(status) {
	const counts = status.counts || {};
	if (is_preview(status) || !Object.values(counts).some(Boolean)) return "";
	const row = (label, side) => {
		const cells = OPERATIONS.map((each) => counts[`${side}_${each.toLowerCase()}`] || 0);
		return `<tr><th scope="row">${label}</th>
			${cells.map((number) => `<td>${format_number(number, null, 0)}</td>`).join("")}</tr>`;
	};
	return `<table class="xero-counts"><thead><tr><td></td>
			${OPERATIONS.map((each) => `<th scope="col">${__(each)}</th>`).join("")}</tr></thead>
		<tbody>${row(__("Vtiger CRM"), "crm")}${row(__("Xero"), "xero")}</tbody></table>`;
}

function ways_html(status) {
	const { crm_skipped = 0, xero_skipped = 0 } = status.counts || {};
	const link = (label, address) =>
		`<a class="btn btn-xs btn-default" href="${address}">${label}</a>`;
	const page = (label, ...route) => link(label, vtiger_xero.page_address(...route));
	if (is_preview(status)) {
		const there = status.status === "Completed";
		return there ? page(__("Show the Plan"), "xero-preview", status.name) : "";
	}
	const manages = vtiger_xero.may_manage();
	return [
		status.access_lost && manages && page(__("Connect Again"), "xero-settings"),
		page(__("Sync Log"), "xero-log"),
		crm_skipped + xero_skipped && page(__("Skipped by Cause"), "xero-skipped"),
		status.conflicts && page(vtiger_xero.conflicts_label(status), "xero-conflicts"),
		manages && link(__("Reconciliation"), vtiger_xero.reconciliation_address()),
	]
		.filter(Boolean)
		.join("");
}

vtiger_xero.run_outcome = { is_preview, title, counts_html, ways_html, needs_nobody };
