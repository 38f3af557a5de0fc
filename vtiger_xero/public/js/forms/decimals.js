// A price is kept with eight decimals, and shown with those that it has: 12.95, and not 12.95000000.
const { prototype } = frappe.ui.form.ControlCurrency;
const as_frappe_does = prototype.format_for_input;
const LEAST = 2;

prototype.format_for_input = function (value) {
	const { parent, precision } = this.df;
	const is_ours = String(parent).startsWith("Vtiger ") && cint(precision) > LEAST;
	const is_empty = value === undefined || value === null || value === "";
	if (!is_ours || is_empty || isNaN(Number(value))) return as_frappe_does.call(this, value);
	const digits = Number(value).toFixed(cint(precision)).split(".")[1].replace(/0+$/, "");
	return format_number(value, this.get_number_format(), Math.max(digits.length, LEAST));
};
