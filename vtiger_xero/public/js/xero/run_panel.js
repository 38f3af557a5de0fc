// A run in the corner of the Desk: how far it is, Stop, and at its end what came of it.
frappe.provide("vtiger_xero");

const { is_preview, ...outcome } = vtiger_xero.run_outcome;
const CLOSES_AFTER = 8000; // milliseconds

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
		clearTimeout(this.closing);
		this.$panel.remove();
		make_room(0);
	}

	show_progress(status) {
		const { progress_total: total = 0, progress_done: done = 0 } = status;
		const step = step_of(status);
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
		const { conflicts } = is_preview(status) ? {} : status;
		if (conflicts)
			lines.push(__("Records in conflict: {0}", [format_number(conflicts, null, 0)]));
		const title = outcome.title(status);
		this.head(title, status.status);
		this.body(
			outcome.counts_html(status) +
				lines.map((line) => `<p>${vtiger_xero.text(line)}</p>`).join("")
		);
		this.$panel.find("footer").html(outcome.ways_html(status));
		this.say([title, ...lines].join(" "));
		make_room(this.$panel.outerHeight());
		if (outcome.needs_nobody(status)) this.close_soon();
	}

	// Unless the person is looking at it.
	close_soon() {
		this.closing = setTimeout(() => {
			const $panel = this.$panel;
			const is_used = $panel.is(":hover") || $panel.find(document.activeElement).length;
			is_used ? this.close_soon() : this.remove();
		}, CLOSES_AFTER);
	}

	head(title, status) {
		this.$panel.find(".xero-run-title").text(title);
		const pill = vtiger_xero.pill(__(status), vtiger_xero.run_colour(status));
		this.$panel.find(".xero-run-state").html(pill);
	}

	body(html) {
		this.$panel.find(".xero-run-body").html(html);
		make_room(this.$panel.outerHeight());
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

// Below the page, so that what the panel covers can be scrolled to.
const make_room = (height) => $("#body").css("padding-bottom", height ? `${height}px` : "");

function step_of({ status, waits, progress_step }) {
	if (waits) return __("Xero asks us to wait: continues in {0} s.", [waits]);
	if (progress_step) return progress_step;
	return status === "Queued" ? __("Waiting for a worker") : __("Starting …");
}

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

const button = (css_class, label) =>
	`<button type="button" class="btn btn-xs btn-default ${css_class}">${label}</button>`;
