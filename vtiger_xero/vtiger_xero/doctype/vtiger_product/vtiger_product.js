frappe.ui.form.on("Vtiger Product", {
	setup(frm) {
		const taxes = { active: 1, method: ["!=", "Deducted"] };
		frm.set_query("tax", "taxes", () => ({ filters: taxes }));
		frm.set_query("xero_sales_account", vtiger_xero.line_accounts);
		frm.set_query("xero_purchase_account", vtiger_xero.purchase_accounts);
	},
});

frappe.ui.form.on("Vtiger Product Tax", {
	async tax(frm, cdt, cdn) {
		const { tax } = locals[cdt][cdn];
		if (!tax) return;
		const { message } = await frappe.db.get_value("Vtiger Tax", tax, "rate");
		frappe.model.set_value(cdt, cdn, "rate", message.rate);
	},
});
