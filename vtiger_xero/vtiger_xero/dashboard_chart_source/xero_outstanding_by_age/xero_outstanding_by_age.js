frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Xero Outstanding by Age"] = {
	method: "vtiger_xero.cards.owed",
	filters: [],
};
