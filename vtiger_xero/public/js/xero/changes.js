// What changed in a record, field by field: what it was, what it is, and what was lost by it.
frappe.provide("vtiger_xero");

const is_nothing = (value) => value === null || value === undefined || value === "";

vtiger_xero.value_html = function (value) {
	if (is_nothing(value)) {
		return `<span class="text-muted">${__("empty")}</span>`;
	}
	return `<bdi>${vtiger_xero.text(value)}</bdi>`;
};

vtiger_xero.changes_html = function (changes) {
	if (!changes || !changes.length) return "";
	return `<ul class="xero-changes">${changes.map(change_html).join("")}</ul>`;
};

function change_html({ label, field, overwrites, ...change }) {
	const { old, value, same } = differing(change);
	const name = vtiger_xero.text(label || __(frappe.unscrub(field)));
	const lost = overwrites ? vtiger_xero.pill(__("Overwrites a change"), "orange") : "";
	return `<li><span class="xero-field">${name}</span>
		<del class="${is_nothing(old) ? "xero-nothing" : ""}">${vtiger_xero.value_html(old)}</del>
		<span aria-hidden="true">→</span><span class="sr-only">${__("is now")}</span>
		<ins>${vtiger_xero.value_html(value)}</ins> ${same_html(same)} ${lost}</li>`;
}

// Of an invoice's lines, those that differ: no user finds one among ten that are the same.
function differing({ old, new: value }) {
	const [before, after] = [old, value].map((each) => String(each ?? "").split("\n"));
	const gone = before.filter((line) => !after.includes(line));
	const come = after.filter((line) => !before.includes(line));
	if (Math.min(before.length, after.length) < 2 || !gone.length || !come.length) {
		return { old, value, same: 0 };
	}
	return { old: gone.join("\n"), value: come.join("\n"), same: after.length - come.length };
}

const same_html = (lines) =>
	lines
		? `<span class="text-muted">${__("Lines that stay as they are: {0}", [lines])}</span>`
		: "";

// Why a record is left out, and what to do about it.
vtiger_xero.reason_html = function ({ reason, remedy, settings_field }) {
	const text = vtiger_xero.text;
	const way = vtiger_xero.settings_link(settings_field);
	const what = remedy ? `<div class="xero-remedy">${text(remedy)} ${way}</div>` : "";
	return reason ? `<div class="xero-reason">${text(reason)}</div>${what}` : what;
};
