// What a run would do, module by module, and a button that does exactly this and nothing else.
frappe.provide("vtiger_xero");

const OPEN = ["Queued", "Running"];

vtiger_xero.PreviewPage = class PreviewPage extends vtiger_xero.Page {
	constructor(wrapper) {
		super(wrapper, "xero-preview", __("Xero - Preview"));
		this.plan = new vtiger_xero.PlanView(this.$body);
		this.$body.on("click", ".xero-preview-now", () => vtiger_xero.preview());
	}

	add_way(label, action) {
		this.page.add_menu_item(label, action);
	}

	async refresh() {
		this.run = frappe.get_route()[1];
		await this.show_ways();
		if (!this.state.connected) return this.show_not_connected();
		this.page.add_inner_button(__("Preview Again"), () => vtiger_xero.preview());
		if (!this.run) return this.show_empty(__("No preview yet."), preview_button());
		const status = await vtiger_xero.call("run_status", { run: this.run });
		if (OPEN.includes(status.status)) return this.wait();
		if (status.status !== "Completed") return this.show_failed(status);
		const result = await vtiger_xero.call("preview_result", { run: this.run });
		return result ? this.show(result) : this.show_empty(gone(), preview_button());
	}

	wait() {
		vtiger_xero.follow(this.run);
		this.show_empty(__("The preview is being made. It writes nothing on either side."));
	}

	show_failed(status) {
		this.show_empty(vtiger_xero.text(status.message || __(status.status)));
	}

	show(result) {
		this.plan.show(result);
		this.page.add_inner_button(__("Download As CSV"), () => this.download());
		const writes = vtiger_xero.writes_of(result);
		if (writes && !result.stale && !result.applied) {
			const apply = () => this.confirm(result);
			this.page.set_primary_action(__("Apply Exactly This Plan"), apply);
		}
		this.say(__("The preview is complete."));
	}

	confirm(result) {
		const question = __(
			"This writes {0} records in the CRM and {1} in Xero. Apply the plan?",
			[vtiger_xero.writes_of(result, "crm"), vtiger_xero.writes_of(result, "xero")]
		);
		frappe.confirm(question, () => this.apply());
	}

	async apply() {
		this.page.clear_primary_action(); // twice would be refused, with a sentence that frightens
		vtiger_xero.follow(await vtiger_xero.call("apply_plan", { run: this.run }));
	}

	download() {
		const query = new URLSearchParams({ run: this.run }).toString();
		window.open(`/api/method/vtiger_xero.api.download_preview?${query}`);
	}
};

const gone = () => __("This preview is no longer stored.");

const preview_button = () =>
	`<button type="button" class="btn btn-primary btn-sm xero-preview-now">${__(
		"Preview"
	)}</button>`;

// How many records the plan writes, on both sides or on one ("crm", "xero").
vtiger_xero.writes_of = (result, side = "") =>
	result.modules.reduce((sum, { counts }) => sum + writes_in(counts, side), 0);

const writes_in = (counts, side) =>
	Object.entries(counts)
		.filter(([key]) => key.startsWith(side) && !key.endsWith("_skipped"))
		.reduce((sum, [, number]) => sum + number, 0);
