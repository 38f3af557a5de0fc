// Fields that hold an account of Xero's: which ones they offer, and how these are shown.
frappe.provide("vtiger_xero");

const ACCOUNT = "Xero Account";
const QUERIES = "vtiger_xero.vtiger_xero.doctype.xero_account.xero_account";

// A bank account takes no lines of an invoice, and most others take no payments.
vtiger_xero.line_accounts = () => ({ query: `${QUERIES}.line_accounts` });

vtiger_xero.purchase_accounts = () => ({
	...vtiger_xero.line_accounts(),
	filters: { purchases: 1 },
});

vtiger_xero.payment_accounts = () => ({ query: `${QUERIES}.payment_accounts` });

// An account is known by its code and name. Frappe adds its id, which means nothing to a user, and has no
// place where a field or a DocType could say otherwise.
const { prototype } = frappe.ui.form.ControlLink;
const as_frappe_does = prototype.merge_duplicates;

prototype.merge_duplicates = function (found) {
	const merged = as_frappe_does.call(this, found);
	return this.get_options() === ACCOUNT ? merged.map(without_id) : merged;
};

function without_id(account) {
	const parts = String(account.description || "").split(", ");
	return { ...account, description: parts.filter((part) => part !== account.value).join(", ") };
}

// The small window for a new record runs no script of the form; it offers the same accounts.
const { QuickEntryForm } = frappe.ui.form;

class ItemQuickEntryForm extends QuickEntryForm {
	set_meta_and_mandatory_fields() {
		super.set_meta_and_mandatory_fields();
		const account = this.mandatory.find((field) => field.options === ACCOUNT);
		if (account) account.get_query = vtiger_xero.line_accounts;
	}
}

Object.assign(frappe.ui.form, {
	VtigerProductQuickEntryForm: ItemQuickEntryForm,
	VtigerServiceQuickEntryForm: ItemQuickEntryForm,
});
