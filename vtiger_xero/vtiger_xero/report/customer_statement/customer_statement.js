frappe.query_reports["Customer Statement"] = {
	filters: [
		{
			fieldname: "organization",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Vtiger Organization",
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "currency",
			label: __("Currency"),
			fieldtype: "Link",
			options: "Currency",
		},
	],
	formatter(value, row, column, data, as_frappe_does) {
		const shown = vtiger_xero.text_cell(value, row, column, data, as_frappe_does);
		return data?.is_sum ? `<strong>${shown}</strong>` : shown;
	},
	onload(report) {
		const chosen = () => {
			const values = report.get_filter_values();
			if (values.organization) return values;
			frappe.show_alert(__("Choose a customer."));
		};
		report.page.add_inner_button(__("Print Statement"), () =>
			vtiger_xero.print_statement(chosen())
		);
		report.page.add_inner_button(__("Send by E-mail"), () =>
			vtiger_xero.mail_statement(chosen())
		);
	},
};
