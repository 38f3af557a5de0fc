// Xero Settings: connecting, and what can be done with a connection.
frappe.provide("vtiger_xero.settings");

vtiger_xero.settings.show_connection = function (frm) {
	show_message(frm);
	add_copy_buttons(frm);
	if (frm.perm[0].write) show_checklist(frm);
	const { tenant_id, organisation_name, is_demo } = frm.doc;
	const unreadable = frm.doc.__onload?.unreadable || [];
	if (unreadable.length) {
		frm.dashboard.set_headline_alert(unreadable.map(vtiger_xero.text).join("<br>"), "red");
	}
	if (!tenant_id) {
		frm.page.set_indicator(__("Not Connected"), "gray");
		return frm.perm[0].write && not_connected(frm);
	}
	show_switch(frm);
	const name = vtiger_xero.text(organisation_name);
	if (frm.doc.access_lost_on) {
		const ended = __("Xero has refused the connection to {0} since {1}. Connect again.", [
			name,
			vtiger_xero.text(frappe.datetime.str_to_user(frm.doc.access_lost_on)),
		]);
		tell(frm, ended, "red");
	} else if (is_demo) {
		tell(frm, __("Connected to {0}, which is Xero's Demo Company.", [name]), "blue");
	} else {
		tell(frm, __("Connected to {0}.", [name]), "green");
	}
	if (frm.perm[0].write) connected(frm);
	frm.add_custom_button(__("Sync Log"), vtiger_xero.open_log);
};

// The one black button is that of the step whose turn it is.
async function show_checklist(frm) {
	const [place] = frm.dashboard.add_section("");
	const turn = await vtiger_xero.show_checklist(place, frm);
	$(place).closest(".form-dashboard-section").toggle(Boolean(turn));
	if (turn) frm.page.inner_toolbar.find(".btn-primary").removeClass("btn-primary");
	frm.dashboard.show();
}

// What the server says after Xero's page, once.
function show_message(frm) {
	const said = frm.doc.__onload?.consent_message;
	if (!said) return;
	delete frm.doc.__onload.consent_message;
	if (said.choose) return choose(frm, said.message);
	if (said.question) {
		return vtiger_xero.ask_to_leave(said.question).then(() => frm.reload_doc());
	}
	if (said.indicator === "green" && frm.perm[0].write) {
		return vtiger_xero.settings.offer_accounts(frm, said.message);
	}
	const message = vtiger_xero.text(said.message);
	const again = { label: __("Connect Again"), action: () => authenticate(frm) };
	const primary_action = frm.perm[0].write ? again : null;
	frappe.msgprint({ title: __("Xero"), indicator: said.indicator, message, primary_action });
}

const choose = (frm, intro) => vtiger_xero.choose_organisation(intro).then(() => frm.reload_doc());

const tell = (frm, html, colour) => frm.set_intro(`<div class="xero-told">${html}</div>`, colour);

function show_switch(frm) {
	if (frm.doc.access_lost_on) {
		return frm.page.set_indicator(__("Disconnected in Xero"), "red");
	}
	frm.doc.enabled
		? frm.page.set_indicator(__("Connected"), "green")
		: frm.page.set_indicator(__("Switched Off"), "orange");
}

function not_connected(frm) {
	if (!frm.doc.client_id) {
		const steps = __(
			"Not connected. Make an app at Xero with the Redirect Address below, enter its two keys here, and save."
		);
		return tell(frm, steps, "orange");
	}
	const step = __(
		"Not connected. Press Authenticate your Xero Account, and allow access on Xero's page."
	);
	tell(frm, step, "orange");
	frm.add_custom_button(__("Authenticate your Xero Account"), () => authenticate(frm)).addClass(
		"btn-primary"
	);
}

async function authenticate(frm) {
	await saved(frm);
	return vtiger_xero.authenticate();
}

function connected(frm) {
	const sync = () => saved(frm).then(() => vtiger_xero.sync_now());
	const again = () => frm.add_custom_button(__("Connect Again"), () => authenticate(frm));
	const lost = frm.doc.access_lost_on && again();
	const $sync = frm.add_custom_button(__("Sync Now"), sync);
	(lost || $sync).addClass("btn-primary");
	frm.add_custom_button(__("Check"), () => vtiger_xero.settings.check(frm));
	vtiger_xero.settings.show_missing_accounts(frm);
	const group = __("Connection");
	const add = (label, action) => frm.add_custom_button(label, action, group);
	add(__("Authenticate your Xero Account"), () => authenticate(frm));
	add(__("Change Organisation"), () => choose(frm));
	add(__("Refresh Accounts and Tax Rates"), refresh_reference_data);
	add(__("Resync Everything"), () => resync(frm));
	add(__("Disconnect"), () =>
		vtiger_xero.disconnect(frm.doc.organisation_name).then(() => frm.reload_doc())
	);
}

function resync(frm) {
	const question = __(
		"All records in Xero are read again, with about one call for every thousand records, and compared with the CRM. Links stay, so nothing is created twice."
	);
	frappe.confirm(question, () => saved(frm).then(() => vtiger_xero.resync_everything()));
}

async function refresh_reference_data() {
	const found = await vtiger_xero.call("refresh_reference_data", {}, { freeze: true });
	const message = __("Read again. Accounts: {0}, tax rates: {1}.", [
		found["Xero Account"],
		found["Xero Tax Rate"],
	]);
	frappe.show_alert({ message, indicator: "green" });
}

const saved = (frm) => (frm.is_dirty() ? frm.save() : Promise.resolve());

// Two addresses must stand at Xero, letter by letter.
function add_copy_buttons(frm) {
	for (const field of ["redirect_address", "webhook_address"]) {
		const $field = frm.fields_dict[field].$wrapper;
		if ($field.find(".xero-copy").length) continue;
		$(`<button type="button" class="btn btn-xs btn-default xero-copy">${__("Copy")}</button>`)
			.attr("aria-label", __("Copy the {0}", [__(frm.fields_dict[field].df.label)]))
			.on("click", () => frappe.utils.copy_to_clipboard(frm.doc[field]))
			.appendTo($field.find(".form-group"));
	}
}
