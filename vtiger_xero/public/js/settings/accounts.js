// The accounts that the settings still need: offered with a suggestion, taken by one click.
frappe.provide("vtiger_xero.settings");

// After connecting, and from the button: the dialog, unless nothing is missing.
vtiger_xero.settings.offer_accounts = async function (frm, intro = "") {
	const missing = await vtiger_xero.call("missing_accounts");
	if (!missing.length) return say_next(intro);
	const dialog = new frappe.ui.Dialog({
		title: __("Choose Accounts"),
		fields: [
			{ fieldname: "intro", fieldtype: "HTML", options: intro_html(intro) },
			...missing.map((each) => field_of(frm, each)),
		],
		primary_action_label: __("Use These Accounts"),
		async primary_action(chosen) {
			const values = missing.map(({ field }) => [field, chosen[field]]);
			dialog.hide();
			await frm.set_value(Object.fromEntries(values.filter(([, value]) => value)));
			await frm.save();
			say_next();
		},
	});
	await Promise.all(
		missing.map(
			({ account }) => account && frappe.utils.fetch_link_title("Xero Account", account)
		)
	);
	dialog.show();
};

// The button, where the settings still need one.
vtiger_xero.settings.show_missing_accounts = async function (frm) {
	const missing = await vtiger_xero.call("missing_accounts");
	if (!missing.length || !frm.doc.tenant_id) return;
	frm.add_custom_button(__("Choose Accounts"), () => vtiger_xero.settings.offer_accounts(frm));
};

const intro_html = (intro) =>
	`<p>${vtiger_xero.text(intro)}</p><p>${__(
		"These accounts are needed. The suggestions are from your Xero: change them where others fit better."
	)}</p>`;

function field_of(frm, { field, account, uses, without }) {
	const { label, options } = frm.fields_dict[field].df;
	const used = uses ? __("The one that Xero names most: {0} times.", [uses]) : "";
	return {
		fieldname: field,
		fieldtype: "Link",
		label: __(label),
		options,
		get_query: frm.fields_dict[field].get_query,
		default: account,
		description: vtiger_xero.text([used, without].filter(Boolean).join(" ")),
	};
}

function say_next(intro = "") {
	const next = __("Next: look at a preview. It writes nothing.");
	frappe.msgprint({
		title: __("Xero"),
		indicator: "green",
		message: `${vtiger_xero.text(intro)} ${next}`,
		primary_action: { label: __("Preview"), action: () => vtiger_xero.preview() },
	});
}
