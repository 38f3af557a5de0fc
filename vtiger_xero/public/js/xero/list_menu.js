// Vtiger's menu in the list view: Sync > Xero > Configure, or Sync Now, Settings, Sync Log.
frappe.provide("vtiger_xero");

vtiger_xero.add_list_menu = function (doctype) {
	const settings = (frappe.listview_settings[doctype] = frappe.listview_settings[doctype] || {});
	const before = settings.onload;
	settings.formatters = { ...settings.formatters, xero_state: vtiger_xero.list_pill };
	// A record is known by its title, and most titles have the number in them.
	settings.hide_name_column = settings.hide_name_filter = true;
	settings.onload = async function (listview) {
		before && before.call(this, listview);
		vtiger_xero.show_columns(listview);
		if (!vtiger_xero.may_use()) return vtiger_xero.hide_state_filters(listview);
		const state = await vtiger_xero.call("state");
		fill(listview, state);
		if (state.connected) listview.page.add_actions_menu_item(...bulk(listview), true);
		vtiger_xero.show_open_run(state);
	};
};

// A run that is over has changed what the list at hand shows, whoever started it, and wherever.
// Frappe's list takes two questions within three seconds for one, and would keep what it had.
$(document).on("xero-run-over", () => {
	const listview = frappe.get_route()[0] === "List" && cur_list;
	if (!listview || !frappe.meta.get_docfield(listview.doctype, "xero_state")) return;
	if (listview.get_checked_items(true).length) return; // the person is choosing
	listview.last_args = null;
	listview.refresh();
});

function bulk(listview) {
	const sync = () => {
		const names = listview.get_checked_items(true);
		listview.clear_checked_items();
		vtiger_xero.sync_records(listview.doctype, names);
	};
	return [__("Sync with Xero"), sync];
}

function fill(listview, state) {
	const group = __("Sync");
	const $menu = listview.page.get_or_add_inner_group_button(group).find(".dropdown-menu");
	// Frappe's menus have one level: the connector's name is a heading, others may add theirs.
	$menu.append(`<h6 class="dropdown-header">${__("Xero")}</h6>`);
	const add = (label, action) => listview.page.add_inner_button(label, action, group);
	if (state.access_lost && state.may_manage) {
		add(__("Connect Again"), vtiger_xero.open_settings);
	}
	if (state.connected) {
		add(__("Sync Now"), () => vtiger_xero.sync_now());
		add(__("Preview"), () => vtiger_xero.preview());
		add(__("Sync Log"), vtiger_xero.open_log);
		add(__("Skipped by Cause"), vtiger_xero.open_skipped);
		add(vtiger_xero.conflicts_label(state), vtiger_xero.open_conflicts);
		add(vtiger_xero.matches_label(state), vtiger_xero.open_matches);
		state.may_manage && add(__("Reconciliation"), vtiger_xero.open_reconciliation);
		state.may_manage && add(__("Settings"), vtiger_xero.open_settings);
	} else {
		state.may_manage && add(__("Configure"), vtiger_xero.open_settings);
		add(__("Sync Log"), vtiger_xero.open_log);
	}
}
