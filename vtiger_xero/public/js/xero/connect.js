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
							label: label_html(name, is_demo),
						})),
						default: organisations[0]?.tenant,
					},
				],
				primary_action_label: __("Connect"),
				primary_action({ tenant }) {
					dialog.hide();
					vtiger_xero.call("choose_organisation", { tenant }).then((outcome) => {
						if (!outcome.question) show_connected(outcome.message);
						resolve(outcome.question && vtiger_xero.ask_to_leave(outcome.question));
					});
				},
			});
			dialog.show();
		});
	});
};

// Frappe shows a label of a Select as HTML, and the name is what somebody wrote in Xero.
function label_html(name, is_demo) {
	const shown = vtiger_xero.text(name);
	return is_demo ? __("{0} (Demo Company)", [shown]) : shown;
}

const show_connected = (message) =>
	frappe.show_alert({ message: vtiger_xero.text(message), indicator: "green" });

// The records are linked with another organisation than the one that was chosen. Nothing has
// changed so far, and nothing does where the answer is Back.
vtiger_xero.ask_to_leave = function (question) {
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Connect with another organisation?"),
			fields: [{ fieldname: "text", fieldtype: "HTML", options: what_it_means(question) }],
			primary_action_label: __("Back"),
			primary_action: () => dialog.hide(),
			secondary_action_label: __("Connect Anyway"),
			secondary_action() {
				answered = true;
				dialog.hide();
				const { tenant } = question;
				vtiger_xero
					.call("choose_organisation", { tenant, confirmed: true })
					.then(({ message }) => show_connected(message))
					.then(resolve);
			},
		});
		let answered = false;
		dialog.onhide = () => {
			if (!answered) vtiger_xero.call("stay_connected").then(resolve);
		};
		dialog.show();
	});
};

function what_it_means({ name, base_currency, crm_currency, other }) {
	const [here, there] = [name, other.name].map(vtiger_xero.text);
	const sentences = [
		__("Records of this CRM that are linked with {0}: {1}.", [there, other.linked]),
		__(
			"In {0} none of them is linked: the next run would look for each of them there, and create those that it does not find.",
			[here]
		),
	];
	if (base_currency && crm_currency && base_currency !== crm_currency) {
		sentences.push(
			__(
				"The base currency of {0} is {1}, and that of this CRM {2}: invoices and payments would not run.",
				[here, vtiger_xero.text(base_currency), vtiger_xero.text(crm_currency)]
			)
		);
	}
	sentences.push(
		__(
			"The links and the chosen accounts of {0} are kept and used again when you connect it again.",
			[there]
		)
	);
	return sentences.map((each) => `<p>${each}</p>`).join("");
}
