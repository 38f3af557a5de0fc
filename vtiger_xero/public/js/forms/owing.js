// What each customer of a list owes: one call for the page, after the list stands.
frappe.provide("vtiger_xero");

vtiger_xero.show_owing = async function (listview) {
	const names = listview.data.map(({ name }) => name);
	if (!names.length || listview.view_name !== "List") return;
	if (!frappe.model.can_read("Vtiger Invoice")) return;
	const found = await vtiger_xero.call("papers.open_balances", { organizations: names });
	listview.$result.find(".xero-owing").remove();
	listview.$result
		.find(".list-row-head .level-right")
		.prepend(`<span class="xero-owing hidden-xs mr-3">${__("Outstanding")}</span>`);
	Object.entries(found).forEach(([name, rows]) => {
		const texts = rows.map(({ open, overdue }) => {
			const colour = overdue ? "red" : "blue";
			const hint = overdue ? __("Overdue: {0}", [overdue]) : __("Outstanding: {0}", [open]);
			return `<span class="indicator-pill no-indicator-dot ${colour}"
				title="${vtiger_xero.text(hint)}">${vtiger_xero.text(open)}</span>`;
		});
		row_of(listview, name)
			.find(".level-right")
			.first()
			.prepend(`<span class="xero-owing hidden-xs mr-2">${texts.join(" ")}</span>`);
	});
};

function row_of({ $result }, name) {
	const boxes = $result.find(".list-row-checkbox").toArray();
	return $(boxes.find((box) => box.dataset.name === encodeURIComponent(name))).closest(
		".list-row"
	);
}
