vtiger_xero.add_list_menu("Vtiger Organization");
