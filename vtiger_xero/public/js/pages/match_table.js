// One possible match: both records side by side, and two answers.
frappe.provide("vtiger_xero");

const text = (value) => vtiger_xero.text(value);

vtiger_xero.match_html = function (row) {
	const { doctype, name, title, module, xero_title, xero_address, why, may_decide } = row;
	const tick = __("Tick {0} and {1}", [title, xero_title]);
	const box = `<input type="checkbox" class="xero-tick" aria-label="${text(tick)}">`;
	return `<section class="xero-card xero-match" aria-label="${text(title)}">
		<div class="xero-card-head"><div><h4>${may_decide ? box : ""}
			${vtiger_xero.record_link(doctype, name, title)}</h4>
			<p class="text-muted">${text(__(module))} · <bdi>${text(why)}</bdi>
				${vtiger_xero.xero_link(xero_address, xero_title)}</p></div></div>
		<div class="xero-card-body">${table_html(row.fields)}</div>
		${may_decide ? buttons_html(title, xero_title) : watch_html()}</section>`;
};

function table_html(fields) {
	const rows = fields.map(
		({ label, crm, xero, differs }) => `<tr class="${differs ? "xero-differs" : ""}">
			<th scope="row">${text(label)}</th>
			<td data-label="${__("Vtiger CRM")}">${vtiger_xero.value_html(crm)}</td>
			<td data-label="${__("Xero")}">${vtiger_xero.value_html(xero)}
				${differs ? `<span class="sr-only">${__("differs")}</span>` : ""}</td></tr>`
	);
	return `<table class="table xero-table xero-compare"><thead><tr>
			<th scope="col">${__("Field")}</th><th scope="col">${__("Vtiger CRM")}</th>
			<th scope="col">${__("Xero")}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

const buttons_html = (title, xero_title) => `<footer>
	<button type="button" class="btn btn-default btn-sm xero-answer" value="Two"
		aria-label="${text(__("{0} and {1} are two", [title, xero_title]))}">
		${__("They Are Two")}</button>
	<button type="button" class="btn btn-primary btn-sm xero-answer" value="One"
		aria-label="${text(__("{0} and {1} are one", [title, xero_title]))}">
		${__("They Are One")}</button></footer>`;

const watch_html = () =>
	`<p class="text-muted">${__(
		"You cannot edit this record, so another person must decide."
	)}</p>`;
