frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Xero Runs"] = {
	method: "vtiger_xero.cards.runs",
	filters: [],
};
