// Ways from one screen of the app to another, and to a record on either side.
frappe.provide("vtiger_xero");

const SETTINGS = "Xero Settings";
const RECONCILIATION = ["query-report", "Xero Reconciliation"];

// The Desk's own prefix is another one from version to version.
vtiger_xero.page_address = (...route) =>
	frappe.router.make_url(route.map((part) => encodeURIComponent(part)));

vtiger_xero.open_log = () => frappe.set_route("xero-log");

vtiger_xero.open_skipped = () => frappe.set_route("xero-skipped");

vtiger_xero.open_conflicts = () => frappe.set_route("xero-conflicts");

vtiger_xero.conflicts_label = ({ conflicts }) =>
	conflicts ? __("Conflicts ({0})", [format_number(conflicts, null, 0)]) : __("Conflicts");

vtiger_xero.open_matches = () => frappe.set_route("xero-matches");

vtiger_xero.matches_label = ({ matches }) =>
	matches
		? __("Possible Matches ({0})", [format_number(matches, null, 0)])
		: __("Possible Matches");

vtiger_xero.open_preview = (run) => frappe.set_route("xero-preview", run);

// Managers may open it, and nobody else. Frappe itself encodes a name with a blank in it.
vtiger_xero.reconciliation_address = () => frappe.router.make_url(RECONCILIATION);

vtiger_xero.open_reconciliation = () => frappe.set_route(...RECONCILIATION);

vtiger_xero.open_settings = () => frappe.set_route("Form", SETTINGS);

// Something that needs the form of Xero Settings, from wherever one is.
vtiger_xero.in_settings = function (act) {
	const [view, doctype] = frappe.get_route();
	if (view === "Form" && doctype === SETTINGS && cur_frm?.doctype === SETTINGS)
		return act(cur_frm);
	frappe.route_hooks.after_load = (frm) => vtiger_xero.with_pages().then(() => act(frm));
	return vtiger_xero.open_settings();
};

// With the tab of a field open, and the field in view. Not by an address that ends in #field: the
// form scrolls there before all is on the page, and Frappe 16 loses it on the way to a Single.
vtiger_xero.open_settings_at = (field) =>
	vtiger_xero.in_settings((frm) => frm.scroll_to_field(field));

// To the field of Xero Settings that a remedy is about, for those who may change it.
vtiger_xero.settings_link = function (field) {
	if (!field || !vtiger_xero.may_manage()) return "";
	return `<button type="button" class="btn-reset xero-to-settings"
		data-field="${vtiger_xero.text(field)}">${__("Open Xero Settings")}</button>`;
};

$(document).on("click", ".xero-to-settings", ({ currentTarget: { dataset } }) =>
	vtiger_xero.open_settings_at(dataset.field)
);

vtiger_xero.choose_accounts = () =>
	vtiger_xero.in_settings((frm) => vtiger_xero.settings.offer_accounts(frm));

// A record's title, as a link where it leads somewhere; it never stands between quotes unescaped.
vtiger_xero.record_link = function (doctype, name, title) {
	const shown = vtiger_xero.text(title || name);
	if (!doctype || !name) return `<bdi>${shown}</bdi>`;
	const address = vtiger_xero.text(frappe.utils.get_form_link(doctype, name));
	return `<a href="${address}"><bdi>${shown}</bdi></a>`;
};

vtiger_xero.xero_link = function (address, title) {
	if (!/^https?:\/\//.test(address || "")) return "";
	const label = __("Open {0} in Xero", [title || ""]);
	return `<a class="xero-outside" href="${vtiger_xero.text(address)}" target="_blank"
		rel="noopener noreferrer" aria-label="${vtiger_xero.text(label)}">
		${__("in Xero")} ${frappe.utils.icon("external-link", "xs")}</a>`;
};
