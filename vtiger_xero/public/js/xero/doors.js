// The server's doors. Every one checks the person's role itself; nothing here decides anything.
frappe.provide("vtiger_xero");

vtiger_xero.call = function (method, args = {}) {
	return frappe
		.call({ method: `vtiger_xero.api.${method}`, args })
		.then((response) => response.message);
};

vtiger_xero.text = (value) => frappe.utils.escape_html(String(value ?? ""));

vtiger_xero.open_log = () => frappe.set_route("xero-log");

vtiger_xero.open_settings = () => frappe.set_route("Form", "Xero Settings");
