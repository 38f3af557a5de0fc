// Follows one run until it is over, also over a reload of the page: sessionStorage remembers it.
frappe.provide("vtiger_xero");

const OPEN = ["Queued", "Running"];
const LOOK_EVERY = 2500; // milliseconds; realtime messages are faster, but may be lost
const PLACE = "vtiger_xero:run";
const HIDDEN = "vtiger_xero:hidden_run"; // whose panel the person has closed

class Following {
	constructor(run, only_watched) {
		const panel = new vtiger_xero.RunPanel(run);
		Object.assign(this, { run, only_watched, panel });
		this.panel.on_close = () => this.hide();
		this.on_message = (message) => message.run === run && this.look();
		frappe.realtime.on("xero_sync_progress", this.on_message);
		this.timer = setInterval(() => this.look(), LOOK_EVERY);
		this.look();
	}

	// Only one question is under way at a time: answers may not overtake each other.
	async look() {
		if (this.asking || this.over) return;
		this.asking = true;
		try {
			const watched = !document.hidden;
			const status = await vtiger_xero.ask_quietly("run_status", { run: this.run, watched });
			if (!this.over) this.show(status);
		} catch (error) {
			if (["401", "403", "404", "417"].includes(error.message)) this.forget();
			else if (!this.over) this.panel.show_lost();
		} finally {
			this.asking = false;
		}
	}

	show(status) {
		if (OPEN.includes(status.status)) return this.panel.show_progress(status);
		this.end();
		const known = this.only_watched || is_open_here(status);
		known ? this.panel.remove() : this.panel.show_outcome(status);
		$(document).trigger("xero-run-over", status);
	}

	end() {
		this.over = true;
		clearInterval(this.timer);
		frappe.realtime.off("xero_sync_progress", this.on_message);
		sessionStorage.removeItem(PLACE);
	}

	hide() {
		sessionStorage.setItem(HIDDEN, this.run);
		this.forget();
	}

	forget() {
		this.end();
		this.panel.remove();
		if (followed === this) followed = null;
	}
}

let followed = null;

// The page of a preview shows its outcome itself.
function is_open_here({ name, status }) {
	const [page, run] = frappe.get_route();
	return status === "Completed" && page === "xero-preview" && run === name;
}

vtiger_xero.follow = function (run, only_watched = false) {
	if (followed && followed.run === run && !followed.over) {
		followed.only_watched = followed.only_watched && only_watched;
		return;
	}
	if (followed) followed.forget();
	if (!only_watched) sessionStorage.setItem(PLACE, run);
	sessionStorage.removeItem(HIDDEN);
	followed = new Following(run, only_watched);
};

// For a user who opens a page of the app while a run is under way. It may be another user's, or
// an automatic one: then its end is nothing that they have waited for.
vtiger_xero.show_open_run = function ({ run }) {
	if (run && run !== sessionStorage.getItem(HIDDEN)) vtiger_xero.follow(run, true);
};

$(document).on("app_ready", () => {
	const run = sessionStorage.getItem(PLACE);
	if (run && vtiger_xero.may_use()) vtiger_xero.follow(run);
});
