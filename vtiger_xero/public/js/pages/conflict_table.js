// One record in conflict: both values and the last agreed one side by side, and a choice for each.
frappe.provide("vtiger_xero");

const CRM = "Vtiger CRM";
const XERO = "Xero";
const text = (value) => vtiger_xero.text(value);
let tables = 0; // radio buttons of one name belong together, on the whole page

vtiger_xero.ConflictTable = class ConflictTable {
	constructor($parent, row) {
		Object.assign(this, { row, id: `xero-conflict-${++tables}` });
		this.$box = $(`<div class="xero-conflict"></div>`).appendTo($parent);
		this.$box.html(this.html());
		this.$box.on("click", ".xero-keep-all", (event) =>
			this.keep_all(event.currentTarget.value)
		);
		this.$box.on("change", ":input", () => this.changed());
		this.changed();
	}

	changed() {
		const hint = __("Choose a side for every field, then the record can sync.");
		const lacking = this.row.may_decide && !this.complete;
		this.$box.find(".xero-hint").text(lacking ? hint : "");
		this.on_change && this.on_change();
	}

	html() {
		const { fields, keeps, may_decide } = this.row;
		const all = (side, label) =>
			may_decide
				? `<button type="button" class="btn btn-default btn-xs xero-keep-all"
					value="${side}">${label}</button>`
				: "";
		return `<table class="table xero-table xero-decide"><thead><tr>
				<th scope="col">${__("Field")}</th><th scope="col">${__("Last agreed")}</th>
				<th scope="col">${__("Vtiger CRM")} ${all(CRM, __("Keep all of Vtiger CRM"))}</th>
				<th scope="col">${__("Xero")} ${all(XERO, __("Keep all of Xero"))}</th></tr></thead>
			<tbody>${fields.map((field, index) => this.field_html(field, index)).join("")}</tbody></table>
			<label class="xero-keeps">${__("From now on, for this record")}
				<select class="form-control input-xs" name="keeps" ${may_decide ? "" : "disabled"}>
					${option("", __("Ask me again"), keeps)}
					${option(CRM, __("Vtiger CRM always wins"), keeps)}
					${option(XERO, __("Xero always wins"), keeps)}</select></label>
			<p class="xero-hint text-muted"></p><p class="xero-problem" role="alert"></p>`;
	}

	field_html({ label, agreed, crm, xero, choice }, index) {
		return `<tr><th scope="row">${text(label)}</th>
			<td data-label="${__("Last agreed")}">${agreed_html(agreed)}</td>
			${this.side_html({ index, label, side: CRM, value: crm, choice })}
			${this.side_html({ index, label, side: XERO, value: xero, choice })}</tr>`;
	}

	side_html({ index, label, side, value, choice }) {
		const choose = __("{0}: take the value of {1}", [label, __(side)]);
		return `<td data-label="${__(side)}"><label class="xero-side-choice"><input type="radio"
			name="${this.id}-${index}" value="${side}" aria-label="${text(choose)}"
			${choice === side ? "checked" : ""} ${this.row.may_decide ? "" : "disabled"}>
			<span>${vtiger_xero.value_html(value)}</span></label></td>`;
	}

	keep_all(side) {
		this.$box.find(`input[type=radio][value="${side}"]`).prop("checked", true);
		this.changed();
	}

	get keeps() {
		return this.$box.find("[name=keeps]").val();
	}

	// What is chosen, and the values that the person saw: the server refuses what has moved on.
	get decided() {
		const choices = {};
		const seen = {};
		this.row.fields.forEach(({ field, crm, xero }, index) => {
			const winner = this.$box.find(`[name="${this.id}-${index}"]:checked`).val();
			if (!winner) return;
			choices[field] = winner;
			seen[field] = { crm, xero };
		});
		return { choices, seen, keeps: this.keeps };
	}

	get complete() {
		return (
			Boolean(this.keeps) ||
			Object.keys(this.decided.choices).length === this.row.fields.length
		);
	}

	// Says at the table what is lacking; nothing is sent then.
	check() {
		const { choices, keeps } = this.decided;
		const chosen = Object.keys(choices).length || keeps !== (this.row.keeps || "");
		const problem = chosen ? "" : __("Choose a side for at least one field.");
		this.$box.find(".xero-problem").text(problem);
		if (problem) this.$box.find("input[type=radio]").first().trigger("focus");
		return !problem;
	}

	async save(sync) {
		if (!this.check()) return false;
		const { doctype, name } = this.row;
		const asked = { doctype, name, ...this.decided, sync: sync ? 1 : 0 };
		const { message, run } = await vtiger_xero.call("resolve", asked);
		frappe.show_alert({ message: text(message), indicator: "green" });
		if (run) vtiger_xero.follow(run);
		return true;
	}
};

const option = (value, label, held) =>
	`<option value="${value}" ${(held || "") === value ? "selected" : ""}>${label}</option>`;

const agreed_html = (agreed) =>
	agreed === null || agreed === undefined
		? `<span class="text-muted">${__("never agreed")}</span>`
		: vtiger_xero.value_html(agreed);
