// Vtiger's sync log: a row for each run and module, and behind each number its records.
frappe.pages["xero-log"].on_page_load = function (wrapper) {
	const ROWS = 50;
	const SIDES = [
		["crm", "Vtiger CRM"],
		["xero", "Xero"],
	];
	const OPERATIONS = ["Created", "Updated", "Deleted", "Skipped"];
	const text = vtiger_xero.text;
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Xero - Sync Log"),
		single_column: true,
	});
	const $body = $('<div class="xero-log"></div>').appendTo(page.main);
	let start = 0;

	wrapper.xero_refresh = () =>
		vtiger_xero.call("state").then((state) => {
			page.clear_inner_toolbar();
			page.clear_primary_action();
			page.clear_menu();
			if (state.connected) {
				page.set_primary_action(__("Sync Now"), () => vtiger_xero.sync_now(show));
			}
			state.may_manage && page.add_inner_button(__("Sync Settings"), vtiger_xero.open_settings);
			return show();
		});

	function show() {
		return vtiger_xero
			.call("sync_log", { start, page_length: ROWS })
			.then(({ rows, total }) => $body.html(rows.length ? table(rows, total) : nothing()));
	}

	function nothing() {
		return `<p class="text-muted text-center" style="padding: 3rem">
			${__("No Sync Log found.")}</p>`;
	}

	function table(rows, total) {
		const heads = SIDES.map(([, side]) => `<th colspan="4" class="text-center">${__(side)}</th>`);
		const columns = SIDES.flatMap(() => OPERATIONS.map((each) => `<th>${__(each)}</th>`));
		return `<div class="table-responsive"><table class="table table-bordered"><thead>
			<tr><th rowspan="2">${__("Date")}</th><th rowspan="2">${__("Time")}</th>
				<th rowspan="2">${__("Module")}</th>${heads.join("")}</tr>
			<tr>${columns.join("")}</tr></thead>
			<tbody>${rows.map(row_html).join("")}</tbody></table></div>${pager(rows.length, total)}`;
	}

	function row_html(row) {
		const [date, ...time] = frappe.datetime.str_to_user(row.synced_at).split(" ");
		const numbers = SIDES.flatMap(([prefix, side]) =>
			OPERATIONS.map((operation) => number(row, side, operation, row[count(prefix, operation)]))
		);
		return `<tr><td class="text-nowrap">${text(date)}</td><td>${text(time.join(" "))}</td>
			<td>${text(__(row.module))}</td>${numbers.join("")}</tr>`;
	}

	const count = (prefix, operation) => `${prefix}_${operation.toLowerCase()}`;

	function number(row, side, operation, value) {
		if (!value) return "<td>0</td>";
		const tone = ["Deleted", "Skipped"].includes(operation) ? "text-danger" : "text-primary";
		return `<td><a href="#" class="xero-count ${tone}" style="text-decoration: underline" data-run="${text(row.run)}"
			data-module="${text(row.module)}" data-side="${side}"
			data-operation="${operation}">${text(value)}</a></td>`;
	}

	function pager(shown, total) {
		if (total <= ROWS) return "";
		const range = __("{0} to {1} of {2}", [start + 1, start + shown, total]);
		const button = (step, label, may) =>
			`<button class="btn btn-default btn-sm xero-page" data-step="${step}"
				${may ? "" : "disabled"}>${label}</button>`;
		return `<p>${button(-ROWS, __("Previous"), start > 0)} ${range}
			${button(ROWS, __("Next"), start + shown < total)}</p>`;
	}

	$body.on("click", ".xero-page", (event) => {
		start = Math.max(0, start + Number($(event.currentTarget).data("step")));
		show();
	});

	$body.on("click", ".xero-count", (event) => {
		event.preventDefault();
		open_records($(event.currentTarget).data());
	});

	function open_records({ run, module, side, operation }) {
		const which = { run, module, side, operation };
		const where = side === "Xero" ? __("Xero") : __("Vtiger");
		const dialog = new frappe.ui.Dialog({
			title: __("Records {0} in {1}", [__(operation), where]),
			size: "extra-large",
			fields: [{ fieldname: "records", fieldtype: "HTML" }],
			primary_action_label: __("Download As CSV"),
			primary_action() {
				const query = new URLSearchParams(which).toString();
				window.open(`/api/method/vtiger_xero.api.download_entries?${query}`);
			},
		});
		const $records = dialog.fields_dict.records.$wrapper;
		let held = [];
		const more = () =>
			vtiger_xero
				.call("sync_entries", { ...which, start: held.length, page_length: 100 })
				.then(({ rows, total }) => {
					held = held.concat(rows);
					$records.html(records_html(held, total, operation));
				});
		$records.on("click", ".xero-more", more);
		more();
		dialog.show();
	}

	function records_html(rows, total, operation) {
		const detail = { Skipped: __("Reason"), Updated: __("Changes") }[operation];
		const rest =
			rows.length < total
				? `<button class="btn btn-default btn-sm xero-more">
					${__("Show more ({0} of {1})", [rows.length, total])}</button>`
				: "";
		return `<div class="table-responsive"><table class="table table-bordered"><thead><tr>
			<th>${__("Source Module")}</th><th>${__("Record Name")}</th>
			${detail ? `<th>${detail}</th>` : ""}</tr></thead>
			<tbody>${rows.map((row) => record_html(row, operation)).join("")}</tbody></table></div>
			${rest}`;
	}

	function record_html(row, operation) {
		const name = text(row.record_name);
		const link = row.exists
			? `<a href="${frappe.utils.get_form_link(row.crm_doctype, row.crm_name)}"
				target="_blank">${name}</a>`
			: name;
		const at_xero = row.xero_address
			? ` <a class="text-muted small" href="${text(row.xero_address)}" target="_blank"
				rel="noopener">${__("in Xero")}</a>`
			: "";
		const details = {
			Skipped: () => [row.reason, row.remedy].filter(Boolean).map(text),
			Updated: () => row.changes.map(change_html),
		}[operation];
		return `<tr><td>${text(__(row.module))}</td><td>${link}${at_xero}</td>
			${details ? `<td>${details().join("<br>")}</td>` : ""}</tr>`;
	}

	function change_html({ field, old, new: value, overwrites }) {
		const lost = overwrites ? ` <b>${__("overwrites a change")}</b>` : "";
		return `${text(frappe.unscrub(field))}: <s>${text(old)}</s> → ${text(value)}${lost}`;
	}
};

frappe.pages["xero-log"].on_page_show = (wrapper) => wrapper.xero_refresh();
