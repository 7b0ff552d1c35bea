/**
 * 金蝶云星空 (K/3 Cloud WebAPI) as its documents and public clients show it; the protocol notes' part A is the source.
 *
 * `bills` scales SAL_RETURNSTOCK (销售退货单); customers are max(60, bills/5); the setting `tradeBills` adds issues, receipts and purchase orders. Settings: see settings.ts. Control actions: `lock`
 * {formId, number?, times?} (edit lock, MsgCode 13), `unlock` {formId}, `deny` {formId, on} (no permission, MsgCode 2), `stall-tasks`
 * {on}, `expire-sessions`, `change` {formId, number, values} (somebody edits a document: FModifyDate is now), `change-line` {formId, number,
 * entry, line?, values} (of one line), `copy` {formId, number, as} (added by hand under another number), `remove` {formId, number}. Not there: Push, Allocate, GroupSave, attachments, workflow; they answer `response_error:`.
 */
import { createLedger } from "../kit/ledger.ts";
import { createRandom } from "../kit/random.ts";
import type { SimReply, SimRequest, SimulatorDefinition, SimulatorOptions, Vendor } from "../kit/simulator.ts";
import { ACCOUNTS, APPS } from "./credentials.ts";
import { insertReturns } from "./data/company.ts";
import { createGalaxy, type Galaxy } from "./galaxy.ts";
import { isLogin, readCall } from "./request-body.ts";
import { handleRequest, limitReply } from "./route.ts";
import { readSettings } from "./settings.ts";
import { findForm, numberOf } from "./store.ts";
import { runControl } from "./control-actions.ts";
import { plainDocument } from "./view.ts";

export const simulator: SimulatorDefinition = {
  system: "kingdee-galaxy",
  name: { zh: "金蝶云星空", en: "Kingdee K/3 Cloud Galaxy" },
  create,
};

function create(options: SimulatorOptions): Vendor {
  const galaxy: Galaxy = createGalaxy(options, readSettings(options.settings), createLedger(options.now));
  const [account] = ACCOUNTS;
  const [app] = APPS;
  const insertRandom = createRandom(options.seed ^ 0x5eed);
  return {
    basePath: "/K3Cloud/",
    urlVariable: "KINGDEE_URL",
    environment: {
      KINGDEE_ACCT_ID: account?.acctId ?? "",
      KINGDEE_USERNAME: "demo",
      KINGDEE_PASSWORD: account?.users[0]?.password ?? "",
      KINGDEE_APP_ID: app?.appId ?? "",
      KINGDEE_APP_SECRET: app?.secret ?? "",
      KINGDEE_ORG_NUM: "100",
      KINGDEE_LCID: "2052",
    },
    apiOf,
    handle: (request: SimRequest): SimReply => handleRequest(galaxy, request),
    onFault: (fault, request) => {
      if (fault.kind === "save-not-audit") galaxy.refuseAudit.add(request);
    },
    limitReply: (request) => limitReply(galaxy, request),
    loseSessions: () => galaxy.sessions.forgetAll(),
    insertRows: (count, { late = false } = {}) =>
      insertReturns(galaxy.mainStore, count, late, options.now(), insertRandom).map((document) => numberOf(document)),
    ledger: () => galaxy.ledger.entries(),
    control: (action, body) => runControl(galaxy, action, body),
    data: (kind) => {
      const form = findForm(kind);
      return form === undefined ? [] : galaxy.mainStore.all(form).map((document) => plainDocument(galaxy.mainStore, document));
    },
  };
}

function apiOf(request: SimRequest): string {
  const call = readCall(request.path);
  if (call === undefined) return "unknown";
  if (call.method === undefined) return call.service.split(".").at(-1) ?? "unknown";
  return isLogin(call.method) ? "login" : call.method;
}
