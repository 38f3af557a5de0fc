// Calls to the server's endpoints. Each checks the user's role itself; nothing here decides anything.
frappe.provide("vtiger_xero");

const ROLES = ["Xero User", "Xero Manager", "System Manager"];

// Checked before an endpoint is called without a click: a user without a role sees and asks nothing.
vtiger_xero.may_use = () => ROLES.some((role) => frappe.user.has_role(role));

vtiger_xero.may_manage = () => ROLES.slice(1).some((role) => frappe.user.has_role(role));

// Frappe 16 calls a form's handlers for its small window of a new record, too, which is no form.
vtiger_xero.is_form = (frm) => Boolean(frm.get_docinfo);

vtiger_xero.call = function (method, args = {}, how = {}) {
	return frappe
		.call({ method: `vtiger_xero.api.${method}`, args, ...how })
		.then((response) => response.message);
};

// The same for what is asked again and again: a lost connection must not open a message each time.
vtiger_xero.ask_quietly = async function (method, args = {}) {
	const answer = await fetch(`/api/method/vtiger_xero.api.${method}`, {
		method: "POST",
		headers: {
			Accept: "application/json",
			"Content-Type": "application/json",
			"X-Frappe-CSRF-Token": frappe.csrf_token,
		},
		body: JSON.stringify(args),
	});
	if (!answer.ok) throw new Error(String(answer.status));
	return (await answer.json()).message;
};

vtiger_xero.text = (value) => frappe.utils.escape_html(String(value ?? ""));

// The formatter of our reports: Frappe shows a Data column as HTML, and what stands there is what
// somebody wrote in Xero.
vtiger_xero.text_cell = function (value, row, column, data, as_frappe_does) {
	const is_text = column.fieldtype === "Data" && typeof value === "string";
	return as_frappe_does(is_text ? vtiger_xero.text(value) : value, row, column, data);
};

// What only the app's own pages need comes when one of them is opened.
vtiger_xero.with_pages = () => frappe.require("vtiger_xero_pages.bundle.js");

vtiger_xero.show_page = function (wrapper, make) {
	wrapper.xero = wrapper.xero || vtiger_xero.with_pages().then(() => make(wrapper));
	return wrapper.xero.then((page) => page.refresh());
};
