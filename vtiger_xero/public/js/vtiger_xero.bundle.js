// What every page of the Desk has: the endpoints, the run panel, the lists' menu, the record's form.
import "./xero/endpoints";
import "./xero/states";
import "./xero/links";
import "./xero/connect";
import "./xero/run";
import "./xero/run_following";
import "./xero/run_panel";
import "./xero/changes";
import "./xero/accounts";
import "./xero/timeline";
import "./xero/record";
import "./xero/record_state";
import "./xero/list_column";
import "./xero/list_menu";
import "./forms/decimals";
import "./forms/invoice_defaults";
import "./forms/papers";
