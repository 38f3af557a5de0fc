// Which records sync, and how one stands with Xero, in the colours of Frappe's indicators.
frappe.provide("vtiger_xero");

vtiger_xero.DOCTYPES = [
	"Vtiger Organization",
	"Vtiger Product",
	"Vtiger Service",
	"Vtiger Invoice",
	"Vtiger Payment",
];

const STATES = {
	"In Sync": "green",
	Waiting: "blue",
	Skipped: "orange",
	Conflict: "red",
	"Possible Match": "yellow",
	Excluded: "gray",
	Gone: "gray",
	"Not Linked": "gray",
};

const RUNS = {
	Queued: "gray",
	Running: "blue",
	Completed: "green",
	Waiting: "orange",
	Stopped: "orange",
	Failed: "red",
};

vtiger_xero.state_colour = (state) => STATES[state] || "gray";

vtiger_xero.run_colour = (status) => RUNS[status] || "gray";

vtiger_xero.pill = (label, colour) =>
	`<span class="indicator-pill ${colour} no-indicator-dot">${vtiger_xero.text(label)}</span>`;
