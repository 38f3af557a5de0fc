// The last payments, in a Custom HTML Block of the workspace: Frappe's own quick list shows a record's
// title alone, and of a payment that is its number.
frappe.provide("vtiger_xero");

// Frappe gives the block a root of its own, which our styles do not reach; the list stands beside it.
vtiger_xero.show_last_payments_here = async function (root) {
	const place = root.host.parentElement;
	const rows = await frappe.xcall("vtiger_xero.cards.paid_last");
	$(place).html(`<section class="xero-last-payments xero-card" aria-label="${__(
		"Last Payments"
	)}">
		<div class="xero-card-head"><h4>${__("Last Payments")}</h4></div>
		<div class="xero-card-body">${rows.length ? table(rows) : nothing()}</div></section>`);
};

const nothing = () => `<p class="text-muted">${__("No payment was received yet.")}</p>`;
const table = (rows) => `<table class="table">${rows.map(row_html).join("")}</table>`;

function row_html({ name, customer, amount, day }) {
	const text = vtiger_xero.text;
	return `<tr><td><a href="/app/vtiger-payment/${encodeURIComponent(name)}"><bdi>${text(
		customer || name
	)}</bdi></a></td><td>${text(day)}</td><td class="text-right">${text(amount)}</td></tr>`;
}
