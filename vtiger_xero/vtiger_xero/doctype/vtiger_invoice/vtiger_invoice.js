frappe.ui.form.on("Vtiger Invoice", {
	setup(frm) {
		frm.set_query("item_name", "items", (doc, cdt, cdn) => ({
			filters: { [active_field(locals[cdt][cdn])]: 1 },
		}));
		frm.set_query("xero_sales_account", "items", vtiger_xero.line_accounts);
		frm.set_query("tax", "taxes", (doc, cdt, cdn) => ({
			filters: allowed_taxes(doc, cdt, cdn),
		}));
	},

	// What was offered and taken out stays out: the server adds no taxes to such a line.
	before_save(frm) {
		if (frm.doc.tax_mode !== "Individual") return;
		const taxed = tax_rows(frm).filter((row) => row.applies_to === "Item");
		frm.doc.items
			.filter((line) => line.__offered)
			.forEach((line) => {
				line.no_taxes = taxed.some((row) => row.line === line.line_no) ? 0 : 1;
			});
	},

	refresh(frm) {
		name_item_types(frm);
		const { status, balance } = frm.doc;
		if (frm.is_new() || balance <= 0 || ["Cancel", "Credit Invoice"].includes(status)) return;
		if (!frappe.model.can_create("Vtiger Payment")) return;
		frm.add_custom_button(__("Record Payment"), () => vtiger_xero.record_payment(frm));
	},
});

frappe.ui.form.on("Vtiger Invoice Item", {
	// A line that was copied gets a number of its own, and the same taxes.
	items_add(frm, cdt, cdn) {
		const line = locals[cdt][cdn];
		const copied = line.line_no;
		line.line_no = 0;
		number_lines(frm);
		if (!copied) return;
		tax_rows(frm)
			.filter((row) => row.applies_to === "Item" && row.line === copied)
			.forEach(({ tax, rate }) => add_tax(frm, line, tax, rate));
	},

	items_remove(frm) {
		const numbers = frm.doc.items.map((row) => row.line_no);
		keep_taxes(frm, (row) => row.applies_to !== "Item" || numbers.includes(row.line));
	},

	item_type(frm, cdt, cdn) {
		frappe.model.set_value(cdt, cdn, "item_name", "");
	},

	async item_name(frm, cdt, cdn) {
		const line = locals[cdt][cdn];
		// Frappe calls this once more when the field is left: what was offered is not offered again.
		if (line.__offered === line.item_name) return;
		line.__offered = line.item_name;
		if (!line.item_name) return;
		const item = await frappe.db.get_doc(line.item_type, line.item_name);
		const price = item.unit_price || item.price || 0;
		const rate = rate_of(frm.doc);
		// Whoever picks an account brings its title along; one that is set would be shown by its id.
		await frappe.utils.fetch_link_title("Xero Account", item.xero_sales_account);
		await frappe.model.set_value(cdt, cdn, {
			selling_price: rate ? price * rate : null,
			purchase_cost: rate ? item.purchase_cost * rate : null,
			xero_sales_account: item.xero_sales_account,
			item_comment: line.item_comment || item.description,
		});
		line.__filled = rate || !price ? 1 : 0;
		if (!line.__filled) ask_for_price(frm, item);
		offer_taxes(frm, line, item);
	},

	edit_taxes(frm, cdt, cdn) {
		const line = locals[cdt][cdn];
		number_lines(frm);
		vtiger_xero.edit_line_taxes(frm, line, (taxes) => {
			keep_taxes(frm, (row) => !is_of(row, line));
			taxes.forEach(({ tax, rate }) => add_tax(frm, line, tax, rate));
		});
	},

	async no_taxes(frm, cdt, cdn) {
		const line = locals[cdt][cdn];
		if (frm.doc.tax_mode !== "Individual" || !line.item_name) return;
		if (line.no_taxes) return keep_taxes(frm, (row) => !is_of(row, line));
		offer_taxes(frm, line, await frappe.db.get_doc(line.item_type, line.item_name));
	},
});

frappe.ui.form.on("Vtiger Invoice Tax", {
	async tax(frm, cdt, cdn) {
		const { tax } = locals[cdt][cdn];
		if (!tax) return;
		const { message } = await frappe.db.get_value("Vtiger Tax", tax, "rate");
		frappe.model.set_value(cdt, cdn, "rate", message.rate);
	},
});

// A line holds the DocType of its item; people call it by a word. Each row has a copy of the field.
function name_item_types({ fields_dict: { items } }) {
	const words = { "Vtiger Product": __("Product"), "Vtiger Service": __("Service") };
	const options = Object.entries(words).map(([value, label]) => ({ value, label }));
	const formatter = (value) => words[value] || value;
	Object.assign(frappe.meta.docfield_map["Vtiger Invoice Item"].item_type, {
		options,
		formatter,
	});
	items.grid.update_docfield_property("item_type", "options", options);
}

function active_field(line) {
	return line.item_type === "Vtiger Service" ? "active" : "product_active";
}

// Units of the invoice's currency for one of the base currency, null where nobody said: 1 says that
// Xero takes its own rate of the day.
function rate_of({ currency, conversion_rate }) {
	if (!currency || currency === vtiger_xero.base_currency()) return 1;
	return conversion_rate && conversion_rate !== 1 ? conversion_rate : null;
}

function ask_for_price(frm, item) {
	const message = __("The price of {0} is in {1}. Enter the price in {2}.", [
		vtiger_xero.text(item.product_name || item.service_name),
		vtiger_xero.text(vtiger_xero.base_currency()),
		vtiger_xero.text(frm.doc.currency),
	]);
	frappe.show_alert({ message, indicator: "orange" });
}

const is_of = (row, line) => row.applies_to === "Item" && row.line === line.line_no;

function offer_taxes(frm, line, item) {
	if (frm.doc.tax_mode !== "Individual") return;
	number_lines(frm);
	keep_taxes(frm, (row) => !is_of(row, line));
	item.taxes.forEach(({ tax, rate }) => add_tax(frm, line, tax, rate));
}

// A deducted tax belongs to the whole invoice; in the Individual mode nothing else does.
function allowed_taxes(doc, cdt, cdn) {
	const whole = locals[cdt][cdn].applies_to === "Items Total";
	if (!whole) return { active: 1, method: ["!=", "Deducted"] };
	return doc.tax_mode === "Group" ? { active: 1 } : { active: 1, method: "Deducted" };
}

// A line's number is how its taxes find it; the server numbers lines in the same way.
function number_lines(frm) {
	const used = [...frm.doc.items, ...tax_rows(frm)].map((row) => row.line_no || row.line || 0);
	let highest = Math.max(0, ...used);
	frm.doc.items.filter((row) => !row.line_no).forEach((row) => (row.line_no = ++highest));
}

function tax_rows(frm) {
	return frm.doc.taxes || [];
}

function add_tax(frm, line, tax, rate) {
	frm.add_child("taxes", { applies_to: "Item", line: line.line_no, tax, rate });
	show_taxes(frm);
}

function keep_taxes(frm, wanted) {
	frm.doc.taxes = tax_rows(frm).filter(wanted);
	frm.doc.taxes.forEach((row, index) => (row.idx = index + 1));
	frm.dirty();
	show_taxes(frm);
}

function show_taxes(frm) {
	frm.refresh_field("taxes");
	vtiger_xero.show_line_taxes(frm);
	vtiger_xero.follow_totals(frm);
}
