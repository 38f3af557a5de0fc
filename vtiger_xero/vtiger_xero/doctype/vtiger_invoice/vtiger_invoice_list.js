// What is owed once its day has come (engine/ageing.py): a test compares the two lists.
const OWED = ["Overdue", "Partially Paid", "Approved", "Initiated", "In Progress"];

frappe.listview_settings["Vtiger Invoice"] = {
	add_fields: ["status", "currency", "balance", "due_date"],
	get_indicator(doc) {
		const { status, balance, due_date } = doc;
		const is_late = due_date && due_date < frappe.datetime.get_today();
		if (OWED.includes(status) && balance > 0 && is_late) {
			const filter = `due_date,<,Today|balance,>,0|status,in,${OWED.join(",")}`;
			return [__("Overdue", null, "Vtiger Invoice"), "red", filter];
		}
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
			__(status, null, "Vtiger Invoice"),
			colours[status] || "gray",
			`status,=,${status}`,
		];
	},
};

vtiger_xero.add_list_menu("Vtiger Invoice");
