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
				"Possible Match",
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
	formatter: vtiger_xero.text_cell,
};
