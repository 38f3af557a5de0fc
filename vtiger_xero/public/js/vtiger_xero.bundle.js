// What the lists, the settings form and the sync log share.
import "./xero/doors";
import "./xero/connect";
import "./xero/run";
import "./xero/preview";
import "./xero/list_menu";
