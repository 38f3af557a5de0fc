// How many calls Xero still answers: today, and in this minute.
frappe.provide("vtiger_xero.settings");

const LOW = 0.1; // of the day's calls: these are kept for people

vtiger_xero.settings.show_budget = function (frm) {
	const budget = frm.doc.__onload?.budget;
	frm.fields_dict.budget_html.$wrapper.html(budget_html(budget || {}));
};

function budget_html({ day_left, day_limit, minute_left, seen_on, reset_on }) {
	if (day_left === null || day_left === undefined) {
		return `<p class="text-muted">${__("Known after the next call to Xero.")}</p>`;
	}
	const number = (value) => format_number(value, null, 0);
	const percent = Math.round((100 * day_left) / (day_limit || day_left || 1));
	const tone = day_left <= LOW * day_limit ? "bg-danger" : "";
	const left = __("{0} of {1} calls left today", [number(day_left), number(day_limit)]);
	const minute =
		Number.isInteger(minute_left) && __("{0} left in this minute", [number(minute_left)]);
	return `<p id="xero-calls-left"><b>${left}</b></p>
		<div class="progress xero-progress" role="progressbar" aria-labelledby="xero-calls-left" aria-valuemin="0"
			aria-valuemax="${cint(day_limit)}" aria-valuenow="${cint(day_left)}">
			<div class="progress-bar ${tone}" style="width: ${percent}%"></div></div>
		<p class="text-muted small">${[minute, seen(seen_on), reset(reset_on)]
			.filter(Boolean)
			.join(" · ")}</p>`;
}

const time = (value) => vtiger_xero.text(frappe.datetime.str_to_user(value));
const seen = (on) => on && __("reported by Xero on {0}", [time(on)]);
const reset = (on) => on && __("full again on {0}", [time(on)]);
