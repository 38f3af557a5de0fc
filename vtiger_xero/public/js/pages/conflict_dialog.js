// The same choice from a record's own form.
frappe.provide("vtiger_xero");

vtiger_xero.resolve_conflict = function (row, when_done) {
	const dialog = new frappe.ui.Dialog({
		title: __("Conflict with Xero: {0}", [vtiger_xero.text(row.title || row.name)]),
		size: "extra-large",
		fields: [{ fieldname: "table", fieldtype: "HTML" }],
		primary_action_label: __("Save and Sync"),
		primary_action: () => save(true),
		secondary_action_label: __("Save"),
		secondary_action: () => save(false),
	});
	if (!row.may_decide) dialog.standard_actions.addClass("hide"); // to look at
	const table = new vtiger_xero.ConflictTable(dialog.fields_dict.table.$wrapper, row);
	table.on_change = () => dialog.get_primary_btn().prop("disabled", !table.complete);
	table.on_change();
	async function save(sync) {
		if (!(await table.save(sync))) return;
		dialog.hide();
		when_done();
	}
	dialog.show();
};
