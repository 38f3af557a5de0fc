"""What Frappe reads of this app. Names with an underscore are ours; every other one is a hook."""

app_name = "vtiger_xero"
app_title = "Vtiger Xero"
app_publisher = "The vtiger_xero maintainers"
app_description = "Vtiger CRM's accounting modules on Frappe, kept in step with Xero"
app_email = "maintainers@example.com"
app_license = "mit"

before_install = "vtiger_xero.install.before_install"
after_install = "vtiger_xero.install.after_install"
after_migrate = "vtiger_xero.install.warn_of_weak_frappe"
before_uninstall = "vtiger_xero.uninstall.before_uninstall"
after_uninstall = "vtiger_xero.uninstall.after_uninstall"

fixtures = [
    {"dt": "Role", "filters": [["role_name", "in", ["Xero Manager", "Xero User"]]]},
    {
        "dt": "Custom HTML Block",
        "filters": [["name", "in", ["Xero Checklist", "Xero Last Payments"]]],
    },
]

app_include_js = "vtiger_xero.bundle.js"
app_include_css = "vtiger_xero.bundle.css"

add_to_apps_screen = [
    {
        "name": "vtiger_xero",
        "title": "Vtiger Xero",
        "logo": "/assets/vtiger_xero/images/vtiger_xero.svg",
        "route": "/app/vtiger-organization",
        "has_permission": "vtiger_xero.permissions.may_open",
    }
]

_CONTACT_SAVED = "vtiger_xero.api.events.contact_saved"
_LINKS = "vtiger_xero.api.events.require_readable_links"
_SECURE = "vtiger_xero.crm.stored_text.secure"
_TEXTS = {"before_validate": _SECURE}
_SYNCED = {
    "before_validate": [_LINKS, _SECURE],
    "on_update": "vtiger_xero.api.events.record_saved",
    "on_trash": "vtiger_xero.api.events.record_saved",
    "after_rename": "vtiger_xero.api.events.record_saved",
}
doc_events = {
    "*": {
        "onload": "vtiger_xero.api.guards.guard_titles",
        "before_print": "vtiger_xero.api.guards.hide_titles",
    },
    "Vtiger Organization": _SYNCED,
    "Vtiger Product": _SYNCED,
    "Vtiger Service": _SYNCED,
    "Vtiger Invoice": _SYNCED,
    "Vtiger Payment": _SYNCED,
    "Vtiger Tax": {**_TEXTS, "before_insert": _SECURE},  # its name is one of them
    "Xero Account": _TEXTS,
    "Xero Organisation": _TEXTS,
    "Xero Settings": _TEXTS,
    "Xero Sync Run": _TEXTS,
    "Xero Tax Rate": _TEXTS,
    "File": {"before_validate": "vtiger_xero.api.events.before_validate_file"},
    "Contact": {
        "before_validate": [_LINKS, "vtiger_xero.api.events.before_validate_contact"],
        "validate": "vtiger_xero.api.events.validate_contact",
        "after_insert": _CONTACT_SAVED,
        "on_update": _CONTACT_SAVED,
        "on_trash": "vtiger_xero.api.events.contact_deleted",
    },
    "Address": {"before_validate": _LINKS},
    "Event": {"before_validate": _LINKS},  # Frappe fills in the e-mail address of a participant
    "Data Import": {"before_validate": "vtiger_xero.api.events.before_validate_import"},
    "Prepared Report": {"before_insert": "vtiger_xero.api.events.refuse_prepared_report"},
}

# Who may not read every record reads neither the journal, nor rows of another's record, nor people
# of another's organization.
_JOURNAL = (
    *("Xero Link", "Xero Document", "Xero Outbox", "Xero Match Answer"),
    *("Xero Sync Entry", "Xero Preview Entry"),
)
_TABLES = ("Vtiger Invoice Item", "Vtiger Invoice Tax", "Vtiger Product Tax")
_PEOPLE = ("Contact", "Address")
_OF_PEOPLE = ("Contact Email", "Contact Phone", "Dynamic Link")
permission_query_conditions = dict.fromkeys(
    (*_JOURNAL, *_TABLES, *_PEOPLE, *_OF_PEOPLE),
    "vtiger_xero.permissions.list_condition",
)
has_permission = {
    **dict.fromkeys(_JOURNAL, "vtiger_xero.permissions.may_read_journal"),
    **dict.fromkeys(_PEOPLE, "vtiger_xero.permissions.may_read_person"),
}

before_request = ["vtiger_xero.api.guards.guard_request"]
override_whitelisted_methods = {
    "frappe.client.get": "vtiger_xero.api.guards.get",
    "frappe.client.get_count": "vtiger_xero.api.guards.get_count",
    "frappe.contacts.doctype.address.address.get_default_address": (
        "vtiger_xero.api.guards.get_default_address"
    ),
    "frappe.desk.notifications.get_open_count": "vtiger_xero.api.connections.get_open_count",
    "frappe.desk.search.get_link_title": "vtiger_xero.api.guards.get_link_title",
    "frappe.utils.global_search.search": "vtiger_xero.api.guards.global_search",
}

# What the search of the Desk (Ctrl+G) finds, in a new site; `install.py` tells the others.
global_search_doctypes = {
    "Default": [
        {"doctype": "Vtiger Organization"},
        {"doctype": "Vtiger Invoice"},
        {"doctype": "Vtiger Product"},
        {"doctype": "Vtiger Service"},
        {"doctype": "Vtiger Payment"},
    ]
}

after_request = ["vtiger_xero.webhook.answer_instead"]

scheduler_events = {
    "cron": {
        "* * * * *": ["vtiger_xero.runs.automatic.tick"],
        "0 7 * * *": ["vtiger_xero.runs.digest.send_digest"],
    },
    "daily": ["vtiger_xero.vtiger_xero.doctype.vtiger_invoice.overdue.mark_overdue"],
}

# Frappe empties its cache whenever somebody gets a role; ours is no copy of anything.
persistent_cache_keys = ["vtiger_xero:"]

# What the sync remembers of a record must not keep a person from deleting it.
ignore_links_on_delete = ["Xero Link", "Xero Sync Entry", "Xero Preview Entry", "Xero Sync Run"]

# Days; Vtiger itself keeps its extension logs for six months. A preview counts for an hour.
default_log_clearing_doctypes = {
    "Xero Preview Entry": 1,
    "Xero Sync Entry": 180,
    "Xero Sync Log": 180,
    "Xero Sync Run": 180,
}

require_type_annotated_api_methods = True
