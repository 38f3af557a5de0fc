// The records behind one number of the log, as Vtiger's overlay shows them.
frappe.provide("vtiger_xero");

const MORE = 100;

const TITLES = {
	"Vtiger CRM": {
		Created: () => __("Records Created in Vtiger"),
		Updated: () => __("Records Updated in Vtiger"),
		Deleted: () => __("Records Deleted in Vtiger"),
		Skipped: () => __("Records Skipped in Vtiger"),
	},
	Xero: {
		Created: () => __("Records Created in Xero"),
		Updated: () => __("Records Updated in Xero"),
		Deleted: () => __("Records Deleted in Xero"),
		Skipped: () => __("Records Skipped in Xero"),
	},
};

vtiger_xero.open_log_records = function ({ run, module, side, operation }) {
	const which = { run, module, side, operation };
	const dialog = new frappe.ui.Dialog({
		title: TITLES[side][operation](),
		size: "extra-large",
		fields: [{ fieldname: "records", fieldtype: "HTML" }],
		primary_action_label: __("Download As CSV"),
		primary_action: () => download(which),
	});
	const $records = dialog.fields_dict.records.$wrapper;
	let held = [];
	const more = async () => {
		const asked = { ...which, start: held.length, page_length: MORE };
		const { rows, total } = await vtiger_xero.call("sync_entries", asked);
		held = held.concat(rows);
		$records.html(table(held, total, operation));
	};
	$records.on("click", ".xero-more", more);
	const opener = document.activeElement; // the number: focus returns to it when the window closes
	dialog.$wrapper.one("hidden.bs.modal", () => opener?.focus());
	dialog.show();
	return more();
};

function download(which) {
	const query = new URLSearchParams(which).toString();
	window.open(`/api/method/vtiger_xero.api.download_entries?${query}`);
}

function table(rows, total, operation) {
	const detail = { Skipped: __("Reason"), Updated: __("Changes") }[operation];
	const rest = `<button type="button" class="btn btn-default btn-sm xero-more">
		${__("Show more ({0} of {1})", [rows.length, total])}</button>`;
	return `<div class="xero-scroll"><table class="table xero-table xero-records"><thead><tr>
			<th scope="col">${__("Source Module")}</th><th scope="col">${__("Record Name")}</th>
			${detail ? `<th scope="col">${detail}</th>` : ""}</tr></thead>
		<tbody>${rows.map((row) => record_html(row, operation)).join("")}</tbody></table></div>
		${rows.length < total ? rest : ""}`;
}

function record_html(row, operation) {
	const name = row.exists && row.crm_name;
	const details = {
		Skipped: () => vtiger_xero.reason_html(row),
		Updated: () => vtiger_xero.changes_html(row.changes),
	}[operation];
	return `<tr><td class="xero-module">${vtiger_xero.text(__(row.module))}</td>
		<td>${vtiger_xero.record_link(row.crm_doctype, name, row.record_name)}
			${vtiger_xero.xero_link(row.xero_address, row.record_name)}</td>
		${details ? `<td>${details()}</td>` : ""}</tr>`;
}
