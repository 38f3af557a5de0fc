// A run as the person who started it sees it: progress, Stop, and the end.
frappe.provide("vtiger_xero");

const OPEN = ["Queued", "Running"];
const LOOK_EVERY = 3000; // milliseconds; realtime messages are faster, but may be lost

vtiger_xero.sync_now = function (when_done) {
	return vtiger_xero.call("sync_now").then((run) => vtiger_xero.watch(run, when_done));
};

vtiger_xero.watch = function (run, when_done) {
	new RunDialog(run, when_done || ((status) => show_outcome(run, status))).open();
};

vtiger_xero.watch_open_run = function () {
	vtiger_xero.call("state").then((state) => {
		if (state.run) vtiger_xero.watch(state.run);
		else frappe.show_alert(__("No run is under way."));
	});
};

const is_preview = (status) => status.triggered_by === "Preview";

function show_outcome(run, status) {
	if (!is_preview(status)) vtiger_xero.open_log();
	else if (status.status === "Completed") vtiger_xero.show_preview(run, status);
}

class RunDialog {
	constructor(run, when_done) {
		this.run = run;
		this.when_done = when_done;
		this.on_message = (message) => message.run === this.run && this.look();
	}

	open() {
		this.dialog = new frappe.ui.Dialog({
			title: __("Xero Sync"),
			fields: [{ fieldname: "state", fieldtype: "HTML" }],
			primary_action_label: __("Stop"),
			primary_action: () => this.stop(),
		});
		this.dialog.onhide = () => this.leave();
		this.dialog.show();
		frappe.realtime.on("xero_sync_progress", this.on_message);
		this.timer = setInterval(() => this.look(), LOOK_EVERY);
		this.look();
	}

	look() {
		return vtiger_xero.call("run_status", { run: this.run }).then((status) => {
			OPEN.includes(status.status) ? this.show(status) : this.finish(status);
		});
	}

	show(status) {
		const total = status.progress_total || 0;
		const done = status.progress_done || 0;
		const percent = total ? Math.round((100 * done) / total) : 100;
		const step = status.progress_step || __("Waiting for a worker");
		const count = total ? __("{0} of {1}", [done, total]) : done || "";
		this.dialog.fields_dict.state.$wrapper.html(`
			<p>${vtiger_xero.text(__(status.progress_module || ""))} ${vtiger_xero.text(step)}
				<span class="text-muted">${vtiger_xero.text(count)}</span></p>
			<div class="progress"><div class="progress-bar ${total ? "" : "progress-bar-striped"}"
				style="width: ${percent}%"></div></div>
			<p class="text-muted small">${__("You may close this window: the run goes on.")}</p>`);
	}

	finish(status) {
		if (this.finished) return;
		this.finished = true;
		this.dialog.hide();
		const good = status.status === "Completed";
		const complete = is_preview(status)
			? __("The preview is complete.")
			: __("The sync is complete.");
		if (good && !status.notices) {
			if (!is_preview(status)) frappe.show_alert({ message: complete, indicator: "green" });
		} else {
			const lines = [status.message, ...(status.notices || "").split("\n")].filter(Boolean);
			frappe.msgprint({
				title: good ? complete : __(status.status),
				indicator: good ? "green" : status.status === "Failed" ? "red" : "orange",
				message: lines.map(vtiger_xero.text).join("<br>"),
			});
		}
		this.when_done(status);
	}

	stop() {
		vtiger_xero.call("stop", { run: this.run }).then((message) => {
			frappe.show_alert(vtiger_xero.text(message));
		});
	}

	leave() {
		clearInterval(this.timer);
		frappe.realtime.off("xero_sync_progress", this.on_message);
	}
}
