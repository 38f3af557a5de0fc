// What is refused about one field is said at this field: by the server, besides Frappe's window,
// and at once where a time of the day is none.
frappe.provide("vtiger_xero.settings");

const PROBLEM = "xero-problem";
// In a document that is not shown, where nothing runs.
const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;

// The server's sentences about a field begin with its label: "Daily At: …".
vtiger_xero.settings.show_refusals = function (frm, answer) {
	clear_all(frm);
	const refused = messages_of(answer).flatMap((message) => {
		const df = frm.meta.fields.find(
			({ label }) => label && message.startsWith(`${__(label)}: `)
		);
		return df ? [[frm.fields_dict[df.fieldname], message]] : [];
	});
	refused.forEach(([control, sentence]) => tell(control, sentence));
	if (refused.length) lead_to(frm, refused[0][0]);
};

// Frappe would say "Time Invalid date must be in format: HH:mm:ss" in a window, and hold nothing
// while its clock shows the time from before. What was there stays.
vtiger_xero.settings.check_time = function (control) {
	control.validate = (value) => {
		if (!value || frappe.datetime.validate(value)) return value;
		const asked = [__(control.df.label), control.$input.val()];
		tell(control, __("{0}: “{1}” is no time of the day. Enter it like 02:00.", asked));
		return control.get_model_value();
	};
};

function messages_of(answer) {
	try {
		return JSON.parse(answer._server_messages).map((each) => plain(JSON.parse(each).message));
	} catch {
		return []; // it said nothing, or nothing for people
	}
}

function tell({ $wrapper, $input, df }, sentence) {
	clear($wrapper);
	const id = `xero-problem-${df.fieldname}`;
	$(`<p class="${PROBLEM}" role="alert" id="${id}"></p>`)
		.text(sentence)
		.insertAfter($wrapper.find(".control-input-wrapper"));
	$wrapper.addClass("has-error");
	$input?.attr({ "aria-invalid": "true", "aria-describedby": id });
	$input?.one("input change", () => clear($wrapper));
}

function clear_all(frm) {
	const problems = $(frm.wrapper).find(`p.${PROBLEM}`);
	problems.each((_, problem) => clear($(problem).closest(".frappe-control")));
}

function clear($wrapper) {
	$wrapper.removeClass("has-error").find(`p.${PROBLEM}`).remove();
	$wrapper.find("[aria-invalid]").removeAttr("aria-invalid aria-describedby");
}

// To its tab at once, and with the cursor once Frappe's window is closed.
function lead_to(frm, { df, $input }) {
	frm.scroll_to_field(df.fieldname);
	$(document).one("hidden.bs.modal", () => $input?.trigger("focus"));
}
