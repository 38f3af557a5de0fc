frappe.ui.form.on("Vtiger Tax", {
	setup(frm) {
		frm.set_query("compounds_on", () => ({
			filters: { method: "Simple", active: 1, name: ["!=", frm.doc.name || ""] },
		}));
	},
});
