frappe.query_reports["Xero Reconciliation"] = {
	filters: [
		{
			fieldname: "module",
			label: __("Module"),
			fieldtype: "Select",
			// The first choice is every module that syncs.
			options: ["", "Organizations", "Products/Services", "Invoices", "Payments"],
		},
		{
			fieldname: "only_differences",
			label: __("Only Differences"),
			fieldtype: "Check",
			default: 1,
		},
	],
	formatter: vtiger_xero.text_cell,
};
