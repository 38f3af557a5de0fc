frappe.listview_settings["Vtiger Payment"] = {
	add_fields: ["payment_status"],
	get_indicator(doc) {
		const colours = {
			Pending: "orange",
			"In Progress": "yellow",
			Failure: "red",
			Received: "green",
			Paid: "blue",
			Refunded: "purple",
		};
		const status = doc.payment_status;
		return [__(status), colours[status] || "gray", `payment_status,=,${status}`];
	},
};

vtiger_xero.add_list_menu("Vtiger Payment");
