frappe.ui.form.on("Vtiger Payment", {
	setup(frm) {
		const folder = "vtiger_xero.vtiger_xero.doctype.vtiger_payment.vtiger_payment";
		frm.set_query("xero_account", () => ({ query: `${folder}.payment_accounts` }));
		frm.set_query("related_to", () => ({
			filters: { status: ["not in", ["Cancel", "Credit Invoice"]] },
		}));
	},
});
