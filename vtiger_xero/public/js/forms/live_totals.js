// Every figure of an invoice follows while one types. It is computed by the server, as in a save:
// there is one arithmetic. Nothing is saved.
const INVOICE = "Vtiger Invoice";
const TABLES = { items: "Vtiger Invoice Item", taxes: "Vtiger Invoice Tax" };
let turn = 0; // of what was typed

vtiger_xero.follow_totals = function (frm) {
	turn += 1;
	ask_soon(frm);
};

frappe.model.on(INVOICE, "*", (field, value, doc) => follow(doc.name));
Object.values(TABLES).forEach((doctype) =>
	frappe.model.on(doctype, "*", (field, value, row) => follow(row.parent))
);

frappe.ui.form.on(INVOICE, "refresh", (frm) => say(frm, ""));
frappe.ui.form.on(TABLES.items, "items_remove", (frm) => vtiger_xero.follow_totals(frm));
frappe.ui.form.on(TABLES.taxes, "taxes_remove", (frm) => vtiger_xero.follow_totals(frm));

function follow(name) {
	const frm = window.cur_frm;
	if (frm?.doctype === INVOICE && frm.docname === name) vtiger_xero.follow_totals(frm);
}

const ask_soon = frappe.utils.debounce(async function (frm) {
	const asked = turn;
	const found = await vtiger_xero
		.ask_quietly("invoice_figures", { invoice: JSON.stringify(frm.doc) })
		.catch(() => undefined); // no figures for now: the save says what is the matter
	if (found && asked === turn && window.cur_frm === frm) show(frm, found);
}, 300);

function show(frm, { problem = "", invoice = {}, ...tables }) {
	say(frm, problem);
	Object.assign(frm.doc, invoice);
	frm.refresh_fields(Object.keys(invoice));
	for (const [table, rows] of Object.entries(tables)) {
		const { grid } = frm.fields_dict[table];
		for (const [name, figures] of Object.entries(rows)) {
			Object.assign(locals[TABLES[table]][name], figures);
			const shown = grid.grid_rows_by_docname[name];
			Object.keys(figures).forEach((field) => shown?.refresh_field(field));
		}
	}
	vtiger_xero.show_line_taxes(frm);
}

// Where the totals stand, and not in a window: what is half typed is wrong for a moment.
function say(frm, problem) {
	frm.get_field("grand_total").set_description(
		problem ? `<span class="text-danger" role="alert">${problem}</span>` : ""
	);
}
