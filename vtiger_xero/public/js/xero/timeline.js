// The timeline of Frappe 15 names a link's old and new value by their ids. No user knows those of
// Xero's accounts, and who moved the sales account to where is what the timeline is read for.
[...vtiger_xero.DOCTYPES, "Xero Settings"].forEach((doctype) =>
	frappe.ui.form.on(doctype, { refresh: show_titles })
);

// What is stored stays as it is: only the form's own copy is changed.
async function show_titles(frm) {
	if (!vtiger_xero.is_form(frm)) return;
	const with_ids = ({ data, by_titles }) => data && !by_titles;
	const versions = (frm.get_docinfo()?.versions || []).filter(with_ids);
	if (!versions.length) return;
	await Promise.all(versions.map((version) => put_titles(frm, version)));
	frm.timeline?.refresh();
}

async function put_titles(frm, version) {
	version.by_titles = true;
	const data = JSON.parse(version.data);
	await Promise.all(links_changed(frm, data).map(put_title));
	version.data = JSON.stringify(data);
}

// The changes of link fields, [field, from, to] each, of the record and of the rows of its tables.
function links_changed(frm, { changed = [], row_changed = [] }) {
	const link_of = (doctype) => (change) => {
		const field = frappe.meta.get_docfield(doctype, change[0]);
		return field?.fieldtype === "Link" ? [{ doctype: field.options, change }] : [];
	};
	const rows = row_changed.flatMap(([table, , , changes]) => {
		const options = frappe.meta.get_docfield(frm.doctype, table)?.options;
		return options ? changes.flatMap(link_of(options)) : [];
	});
	return [...changed.flatMap(link_of(frm.doctype)), ...rows];
}

async function put_title({ doctype, change }) {
	if (!frappe.boot.link_title_doctypes.includes(doctype)) return;
	change[1] = await title(doctype, change[1]);
	change[2] = await title(doctype, change[2]);
}

const asked = {}; // one question for each, however many versions name it

// One that is gone, or has no title, goes on by its id.
async function title(doctype, id) {
	if (!id) return id;
	const key = `${doctype}::${id}`;
	const known = frappe.utils.get_link_title(doctype, id);
	return known || (await (asked[key] ??= frappe.utils.fetch_link_title(doctype, id))) || id;
}
