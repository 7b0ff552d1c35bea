/** A connector that was just made and is not saved yet: handed from the import to the editor. Kept for a reload of the page, in this tab alone. */
import type { FlowIssue } from "../../api/ask.ts";
import type { AssetField, Names } from "../apis/asset.ts";

export interface ConnectorApi {
  readonly code: string;
  readonly operation: string;
  readonly name: Names;
  readonly direction: "query" | "write";
  readonly request: readonly AssetField[];
  readonly shape: { readonly method: string; readonly path: string };
}

export interface ConnectorDocument {
  readonly system: string;
  readonly version: 1;
  readonly name: Names;
  readonly docs: readonly unknown[];
  readonly settings: readonly AssetField[];
  readonly auth: unknown;
  readonly limits: Readonly<Record<string, number>>;
  readonly zone: string;
  readonly result: unknown;
  readonly apis: readonly ConnectorApi[];
}

export interface MadeConnector {
  readonly connector: ConnectorDocument;
  readonly guesses: readonly { readonly path: string; readonly zh: string; readonly en: string }[];
  readonly leftOut: readonly { readonly operation: string; readonly zh: string; readonly en: string }[];
  readonly issues?: readonly FlowIssue[];
}

const KEY = "datong.connector.made";

export function keepMade(made: MadeConnector): void {
  sessionStorage.setItem(KEY, JSON.stringify(made));
}

export function keptMade(): MadeConnector | null {
  const kept = sessionStorage.getItem(KEY);
  return kept === null ? null : (JSON.parse(kept) as MadeConnector);
}

export function forgetMade(): void {
  sessionStorage.removeItem(KEY);
}

const FIRST_API = {
  code: "orders",
  operation: "GET /orders",
  name: { zh: "查询订单", en: "Orders" },
  direction: "query",
  request: [{ field: "page", label: "页码", default: "{{PAGINATION_START_PAGE}}" }],
  response: [
    { field: "id", label: "主键" },
    { field: "no", label: "单号" },
  ],
  shape: { method: "GET", path: "orders", query: { "...": "{{params}}" } },
  rows: { kind: "objects", paths: ["data"] },
  id: ["id"],
  number: "no",
  paging: { kind: "page", first: 1, size: 50, sizeMax: 200, end: [{ rule: "empty-page" }] },
} as unknown as ConnectorApi;

/** What a blank one begins with: it is in order, and says by example how one is written. */
export const BLANK: ConnectorDocument = {
  system: "my-system",
  version: 1,
  name: { zh: "我的系统", en: "My system" },
  docs: [],
  settings: [
    { field: "url", label: "接口地址", labelEn: "URL", required: true },
    { field: "token", label: "令牌", labelEn: "Token", required: true, secret: true } as AssetField,
  ],
  auth: { parameters: { headers: { Authorization: "Bearer {{settings.token}}" } } },
  limits: { concurrency: 2 },
  zone: "Asia/Shanghai",
  result: { ok: [], code: ["code"], message: ["message"], faults: [] },
  apis: [FIRST_API],
};

/** The document that was typed; null while it is none. */
export function parsed<T extends { readonly apis: readonly unknown[] }>(source: string): T | null {
  try {
    const value = JSON.parse(source) as T;
    return typeof value === "object" && value !== null && Array.isArray(value.apis) ? value : null;
  } catch {
    return null;
  }
}
