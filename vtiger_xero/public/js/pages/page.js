// A page of the app: Frappe's own, with a body, the ways to the other pages, and what every one needs.
frappe.provide("vtiger_xero");

const WAYS = [
	["xero-log", () => __("Sync Log")],
	["xero-skipped", () => __("Skipped by Cause")],
	["xero-conflicts", (state) => vtiger_xero.conflicts_label(state)],
	["xero-matches", (state) => vtiger_xero.matches_label(state)],
];

// What a page of the app extends. `refresh` is called whenever the page is shown.
vtiger_xero.Page = class Page {
	constructor(wrapper, name, title) {
		this.name = name;
		this.page = frappe.ui.make_app_page({ parent: wrapper, title, single_column: true });
		this.$body = $('<div class="xero-page"></div>').appendTo(this.page.main);
		this.$said = $('<div class="sr-only" role="status" aria-live="polite"></div>');
		this.$said.insertAfter(this.$body);
		$(document).on("xero-run-over", () => this.is_open() && this.refresh());
	}

	is_open() {
		return frappe.get_route()[0] === this.name;
	}

	// Asked each time, for a person may have connected or disconnected meanwhile.
	async show_ways() {
		this.state = await vtiger_xero.call("state");
		this.page.clear_inner_toolbar();
		this.page.clear_primary_action();
		this.page.clear_menu();
		this.page.clear_indicator();
		if (this.state.access_lost) this.show_access_lost();
		for (const [page, label] of WAYS) {
			if (page !== this.name) {
				this.add_way(label(this.state), () => frappe.set_route(page));
			}
		}
		if (this.state.may_manage) this.add_way(__("Sync Settings"), vtiger_xero.open_settings);
		vtiger_xero.show_open_run(this.state);
	}

	// Found out by the last run; only connecting again helps.
	show_access_lost() {
		this.page.set_indicator(__("Disconnected in Xero"), "red");
		if (this.state.may_manage) this.add_way(__("Connect Again"), vtiger_xero.open_settings);
	}

	// A page that has buttons of its own puts them into its menu.
	add_way(label, action) {
		this.page.add_inner_button(label, action);
	}

	say(sentence) {
		this.$said.text(sentence);
	}

	show_not_connected() {
		this.show_empty(__("Not connected to Xero."), this.connect_html());
	}

	connect_html() {
		const settings = vtiger_xero.page_address("xero-settings");
		return this.state.may_manage
			? `<a class="btn btn-primary btn-sm" href="${settings}">${__("Connect")}</a>`
			: `<p>${__("Ask a Xero Manager to connect Xero.")}</p>`;
	}

	// Nothing to show: why, and what to do about it.
	show_empty(sentence, more = "", before = "") {
		this.$body.html(`${before}<div class="xero-empty"><p>${sentence}</p>${more}</div>`);
		this.say(sentence);
	}
};
