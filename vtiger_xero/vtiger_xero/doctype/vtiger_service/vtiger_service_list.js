frappe.listview_settings["Vtiger Service"] = {
	add_fields: ["active"],
	get_indicator: (doc) =>
		doc.active
			? [__("Active"), "green", "active,=,1"]
			: [__("Inactive"), "gray", "active,=,0"],
};

vtiger_xero.add_list_menu("Vtiger Service");
