// The queue of records in conflict: a card for each, the oldest first, and what a person decides.
frappe.provide("vtiger_xero");

const ROWS = 20;
const text = (value) => vtiger_xero.text(value);

vtiger_xero.ConflictsPage = class ConflictsPage extends vtiger_xero.Page {
	constructor(wrapper) {
		super(wrapper, "xero-conflicts", __("Xero - Conflicts"));
		this.$body.on("click", ".xero-more", () => this.more());
	}

	async refresh() {
		await this.show_ways();
		if (!this.state.connected) return this.show_not_connected();
		this.$body.empty();
		this.shown = 0;
		return this.more();
	}

	async more() {
		const asked = { start: this.shown, page_length: ROWS };
		const { rows, total } = await vtiger_xero.call("conflicts", asked);
		if (!total) return this.show_none();
		this.$body.find(".xero-more, .xero-total").remove();
		if (!this.shown) this.$body.append(`<p class="text-muted xero-intro">${intro()}</p>`);
		rows.forEach((row) => this.card(row));
		this.shown += ROWS;
		if (this.shown < total) this.$body.append(more_html(this.shown, total));
		this.say(__("Records in conflict: {0}", [total]));
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
	return `<section class="xero-card" aria-label="${text(title)}">
		<div class="xero-card-head"><div><h4>${vtiger_xero.record_link(doctype, name, title)}</h4>
			<p class="text-muted">${text(__(module))} · ${__("in conflict since {0}", [text(when)])}
				${vtiger_xero.xero_link(xero_address, title)}</p></div></div>
		<div class="xero-card-body"></div>${may_decide ? buttons : watch}</section>`;
}

const more_html = (shown, total) =>
	`<button type="button" class="btn btn-default btn-sm xero-more">
		${__("Show more ({0} of {1})", [shown, total])}</button>`;
