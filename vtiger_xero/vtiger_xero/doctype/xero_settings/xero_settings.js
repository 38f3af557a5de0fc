frappe.ui.form.on("Xero Settings", {
	setup(frm) {
		const lines = {
			status: "ACTIVE",
			type: ["!=", "BANK"],
			system_account: ["is", "not set"],
		};
		for (const field of ["sales_account", "charges_account", "adjustment_account"]) {
			frm.set_query(field, () => ({ filters: lines }));
		}
		const folder = "vtiger_xero.vtiger_xero.doctype.vtiger_payment.vtiger_payment";
		frm.set_query("payment_account", () => ({ query: `${folder}.payment_accounts` }));
	},

	async refresh(frm) {
		// One row for each module, no more and no fewer.
		frm.set_df_property("modules", "cannot_add_rows", 1);
		frm.set_df_property("modules", "cannot_delete_rows", 1);
		await vtiger_xero.with_pages();
		vtiger_xero.settings.show_connection(frm);
		if (!frm.doc.tenant_id) return;
		vtiger_xero.settings.show_budget(frm);
		await vtiger_xero.settings.show_runs(frm);
		frm.toggle_display("findings_section", vtiger_xero.may_manage());
		if (vtiger_xero.may_manage()) await vtiger_xero.settings.show_findings(frm);
	},
});
