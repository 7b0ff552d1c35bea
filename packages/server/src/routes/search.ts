/** Search by any number of either side and by extra keys; many at once, with the reason of each that is not there; the chain across flows. */
import { DatongError, STATUSES, type Status } from "@datong/core";
import { describeRecords, findBeginning, findMany, findRecords, flowPosition, recordChain, type DescribedRecord } from "@datong/engine";
import { Type } from "typebox";
import type { Sees } from "../access/flow-limit.ts";
import { ledgerId, ownId, type Tenant } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { AtId, AtWorkspace, closed, Id, Instant, Nullable } from "./shapes.ts";
import { askSource, Why, whyMissing, type WhyMissing } from "./why-missing.ts";

const Number_ = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "任一方单号，或方案声明的其他单号 / A number of either side, or an extra key of the flow",
});
const Found = Type.Object({
  flow: Type.String(),
  key: Type.String(),
  number: Nullable(Type.String()),
  status: Type.Unsafe<Status>({ type: "string", enum: Object.keys(STATUSES) }),
  reason: Nullable(Type.String({ description: "被哪个条件排除，或什么问题 / The condition that dropped it, or the problem" })),
  changedAt: Instant,
  targetNumbers: Type.Array(Type.String()),
});

/** Those that the caller may see. */
const flowsOf = (tenant: Tenant, sees: Sees): readonly string[] =>
  [...tenant.flows.keys()].filter(sees).map((id) => ledgerId(tenant.id, id));

function shown(workspace: string, { flowId, key, number, status, reason, changedAt, targetNumbers }: DescribedRecord) {
  return { flow: ownId(workspace, flowId) ?? "", key, number, status, reason, changedAt, targetNumbers };
}

export const SEARCH_ROUTES: readonly Route[] = [
  route({
    id: "searchRecords",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/records/search",
    tag: "records",
    zh: "按任一方单号或其他单号查找（beginning=true 时为前缀）；why=true 时没有的给出原因",
    en: "Find by either bill number or an extra key (beginning=true: by how it begins); why=true: the reason where it is not there",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object({ number: Number_, beginning: Type.Optional(Type.Boolean()), why: Type.Optional(Type.Boolean()) }, closed),
    gives: Type.Object({ items: Type.Array(Found), why: Type.Optional(Type.Array(Why)) }),
    handle: async ({ services, workspace, sees, query }) => {
      const { pool } = services.engine;
      const tenant = await services.tenants.open(workspace);
      const find = query.beginning === true ? findBeginning : findRecords;
      const items = await describeRecords(pool, await find(pool, query.number.trim() || query.number, flowsOf(tenant, sees)));
      const why = items.length === 0 && query.why === true ? { why: await whyMissing(services, tenant, sees) } : {};
      return { items: items.map((item) => shown(workspace, item)), ...why };
    },
  }),
  route({
    id: "searchMany",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/records/search",
    tag: "records",
    zh: "粘贴一列单号（最多 500）：各在哪里；没有的给出原因。flow：只看一个方案，在别的方案里的会说明",
    en: "A column of numbers, at most 500: where each is, and why one is not there. flow: one flow alone; what another has is told",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    body: Type.Object({ numbers: Type.Array(Number_, { minItems: 1, maxItems: 500 }), flow: Type.Optional(Id) }, closed),
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          number: Type.String(),
          found: Type.Array(Found),
          elsewhere: Type.Array(Found, { description: "在别的方案里 / In other flows" }),
          isMissing: Type.Boolean(),
        }),
      ),
      why: Type.Array(Why, { description: "没有的单号可能的原因，按方案 / Why a number may be missing, by flow" }),
    }),
    handle: async ({ services, workspace, sees, body }) => {
      const { pool } = services.engine;
      const tenant = await services.tenants.open(workspace);
      if (body.flow !== undefined && !(tenant.flows.has(body.flow) && sees(body.flow))) throw unknown("flow", body.flow);
      // A column that was copied brings blanks along.
      const numbers = body.numbers.map((number) => number.trim() || number);
      const found = await findMany(pool, numbers, flowsOf(tenant, sees));
      const described = new Map(
        (
          await describeRecords(
            pool,
            found.flatMap(({ refs }) => refs),
          )
        ).map((record) => [`${record.flowId} ${record.key}`, record]),
      );
      const items = found.map(({ number, refs }) => {
        const records = refs.flatMap((ref) => described.get(`${ref.flowId} ${ref.key}`) ?? []).map((record) => shown(workspace, record));
        const own = records.filter((record) => body.flow === undefined || record.flow === body.flow);
        return { number, found: own, elsewhere: records.filter((record) => !own.includes(record)), isMissing: own.length === 0 };
      });
      return {
        items,
        why: items.some((item) => item.isMissing)
          ? await whyMissing(services, tenant, (id) => sees(id) && (body.flow === undefined || id === body.flow))
          : [],
      };
    },
  }),
  route({
    id: "askSource",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/ask",
    tag: "records",
    zh: "问源系统：这些单号（最多 20）为什么没有读入；只读，不保存",
    en: "Asks the source why these numbers (at most 20) have not been read; stores nothing",
    right: "operate",
    params: AtId,
    body: Type.Object({ numbers: Type.Array(Number_, { minItems: 1, maxItems: 20 }) }, closed),
    gives: Type.Object({ items: Type.Array(Type.Object({ number: Type.String(), ...Why.properties })) }),
    handle: async ({ services, workspace, params, body }) => {
      const tenant = await services.tenants.open(workspace);
      const items: (WhyMissing & { readonly number: string })[] = [];
      for (const number of new Set(body.numbers)) items.push({ number, ...(await askSource(services, tenant, params.id, number)) });
      return { items };
    },
  }),
  route({
    id: "recordChain",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/chain",
    tag: "records",
    zh: "跨方案的单据链：订单 → 出库 → 应收，凭共同的单号",
    en: "The chain across flows: order, outbound, receivable, by the numbers they share",
    right: "view",
    params: AtId,
    query: Type.Object({ key: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
    gives: Type.Object({
      records: Type.Array(Found),
      links: Type.Array(
        Type.Object({
          from: Type.Integer({ description: "records 中的位置 / Place in records" }),
          to: Type.Integer(),
          number: Type.String(),
        }),
      ),
      isCut: Type.Boolean(),
    }),
    handle: async ({ services, workspace, sees, params, query }) => {
      const { pool } = services.engine;
      const tenant = await services.tenants.open(workspace);
      if (!tenant.flows.has(params.id)) throw unknown("flow", params.id);
      const flowId = ledgerId(workspace, params.id);
      const at = await flowPosition(pool, flowId);
      const first = at === null ? null : { flowId, lane: at.lane, flow: at.flow, key: query.key };
      const [known] = first === null ? [] : await describeRecords(pool, [first]);
      if (first === null || known === undefined) throw new DatongError("OBJECT_UNKNOWN", { kind: "单据 / record", id: query.key });
      const chain = await recordChain(pool, first, flowsOf(tenant, sees));
      const records = await describeRecords(pool, chain.records);
      // What has gone meanwhile leaves its place to nobody.
      const places = chain.records.map((ref) => records.findIndex((record) => record.flowId === ref.flowId && record.key === ref.key));
      const links = chain.links.flatMap(({ from, to, number }) => {
        const [a, b] = [places[from] ?? -1, places[to] ?? -1];
        return a < 0 || b < 0 ? [] : [{ from: a, to: b, number }];
      });
      return { records: records.map((record) => shown(workspace, record)), links, isCut: chain.isCut };
    },
  }),
];
