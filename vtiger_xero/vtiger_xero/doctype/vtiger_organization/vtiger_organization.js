frappe.ui.form.on("Vtiger Organization", {
	refresh(frm) {
		if (vtiger_xero.is_form(frm) && !frm.is_new()) {
			frappe.contacts.render_address_and_contact(frm);
		}
	},
});
