/** The value of one expression as people type it. */
import {
  DatongError,
  DEFAULT_ZONE,
  errorToJson,
  evaluateOnce,
  FieldTypeSchema,
  isObject,
  isZone,
  readJson,
  toStoredRow,
  withPlainNumbers,
  type Json,
} from "@datong/core";
import { Type } from "typebox";
import { sendExactly } from "../route/exact-json.ts";
import { route } from "../route/route.ts";
import { AtWorkspace, closed } from "./shapes.ts";

export const EVALUATION = route({
  id: "evaluate",
  method: "POST",
  url: "/api/v1/workspaces/:workspace/eval",
  tag: "flows",
  zh: "求一个取值的结果（与执行时相同），供映射时即时预览；collections 为查询用的数据",
  en: "The value of one expression over one record, as a run would have it; collections answer its lookups",
  right: "design",
  params: AtWorkspace,
  body: Type.Object(
    {
      value: Type.String({ maxLength: 100_000 }),
      record: Type.Unknown({ description: "一行源数据 / A row of the source" }),
      type: Type.Optional(FieldTypeSchema),
      at: Type.Optional(Type.Number({ description: "当前时间，毫秒 / The time now, epoch ms" })),
      zone: Type.Optional(Type.String({ maxLength: 100 })),
      collections: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Unknown()))),
    },
    closed,
  ),
  gives: Type.Object(
    { value: Type.Optional(Type.Unknown()), trace: Type.Optional(Type.Unknown()), error: Type.Optional(Type.Unknown()) },
    { description: "{value, trace} 或 / or {error}" },
  ),
  handle: async ({ services, body, request, reply }) => {
    const zone = body.zone ?? DEFAULT_ZONE;
    if (!isZone(zone)) throw new DatongError("TIME_ZONE_UNKNOWN", { zone });
    // Read anew from the text: the record keeps every digit.
    const exact = readJson(request.rawBody);
    const row = isObject(exact) ? exact["record"] : undefined;
    if (!isObject(row)) throw new DatongError("REQUEST_INVALID", { path: "body/record", expected: "对象 / an object" });
    const collections = isObject(exact) && isObject(exact["collections"]) ? exact["collections"] : {};
    const type = body.type === undefined ? {} : { type: body.type };
    const nowMs = body.at ?? services.engine.ports.nowMs();
    const collectionOf = (flow: string) => {
      const rows = collections[flow];
      return Array.isArray(rows) ? (rows as readonly Json[]).filter(isObject).map((each) => toStoredRow(each)) : undefined;
    };
    const result = evaluateOnce({ value: body.value, row, zone, nowMs, ...type, collectionOf });
    if (!result.ok) return { error: { ...errorToJson(result.error), position: result.error.details["position"] ?? null } };
    return sendExactly(reply, { value: withPlainNumbers(result.value ?? null), trace: result.trace });
  },
});
