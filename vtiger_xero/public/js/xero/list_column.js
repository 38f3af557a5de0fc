// The columns of a list, and the one that says how each record stands; a click there filters by it.
frappe.provide("vtiger_xero");

const FIELD = "xero_state";

vtiger_xero.list_pill = function (state) {
	return `<span class="indicator-pill ${vtiger_xero.state_colour(
		state
	)} filterable no-indicator-dot ellipsis"
		data-filter="${FIELD},=,${vtiger_xero.text(state)}">
		<span class="ellipsis">${vtiger_xero.text(__(state))}</span></span>`;
};

// Frappe shows four columns on a laptop, whatever they need: no amount among them. Here a column has
// at least so many pixels; a phone hides all but a few. Columns that a user has chosen in the list's
// own settings stay.
const COLUMN = 160;
const LEAST = 6;

vtiger_xero.show_columns = function (listview) {
	if (listview.view_name !== "List") return; // a report has columns of another kind
	const as_frappe_does = listview.setup_columns;
	listview.setup_columns = function () {
		const settings = this.list_view_settings || {};
		if (settings.fields || settings.total_fields) return as_frappe_does.call(this);
		const total_fields = Math.max(LEAST, Math.floor(window.innerWidth / COLUMN));
		this.list_view_settings = { ...settings, total_fields };
		as_frappe_does.call(this);
		this.list_view_settings = settings;
		this.columns = with_state(this);
	};
	listview.setup_columns();
	listview.render_header(true);
};

// Beside the status: at the end the column that the app is for would be cut off.
function with_state({ doctype, columns }) {
	const df = frappe.meta.get_docfield(doctype, FIELD);
	if (!df || !vtiger_xero.may_use() || !frappe.perm.has_perm(doctype, df.permlevel, "read"))
		return columns;
	const others = columns.filter((column) => column.df?.fieldname !== FIELD);
	const status = others.findIndex(({ type }) => type === "Status");
	others.splice(Math.max(status, 0) + 1, 0, { type: "Field", df });
	return others;
}

// Frappe offers a field as a filter to everybody, also to those who may not read it.
vtiger_xero.hide_state_filters = function ({ page }) {
	for (const field of [FIELD, "do_not_sync"]) page.fields_dict[field]?.$wrapper.hide();
};
