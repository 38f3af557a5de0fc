// Connecting and disconnecting.
frappe.provide("vtiger_xero");

vtiger_xero.authenticate = function () {
	return vtiger_xero.call("authenticate").then(({ url }) => {
		window.location.assign(url);
	});
};

vtiger_xero.disconnect = function (organisation) {
	const question = __(
		"Disconnect from {0}? The connection is removed at Xero too. The records of the CRM, their links to Xero and the sync log stay.",
		[vtiger_xero.text(organisation)]
	);
	return new Promise((resolve) => {
		frappe.confirm(question, () => {
			vtiger_xero.call("disconnect").then((message) => {
				frappe.msgprint({ title: __("Xero"), message: vtiger_xero.text(message) });
				resolve();
			});
		});
	});
};

// Several organisations were let in at once: the person says which one this CRM syncs with.
vtiger_xero.choose_organisation = function (intro) {
	return vtiger_xero.call("organisations").then((organisations) => {
		return new Promise((resolve) => {
			const dialog = new frappe.ui.Dialog({
				title: __("Choose the Xero organisation"),
				fields: [
					{
						fieldname: "intro",
						fieldtype: "HTML",
						options: intro && `<p>${vtiger_xero.text(intro)}</p>`,
					},
					{
						fieldname: "tenant",
						fieldtype: "Select",
						label: __("Organisation"),
						reqd: 1,
						options: organisations.map(({ tenant, name, is_demo }) => ({
							value: tenant,
							label: is_demo ? __("{0} (Demo Company)", [name]) : name,
						})),
						default: organisations[0]?.tenant,
					},
				],
				primary_action_label: __("Connect"),
				primary_action({ tenant }) {
					dialog.hide();
					vtiger_xero.call("choose_organisation", { tenant }).then((message) => {
						frappe.show_alert({
							message: vtiger_xero.text(message),
							indicator: "green",
						});
						resolve();
					});
				},
			});
			dialog.show();
		});
	});
};
