/** Probes of base data: which of these numbers exist, under which internal id, and how far each has come. */
import type { Api, Field, Probe } from "@datong/core";
import { QUERY_PAGING, QUERY_SHAPE, queryParameters } from "./querying.ts";

export interface BaseData {
  readonly form: string;
  readonly name: { readonly zh: string; readonly en: string };
  /** Field of the internal id. */
  readonly id: string;
}

export const STOCK: BaseData = { form: "BD_STOCK", name: { zh: "仓库", en: "warehouses" }, id: "FStockId" };
export const MATERIAL: BaseData = { form: "BD_MATERIAL", name: { zh: "物料", en: "materials" }, id: "FMATERIALID" };
export const CUSTOMER: BaseData = { form: "BD_Customer", name: { zh: "客户", en: "customers" }, id: "FCUSTID" };

/** The query that `baseDataProbe` asks. */
export function probeApi({ form, name, id }: BaseData): Api {
  const fields: readonly Field[] = [
    { field: "FNumber", label: `${name.zh}编码`, labelEn: "Number", type: "string" },
    { field: id, label: `${name.zh}内码`, labelEn: "Internal id", type: "string" },
    { field: "FDocumentStatus", label: "单据状态", labelEn: "Status", type: "string" },
  ];
  const states = { description: "Z 暂存，A 创建，B 审核中，C 已审核，D 重新审核" };
  return {
    code: `executeBillQuery:probe:${form}`,
    operation: "executeBillQuery",
    name: { zh: `${name.zh}查证`, en: `Probe for ${name.en}` },
    direction: "query",
    source: "金蝶云星空 WebAPI 单据查询",
    request: [
      ...queryParameters(form, `${id} ASC`),
      ...fields.map((field): Field => ({ ...field, place: "column", default: field.field })),
    ],
    response: fields.map((field) => (field.field === "FDocumentStatus" ? { ...field, ...states } : field)),
    shape: QUERY_SHAPE,
    rows: { kind: "arrays", paths: [""] },
    id: [id],
    number: "FNumber",
    rowFields: fields.map((field) => field.field),
    columnSeparator: ",",
    paging: QUERY_PAGING,
  };
}

/** Asks for base data of this form by number. */
export function baseDataProbe({ form, id }: BaseData): Probe {
  return {
    api: `executeBillQuery:probe:${form}`,
    params: { FilterString: "FNumber in ({{keys|sqllist}})" },
    key: "FNumber",
    number: "FNumber",
    id,
    stage: "FDocumentStatus",
    batchMax: 100,
  };
}
