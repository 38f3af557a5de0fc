// The search of the Desk says "undefined: Framing" where the word stands in the value of a field and not
// in its name: Frappe gives the name back under another key then.
const { utils } = frappe.search;
const as_frappe_does = utils.fuzzy_search;

utils.fuzzy_search = function (...asked) {
	const found = as_frappe_does.apply(this, asked);
	return found?.item === undefined ? found : { marked_string: found.item, ...found };
};
