// On each record that syncs: is it in step with Xero, if not, why, and what can be done about it.
frappe.provide("vtiger_xero");

vtiger_xero.DOCTYPES.forEach((doctype) => frappe.ui.form.on(doctype, { refresh: show_state }));

// A run that is over, or a decision, has changed the record; never over what the person is typing.
const reload = (frm) => (frm.is_dirty() ? show_state(frm) : frm.reload_doc());

$(document).on("xero-run-over", () => {
	const [view, doctype, name] = frappe.get_route();
	const at_hand =
		view === "Form" && shown && shown.doctype === doctype && shown.doc.name === name;
	if (at_hand && !shown.is_new()) reload(shown);
});

let shown; // the form that was shown last

async function show_state(frm) {
	if (!vtiger_xero.is_form(frm)) return;
	shown = frm;
	vtiger_xero.take_state_away(frm);
	if (frm.is_new() || !vtiger_xero.may_use()) return;
	const { name } = frm.doc;
	const asked = (frm.xero_asked = Symbol(name));
	const held = await vtiger_xero.call("record_state", { doctype: frm.doctype, name });
	if (frm.xero_asked !== asked || frm.doc.name !== name) return; // the person has gone on
	show_held(frm, held || { state: "Not Linked" });
}

function show_held(frm, held) {
	vtiger_xero.take_state_away(frm);
	const colour = vtiger_xero.state_colour(held.state);
	frm.dashboard.add_indicator(__("Xero: {0}", [__(held.state)]), colour);
	if (held.reason) tell_reason(frm, held);
	if (held.awaits_run) await_run(frm, held);
	vtiger_xero.show_record_state(frm, held);
	add_buttons(frm, held);
}

function tell_reason(frm, held) {
	const { state, is_old, first } = held;
	if (first && !first.length) {
		return frm.set_intro(
			__("What this record waited for is in Xero now. The next run syncs it."),
			"blue"
		);
	}
	// What to do about it was done perhaps, or stands with the record to be fixed first.
	const reason = vtiger_xero.reason_html(first || is_old ? { reason: held.reason } : held);
	const causes = (first || []).map(first_html).join("");
	if (!is_old) return frm.set_intro(reason + causes, state === "Conflict" ? "red" : "orange");
	const again = __(
		"Saved since the last run, so the next run looks at it again. The last run skipped it:"
	);
	frm.set_intro(`<div>${again}</div>${reason}${causes}`, "blue");
}

// The record that keeps this one back, with its own reason.
function first_html({ doctype, name, title, reason }) {
	if (!name) return `<div>${__("A record that you may not read must be fixed first.")}</div>`;
	const link = vtiger_xero.record_link(doctype, name, title);
	const fix = __("Fix {0} first: {1}", [link, vtiger_xero.text(reason)]);
	return `<div class="xero-remedy">${fix}</div>`;
}

// A run that the save has asked for begins within a minute, in nobody's name, so no message of its
// end comes to this form.
const LOOK_EVERY = 5000; // milliseconds
const LOOKS = 36;

function await_run(frm, { state }) {
	const { doctype, doc } = frm;
	const asked = frm.xero_asked;
	let looks = 0;
	const timer = setInterval(async () => {
		const gone_on = frm.xero_asked !== asked || frm.doc.name !== doc.name;
		if (gone_on || (looks += 1) > LOOKS) return clearInterval(timer);
		if (document.hidden || cur_frm !== frm) return;
		const question = vtiger_xero.ask_quietly("record_state", { doctype, name: doc.name });
		const held = await question.catch(() => null);
		if (!held || held.state === state || frm.xero_asked !== asked) return;
		clearInterval(timer);
		reload(frm);
	}, LOOK_EVERY);
}

function add_buttons(frm, held) {
	const group = __("Xero");
	const add = (label, action) => frm.add_custom_button(label, action, group);
	if (held.conflict?.length) {
		add(__("Resolve Conflict"), () => resolve(frm, held));
	}
	const { duplicate_of } = held;
	if (duplicate_of && frappe.model.can_delete(frm.doctype)) {
		add(__("Merge into {0}", [duplicate_of]), () => merge(frm, duplicate_of));
	}
	if (held.state === "Possible Match") add(__("Possible Matches"), vtiger_xero.open_matches);
	if (!frm.doc.do_not_sync) add(__("Sync This One Now"), () => sync(frm));
	if (frm.fields_dict.do_not_sync && frm.perm[1]?.write) {
		frm.doc.do_not_sync
			? add(__("Sync Again"), () => exclude(frm, 0))
			: add(__("Do Not Sync"), () => exclude(frm, 1));
	}
	if (/^https?:\/\//.test(held.xero_address || "")) {
		add(__("Open in Xero"), () => window.open(held.xero_address, "_blank", "noopener"));
	}
}

async function sync(frm) {
	if (frm.is_dirty()) await frm.save();
	await vtiger_xero.sync_records(frm.doctype, [frm.doc.name]);
}

async function exclude(frm, value) {
	await frm.set_value("do_not_sync", value);
	await frm.save();
}

// Frappe's own way to do it is its Rename, which asks for a number that the person must type.
async function merge({ doctype, doc: { name } }, into) {
	const question = __("{0} is deleted, and what belongs to it goes to {1}. Merge them?", [
		vtiger_xero.text(name),
		vtiger_xero.text(into),
	]);
	frappe.confirm(question, async () => {
		const args = { doctype, old: name, new: into, merge: 1 };
		await frappe.call({ method: "frappe.rename_doc", args, freeze: true });
		$(document).trigger("rename", [doctype, name, into]);
		frappe.set_route("Form", doctype, into);
	});
}

// No side wins every conflict of the record any more.
vtiger_xero.ask_again = async function (frm) {
	const { doctype, doc } = frm;
	const { message } = await vtiger_xero.call("ask_again", { doctype, name: doc.name });
	frappe.show_alert({ message: vtiger_xero.text(message), indicator: "green" });
	show_state(frm);
};

async function resolve(frm, held) {
	await vtiger_xero.with_pages();
	const { doctype, doc } = frm;
	const title = doc[frm.meta.title_field] || doc.name;
	const row = { ...held, doctype, name: doc.name, title, fields: held.conflict };
	vtiger_xero.resolve_conflict(row, () => reload(frm));
}
