frappe.query_reports["Receivables by Customer"] = {
	filters: [
		{
			fieldname: "organization",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Vtiger Organization",
		},
		{
			fieldname: "currency",
			label: __("Currency"),
			fieldtype: "Link",
			options: "Currency",
		},
	],
	// A customer leads to their invoices, which this report lists then.
	formatter(value, row, column, data, as_frappe_does) {
		const shown = vtiger_xero.text_cell(value, row, column, data, as_frappe_does);
		if (column.fieldname === "organization" && value)
			return `<a href="/app/vtiger-organization/${encodeURIComponent(value)}">${shown}</a>`;
		if (column.fieldname !== "customer" || !data?.is_customer) return shown;
		const of = vtiger_xero.text(data.organization);
		return `<a href="#" data-customer="${of}">${shown}</a>`;
	},
	onload(report) {
		$(report.page.wrapper).on("click", "[data-customer]", async function (event) {
			event.preventDefault();
			await report.get_filter("organization").set_value(this.dataset.customer);
			report.refresh();
		});
		report.page.add_inner_button(__("Statement"), () => {
			const organization = report.get_filter_value("organization");
			if (!organization) return frappe.show_alert(__("Choose a customer first."));
			vtiger_xero.open_statement(organization);
		});
	},
};
