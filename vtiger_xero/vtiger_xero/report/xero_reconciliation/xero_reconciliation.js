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
	// Titles and reasons hold what somebody wrote in Xero: text, never HTML.
	formatter(value, row, column, data, default_formatter) {
		const plain = typeof value === "string" ? frappe.utils.escape_html(value) : value;
		return default_formatter(column.fieldtype === "Data" ? plain : value, row, column, data);
	},
};
