// Starting and stopping runs.
frappe.provide("vtiger_xero");

vtiger_xero.sync_now = async function () {
	if (!(await vtiger_xero.is_first_run_meant())) return;
	vtiger_xero.follow(await vtiger_xero.call("sync_now"));
};

vtiger_xero.resync_everything = async function () {
	vtiger_xero.follow(await vtiger_xero.call("resync_everything"));
};

vtiger_xero.sync_records = async function (doctype, names) {
	vtiger_xero.follow(await vtiger_xero.call("sync_records", { doctype, names }));
};

// The plan has a page of its own, which waits for it; a user who leaves it sees the panel.
vtiger_xero.preview = async function () {
	const run = await vtiger_xero.call("preview");
	vtiger_xero.follow(run);
	vtiger_xero.open_preview(run);
};

vtiger_xero.stop_run = async function (run) {
	const message = await vtiger_xero.call("stop", { run });
	frappe.show_alert(vtiger_xero.text(message));
};
