/**
 * The pretend 聚水潭 behind 奇门: `jushuitan.saleout.list.query`, `jushuitan.order.list.query` and `jushuitan.refund.list.query` on the TOP
 * router, no inner signature.
 *
 * `bills` is the number of sale-outs over the last 30 days. Data kinds: `saleout`, `order`, `refund`. Nothing can be written.
 */
import { readJson, writeJson } from "../kit/exact-json.ts";
import { createTopRouter, fail, isTopPath, missingArgument, type TopCall } from "../kit/top-router.ts";
import type { TopAnswer } from "../kit/top-envelope.ts";
import type { SimulatorDefinition, SimulatorOptions, Vendor } from "../kit/simulator.ts";
import { readVendorSettings } from "../vendor-settings.ts";
import { queryList, type ListKind } from "./list-query.ts";
import { goodStatus, refundRow, refundType } from "./refund-row.ts";
import { createSaleoutList } from "./saleout-list.ts";
import { orderRow, orderStatus, saleoutRow } from "./saleout-row.ts";
import { JUSHUITAN_QIMEN_SETTINGS } from "./settings.ts";

/** 聚水潭 through Taobao's router. */
export const simulator: SimulatorDefinition = {
  system: "jushuitan-qimen",
  name: { zh: "聚水潭·奇门", en: "Jushuitan on Qimen" },
  create,
};

/** Invented apps: the vectors' and the one of the captured requests. */
const APPS = [
  { appKey: "12345678", secret: "demoTopSecret" },
  { appKey: "demoAppKey", secret: "demoTopSecret" },
] as const;
const TARGET_APP_KEY = "23060081";
/** 售后单 do not grow with `bills` beyond this. */
const REFUNDS_MAX = 300;
const CUSTOMER_IDS = ["10001", "10009999"];

const SALEOUTS: ListKind = {
  listName: "datas",
  statuses: ["Archive", "WaitConfirm", "Confirmed", "Cancelled", "Delete", "OuterConfirming"],
  statusOf: (bill) => bill.status,
  dates: { "0": (bill) => bill.modifiedAt, "2": (bill) => bill.ioAt },
  show: saleoutRow,
};

const ORDERS: ListKind = {
  listName: "orders",
  statuses: ["WaitPay", "Delivering", "Merged", "Question", "Split", "WaitOuterSent", "WaitConfirm", "WaitFConfirm", "Sent", "Cancelled"],
  statusOf: orderStatus,
  dates: {
    "0": (bill) => bill.modifiedAt,
    "2": (bill) => bill.orderAt,
    "3": (bill) => (bill.status === "Confirmed" ? bill.ioAt : undefined),
  },
  show: orderRow,
};

const REFUNDS: ListKind = {
  listName: "datas",
  statuses: ["WaitConfirm", "Confirmed", "Cancelled", "Merged"],
  statusOf: (bill) => bill.status,
  dates: { "0": (bill) => bill.modifiedAt, "2": (bill) => bill.orderAt },
  show: refundRow,
  equal: { good_status: goodStatus, type: refundType },
};

function create(options: SimulatorOptions): Vendor {
  const settings = readVendorSettings(options.settings, JUSHUITAN_QIMEN_SETTINGS);
  const list = createSaleoutList(options.seed, options.bills, options.now);
  const refunds = createSaleoutList(options.seed ^ 0x4ef0, Math.min(options.bills, REFUNDS_MAX), options.now);
  const query =
    (kind: ListKind, among = list) =>
    ({ parameters }: TopCall): TopAnswer => {
      const customerId = parameters.get("customer_id") ?? "";
      if (customerId === "") return missingArgument("customer_id");
      if (!CUSTOMER_IDS.includes(customerId))
        return fail(15, "Remote service error", "isv.customer-not-exist", `customer_id【${customerId}】未授权`);
      return queryList(kind, among, parameters, settings);
    };
  const router = createTopRouter({
    apps: APPS,
    targetAppKeys: [TARGET_APP_KEY],
    methods: new Map([
      ["jushuitan.saleout.list.query", query(SALEOUTS)],
      ["jushuitan.order.list.query", query(ORDERS)],
      ["jushuitan.refund.list.query", query(REFUNDS, refunds)],
    ]),
    now: options.now,
    callsPerSecond: settings.callsPerSecond,
  });
  return {
    basePath: "",
    urlVariable: "JUSHUITAN_QIMEN_URL",
    environment: {
      JUSHUITAN_QIMEN_APP_KEY: APPS[0].appKey,
      JUSHUITAN_QIMEN_APP_SECRET: APPS[0].secret,
      JUSHUITAN_QIMEN_TARGET_APP_KEY: TARGET_APP_KEY,
      JUSHUITAN_QIMEN_CUSTOMER_ID: "10001",
    },
    apiOf: (request) => router.apiOf(request),
    handle: (request) => (isTopPath(request.path) ? router.handle(request) : { status: 404, body: "Not Found" }),
    limitReply: (request) => router.limitReply(request),
    // The calls carry a signature each; there is no session to lose.
    loseSessions: () => undefined,
    insertRows: (count, { late = false } = {}) => list.insert(count, late).map((bill) => String(bill.ioId)),
    ledger: () => [],
    data(kind) {
      if (kind === "refund") return refunds.all().map((bill) => readJson(writeJson(refundRow(bill))));
      const shown = kind === "saleout" ? SALEOUTS : kind === "order" ? ORDERS : undefined;
      // Read back with exact numbers as text, so that a judge compares plain values.
      return shown === undefined ? [] : list.all().map((bill) => readJson(writeJson(shown.show(bill))));
    },
  };
}
