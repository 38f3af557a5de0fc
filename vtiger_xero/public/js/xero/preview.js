// What a run would do, shown before it does it.
frappe.provide("vtiger_xero");

vtiger_xero.preview = function () {
	return vtiger_xero.call("preview").then((run) => {
		vtiger_xero.watch(run);
	});
};

vtiger_xero.show_preview = function (run, status) {
	vtiger_xero.call("preview_result", { run }).then((plans) => {
		const dialog = new frappe.ui.Dialog({
			title: __("What Sync Now would do"),
			size: "extra-large",
			fields: [{ fieldname: "plan", fieldtype: "HTML" }],
			primary_action_label: __("Sync Now"),
			primary_action() {
				dialog.hide();
				vtiger_xero.sync_now();
			},
		});
		dialog.fields_dict.plan.$wrapper.html(
			`<p>${vtiger_xero.text(status.message)}</p>` + (plans || []).map(plan_html).join("")
		);
		dialog.show();
	});
};

function plan_html(plan) {
	const counts = Object.entries(plan.counts || {})
		.filter(([, number]) => number)
		.map(([key, number]) => `${count_label(key)}: ${vtiger_xero.text(number)}`)
		.join(" · ");
	const rest = plan.left_out
		? `<p class="text-muted">${__("{0} more records are not shown.", [plan.left_out])}</p>`
		: "";
	const rows = plan.records.map(record_html).join("");
	const nothing = `<tr><td colspan="4" class="text-muted">${__("Nothing to do.")}</td></tr>`;
	return `<h5>${vtiger_xero.text(__(plan.module))}</h5><p>${counts}</p>
		<div class="table-responsive"><table class="table table-bordered"><thead><tr>
			<th>${__("Record Name")}</th><th>${__("Where")}</th><th>${__("What")}</th>
			<th>${__("Changes or Reason")}</th>
		</tr></thead><tbody>${rows || nothing}</tbody></table></div>${rest}`;
}

// "crm_created" is "Vtiger CRM Created", as in the head of the log.
function count_label(key) {
	const [side, operation] = key.split("_");
	const where = side === "crm" ? __("Vtiger CRM") : __("Xero");
	return `${where} ${__(frappe.unscrub(operation))}`;
}

function record_html(record) {
	const changes = (record.changes || []).map(
		({ field, old, new: value }) =>
			`${vtiger_xero.text(frappe.unscrub(field))}: <s>${vtiger_xero.text(old)}</s>
			→ ${vtiger_xero.text(value)}`
	);
	const reason = [record.reason, record.remedy].filter(Boolean).map(vtiger_xero.text);
	return `<tr><td>${vtiger_xero.text(record.record_name)}</td>
		<td>${vtiger_xero.text(__(record.side))}</td><td>${vtiger_xero.text(__(record.operation))}</td>
		<td>${[...changes, ...reason].join("<br>")}</td></tr>`;
}
