// Vtiger's sync log: a row for each run and module, and behind each number its records.
frappe.provide("vtiger_xero");

const ROWS = 50;
const SIDES = [
	["crm", "Vtiger CRM"],
	["xero", "Xero"],
];
const OPERATIONS = ["Created", "Updated", "Deleted", "Skipped"];
const text = (value) => vtiger_xero.text(value);
const figure = (number) => format_number(number, null, 0);

vtiger_xero.LogPage = class LogPage extends vtiger_xero.Page {
	constructor(wrapper) {
		super(wrapper, "xero-log", __("Xero - Sync Log"));
		this.start = 0;
		this.$body.on("click", ".xero-step", (event) =>
			this.turn($(event.currentTarget).data("step"))
		);
		this.$body.on("click", ".xero-all-runs", () => this.show_all());
		this.$body.on("change", ".xero-filter :input", () => this.filter());
		this.$body.on("click", ".xero-count", (event) =>
			vtiger_xero.open_log_records(event.currentTarget.dataset)
		);
	}

	// A notification leads to one run: xero-log/… Not by a query: Frappe takes that off the address when it
	// follows a link, and keeps it where whatever page was still loading takes it for its own.
	async refresh() {
		this.run = frappe.get_route()[1];
		await this.show_ways();
		if (this.state.connected) {
			this.page.set_primary_action(__("Sync Now"), () => vtiger_xero.sync_now());
		}
		return this.show();
	}

	show_all() {
		frappe.set_route("xero-log");
	}

	turn(step) {
		this.start = Math.max(0, this.start + step);
		return this.show();
	}

	filter() {
		this.start = 0;
		this.chosen = vtiger_xero.log_filter(this.$body);
		return this.show();
	}

	async show() {
		const asked = { start: this.start, page_length: ROWS, run: this.run, ...this.chosen };
		const { rows, total, runs } = await vtiger_xero.call("sync_log", asked);
		const notice = vtiger_xero.run_notice(await this.told_run(), Boolean(this.run));
		const is_filtered = Object.values(this.chosen || {}).some(Boolean);
		if (!rows.length && !is_filtered)
			return this.show_empty(__("No Sync Log found."), this.way_on(), notice);
		const filter = this.run ? "" : vtiger_xero.log_filter_html(this.chosen);
		this.$body.html(
			notice + filter + table(rows, runs) + pager(this.start, rows.length, total)
		);
		this.say(__("{0} to {1} of {2}", [this.start + 1, this.start + rows.length, total]));
	}

	async told_run() {
		if (this.run) return vtiger_xero.call("run_status", { run: this.run });
		const [last] = this.state.connected
			? await vtiger_xero.call("last_runs", { limit: 1 })
			: [];
		return last;
	}

	way_on() {
		if (this.state.connected) return `<p>${__("Press Sync Now to begin.")}</p>`;
		return this.connect_html();
	}
};

function table(rows, runs) {
	const heads = SIDES.map(
		([, side]) => `<th colspan="4" scope="colgroup" class="xero-side">${__(side)}</th>`
	);
	const columns = SIDES.flatMap(() =>
		OPERATIONS.map((each) => `<th scope="col" class="xero-number">${__(each)}</th>`)
	);
	const plain = [__("Date"), __("Time"), __("Module")].map(
		(each) => `<th rowspan="2" scope="col">${each}</th>`
	);
	return `<div class="xero-scroll"><table class="table xero-table xero-log"><thead>
		<tr>${plain.join("")}${heads.join("")}</tr><tr>${columns.join("")}</tr></thead>
		<tbody>${rows.map((row, index) => head_of(row, rows[index - 1], runs) + row_html(row)).join("")}
		</tbody></table></div>`;
}

// Above the first of a run's rows.
const head_of = (row, before, runs) =>
	before && before.run === row.run ? "" : vtiger_xero.log_run_html(runs[row.run]);

function row_html(row) {
	const [date, ...time] = frappe.datetime.str_to_user(row.synced_at).split(" ");
	const numbers = SIDES.flatMap(([prefix, side], index) =>
		OPERATIONS.map((operation) => {
			const count = row[`${prefix}_${operation.toLowerCase()}`];
			const first = operation === "Created" ? "xero-side-start" : "";
			return number({ row, side, operation, count, first: index + 1 && first });
		})
	);
	return `<tr><td class="text-nowrap">${text(date)}</td><td class="text-nowrap">${text(
		time.join(" ")
	)}</td><td>${text(__(row.module))}</td>${numbers.join("")}</tr>`;
}

function number({ row, side, operation, count, first }) {
	const label = __("{0}: {1}", [__(side), __(operation)]);
	if (!count) return `<td class="xero-number xero-none ${first}">0</td>`;
	const action = __("{0}, {1}: open the records", [figure(count), label]);
	const tone = ["Deleted", "Skipped"].includes(operation) ? "xero-bad" : "";
	return `<td class="xero-number ${first}" data-label="${text(label)}">
		<button type="button" class="xero-count ${tone}" aria-label="${text(action)}"
			data-run="${text(row.run)}" data-module="${text(row.module)}" data-side="${side}"
			data-operation="${operation}">${figure(count)}</button></td>`;
}

function pager(start, shown, total) {
	if (total <= ROWS) return "";
	const range = __("{0} to {1} of {2}", [start + 1, start + shown, total].map(figure));
	const button = (step, label, may) =>
		`<button type="button" class="btn btn-default btn-sm xero-step" data-step="${step}"
			${may ? "" : "disabled"}>${label}</button>`;
	return `<nav class="xero-pager" aria-label="${__("Pages of the log")}">
		${button(-ROWS, __("Previous"), start > 0)} <span>${range}</span>
		${button(ROWS, __("Next"), start + shown < total)}</nav>`;
}
