frappe.ui.form.on("Xero Settings", {
	setup(frm) {
		const lines = {
			status: "ACTIVE",
			type: ["!=", "BANK"],
			system_account: ["is", "not set"],
		};
		for (const field of ["sales_account", "charges_account", "adjustment_account"]) {
			frm.set_query(field, () => ({ filters: lines }));
		}
		const folder = "vtiger_xero.vtiger_xero.doctype.vtiger_payment.vtiger_payment";
		frm.set_query("payment_account", () => ({ query: `${folder}.payment_accounts` }));
	},

	refresh(frm) {
		// One row for each module, no more and no fewer.
		frm.set_df_property("modules", "cannot_add_rows", 1);
		frm.set_df_property("modules", "cannot_delete_rows", 1);
		vtiger_xero_settings.show_message(frm);
		if (frm.perm[0].write) {
			frm.doc.tenant_id
				? vtiger_xero_settings.connected(frm)
				: vtiger_xero_settings.not_connected(frm);
		}
		frm.add_custom_button(__("Sync Log"), vtiger_xero.open_log);
	},
});

const vtiger_xero_settings = {
	// What the server says after Xero's page, once.
	show_message(frm) {
		const said = (frm.doc.__onload || {}).consent_message;
		if (!said) return;
		delete frm.doc.__onload.consent_message;
		frappe.msgprint({
			title: __("Xero"),
			indicator: said.indicator,
			message: vtiger_xero.text(said.message),
		});
		if (said.choose) {
			vtiger_xero.choose_organisation().then(() => frm.reload_doc());
		}
	},

	not_connected(frm) {
		const steps = __(
			"Not connected. Enter the two keys of your Xero app, save, then press Authenticate your Xero Account."
		);
		frm.set_intro(steps, "orange");
		if (frm.doc.client_id) {
			frm.add_custom_button(__("Authenticate your Xero Account"), () =>
				vtiger_xero_settings.saved(frm).then(() => vtiger_xero.authenticate())
			).addClass("btn-primary");
		}
	},

	connected(frm) {
		const name = vtiger_xero.text(frm.doc.organisation_name);
		frm.set_intro(__("Connected to {0}.", [name]), "green");
		frm.add_custom_button(__("Sync Now"), () =>
			vtiger_xero_settings.saved(frm).then(() => vtiger_xero.sync_now())
		).addClass("btn-primary");
		const group = __("Connection");
		frm.add_custom_button(
			__("Authenticate your Xero Account"),
			() => vtiger_xero.authenticate(),
			group
		);
		frm.add_custom_button(
			__("Change Organisation"),
			() => {
				vtiger_xero.choose_organisation().then(() => frm.reload_doc());
			},
			group
		);
		frm.add_custom_button(
			__("Refresh Accounts and Tax Rates"),
			() => {
				vtiger_xero.call("refresh_reference_data").then((found) => {
					const message = __("Xero has {0} accounts and {1} tax rates.", [
						found["Xero Account"],
						found["Xero Tax Rate"],
					]);
					frappe.show_alert({ message, indicator: "green" });
				});
			},
			group
		);
		frm.add_custom_button(
			__("Disconnect"),
			() => {
				vtiger_xero.disconnect(frm.doc.organisation_name).then(() => frm.reload_doc());
			},
			group
		);
	},

	saved(frm) {
		return frm.is_dirty() ? frm.save() : Promise.resolve();
	},
};
