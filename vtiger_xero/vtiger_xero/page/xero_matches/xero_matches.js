frappe.pages["xero-matches"].on_page_show = (wrapper) =>
	vtiger_xero.show_page(wrapper, (parent) => new vtiger_xero.MatchesPage(parent));
