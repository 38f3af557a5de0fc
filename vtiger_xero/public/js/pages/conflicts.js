// The queue of records in conflict: a card for each, the oldest first, and what a person decides.
frappe.provide("vtiger_xero");

const ROWS = 20;
const text = (value) => vtiger_xero.text(value);

vtiger_xero.ConflictsPage = class ConflictsPage extends vtiger_xero.Page {
	constructor(wrapper) {
		super(wrapper, "xero-conflicts", __("Xero - Conflicts"));
		this.$body.on("click", ".xero-more", () => this.more());
		this.$body.on("click", ".xero-keep-xero", () => this.keep_xero());
	}

	async refresh() {
		await this.show_ways();
		if (!this.state.connected) return this.show_not_connected();
		this.$body.empty();
		this.shown = 0;
		this.tables = [];
		return this.more();
	}

	async more() {
		const asked = { start: this.shown, page_length: ROWS };
		const { rows, total } = await vtiger_xero.call("conflicts", asked);
		if (!total) return this.show_none();
		this.$body.find(".xero-more, .xero-total").remove();
		if (!this.shown) {
			const keep = rows.some(({ may_decide }) => may_decide) ? keep_xero_html() : "";
			this.$body.append(`<p class="text-muted xero-intro">${intro()}</p>${keep}`);
		}
		rows.forEach((row) => this.card(row));
		this.shown += ROWS;
		if (this.shown < total) this.$body.append(more_html(this.shown, total));
		this.say(__("Records in conflict: {0}", [total]));
	}

	// One after the other: what one of them refuses, its own sentence says.
	keep_xero() {
		const question = __(
			"Take the values of Xero in all fields of the {0} records shown? The next run carries it out.",
			[this.tables.length]
		);
		frappe.confirm(question, async () => {
			for (const table of this.tables) {
				table.keep_all("Xero");
				await table.save(false).catch(() => {});
			}
			return this.refresh();
		});
	}

	show_none() {
		this.show_empty(
			__("No record is in conflict."),
			`<p>${__(
				"Records are listed here when both sides changed the same field and the conflict setting is: Ask."
			)}</p>`
		);
	}

	card(row) {
		const $card = $(card_html(row)).appendTo(this.$body);
		const table = new vtiger_xero.ConflictTable($card.find(".xero-card-body"), row);
		if (row.may_decide) this.tables.push(table);
		const $sync = $card.find(".xero-save-sync");
		table.on_change = () => $sync.prop("disabled", !table.complete);
		table.on_change();
		const save = async (sync) => {
			const $buttons = $card.find("footer button").prop("disabled", true);
			try {
				if (await table.save(sync)) return this.refresh();
			} catch {
				// What was wrong, the server has said.
			}
			$buttons.prop("disabled", false);
			table.on_change();
		};
		$card.on("click", ".xero-save", () => save(false));
		$card.on("click", ".xero-save-sync", () => save(true));
	}
};

const intro = () =>
	__(
		"Both sides changed the same fields of these records. They wait until you say which value is right; every other record syncs."
	);

function card_html(row) {
	const { doctype, name, title, module, since, xero_address, may_decide } = row;
	const when = since ? frappe.datetime.str_to_user(since) : "";
	const buttons = `<footer><button type="button" class="btn btn-default btn-sm xero-save">
			${__("Save")}</button>
		<button type="button" class="btn btn-primary btn-sm xero-save-sync">
			${__("Save and Sync")}</button></footer>`;
	const watch = `<p class="text-muted">${__(
		"You cannot edit this record, so another person must decide."
	)}</p>`;
	const { about } = row;
	const decided = is_decided(row) ? vtiger_xero.pill(decided_label(), "blue") : "";
	return `<section class="xero-card" aria-label="${text(title)}">
		<div class="xero-card-head"><div><h4>${vtiger_xero.record_link(doctype, name, title)}
			${about ? `<span class="text-muted">${text(about)}</span>` : ""} ${decided}</h4>
			<p class="text-muted">${text(__(module))} · ${__("in conflict since {0}", [text(when)])}
				${vtiger_xero.xero_link(xero_address, title)}</p>
			<p class="text-muted">${changed_html(row)}</p></div></div>
		<div class="xero-card-body"></div>${may_decide ? buttons : watch}</section>`;
}

const decided_label = () => __("Decided: the next run carries it out");

const is_decided = ({ fields, keeps }) => Boolean(keeps) || fields.every(({ choice }) => choice);

// Xero does not say who.
function changed_html({ crm_by, crm_on, xero_on }) {
	const when = (time) => text(frappe.datetime.str_to_user(time));
	const crm = crm_on && __("Saved in the CRM by {0} on {1}", [text(crm_by), when(crm_on)]);
	const xero = xero_on && __("changed in Xero on {0}", [when(xero_on)]);
	return [crm, xero].filter(Boolean).join(" · ");
}

const keep_xero_html = () =>
	`<button type="button" class="btn btn-default btn-sm mb-3 xero-keep-xero">${__(
		"Keep Xero in All Shown"
	)}</button>`;

const more_html = (shown, total) =>
	`<button type="button" class="btn btn-default btn-sm xero-more">
		${__("Show more ({0} of {1})", [shown, total])}</button>`;
