// The column "Xero" of a list: how each record stands, in a colour; a click filters by it.
frappe.provide("vtiger_xero");

const FIELD = "xero_state";

vtiger_xero.list_pill = function (state) {
	return `<span class="indicator-pill ${vtiger_xero.state_colour(
		state
	)} filterable no-indicator-dot ellipsis"
		data-filter="${FIELD},=,${vtiger_xero.text(state)}">
		<span class="ellipsis">${vtiger_xero.text(__(state))}</span></span>`;
};

// Frappe cuts the columns off where a screen ends, and this one is what the app is for. Whoever
// has chosen columns in the list's own settings has the last word.
vtiger_xero.show_state_column = function (listview) {
	if (listview.view_name !== "List") return; // a report has columns of another kind
	const df = frappe.meta.get_docfield(listview.doctype, FIELD);
	const chosen = listview.list_view_settings && listview.list_view_settings.fields;
	if (!df || chosen || !frappe.perm.has_perm(listview.doctype, df.permlevel, "read")) return;
	const others = listview.columns.filter((column) => column.df?.fieldname !== FIELD);
	const status = others.findIndex(({ type }) => type === "Status");
	others.splice(Math.max(status, 0) + 1, 0, { type: "Field", df });
	listview.columns = others;
	listview.render_header(true);
};

// Frappe offers a field as a filter to everybody, also to those who may not read it.
vtiger_xero.hide_state_filters = function ({ page }) {
	for (const field of [FIELD, "do_not_sync"]) page.fields_dict[field]?.$wrapper.hide();
};
