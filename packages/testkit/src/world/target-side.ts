/**
 * The target of the world. What it takes is appended to `entries` and never put together by key (but by the idempotent API): what was
 * written twice stands there twice. It may refuse a key that it has; a bad document it always refuses.
 */
import type { JsonObject } from "@datong/core";
import type { WriteApi } from "./connector.ts";

export interface TargetEntry {
  /** The bill that it stands for. */
  readonly bill: string;
  key: string;
  readonly id: string;
  readonly number: string;
  version: string;
  stage: "saved" | "audited";
  isTakenBack: boolean;
}

export interface TargetSide {
  readonly entries: readonly TargetEntry[];
  /** Those that were not taken back. */
  readonly standing: () => readonly TargetEntry[];
  /** `hurdle`: the documents that are put off this time; with stages, saved and not audited. */
  readonly answer: (api: WriteApi | "probe" | "audit" | "unsave", asked: JsonObject, hurdle: () => boolean) => object;
}

type Taken = { readonly entry: TargetEntry } | { readonly code: string; readonly text: string };

export function createTargetSide(refusesDoubles: boolean): TargetSide {
  const entries: TargetEntry[] = [];
  const standing = (): readonly TargetEntry[] => entries.filter((entry) => !entry.isTakenBack);

  function take(api: WriteApi, document: JsonObject): Taken {
    if (document["bad"] === "yes") return { code: "BAD", text: "编码不存在" };
    const key = String(document["k"]);
    const version = String(document["v"]);
    const known = standing().find((entry) => (document["id"] === undefined ? entry.key === key : entry.id === document["id"]));
    if (known === undefined && document["id"] !== undefined) return { code: "GONE", text: "单据不存在" };
    if (known !== undefined && (document["id"] !== undefined || api === "save-idempotent")) {
      known.version = version;
      known.key = key;
      return { entry: known };
    }
    if (known !== undefined && refusesDoubles) return { code: "DUPLICATE", text: "单号已存在" };
    const place = entries.length + 1;
    const id = String(9_007_199_254_740_993n + BigInt(place));
    const bill = String(document["bill"]);
    const entry: TargetEntry = { bill, key, id, number: `T-${place}`, version, stage: "saved", isTakenBack: false };
    entries.push(entry);
    return { entry };
  }

  function saveEach(api: WriteApi, documents: readonly JsonObject[], hurdle: () => boolean): object {
    const done: object[] = [];
    const refused: object[] = [];
    documents.forEach((document, index) => {
      const isPutOff = hurdle();
      const taken = isPutOff && api !== "save-staged" ? { code: "BUSY", text: "系统忙" } : take(api, document);
      if ("code" in taken) return void refused.push({ index, ...taken });
      done.push({ index, number: taken.entry.number, id: taken.entry.id });
      if (api !== "save-staged") return undefined;
      if (isPutOff) refused.push({ index, code: "BUSY", text: "审核未完成" });
      else taken.entry.stage = "audited";
      return undefined;
    });
    return { ok: true, done, refused };
  }

  /** One bad, doubled or put-off document and nothing of the batch is taken. */
  function saveAll(documents: readonly JsonObject[], hurdle: () => boolean): object {
    if (hurdle()) return { ok: false, code: "BUSY", text: "系统忙" };
    if (documents.some((document) => document["bad"] === "yes")) return { ok: false, code: "BAD", text: "编码不存在" };
    const doubled = documents.some(
      (document) => document["id"] === undefined && standing().some((entry) => entry.key === String(document["k"])),
    );
    if (doubled && refusesDoubles) return { ok: false, code: "DUPLICATE", text: "单号已存在" };
    for (const document of documents) take("save-all", document);
    return { ok: true };
  }

  return {
    entries,
    standing,
    answer: (api, asked, hurdle) => {
      if (api === "probe") {
        const keys = asked["keys"] as readonly string[];
        const rows = standing().filter((entry) => keys.includes(entry.key));
        return { ok: true, rows: rows.map(({ key, id, number, stage }) => ({ k: key, id, number, stage })) };
      }
      if (api === "unsave") return unsave(standing(), asked["ids"] as readonly string[], asked["keys"] as readonly string[]);
      if (api === "audit") return audit(entries, asked["numbers"] as readonly string[]);
      const documents = asked["documents"] as readonly JsonObject[];
      return api === "save-all" ? saveAll(documents, hurdle) : saveEach(api, documents, hurdle);
    },
  };
}

/** By id, or by key where the caller has none. What is gone already is gone. */
function unsave(standing: readonly TargetEntry[], ids: readonly string[], keys: readonly string[]): object {
  ids.forEach((id, i) => {
    for (const entry of standing) if (id === "" ? entry.key === keys[i] : entry.id === id) entry.isTakenBack = true;
  });
  return { ok: true, done: ids.map((_, index) => ({ index })), refused: [] };
}

function audit(entries: readonly TargetEntry[], numbers: readonly string[]): object {
  for (const entry of entries) if (numbers.includes(entry.number)) entry.stage = "audited";
  return { ok: true, done: numbers.map((number, index) => ({ index, number })), refused: [] };
}
