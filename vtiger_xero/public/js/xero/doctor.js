// The button "Check" on Xero Settings: what will fail, before any record does.
frappe.provide("vtiger_xero");

const INDICATORS = { Error: "red", Warning: "orange", Fine: "green" };

vtiger_xero.check = function () {
	return frappe
		.call({
			method: "vtiger_xero.api.check",
			freeze: true,
			freeze_message: __("Checking with Xero …"),
		})
		.then(({ message }) => show(message));
};

function show(findings) {
	const dialog = new frappe.ui.Dialog({
		title: __("Check"),
		size: "large",
		fields: [{ fieldname: "findings", fieldtype: "HTML" }],
	});
	dialog.fields_dict.findings.$wrapper.html(findings.map(as_html).join(""));
	dialog.show();
}

function as_html(finding) {
	const text = vtiger_xero.text;
	const remedy = finding.remedy ? `<div class="text-muted">${text(finding.remedy)}</div>` : "";
	return `<div class="mb-3">
		<span class="indicator-pill ${INDICATORS[finding.severity] || "gray"}">
			${text(__(finding.severity))}</span>
		<b class="ml-2">${text(finding.subject)}</b>
		<div>${text(finding.problem)} ${records(finding)}</div>${remedy}
	</div>`;
}

function records({ doctype, records }) {
	if (!doctype) return "";
	const links = records.map((name) =>
		frappe.utils.get_form_link(doctype, name, true, vtiger_xero.text(name))
	);
	return `<div class="small">${links.join(", ")}</div>`;
}

frappe.ui.form.on("Xero Settings", {
	refresh(frm) {
		if (frm.doc.tenant_id && frm.perm[0].write) {
			frm.add_custom_button(__("Check"), () => vtiger_xero.check());
		}
	},
});
