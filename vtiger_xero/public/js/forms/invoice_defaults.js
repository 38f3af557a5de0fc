// What a new invoice takes over from its customer, before the eyes of the person, who may change
// all of it. The server does the same to an invoice that no form has made, but for the due date.
const ORGANIZATION = "Vtiger Organization";
const ADDRESSES = {
	billing: ["address", "po_box", "city", "state", "postal_code", "country"],
	shipping: ["address", "po_box", "city", "state", "code", "country"],
};
const BLOCKS = Object.entries(ADDRESSES).map(([block, parts]) =>
	parts.map((part) => `${block}_${part}`)
);
const offered = new WeakMap(); // by document: what the form has filled in

frappe.ui.form.on("Vtiger Invoice", {
	async organization_name(frm) {
		const name = frm.doc.organization_name;
		if (!name || !frm.is_new()) return;
		const [{ message }, days] = await Promise.all([
			frappe.db.get_value(ORGANIZATION, name, ["currency", ...BLOCKS.flat()]),
			usual_days(name),
		]);
		if (frm.doc.organization_name !== name) return; // another one by now
		offer_currency(frm, message?.currency || vtiger_xero.base_currency());
		BLOCKS.forEach((fields) => offer_address(frm, fields, message || {}));
		of(frm.doc).days = days;
		offer_due_date(frm);
	},

	// The server cannot tell a base currency that was chosen from one that Frappe filled in.
	currency({ doc }) {
		const { currency } = doc;
		const { currency: ours = vtiger_xero.base_currency() } = of(doc);
		doc.__currency_chosen = currency && currency !== ours ? 1 : 0;
	},

	invoice_date(frm) {
		if (frm.is_new()) offer_due_date(frm);
	},
});

vtiger_xero.base_currency = () => frappe.boot.sysdefaults.currency;

function of(doc) {
	if (!offered.has(doc)) offered.set(doc, {});
	return offered.get(doc);
}

// A customer in dollars gets an invoice in dollars, unless somebody has chosen a currency.
function offer_currency(frm, currency) {
	if (!currency || frm.doc.__currency_chosen || currency === frm.doc.currency) return;
	of(frm.doc).currency = currency;
	frm.set_value({ currency, conversion_rate: 1 });
}

function offer_address(frm, fields, organization) {
	const before = of(frm.doc);
	if (fields.some((field) => frm.doc[field] && frm.doc[field] !== before[field])) return;
	const values = Object.fromEntries(fields.map((field) => [field, organization[field] || ""]));
	Object.assign(before, values);
	frm.set_value(values);
}

function offer_due_date(frm) {
	const { invoice_date, due_date } = frm.doc;
	const ours = of(frm.doc);
	if (ours.days === undefined || !invoice_date) return;
	if (due_date && due_date !== ours.due_date) return;
	ours.due_date = frappe.datetime.add_days(invoice_date, ours.days);
	frm.set_value("due_date", ours.due_date);
}

// No ledger here knows a customer's terms: as many days as on the last invoice to them, and for a new
// customer as on the last one at all. Of the very first nobody can say.
async function usual_days(organization) {
	const dated = { invoice_date: ["is", "set"], due_date: ["is", "set"] };
	for (const whose of [{ organization_name: organization }, {}]) {
		const [last] = await frappe.db.get_list("Vtiger Invoice", {
			fields: ["invoice_date", "due_date"],
			filters: { ...whose, ...dated },
			order_by: "modified desc",
			limit: 1,
		});
		if (last) {
			const days = frappe.datetime.get_day_diff(last.due_date, last.invoice_date);
			return Math.max(days, 0);
		}
	}
}
