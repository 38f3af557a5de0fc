// The taxes of a line, at the line. They stand in the invoice's table of taxes, where a line is a number.
const ITEM = "Vtiger Invoice Item";

frappe.ui.form.on(ITEM, "form_render", (frm) => vtiger_xero.show_line_taxes(frm));

// In the line that was opened last, if one was.
vtiger_xero.show_line_taxes = function (frm) {
	const form = frm.fields_dict.items.grid.open_grid_row;
	const field = form?.fields_dict.line_taxes;
	if (field) field.$wrapper.html(taxes_html(frm, form.row.doc));
};

// Ask for them; `keep` gets those that a person has chosen.
vtiger_xero.edit_line_taxes = function (frm, line, keep) {
	const dialog = new frappe.ui.Dialog({
		title: __("Taxes of line {0}", [line.idx]),
		fields: [
			{
				fieldname: "taxes",
				fieldtype: "Table",
				in_place_edit: true,
				label: __("Taxes"),
				data: taxes_of(frm, line).map(({ tax, rate }) => ({ tax, rate })),
				fields: [
					{
						fieldname: "tax",
						fieldtype: "Link",
						in_list_view: 1,
						label: __("Tax"),
						options: "Vtiger Tax",
						get_query: () => ({ filters: { active: 1, method: ["!=", "Deducted"] } }),
					},
					{
						description: __("In percent; the tax's own rate where it is left empty."),
						fieldname: "rate",
						fieldtype: "Float",
						in_list_view: 1,
						label: __("Rate"),
					},
				],
			},
		],
		primary_action_label: __("Set Taxes"),
		primary_action({ taxes = [] }) {
			dialog.hide();
			keep(taxes.filter(({ tax }) => tax));
		},
	});
	dialog.show();
};

const taxes_of = (frm, { line_no }) =>
	(frm.doc.taxes || []).filter((row) => row.applies_to === "Item" && row.line === line_no);

function taxes_html(frm, line) {
	const taxes = taxes_of(frm, line);
	if (!taxes.length) return `<p class="text-muted">${__("No taxes on this line.")}</p>`;
	const rows = taxes.map(({ tax, rate, amount }) => {
		const name = frappe.utils.get_link_title("Vtiger Tax", tax) || tax;
		const percent = rate === undefined || rate === null ? "" : percent_text(rate);
		return `<tr><td><bdi>${vtiger_xero.text(name)}</bdi></td>
			<td class="text-right">${percent}</td>
			<td class="text-right">${format_currency(amount || 0, frm.doc.currency)}</td></tr>`;
	});
	return `<table class="table table-condensed">${rows.join("")}</table>`;
}

// 15 % and 4.5 %, and not 15.000 %.
function percent_text(rate) {
	const digits = (String(flt(rate)).split(".")[1] || "").length;
	return `${format_number(rate, null, digits)} %`;
}
