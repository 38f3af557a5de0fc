frappe.listview_settings["Vtiger Organization"] = { refresh: vtiger_xero.show_owing };

vtiger_xero.add_list_menu("Vtiger Organization");
