frappe.ui.form.on("Vtiger Tax", {
	setup(frm) {
		frm.set_query("compounds_on", () => ({
			filters: { method: "Simple", active: 1, name: ["!=", frm.doc.name || ""] },
		}));
		frm.set_query("xero_tax_rate", () => ({
			filters: { status: "ACTIVE", can_apply_to_revenue: 1 },
		}));
	},
});
