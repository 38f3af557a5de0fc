// On each record that syncs: is it in step with Xero, and if not, why and what to do about it.
const COLOURS = {
	"In Sync": "green",
	Waiting: "blue",
	Skipped: "orange",
	Conflict: "red",
	Gone: "gray",
};

[
	"Vtiger Organization",
	"Vtiger Product",
	"Vtiger Service",
	"Vtiger Invoice",
	"Vtiger Payment",
].forEach((doctype) => frappe.ui.form.on(doctype, { refresh: show_state }));

// Asked first, so that whoever has no role sees nothing; the door asks again by itself.
const ROLES = ["Xero User", "Xero Manager", "System Manager"];

function show_state(frm) {
	if (frm.is_new() || !ROLES.some((role) => frappe.user.has_role(role))) return;
	const name = frm.doc.name;
	vtiger_xero.call("record_state", { doctype: frm.doctype, name }).then((held) => {
		if (held && frm.doc.name === name) tell(frm, held);
	});
}

function tell(frm, held) {
	const colour = COLOURS[held.state] || "gray";
	frm.dashboard.add_indicator(__("Xero: {0}", [__(held.state)]), colour);
	if (held.xero_address) frm.add_web_link(held.xero_address, __("Open in Xero"));
	if (!held.reason) return;
	const text = vtiger_xero.text;
	const remedy = held.remedy ? `<br><b>${text(held.remedy)}</b>` : "";
	frm.set_intro(`${text(held.reason)}${remedy}`, colour === "red" ? "red" : "orange");
}
