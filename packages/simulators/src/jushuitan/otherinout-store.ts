/**
 * The 其它出入库 documents that the pretend 聚水潭 holds: uploaded ones and those somebody typed in. Instants are epoch ms.
 *
 * `ts` is the row version: it grows with every change, whatever the change time says.
 */
import { formatChinaTime } from "../china-time.ts";
import { NumberText } from "../kit/exact-json.ts";
import { MATERIALS } from "../kit/world.ts";
import type { OtherInOut, OtherInOutItem } from "./otherinout-rules.ts";

export interface StoredInOut {
  readonly ioId: number;
  readonly document: OtherInOut;
  readonly creator: string;
  readonly createdAt: number;
  modifiedAt: number;
  status: "Confirmed" | "WaitConfirm" | "Cancelled";
  ts: number;
}

export interface InOutStore {
  /** Newest last. */
  all(): readonly StoredInOut[];
  /** The document with this external_id that is not cancelled. */
  live(externalId: string): StoredInOut | undefined;
  byIoId(ioId: number): StoredInOut | undefined;
  add(document: OtherInOut, options?: { readonly creator?: string; readonly modifiedAt?: number }): StoredInOut;
  cancel(stored: StoredInOut): void;
}

/** An empty store; io_id counts from 10001. */
export function createInOutStore(now: () => number): InOutStore {
  const byNumber = new Map<number, StoredInOut>();
  const liveByKey = new Map<string, StoredInOut>();
  let ts = 1_000_000;
  return {
    all: () => [...byNumber.values()],
    live: (externalId) => liveByKey.get(externalId),
    byIoId: (ioId) => byNumber.get(ioId),
    add(document, options = {}) {
      ts += 1;
      const modifiedAt = options.modifiedAt ?? now();
      const stored: StoredInOut = {
        ioId: 10_001 + byNumber.size,
        document,
        creator: options.creator ?? "开放平台",
        createdAt: modifiedAt,
        modifiedAt,
        status: document.isConfirm ? "Confirmed" : "WaitConfirm",
        ts,
      };
      byNumber.set(stored.ioId, stored);
      liveByKey.set(document.externalId, stored);
      return stored;
    },
    cancel(stored) {
      ts += 1;
      stored.status = "Cancelled";
      stored.modifiedAt = now();
      stored.ts = ts;
      liveByKey.delete(stored.document.externalId);
    },
  };
}

/** What the query calls the document's kind. */
export function inOutTypeName(document: OtherInOut): string {
  return document.type === "in" ? "其它进仓" : "其它出库";
}

/** The document as the query answers it. */
export function inOutRow(stored: StoredInOut): Readonly<Record<string, unknown>> {
  const { document } = stored;
  return {
    io_id: stored.ioId,
    so_id: document.externalId,
    io_date: formatChinaTime(stored.createdAt),
    status: stored.status,
    type: inOutTypeName(document),
    f_status: document.excuteConfirming ? "Confirmed" : "",
    warehouse: WAREHOUSE_NAMES[document.warehouse] ?? `自定义${document.warehouse - 5}仓`,
    wh_id: document.warehouse,
    wms_co_id: document.wmsCoId,
    receiver_name: "",
    receiver_mobile: "",
    receiver_state: "",
    receiver_city: "",
    receiver_district: "",
    receiver_address: "",
    remark: "",
    l_id: "",
    lc_id: "",
    logistics_company: "",
    lock_wh_id: null,
    lock_wh_name: null,
    ...document.texts,
    labels: document.labels.join(","),
    modified: formatChinaTime(stored.modifiedAt),
    created: formatChinaTime(stored.createdAt),
    creator_name: stored.creator,
    wave_id: null,
    inout_user: "",
    ts: stored.ts,
    items: document.items.map((item, at) => itemRow(item, stored.ioId, at)),
    batchs: [],
    sns: document.items.flatMap((item) => item.skuSns.map((sn) => ({ sku_id: item.skuId, sn }))),
  };
}

const WAREHOUSE_NAMES: Readonly<Record<number, string>> = { 1: "主仓", 2: "销退仓", 3: "进货仓", 4: "次品仓" };
const MATERIAL_BY_CODE = new Map(MATERIALS.map((material) => [material.code, material]));

function itemRow(item: OtherInOutItem, ioId: number, at: number): Readonly<Record<string, unknown>> {
  const material = MATERIAL_BY_CODE.get(item.skuId);
  return {
    ioi_id: ioId * 1000 + at + 1,
    io_id: ioId,
    sku_id: item.skuId,
    i_id: item.skuId,
    name: material?.name ?? "",
    unit: "件",
    properties_value: "",
    qty: new NumberText(
      item.qty
        .replace(/^\+/, "")
        .replace(/^\./, "0.")
        .replace(/\.$/, "")
        .replace(/^0+(?=\d)/, ""),
    ),
    cost_price: "0.0000",
    cost_amount: "0.0000",
    sale_price: item.salePrice ?? material?.price ?? "0",
    remark: item.remark ?? "",
    batch_id: item.batchId ?? "",
    product_date: item.producedDate ?? null,
    expiration_date: item.expirationDate ?? null,
    supplier_id: item.supplierId ?? null,
  };
}
