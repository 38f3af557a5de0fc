// A run in the corner of the Desk: how far it is, Stop, and at its end what came of it.
frappe.provide("vtiger_xero");

const is_preview = (status) => status.triggered_by === "Preview";
const OPERATIONS = ["Created", "Updated", "Deleted", "Skipped"];

vtiger_xero.RunPanel = class RunPanel {
	constructor(run) {
		this.run = run;
		this.$panel = $(`<section class="xero-run-panel" tabindex="-1"
				aria-label="${__("Xero Sync")}">
			<div class="xero-run-head"><div class="xero-run-title"></div><span class="xero-run-state"></span>
				<button type="button" class="btn btn-icon xero-run-close" aria-label="${__("Hide")}"
					title="${__("Hide")}">${frappe.utils.icon("close", "sm")}</button></div>
			<div class="xero-run-body"></div>
			<div class="sr-only" role="status" aria-live="polite"></div>
			<footer></footer></section>`);
		this.$panel.on("click", ".xero-run-close", () => this.on_close());
		this.$panel.on("click", ".xero-run-stop", (event) => this.stop(event.currentTarget));
		this.$panel.on("click", "footer a", () => this.over && this.on_close());
		this.$panel.prependTo(corner());
	}

	remove() {
		this.$panel.remove();
	}

	show_progress(status) {
		const { progress_total: total = 0, progress_done: done = 0 } = status;
		const step = status.progress_step || __("Waiting for a worker");
		this.head(is_preview(status) ? __("Xero Preview") : __("Xero Sync"), status.status);
		this.body(`<p><b>${vtiger_xero.text(__(status.progress_module || ""))}</b>
				${vtiger_xero.text(step)}
				<span class="text-muted">${count(done, total)}</span></p>
			${bar(done, total, step)}
			<p class="text-muted small">${__("You can keep working; the sync continues.")}</p>`);
		this.say([__(status.progress_module || ""), step].filter(Boolean).join(": "));
		if (this.$panel.find(".xero-run-stop").length) return;
		const stop = is_preview(status) ? "" : button("xero-run-stop", __("Stop"));
		this.$panel.find("footer").html(stop);
	}

	show_lost() {
		this.say(__("The server does not answer. The run continues; this page tries again."));
		this.body(`<p class="text-muted">${this.said}</p>`);
	}

	show_outcome(status) {
		this.over = true;
		const lines = [status.message, ...(status.notices || "").split("\n")].filter(Boolean);
		const title = outcome(status);
		this.head(title, status.status);
		this.body(
			counts_table(status) + lines.map((line) => `<p>${vtiger_xero.text(line)}</p>`).join("")
		);
		this.$panel.find("footer").html(ways_on(status));
		this.say([title, ...lines].join(" "));
	}

	head(title, status) {
		this.$panel.find(".xero-run-title").text(title);
		const pill = vtiger_xero.pill(__(status), vtiger_xero.run_colour(status));
		this.$panel.find(".xero-run-state").html(pill);
	}

	body(html) {
		this.$panel.find(".xero-run-body").html(html);
	}

	// A screen reader hears each step once, not every number.
	say(text) {
		if (text === this.said) return;
		this.said = text;
		this.$panel.find("[role=status]").text(text);
	}

	stop(stop_button) {
		$(stop_button).prop("disabled", true).text(__("Stopping …"));
		vtiger_xero.stop_run(this.run);
	}
};

// Frappe's own corner for alerts, so that neither covers the other.
function corner() {
	if (!$("#dialog-container").length) {
		$('<div id="dialog-container"><div id="alert-container"></div></div>').appendTo("body");
	}
	return "#alert-container";
}

function count(done, total) {
	if (total)
		return __("{0} of {1}", [format_number(done, null, 0), format_number(total, null, 0)]);
	return done ? format_number(done, null, 0) : "";
}

function bar(done, total, label) {
	const percent = total ? Math.round((100 * done) / total) : 100;
	const now = total ? `aria-valuenow="${percent}"` : "";
	return `<div class="progress xero-progress" role="progressbar" aria-label="${vtiger_xero.text(
		label
	)}"
			aria-valuemin="0" aria-valuemax="100" ${now}>
		<div class="progress-bar ${total ? "" : "progress-bar-striped progress-bar-animated"}"
			style="width: ${percent}%"></div></div>`;
}

function outcome(status) {
	if (status.status === "Completed") {
		return is_preview(status) ? __("The preview is complete.") : __("The sync is complete.");
	}
	return is_preview(status) ? __("Xero Preview") : __("Xero Sync");
}

function counts_table(status) {
	const counts = status.counts || {};
	if (is_preview(status) || !Object.values(counts).some(Boolean)) return "";
	const row = (label, side) => {
		const cells = OPERATIONS.map((each) => counts[`${side}_${each.toLowerCase()}`] || 0);
		return `<tr><th scope="row">${label}</th>
			${cells.map((number) => `<td>${format_number(number, null, 0)}</td>`).join("")}</tr>`;
	};
	return `<table class="xero-counts"><thead><tr><td></td>
			${OPERATIONS.map((each) => `<th scope="col">${__(each)}</th>`).join("")}</tr></thead>
		<tbody>${row(__("Vtiger CRM"), "crm")}${row(__("Xero"), "xero")}</tbody></table>`;
}

function ways_on(status) {
	const { crm_skipped = 0, xero_skipped = 0 } = status.counts || {};
	const link = (label, ...route) =>
		`<a class="btn btn-xs btn-default" href="${vtiger_xero.page_address(
			...route
		)}">${label}</a>`;
	if (is_preview(status)) {
		const there = status.status === "Completed";
		return there ? link(__("Show the Plan"), "xero-preview", status.name) : "";
	}
	const skipped = crm_skipped + xero_skipped;
	const again = status.access_lost && vtiger_xero.may_manage();
	return (
		(again ? link(__("Connect Again"), "xero-settings") : "") +
		link(__("Sync Log"), "xero-log") +
		(skipped ? link(__("Skipped by Cause"), "xero-skipped") : "")
	);
}

const button = (css_class, label) =>
	`<button type="button" class="btn btn-xs btn-default ${css_class}">${label}</button>`;
