// What is left out, grouped by its cause: one thing to mend, one button to try all of them again.
frappe.provide("vtiger_xero");

const MORE = 100;
const text = (value) => vtiger_xero.text(value);

vtiger_xero.SkippedPage = class SkippedPage extends vtiger_xero.Page {
	constructor(wrapper) {
		super(wrapper, "xero-skipped", __("Xero - Skipped by Cause"));
		this.$body.on("click", ".xero-retry", (event) => this.retry(event.currentTarget));
		this.$body.on("click", ".xero-more", (event) => this.more(event.currentTarget));
	}

	async refresh() {
		await this.show_ways();
		if (!this.state.connected) return this.show_not_connected();
		this.causes = await vtiger_xero.call("causes");
		if (!this.causes.length) return this.show_empty(__("No record is skipped."));
		const records = await vtiger_xero.call("count_skipped");
		const summary = __("Records skipped: {0}. Reasons: {1}.", [
			format_number(records, null, 0),
			this.causes.length,
		]);
		this.$body.html(
			`<p class="text-muted">${summary}</p>${this.causes.map(cause_html).join("")}`
		);
		this.say(summary);
	}

	async retry(button) {
		const { key } = button.closest(".xero-cause").dataset;
		button.disabled = true;
		try {
			vtiger_xero.follow(await vtiger_xero.call("retry_cause", { key }));
		} catch {
			button.disabled = false; // what was wrong, the server has said
		}
	}

	async more(button) {
		const $cause = $(button).closest(".xero-cause");
		const found = this.causes.find(({ key }) => key === $cause.attr("data-key"));
		const $list = $cause.find(".xero-cause-records");
		const asked = { key: found.key, start: $list.children().length, page_length: MORE };
		const { rows, total } = await vtiger_xero.call("cause_records", asked);
		$list.append(rows.map((row) => record_html(row, found.cause)).join(""));
		if ($list.children().length >= total) $(button).remove();
	}
};

function cause_html(found) {
	const { key, module, cause, remedy, settings_field, count, hidden, records } = found;
	const shown = records.length < count - hidden;
	const more = `<button type="button" class="btn btn-default btn-xs xero-more">
		${__("Show more")}</button>`;
	const way = vtiger_xero.settings_link(settings_field);
	const withheld = __("Records that you may not read: {0}", [hidden]);
	const label = text(cause.replaceAll("\u2026.", "\u2026")); // an ellipsis ends a sentence
	return `<section class="xero-card xero-cause" data-key="${text(key)}" aria-label="${label}">
		<div class="xero-card-head"><div>
			<h4>${label}</h4>
			${remedy ? `<p class="xero-remedy">${text(remedy)} ${way}</p>` : ""}</div>
			<button type="button" class="btn btn-default btn-sm xero-retry">
				${__("Try Again")}</button></div>
		<details><summary>${__("{0}: {1}", [text(__(module)), format_number(count, null, 0)])}
			${waits_html(found)}</summary>
			<ul class="xero-cause-records">${records.map((row) => record_html(row, cause)).join("")}</ul>
			${shown ? more : ""}${waiting_html(found)}
			${hidden ? `<p class="text-muted">${withheld}</p>` : ""}</details></section>`;
}

const waits_html = ({ waits }) =>
	waits ? `<span class="text-muted">${__("and {0} that wait for these", [waits])}</span>` : "";

// What is skipped for nothing but these records: it goes with them.
function waiting_html({ waits, waiting }) {
	if (!waits) return "";
	const sentence = __("Records that wait for these, and are tried again with them: {0}", [
		format_number(waits, null, 0),
	]);
	return `<p class="text-muted">${sentence}</p>
		<ul class="xero-waiting">${waiting.map((row) => record_html(row, row.reason)).join("")}</ul>`;
}

// The reason is told where it says more than the cause does.
function record_html({ doctype, name, title, xero_address, reason }, cause) {
	return `<li>${vtiger_xero.record_link(doctype, name, title)}
		${vtiger_xero.xero_link(xero_address, title)}
		${reason === cause ? "" : `<div class="text-muted">${text(reason)}</div>`}</li>`;
}
