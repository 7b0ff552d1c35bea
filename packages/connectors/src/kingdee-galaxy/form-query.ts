/** Makes an ExecuteBillQuery API of one form out of its columns. A column of an entry gives one row per line; a page may cut a bill in two. */
import type { Api, Field } from "@datong/core";
import { QUERY_PAGING, QUERY_SHAPE, queryByNumber, queryParameters } from "./querying.ts";

/** Our name, captions, and the vendor's key where it differs from the name (`FStockId.FNumber` for `FStockId_FNumber`). */
export type Column = readonly [field: string, zh: string, en: string, key?: string];

export interface FormQuery {
  readonly form: string;
  readonly name: Api["name"];
  /** Field of the document's internal id, and of its number. */
  readonly id: string;
  readonly number: string;
  /** Field of the line's id, for bills that are read with their lines. */
  readonly lineId?: string;
  readonly columns: readonly Column[];
}

export function formQuery({ form, name, id, number, lineId, columns }: FormQuery): Api {
  const described = columns.map(([field, label, labelEn]): Field => ({ field, label, labelEn, type: "string" }));
  const keys = columns.map(([field, , , key]) => key ?? field);
  return {
    code: `executeBillQuery:${form}`,
    operation: "executeBillQuery",
    name,
    direction: "query",
    source: "金蝶云星空 WebAPI 单据查询",
    request: [
      ...queryParameters(form, [id, lineId].flatMap((key) => (key === undefined ? [] : [`${key} ASC`])).join(", ")),
      ...described.map((field, i): Field => ({ ...field, place: "column", default: keys[i] ?? field.field })),
    ],
    response: described,
    shape: QUERY_SHAPE,
    rows: { kind: "arrays", paths: [""] },
    id: [id],
    number,
    ...(lineId === undefined ? {} : { lineId }),
    rowFields: [id, number, ...(lineId === undefined ? [] : [lineId])],
    columnSeparator: ",",
    paging: QUERY_PAGING,
    byNumber: queryByNumber(number),
  };
}
