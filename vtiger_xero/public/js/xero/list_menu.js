// Vtiger's menu in the list view: Sync > Xero > Configure, or Sync Now, Settings, Sync Log.
frappe.provide("vtiger_xero");

vtiger_xero.add_list_menu = function (doctype) {
	const settings = (frappe.listview_settings[doctype] = frappe.listview_settings[doctype] || {});
	const before = settings.onload;
	settings.onload = function (listview) {
		before && before.call(this, listview);
		vtiger_xero.call("state").then((state) => state.may_use && fill(listview, state));
	};
};

function fill(listview, state) {
	const group = __("Sync");
	const $menu = listview.page.get_or_add_inner_group_button(group).find(".dropdown-menu");
	// Frappe's menus have one level: the connector's name is a heading, others may add theirs.
	$menu.append(`<h6 class="dropdown-header">${__("Xero")}</h6>`);
	const add = (label, action) => listview.page.add_inner_button(label, action, group);
	if (!state.connected) {
		state.may_manage && add(__("Configure"), vtiger_xero.open_settings);
	} else {
		add(__("Sync Now"), () => vtiger_xero.sync_now());
		add(__("Preview"), () => vtiger_xero.preview());
		state.may_manage && add(__("Settings"), vtiger_xero.open_settings);
	}
	add(__("Sync Log"), vtiger_xero.open_log);
	// Whether there is a run is asked when it is clicked: this menu is made once per page.
	if (state.connected) add(__("Show the run under way"), vtiger_xero.watch_open_run);
}
