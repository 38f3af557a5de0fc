frappe.pages["xero-preview"].on_page_show = (wrapper) =>
	vtiger_xero.show_page(wrapper, (parent) => new vtiger_xero.PreviewPage(parent));
