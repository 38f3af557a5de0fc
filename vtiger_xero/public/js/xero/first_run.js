// Before a first run: what it would leave out in numbers, and how to fix that first.
frappe.provide("vtiger_xero");

// Whether the run may begin.
vtiger_xero.is_first_run_meant = async function () {
	const found = await vtiger_xero.call("expected_skips");
	return !found.length || ask(found);
};

function ask(found) {
	const { field } = found[0];
	const cure = field && vtiger_xero.may_manage() ? cure_of(field) : null;
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Before the first sync"),
			fields: [{ fieldname: "text", fieldtype: "HTML", options: found.map(html).join("") }],
			primary_action_label: cure ? cure.label : __("Back"),
			primary_action() {
				dialog.hide();
				cure && cure.act();
			},
			secondary_action_label: __("Sync All the Same"),
			secondary_action() {
				resolve(true);
				dialog.hide();
			},
		});
		dialog.onhide = () => resolve(false); // the first answer counts
		dialog.show();
	});
}

const cure_of = (field) =>
	field.endsWith("_account")
		? { label: __("Choose Accounts"), act: () => vtiger_xero.choose_accounts() }
		: { label: __("Open Xero Settings"), act: () => vtiger_xero.open_settings_at(field) };

function html({ module, count, of, problem, remedy }) {
	const [number, all] = [count, of].map((each) => format_number(each, null, 0));
	const sentence = __("{0}: {1} of {2} would be skipped.", [
		vtiger_xero.text(__(module)),
		number,
		all,
	]);
	return `<p><b>${sentence}</b><br>${vtiger_xero.text(problem)}</p>
		<p class="xero-remedy">${vtiger_xero.text(remedy)}</p>`;
}
