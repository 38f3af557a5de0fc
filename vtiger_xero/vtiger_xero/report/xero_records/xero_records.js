frappe.query_reports["Xero Records"] = {
	filters: [
		{
			fieldname: "state",
			label: __("Xero"),
			fieldtype: "Select",
			// The first choice is every state.
			options: [
				"",
				"Not Linked",
				"In Sync",
				"Waiting",
				"Skipped",
				"Conflict",
				"Excluded",
				"Gone",
			],
		},
		{
			fieldname: "module",
			label: __("Module"),
			fieldtype: "Select",
			options: ["", "Organizations", "Products/Services", "Invoices", "Payments"],
		},
	],
	// Titles and reasons hold what somebody wrote in Xero: text, never HTML.
	formatter(value, row, column, data, default_formatter) {
		const plain = typeof value === "string" ? frappe.utils.escape_html(value) : value;
		return default_formatter(column.fieldtype === "Data" ? plain : value, row, column, data);
	},
};
