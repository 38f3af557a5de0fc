frappe.pages["xero-skipped"].on_page_show = (wrapper) =>
	vtiger_xero.show_page(wrapper, (parent) => new vtiger_xero.SkippedPage(parent));
