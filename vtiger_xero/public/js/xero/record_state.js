// The section "Xero" of a record: since when, by which rule, and what every run did with it.
frappe.provide("vtiger_xero");

const SHOWN = 5; // runs before "Show all"
const text = (value) => vtiger_xero.text(value);
const when = (time) => text(frappe.datetime.str_to_user(time));

const MATCHED_BY = {
	name: () => __("by the same name"),
	number: () => __("by the same number and one more detail"),
	"merged in Xero": () => __("because Xero merged two records"),
	"a person's answer": () => __("because a person answered that they are one"),
	"amount and day": () => __("by the same invoice, amount and day"),
	"amount, day and reference": () => __("by the same invoice, amount, day and reference"),
	"the CRM's own number as reference": () => __("by the payment's own number"),
	"found after a lost answer": () => __("found again after Xero's answer was lost"),
};

vtiger_xero.take_state_away = (frm) => $(frm.wrapper).find(".xero-record").remove();

vtiger_xero.show_record_state = function (frm, held) {
	const field = frm.fields_dict.xero_state || frm.fields_dict.do_not_sync;
	if (!field) return;
	const $section = $(field.wrapper).closest(".form-section").find(".section-body");
	$section.append(
		`<div class="xero-record col-sm-12">${facts_html(held)}${history_html(held)}</div>`
	);
	$section.find(".xero-ask-again").on("click", () => vtiger_xero.ask_again(frm));
};

function facts_html(held) {
	const facts = [
		[__("Last synced"), held.last_synced && when(held.last_synced)],
		[__("Linked"), matched(held)],
		[__("Skipped by rule"), held.rule && rule_html(held.rule)],
		[__("Duplicate of"), text(held.duplicate_of)],
		[__("When both sides change the same field"), held.keeps && keeps_html(held)],
	].filter(([, value]) => value);
	if (!facts.length) return "";
	const rows = facts.map(([label, value]) => `<dt>${label}</dt><dd>${value}</dd>`);
	return `<dl>${rows.join("")}</dl>`;
}

function matched({ matched_by, matched_on }) {
	const how = MATCHED_BY[matched_by];
	const day = matched_on && when(matched_on);
	if (how && day) return __("{0}, {1}", [day, how()]);
	return how ? how() : day;
}

// A rule's number alone means nothing; the reason is in words above the form.
const rule_html = (rule) =>
	`${text(rule)} <span class="text-muted">${__(
		"(its number in the app's list of limits)"
	)}</span>`;

function keeps_html({ keeps, may_decide }) {
	const winner = keeps === "Xero" ? __("Xero always wins") : __("Vtiger CRM always wins");
	const back = `<button type="button" class="btn btn-default btn-xs xero-ask-again">
		${__("Ask me again")}</button>`;
	return may_decide ? `${winner} ${back}` : winner;
}

function history_html({ history = [] }) {
	if (!history.length)
		return `<p class="text-muted">${__("No run has processed this record yet.")}</p>`;
	const items = history.map(entry_html);
	const rest = items.slice(SHOWN);
	const older = `<details><summary>${__("Show {0} more", [rest.length])}</summary>
		<ol class="xero-history">${rest.join("")}</ol></details>`;
	return `<div class="control-label">${__("What the sync did")}</div>
		<ol class="xero-history">${items.slice(0, SHOWN).join("")}</ol>${rest.length ? older : ""}`;
}

function entry_html(entry) {
	const action = __("{0}: {1}", [__(entry.side), __(entry.operation)]);
	return `<li><div><b>${text(action)}</b> <span class="text-muted">${when(
		entry.when
	)}</span></div>
		${vtiger_xero.reason_html(entry)}${vtiger_xero.changes_html(entry.changes)}</li>`;
}
