// The plan of a preview: a tab for each module, its counts, and a table that can be filtered.
frappe.provide("vtiger_xero");

const OPERATIONS = ["Created", "Updated", "Deleted", "Skipped", "Conflict"];
const SIDES = ["Vtiger CRM", "Xero"];
const text = (value) => vtiger_xero.text(value);
const figure = (number) => text(format_number(number, null, 0));

vtiger_xero.PlanView = class PlanView {
	constructor($body) {
		this.$body = $body;
		this.turn = 0; // of what a person has asked for
		const filter = frappe.utils.debounce(() => this.filter(), 300);
		$body.on("input change", ".xero-filter :input", filter);
		$body.on("click", ".xero-more", () => this.more());
		$body.on("click", ".xero-tab", (event) => this.open(Number(event.currentTarget.value)));
		$body.on("keydown", ".xero-tab", (event) => this.step(event));
	}

	show(result) {
		this.run = result.run;
		this.modules = result.modules;
		const tabs = this.modules.map((plan, index) => tab_html(plan, index)).join("");
		this.$body.html(`${head_html(result)}
			<div class="xero-tabs" role="tablist" aria-label="${__("Modules")}">${tabs}</div>
			<div role="tabpanel" id="xero-plan" tabindex="0"><p class="xero-plan-counts"></p>
				${filter_html()}<div class="xero-plan-rows" aria-live="polite"></div></div>`);
		this.open(
			Math.max(
				0,
				this.modules.findIndex(({ rows }) => rows)
			)
		);
	}

	open(index) {
		this.index = index;
		this.$body.find(".xero-tab").each((each, tab) => {
			tab.setAttribute("aria-selected", String(each === index));
			tab.tabIndex = each === index ? 0 : -1;
		});
		this.$body.find("[role=tabpanel]").attr("aria-labelledby", `xero-tab-${index}`);
		const { counts, possible, cannot_run } = this.modules[index];
		const wait = __("Possible matches that wait for an answer: {0}", [possible]);
		this.$body
			.find(".xero-plan-counts")
			.html(text(cannot_run) || counts_html(counts) + (possible ? ` · ${wait}` : ""));
		this.filter();
	}

	// As in every tab list: the arrows go from one to the next.
	step(event) {
		const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (!by) return;
		this.open((this.index + by + this.modules.length) % this.modules.length);
		this.$body.find(".xero-tab")[this.index].focus();
	}

	// The first page of what fits; without a filter it came with the plan.
	async filter() {
		const asked = this.asked();
		const is_filtered = Object.values(asked).some(Boolean);
		if (!is_filtered) return this.show_first();
		const page = await this.page(asked);
		if (page) this.show_rows(page);
	}

	show_first() {
		this.turn += 1;
		this.show_rows(this.modules[this.index]);
	}

	async more() {
		const page = await this.page(this.asked(), this.follows);
		if (page) this.show_rows({ ...page, records: [...this.records, ...page.records] });
	}

	asked() {
		const names = ["record_name", "side", "operation"];
		return Object.fromEntries(
			names.map((name) => [name, this.$body.find(`[name=${name}]`).val().trim()])
		);
	}

	// A page, or nothing where a person has asked for another one meanwhile.
	async page(asked, after = 0) {
		const turn = (this.turn += 1);
		const { module } = this.modules[this.index];
		const page = await vtiger_xero.call("preview_records", {
			run: this.run,
			module,
			after,
			...asked,
		});
		return turn === this.turn ? page : undefined;
	}

	show_rows({ records, follows }) {
		this.records = records;
		this.follows = follows;
		const { rows } = this.modules[this.index];
		const html = records.length ? rows_html(records, follows) : none_html(rows);
		this.$body.find(".xero-plan-rows").html(html);
	}
};

function head_html({ made_on, calls, writing, stale, applied, modules }) {
	const when = text(made_on ? frappe.datetime.str_to_user(made_on) : "");
	const total = `<p class="xero-plan-total">${total_html(modules)}</p>`;
	if (applied) return `${applied_html(applied)}<p>${__("Made on {0}.", [when])}</p>${total}`;
	const old = __(
		"A sync has run since this preview was made. Preview again before you apply it."
	);
	const notice = stale ? `<div class="form-message orange" role="alert">${old}</div>` : "";
	return `${notice}<p>${__(
		"Made on {0}. Nothing has been written yet. API calls to apply this plan: about {1}, of these {2} to write",
		[when, `<b>${figure(calls)}</b>`, figure(writing)]
	)}</p>${total}`;
}

