// What the lists, the forms, the settings and the sync log share.
import "./xero/doors";
import "./xero/connect";
import "./xero/run";
import "./xero/preview";
import "./xero/doctor";
import "./xero/record";
import "./xero/list_menu";
