// What a run would do, module by module, and a button that does exactly this and nothing else.
frappe.provide("vtiger_xero");

const OPEN = ["Queued", "Running"];

vtiger_xero.PreviewPage = class PreviewPage extends vtiger_xero.Page {
	constructor(wrapper) {
		super(wrapper, "xero-preview", __("Xero - Preview"));
		this.plan = new vtiger_xero.PlanView(this.$body);
	}

	add_way(label, action) {
		this.page.add_menu_item(label, action);
	}

	async refresh() {
		this.run = frappe.get_route()[1];
		await this.show_ways();
		if (!this.state.connected) return this.show_empty(__("Not connected to Xero."));
		this.page.add_inner_button(__("Preview Again"), () => vtiger_xero.preview());
		if (!this.run)
			return this.show_empty(
				__("No preview yet. Press Preview Again to see what a run would do.")
			);
		const status = await vtiger_xero.call("run_status", { run: this.run });
		if (OPEN.includes(status.status)) return this.wait();
		if (status.status !== "Completed") return this.show_failed(status);
		const result = await vtiger_xero.call("preview_result", { run: this.run });
		return result ? this.show(result, status) : this.show_empty(gone());
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
		if (writes && !result.stale) {
			this.page.set_primary_action(__("Apply Exactly This Plan"), () => this.apply());
		}
		this.say(__("The preview is complete."));
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

const gone = () => __("This preview is no longer stored. Press Preview Again for a new one.");

// How many records the plan writes, on both sides.
vtiger_xero.writes_of = (result) =>
	result.modules.reduce((sum, { counts }) => sum + writes_in(counts), 0);

const writes_in = (counts) =>
	Object.entries(counts)
		.filter(([key]) => !key.endsWith("_skipped"))
		.reduce((sum, [, number]) => sum + number, 0);
