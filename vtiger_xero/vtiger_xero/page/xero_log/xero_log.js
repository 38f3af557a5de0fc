frappe.pages["xero-log"].on_page_show = (wrapper) =>
	vtiger_xero.show_page(wrapper, (parent) => new vtiger_xero.LogPage(parent));
