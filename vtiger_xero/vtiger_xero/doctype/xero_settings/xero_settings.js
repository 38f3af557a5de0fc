frappe.ui.form.on("Xero Settings", {
	setup(frm) {
		for (const field of ["sales_account", "charges_account", "adjustment_account"]) {
			frm.set_query(field, vtiger_xero.line_accounts);
		}
		frm.set_query("payment_account", vtiger_xero.payment_accounts);
		listen_to_refusals(frm);
	},

	async refresh(frm) {
		// One row for each module, no more and no fewer.
		frm.set_df_property("modules", "cannot_add_rows", 1);
		frm.set_df_property("modules", "cannot_delete_rows", 1);
		await vtiger_xero.with_pages();
		vtiger_xero.settings.check_time(frm.fields_dict.daily_at);
		vtiger_xero.settings.show_connection(frm);
		if (!frm.doc.tenant_id) return;
		vtiger_xero.settings.show_budget(frm);
		await vtiger_xero.settings.show_runs(frm);
		frm.toggle_display("findings_section", vtiger_xero.may_manage());
		if (vtiger_xero.may_manage()) await vtiger_xero.settings.show_findings(frm);
	},
});

// Frappe calls back after a save, refused or not, but has no event for it.
function listen_to_refusals(frm) {
	const save = frm.save.bind(frm);
	frm.save = (action, callback, ...rest) =>
		save(
			action,
			(answer) => {
				vtiger_xero.settings.show_refusals(frm, answer || {});
				callback && callback(answer);
			},
			...rest
		);
}
