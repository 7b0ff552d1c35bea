/**
 * 供应商上传: a list of suppliers, each added, or changed when its code (without one: its name) is there; judged one by one. Throws a
 * Refusal for what concerns the whole call; the texts and the ceiling are assumed.
 */
import type { Ledger } from "../kit/ledger.ts";
import { SUPPLIERS } from "../kit/world.ts";
import { isObject, readBool, readText, type Biz } from "./biz-fields.ts";
import { Refusal } from "./refusal.ts";

/** One line of the answer. */
export interface UploadedSupplier {
  readonly id: number | null;
  readonly issuccess: boolean;
  readonly msg: string;
  readonly name: string;
  readonly supplier_code: string;
}

export interface SupplierTable {
  upload(items: readonly unknown[]): readonly UploadedSupplier[];
  all(): readonly Readonly<Record<string, unknown>>[];
}

const ITEMS_MAX = 200;
const TEXTS = [
  "name",
  "supplier_code",
  "address",
  "contacts",
  "mobile",
  "phone",
  "remark",
  "remark2",
  "remark3",
  "group",
  "depositbank",
  "bankacount",
  "acountnumber",
];

/** The first `count` of the world's suppliers. */
export function createSupplierTable(ledger: Ledger, count: number): SupplierTable {
  const rows = new Map<number, Readonly<Record<string, unknown>>>(
    SUPPLIERS.slice(0, count).map((supplier) => [
      Number(supplier.supplierId),
      { supplier_id: Number(supplier.supplierId), supplier_code: supplier.number, name: supplier.name, enabled: true },
    ]),
  );
  return {
    all: () => [...rows.values()],
    upload(items) {
      if (items.length > ITEMS_MAX) throw new Refusal(`一次最多支持${ITEMS_MAX}个供应商`);
      return items.map((item) => {
        const given = isObject(item)
          ? { name: readText(item, "name") ?? "", supplier_code: readText(item, "supplier_code") ?? "" }
          : NOTHING;
        try {
          if (!isObject(item) || given.name === "") throw new Refusal("供应商名称不能为空");
          const known = [...rows].find(([, row]) =>
            given.supplier_code === "" ? row["name"] === given.name : row["supplier_code"] === given.supplier_code,
          );
          const id = known?.[0] ?? 20_100 + rows.size;
          rows.set(id, { ...known?.[1], supplier_id: id, ...fieldsOf(item) });
          const key = given.supplier_code || given.name;
          const edit = known === undefined ? {} : { edit: true };
          ledger.add({ api: "supplier.upload", kind: "supplier", key, number: String(id), body: item, ...edit });
          return { id, issuccess: true, msg: "", ...given };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return { id: null, issuccess: false, msg: error.message, ...given };
        }
      });
    },
  };
}

const NOTHING = { name: "", supplier_code: "" };

function fieldsOf(item: Biz): Readonly<Record<string, unknown>> {
  const texts = TEXTS.flatMap((field) => {
    const text = readText(item, field);
    return text === undefined ? [] : [[field, text] as const];
  });
  return { ...Object.fromEntries(texts), enabled: item["enabled"] === undefined ? true : readBool(item, "enabled") };
}
