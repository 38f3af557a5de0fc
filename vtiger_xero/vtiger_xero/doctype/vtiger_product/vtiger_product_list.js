frappe.listview_settings["Vtiger Product"] = {
	add_fields: ["product_active"],
	get_indicator: (doc) =>
		doc.product_active
			? [__("Active"), "green", "product_active,=,1"]
			: [__("Inactive"), "gray", "product_active,=,0"],
};

vtiger_xero.add_list_menu("Vtiger Product");
