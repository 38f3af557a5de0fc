// What customers get (invoices, receipts, statements), and what they owe, on the forms.
frappe.provide("vtiger_xero");

const ORGANIZATION = "Vtiger Organization";

// Frappe's dialog asks for the signature of an e-mail account, which most people may not read, and
// then shows a refusal and no message.
const compose = (given) => {
	class Composer extends frappe.views.CommunicationComposer {
		async get_signature(sender) {
			return frappe.model.can_read("Email Account") ? super.get_signature(sender) : "";
		}
	}
	return new Composer(given);
};

// Frappe's own dialog, with the print attached, for the customer and in the customer's language.
async function send(frm) {
	if (frm.is_dirty()) await frm.save();
	const { doctype, doc } = frm;
	const letter = await vtiger_xero.call("papers.letter", {
		doctype,
		name: doc.name,
		language: doc.language || "",
	});
	compose({
		doc,
		frm,
		recipients: letter.recipients.join(", "),
		subject: letter.subject,
		message: letter.message,
		attach_document_print: true,
	});
}

["Vtiger Invoice", "Vtiger Payment"].forEach((doctype) =>
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			if (frm.is_new() || !frappe.model.can_email(doctype, frm)) return;
			frm.add_custom_button(__("Send by E-mail"), () => send(frm));
		},
		// Frappe asks for it in the dialog of its own menu, too.
		get_email_recipients: (frm, field) =>
			field === "recipients" ? frm.doc.__onload?.recipients || [] : [],
	})
);

frappe.ui.form.on(ORGANIZATION, {
	refresh(frm) {
		if (!vtiger_xero.is_form(frm) || frm.is_new()) return;
		show_owing(frm);
		const { name } = frm.doc;
		if (!frappe.model.can_read("Vtiger Invoice")) return;
		frm.add_custom_button(__("Statement"), () => vtiger_xero.open_statement(name));
		if (frappe.model.can_create("Vtiger Invoice")) {
			frm.add_custom_button(__("New Invoice"), () =>
				frappe.new_doc("Vtiger Invoice", { organization_name: name })
			);
		}
	},
});

async function show_owing(frm) {
	const { name } = frm.doc;
	const asked = (frm.owing_asked = Symbol(name));
	const { owing, paid } = await vtiger_xero.call("papers.at_a_glance", { organization: name });
	if (frm.owing_asked !== asked || frm.doc.name !== name) return; // the person has gone on
	const say = (text, colour) => frm.dashboard.add_indicator(vtiger_xero.text(text), colour);
	owing.forEach(({ open, overdue }) => {
		say(__("Outstanding: {0}", [open]), "blue");
		if (overdue) say(__("Overdue: {0}", [overdue]), "red");
	});
	if (!owing.length) say(__("Nothing outstanding"), "green");
	if (paid) say(__("Last payment: {0}", [paid]), "gray");
}

vtiger_xero.open_statement = (organization) =>
	frappe.set_route("query-report", "Customer Statement", { organization });

const PAPERS = "/api/method/vtiger_xero.api.papers";

vtiger_xero.print_statement = function (chosen) {
	if (!chosen) return;
	const given = Object.entries(chosen).filter(([, value]) => value);
	window.open(`${PAPERS}.statement?${new URLSearchParams(given)}`, "_blank", "noopener");
};

vtiger_xero.mail_statement = async function (chosen) {
	if (!chosen) return;
	const letter = await vtiger_xero.call("papers.statement_letter", chosen, { freeze: true });
	const doc = { doctype: ORGANIZATION, name: chosen.organization };
	const { recipients, subject, message, attachment } = letter;
	const composer = compose({
		doc,
		subject,
		message,
		recipients: recipients.join(", "),
		attachments: [attachment],
	});
	composer.dialog.$wrapper.find(`[data-file-name="${attachment.name}"]`).prop("checked", true);
};
