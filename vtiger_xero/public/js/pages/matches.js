// Records of both sides that may be one: a card for each pair, and what a person answers.
frappe.provide("vtiger_xero");

const ROWS = 20;
const text = (value) => vtiger_xero.text(value);

vtiger_xero.MatchesPage = class MatchesPage extends vtiger_xero.Page {
	constructor(wrapper) {
		super(wrapper, "xero-matches", __("Xero - Possible Matches"));
		this.$body.on("click", ".xero-more", () => this.more());
		this.$body.on("click", ".xero-match .xero-answer", ({ currentTarget }) =>
			this.answer([$(currentTarget).closest(".xero-match")], currentTarget.value)
		);
		this.$body.on("click", ".xero-ticked .xero-answer", ({ currentTarget }) =>
			this.answer(this.ticked(), currentTarget.value)
		);
		this.$body.on("change", ".xero-tick-all", ({ currentTarget }) => {
			this.$body.find(".xero-tick").prop("checked", currentTarget.checked);
			this.show_ticked();
		});
		this.$body.on("change", ".xero-tick", () => this.show_ticked());
		this.$body.on("click", ".xero-take-back", ({ currentTarget }) =>
			this.take_back($(currentTarget).closest("li").data("answer"))
		);
	}

	async refresh() {
		await this.show_ways();
		if (!this.state.connected) return this.show_not_connected();
		this.page.set_primary_action(__("Sync Now"), () => vtiger_xero.sync_now());
		this.$matches = $(`<div class="xero-matches"></div>`).appendTo(this.$body.empty());
		this.shown = 0;
		await this.more();
		return this.show_answers();
	}

	async more() {
		const asked = { start: this.shown, page_length: ROWS };
		const { rows, total } = await vtiger_xero.call("possible_matches", asked);
		if (!total) return this.show_none();
		this.$body.find(".xero-more").remove();
		if (!this.shown) this.$matches.append(head_html());
		for (const row of rows) {
			$(vtiger_xero.match_html(row)).data("row", row).appendTo(this.$matches);
		}
		this.shown += ROWS;
		if (this.shown < total) this.$matches.append(more_html(this.shown, total));
		this.show_ticked();
		this.say(__("Possible matches: {0}", [total]));
	}

	show_none() {
		this.show_empty(
			__("No possible match waits for an answer."),
			`<p>${__(
				"Records are listed here when the other side has a record that may be the same and nothing proves it."
			)}</p>`
		);
	}

	ticked() {
		const boxes = this.$body.find(".xero-tick:checked").get();
		return boxes.map((box) => $(box).closest(".xero-match"));
	}

	show_ticked() {
		this.$body.find(".xero-ticked .xero-answer").prop("disabled", this.ticked().length === 0);
	}

	// The server takes the pairs of one module at a time.
	async answer(cards, answer) {
		const of_modules = {};
		for (const $card of cards) {
			const { module, name, xero_id } = $card.data("row");
			(of_modules[module] = of_modules[module] || []).push([name, xero_id]);
		}
		const $buttons = this.$body.find(".xero-answer").prop("disabled", true);
		try {
			for (const [module, pairs] of Object.entries(of_modules)) {
				await vtiger_xero.call("answer_matches", { module, pairs, answer });
			}
			frappe.show_alert({
				message: __("Saved. The next run carries it out."),
				indicator: "green",
			});
			await this.refresh();
		} catch {
			// What was wrong, the server has said.
			$buttons.prop("disabled", false);
			this.show_ticked();
		}
	}

	async show_answers() {
		const { rows, total } = await vtiger_xero.call("match_answers");
		if (!total) return;
		const $list = $(
			`<section class="xero-answers"><h5>${__("Answered")}</h5><ul></ul></section>`
		);
		for (const row of rows) $(answer_html(row)).data("answer", row).appendTo($list.find("ul"));
		this.$body.append($list);
	}

	async take_back({ module, crm_name, xero_id }) {
		const asked = { module, name: crm_name, xero_id };
		const { message } = await vtiger_xero.call("take_back_match_answer", asked);
		frappe.show_alert({ message: text(message), indicator: "green" });
		return this.refresh();
	}
};

const head_html = () => `<p class="text-muted xero-intro">${__(
	"Each of these records may be the same as one on the other side. Neither is copied until you answer; every other record syncs."
)}</p>
	<div class="xero-ticked"><label><input type="checkbox" class="xero-tick-all"> ${__(
		"All shown"
	)}</label>
		<button type="button" class="btn btn-default btn-xs xero-answer" value="One">
			${__("Ticked Pairs Are One")}</button>
		<button type="button" class="btn btn-default btn-xs xero-answer" value="Two">
			${__("Ticked Pairs Are Two")}</button></div>`;

function answer_html({ crm_doctype, crm_name, title, xero, xero_id, answer }) {
	const pair = `${vtiger_xero.record_link(crm_doctype, crm_name, title)} ·
		<bdi>${text(xero || xero_id)}</bdi>`;
	return `<li>${pair} · ${text(__(answer))}
		<button type="button" class="btn btn-link btn-xs xero-take-back">${__("Ask Again")}</button></li>`;
}

const more_html = (shown, total) =>
	`<button type="button" class="btn btn-default btn-sm xero-more">
		${__("Show more ({0} of {1})", [shown, total])}</button>`;
