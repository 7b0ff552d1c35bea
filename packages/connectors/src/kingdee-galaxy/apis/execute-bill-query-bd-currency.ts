/** 币别查询: what the vendor's own SDKs ask to see whether a connection works; changes nothing. */
import type { Api } from "@datong/core";
import { QUERY_PAGING, QUERY_SHAPE, queryByNumber, queryParameters } from "../querying.ts";

export const api: Api = {
  code: "executeBillQuery:BD_Currency",
  operation: "executeBillQuery",
  name: { zh: "币别查询", en: "Currencies" },
  direction: "query",
  source: "金蝶云星空官方 SDK 的连通检查",
  request: [
    ...queryParameters("BD_Currency", "FCURRENCYID ASC"),
    { field: "FCURRENCYID", label: "币别内码", labelEn: "Internal id", type: "string", place: "column", default: "FCURRENCYID" },
    { field: "FNumber", label: "编码", labelEn: "Number", type: "string", place: "column", default: "FNumber" },
    { field: "FCODE", label: "货币代码", labelEn: "Currency code", type: "string", place: "column", default: "FCODE" },
  ],
  response: [
    { field: "FCURRENCYID", label: "币别内码", labelEn: "Internal id", type: "string" },
    { field: "FNumber", label: "编码", labelEn: "Number", type: "string" },
    { field: "FCODE", label: "货币代码", labelEn: "Currency code", type: "string" },
  ],
  shape: QUERY_SHAPE,
  rows: { kind: "arrays", paths: [""] },
  id: ["FCURRENCYID"],
  number: "FNumber",
  rowFields: ["FCURRENCYID"],
  columnSeparator: ",",
  paging: QUERY_PAGING,
  byNumber: queryByNumber("FNumber"),
};