// How the run ended, the log says: one that was refused has written nothing.
function applied_html({ name, status, started }) {
	const when = text(frappe.datetime.str_to_user(started));
	const pill = vtiger_xero.pill(__(status), vtiger_xero.run_colour(status));
	const log = `<a href="${vtiger_xero.page_address("xero-log", name)}">${__("Sync Log")}</a>`;
	const sentence =
		status === "Completed"
			? __("Applied on {0}.", [when])
			: __("A run to apply this plan began on {0}.", [when]);
	return `<div class="form-message blue" role="status">${sentence} ${pill} ${log}</div>`;
}

// All modules in one sum.
function total_html(modules) {
	const counts = {};
	for (const each of modules) {
		for (const [key, number] of Object.entries(each.counts)) {
			counts[key] = (counts[key] || 0) + number;
		}
	}
	const sum = counts_html(counts) || __("Nothing to do.");
	return __("All modules: {0}", [sum]);
}

function tab_html({ module, rows }, index) {
	return `<button type="button" class="xero-tab" role="tab" id="xero-tab-${index}"
		aria-controls="xero-plan" value="${index}">${text(__(module))}
		<span class="badge">${figure(rows)}</span></button>`;
}

function counts_html(counts) {
	const counted = SIDES.flatMap((side, index) =>
		OPERATIONS.map((operation) => {
			const key = `${["crm", "xero"][index]}_${operation.toLowerCase()}`;
			const number = counts[key] && format_number(counts[key], null, 0);
			return number ? __("{0}, {1}: {2}", [__(side), __(operation), number]) : "";
		})
	);
	return counted.filter(Boolean).map(text).join(" · ");
}

function filter_html() {
	const select = (name, label, all, values) => `<label>${label}
		<select class="form-control input-xs" name="${name}"><option value="">${all}</option>
		${values.map((each) => `<option value="${each}">${__(each)}</option>`).join("")}</select></label>`;
	return `<div class="xero-filter"><label>${__("Record Name")}
			<input type="search" class="form-control input-xs" name="record_name"></label>
		${select("side", __("Where"), __("Both sides"), SIDES)}
		${select("operation", __("What"), __("Everything"), OPERATIONS)}</div>`;
}

function none_html(rows) {
	const sentence = rows ? __("No line of this plan fits the filter.") : __("Nothing to do.");
	return `<p class="xero-empty">${sentence}</p>`;
}

function rows_html(records, follows) {
	const head = [__("Record Name"), __("Where"), __("What"), __("Changes or Reason")];
	const more = `<button type="button" class="btn btn-default btn-sm xero-more">
		${__("Show more")}</button>`;
	return `<div class="xero-scroll"><table class="table xero-table xero-records"><thead><tr>
			${head.map((each) => `<th scope="col">${each}</th>`).join("")}</tr></thead>
		<tbody>${records.map(record_html).join("")}</tbody></table></div>
		${follows === null ? "" : more}`;
}

function record_html(record) {
	const { crm_doctype, crm_name, record_name, side, operation } = record;
	return `<tr><td>${vtiger_xero.record_link(crm_doctype, crm_name, record_name)}</td>
		<td class="xero-module">${text(__(side))}</td><td class="xero-module">${text(__(operation))}</td>
		<td>${vtiger_xero.reason_html(record)}${changes_html(record)}</td></tr>`;
}

// Of what is in dispute, neither value has become the other.
function changes_html({ operation, changes }) {
	if (operation !== "Conflict") return vtiger_xero.changes_html(changes);
	const both = ({ label, old: crm, new: xero }) =>
		`<li><span class="xero-field">${text(label)}</span>
			<div class="xero-side-value">${__("Vtiger CRM")}: ${vtiger_xero.value_html(crm)}</div>
			<div class="xero-side-value">${__("Xero")}: ${vtiger_xero.value_html(xero)}</div></li>`;
	return `<ul class="xero-changes">${changes.map(both).join("")}</ul>`;
}
