/** What a flow's bills suffer from, by cause, with the field that it seems to be about. */
import { blamedField, readJson } from "@datong/core";
import { failureGroups, flowPosition, type FailureGroup } from "@datong/engine";
import { Type } from "typebox";
import { ledgerId } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { adviceOf } from "./advice.ts";
import { targetFields } from "./target-fields.ts";
import { StatusSchema } from "./retry-selection.ts";
import { AtId, closed, Instant, Nullable } from "./shapes.ts";

const Advice = Type.Object({ zh: Type.String(), en: Type.String(), todoZh: Type.String(), todoEn: Type.String() });

export const FAILURE_ROUTES: readonly Route[] = [
  route({
    id: "failureGroups",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/failures",
    tag: "records",
    zh: "按原因归组的失败单据：各多少张、例子、可能是哪个目标字段引起的",
    en: "What failed, grouped by cause: how many, samples, and the target field that seems to be the reason",
    right: "view",
    params: AtId,
    query: Type.Object({ status: Type.Optional(StatusSchema) }, closed),
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          status: StatusSchema,
          code: Nullable(Type.String()),
          cause: Nullable(Type.String()),
          vendorCode: Nullable(Type.String()),
          text: Type.String({ description: "最近一张的原文 / What was said of the latest" }),
          documents: Type.Integer(),
          latestAt: Instant,
          keys: Type.Array(Type.String(), { description: "单据主键，最多 500 / Keys, at most 500" }),
          numbers: Type.Array(Type.String(), { description: "前三张 / The first three" }),
          field: Nullable(Type.String({ description: "可能的目标字段 / The field that it seems to be about" })),
          advice: Nullable(Advice),
          isAlone: Type.Boolean({
            description: "此错误码与原因下只有这一组：可按 code、cause 成批处理 / No other group has its code and cause",
          }),
        }),
      ),
    }),
    handle: async ({ services, workspace, params: { id }, query }) => {
      const { engine, tenants } = services;
      if (!(await tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
      const at = await flowPosition(engine.pool, ledgerId(workspace, id));
      if (at === null) return { items: [] };
      const groups = await failureGroups(engine.pool, at, query.status ?? "failed");
      const fields = groups.length === 0 ? [] : await targetFields(services, workspace, id);
      const sameAs = (a: Named, b: Named): boolean => selectorOf(a) === selectorOf(b) && a.cause === b.cause;
      return {
        items: groups.map(({ body, ...group }) => ({
          ...group,
          field: blamedField(group.text, body === null ? null : readJson(body), fields),
          advice: adviceOf({ code: group.code, vendorCode: group.vendorCode, vendorText: group.text }),
          isAlone: groups.filter((other) => sameAs(group, other)).length === 1,
        })),
      };
    },
  }),
];

type Named = Pick<FailureGroup, "code" | "vendorCode" | "cause">;

/** What bulk work calls a group's code by. */
function selectorOf({ code, vendorCode }: Named): string | null {
  return vendorCode ?? code;
}
