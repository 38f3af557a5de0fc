frappe.listview_settings["Vtiger Invoice"] = {
	add_fields: ["status", "currency"],
	get_indicator(doc) {
		const colours = {
			Created: "gray",
			AutoCreated: "gray",
			Sent: "blue",
			Approved: "cyan",
			Initiated: "yellow",
			"In Progress": "yellow",
			"Partially Paid": "orange",
			Overdue: "red",
			Paid: "green",
			"Credit Invoice": "purple",
			Cancel: "darkgrey",
		};
		return [
			__(doc.status, null, "Vtiger Invoice"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};

vtiger_xero.add_list_menu("Vtiger Invoice");
