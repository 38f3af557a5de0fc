frappe.ui.form.on("Vtiger Payment", {
	setup(frm) {
		frm.set_query("xero_account", vtiger_xero.payment_accounts);
		frm.set_query("related_to", () => ({
			filters: { status: ["not in", ["Cancel", "Credit Invoice"]] },
		}));
	},
});
