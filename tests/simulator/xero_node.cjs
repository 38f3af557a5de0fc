// What an app on xero-node does: consent, reference data, a contact, an item, an invoice, a payment,
// a refused record, a limit. Each step's outcome is one line of JSON on stdout.
// The page of the consent is opened by whoever started this: its address goes out, the way back comes in.

const readline = require("node:readline");
const { Issuer } = require("openid-client");
const { XeroClient } = require("xero-node");

const url = process.argv[2];
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (step, found) => console.log(JSON.stringify({ step, ...found }));
const heard = async () => (await lines.next()).value;

// xero-node throws its errors as JSON text with the answer inside.
async function refused(work) {
  try {
    await work();
  } catch (error) {
    return typeof error === "string" ? JSON.parse(error) : error;
  }
  throw new Error("was not refused");
}

async function connect() {
  const xero = new XeroClient({
    clientId: "DEMO-CLIENT",
    clientSecret: "demo-secret",
    redirectUris: ["http://localhost/callback"],
    scopes: "offline_access accounting.contacts accounting.settings accounting.invoices accounting.payments".split(" "),
    state: "any",
  });
  // The addresses of Xero's sign-in service are fixed in `initialize`; these are the simulator's.
  const issuer = new Issuer({
    issuer: url,
    authorization_endpoint: `${url}/identity/connect/authorize`,
    token_endpoint: `${url}/connect/token`,
    revocation_endpoint: `${url}/connect/revocation`,
  });
  xero.openIdClient = new issuer.Client({
    client_id: xero.config.clientId,
    client_secret: xero.config.clientSecret,
    redirect_uris: xero.config.redirectUris,
  });
  xero.accountingApi.basePath = `${url}/api.xro/2.0`;
  say("consent", { url: await xero.buildConsentUrl() });
  const tokens = await xero.apiCallback(await heard());
  say("tokens", { scope: tokens.scope, hasRefresh: Boolean(tokens.refresh_token) });
  const renewed = await xero.refreshToken();
  say("refreshed", { isAnother: renewed.refresh_token !== tokens.refresh_token });
  const { body } = await xero.queryApi("GET", `${url}/connections`);
  return [xero.accountingApi, body[0].tenantId];
}

async function work() {
  const [api, tenant] = await connect();
  const organisation = (await api.getOrganisations(tenant)).body.organisations[0];
  say("organisation", { name: organisation.name, isDemo: organisation.isDemoCompany });

  const made = await api.createContacts(tenant, {
    contacts: [{ name: "Kea Ltd", phones: [{ phoneType: "MOBILE", phoneNumber: "555" }] }],
  });
  const contactID = made.body.contacts[0].contactID;
  const bolt = { code: "BOLT", name: "Bolt", salesDetails: { unitPrice: 1.2345, accountCode: "200" } };
  const item = (await api.createItems(tenant, { items: [bolt] }, false, 4)).body.items[0];
  say("item", { code: item.code, price: item.salesDetails.unitPrice, taxType: item.salesDetails.taxType });

  const invoice = {
    type: "ACCREC",
    contact: { contactID },
    date: "2026-11-02",
    dueDate: "2026-12-01",
    status: "AUTHORISED",
    lineItems: [{ itemCode: "BOLT", description: "Bolts", quantity: 10, accountCode: "200", discountRate: 10 }],
  };
  const sent = (await api.createInvoices(tenant, { invoices: [invoice] }, false, 4, "key-1")).body.invoices[0];
  const again = (await api.createInvoices(tenant, { invoices: [invoice] }, false, 4, "key-1")).body.invoices[0];
  say("invoice", { total: sent.total, status: sent.status, isOne: sent.invoiceID === again.invoiceID });

  const read = (await api.getInvoice(tenant, sent.invoiceID, 4)).body.invoices[0];
  const line = read.lineItems[0];
  say("read", { due: read.dueDate, price: line.unitAmount, rate: line.discountRate, taxType: line.taxType });
  const change = { reference: "PO 7", status: "AUTHORISED" };
  const changed = (await api.updateInvoice(tenant, sent.invoiceID, { invoices: [change] }, 4)).body.invoices[0];
  say("changed", { reference: changed.reference, total: changed.total });

  const payment = { invoice: { invoiceID: sent.invoiceID }, account: { code: "090" }, date: "2026-11-05", amount: 5 };
  const paid = (await api.createPayments(tenant, { payments: [payment] })).body.payments[0];
  const partly = (await api.getInvoices(tenant, undefined, undefined, undefined, [sent.invoiceID])).body.invoices[0];
  say("paid", { amount: paid.amount, due: partly.amountDue });
  const gone = (await api.deletePayment(tenant, paid.paymentID, { status: "DELETED" })).body.payments[0];
  say("deleted", { status: gone.status });

  const some = [{ name: "Kea Ltd" }, { name: "Tui Ltd" }];
  const each = (await api.createContacts(tenant, { contacts: some }, false)).body.contacts;
  say("each", { statuses: each.map((one) => one.statusAttributeString), why: each[0].validationErrors[0].message });
  const whole = await refused(() => api.createContacts(tenant, { contacts: [{ name: "kea ltd" }] }, true));
  const body = whole.response.body ?? whole.body;
  say("refused", { status: whole.response.statusCode, type: body.type ?? body.Type });

  const where = 'ContactStatus=="ACTIVE"';
  const page = (await api.getContacts(tenant, undefined, where, "Name DESC", undefined, 1, true, false, undefined, 1)).body;
  say("page", { names: page.contacts.map((one) => one.name), count: page.pagination.itemCount });

  say("ready", {});
  await heard(); // the limit of the minute is reached meanwhile
  const limited = await refused(() => api.getItems(tenant));
  const { statusCode, headers } = limited.response;
  say("limited", { status: statusCode, wait: headers["retry-after"], which: headers["x-rate-limit-problem"] });
}

work().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
