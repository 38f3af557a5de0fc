frappe.ui.form.on("Vtiger Product", {
	setup(frm) {
		const taxes = { active: 1, method: ["!=", "Deducted"] };
		frm.set_query("tax", "taxes", () => ({ filters: taxes }));
		const accounts = {
			status: "ACTIVE",
			type: ["!=", "BANK"],
			system_account: ["is", "not set"],
		};
		frm.set_query("xero_sales_account", () => ({ filters: accounts }));
		frm.set_query("xero_purchase_account", () => ({ filters: accounts }));
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
