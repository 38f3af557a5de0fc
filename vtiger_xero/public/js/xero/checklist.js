// The steps to a sync that runs by itself, on the workspace and in Xero Settings, for managers. The
// server says which of them are done; each button leads to where its step is done.
frappe.provide("vtiger_xero");

// By the step's key; every other step is done at its field of Xero Settings.
const ACTS = {
	connect: () => vtiger_xero.authenticate(),
	accounts: (frm) => (frm ? vtiger_xero.settings.offer_accounts(frm) : choose_accounts()),
	check: (frm) => (frm ? vtiger_xero.settings.check(frm) : check()),
	preview: () => vtiger_xero.preview(),
	run: () => vtiger_xero.sync_now(),
};
const LABELS = {
	keys: () => __("Enter Keys"),
	connect: () => __("Connect"),
	accounts: () => __("Choose Accounts"),
	directions: () => __("Choose"),
	check: () => __("Check"),
	preview: () => __("Preview"),
	run: () => __("Sync Now"),
	schedule: () => __("Choose"),
};
const choose_accounts = () => vtiger_xero.choose_accounts();
const check = () => vtiger_xero.in_settings((frm) => vtiger_xero.settings.check(frm));

let shown; // where they were shown last

// In the Custom HTML Block of the workspace. Frappe gives it a root of its own, which our styles do
// not reach; so the steps stand beside it.
vtiger_xero.show_checklist_here = (root) => vtiger_xero.show_checklist(root.host.parentElement);

// Gives the key of the step whose turn it is, "" for none.
vtiger_xero.show_checklist = async function (place, frm) {
	shown = { place, frm };
	const steps = await vtiger_xero.call("checklist");
	$(place)
		.toggle(Boolean(steps.length))
		.html(steps.length ? list_html(steps) : "");
	$(place)
		.find(".xero-hide")
		.on("click", () => hide(place, frm));
	$(place)
		.find("[data-step]")
		.on("click", ({ currentTarget: { dataset } }) =>
			act(
				steps.find(({ key }) => key === dataset.step),
				frm
			)
		);
	return steps.find(({ is_next }) => is_next)?.key || "";
};

$(document).on("xero-run-over", () => {
	if (shown?.place.isConnected) vtiger_xero.show_checklist(shown.place, shown.frm);
});

function list_html(steps) {
	return `<section class="xero-checklist xero-card" aria-label="${__("First Steps")}">
		<div class="xero-card-head"><h4>${__("First Steps")}</h4>
			<button type="button" class="btn btn-default btn-xs xero-hide">${__("Hide")}</button></div>
		<ol>${steps.map(step_html).join("")}</ol></section>`;
}

function step_html(step) {
	const { key, is_done, is_next, says } = step;
	const state = is_done ? __("Done") : is_next ? __("Next") : __("Open");
	const mark = is_done ? frappe.utils.icon("tick", "xs") : "";
	return `<li class="${is_done ? "xero-done" : ""}" ${is_next ? 'aria-current="step"' : ""}>
		<span class="xero-mark" aria-hidden="true">${mark}</span>
		<div><b>${vtiger_xero.text(step.label)}</b> <span class="sr-only">${state}</span>
			<div class="text-muted">${vtiger_xero.text(says)}</div></div>
		${button_html(step, LABELS[key]())}</li>`;
}

// What is done can be changed where there is something to change.
function button_html({ key, field, is_done, can_begin, is_next }, label) {
	if (is_done && !field) return "";
	const kind = is_next ? "btn-primary" : "btn-default";
	return `<button type="button" class="btn ${kind} btn-sm" data-step="${key}"
		${can_begin ? "" : "disabled"}>${is_done ? __("Change") : label}</button>`;
}

async function act({ key, field, is_done }, frm) {
	if (frm?.is_dirty()) await frm.save();
	if (ACTS[key] && !is_done) return ACTS[key](frm);
	return vtiger_xero.open_settings_at(field);
}

async function hide(place, frm) {
	const name = "Xero Settings";
	if (frm) {
		await frm.set_value("checklist_hidden", 1);
		await frm.save();
	} else {
		const args = { doctype: name, name, fieldname: "checklist_hidden", value: 1 };
		await frappe.xcall("frappe.client.set_value", args);
		$(place).hide();
	}
	const message = __("Untick Hide the Checklist in Xero Settings to see the steps again.");
	frappe.show_alert({ message, indicator: "blue" });
}
