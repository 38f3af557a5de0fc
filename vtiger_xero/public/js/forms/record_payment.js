// A payment of an invoice in one small window, instead of a form of its own.
frappe.provide("vtiger_xero");

const PAYMENT = "Vtiger Payment";
const DRAFTS = ["AutoCreated", "Created", "Sent", "Initiated", "In Progress"];

vtiger_xero.record_payment = function (frm) {
	const open = () => frappe.model.with_doctype(PAYMENT, () => show_window(frm)); // its labels
	if (!DRAFTS.includes(frm.doc.status)) return open();
	frappe.confirm(
		__("The invoice is not approved, so its payments are not sent to Xero yet. Go on?"),
		open
	);
};

function show_window(frm) {
	const { balance, currency } = frm.doc;
	const dialog = new frappe.ui.Dialog({
		title: __("Record Payment"),
		fields: fields_for(frm),
		primary_action_label: __("Save"),
		primary_action: (values) => save(frm, dialog, values),
	});
	if (vtiger_xero.may_use()) {
		dialog.set_secondary_action_label(__("Save and Sync"));
		dialog.set_secondary_action(() => {
			const values = dialog.get_values();
			if (values) save(frm, dialog, values, true);
		});
	}
	const { amount } = dialog.fields_dict;
	amount.df.onchange = () => {
		const over = flt(amount.get_value()) - balance;
		const sentence = __("This is {0} more than what is open.", [
			format_currency(over, currency),
		]);
		amount.set_description(over > 0 ? sentence : "");
	};
	dialog.show();
}

function fields_for({ doc }) {
	const field = (fieldname, more = {}) => {
		const { fieldtype, label, options } = frappe.meta.get_docfield(PAYMENT, fieldname);
		return { fieldname, fieldtype, label: __(label), options, ...more };
	};
	return [
		field("amount", {
			reqd: 1,
			default: doc.balance,
			label: __("Amount in {0}", [vtiger_xero.text(doc.currency)]),
			options: "",
		}),
		field("payment_date", { reqd: 1, default: frappe.datetime.get_today() }),
		{
			fieldname: "is_there",
			fieldtype: "Check",
			label: __("The money has arrived"),
			default: 1,
			description: __("Only then it counts on the invoice and goes to Xero."),
		},
		{ fieldtype: "Column Break" },
		field("payment_mode"),
		field("xero_account", { get_query: vtiger_xero.payment_accounts }),
		field("reference"),
	];
}

// What is refused is said by the server, and the window stays.
async function save(frm, dialog, { is_there, ...values }, sync = false) {
	const payment_status = is_there ? "Received" : "Pending";
	const doc = { doctype: PAYMENT, related_to: frm.doc.name, payment_status, ...values };
	const button = dialog.get_primary_btn();
	const asked = frappe.call({ method: "frappe.client.insert", args: { doc }, btn: button });
	const made = await asked.catch(() => null);
	if (!made?.message) return;
	dialog.hide();
	const link = vtiger_xero.record_link(PAYMENT, made.message.name);
	frappe.show_alert({ message: __("Payment {0} is saved.", [link]), indicator: "green" });
	if (!frm.is_dirty()) await frm.reload_doc();
	if (sync) await vtiger_xero.sync_records(PAYMENT, [made.message.name]);
}
