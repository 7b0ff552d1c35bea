/** A change of a flow tried on bills that it had, before it is published or retried by: pure mapping, nothing is written. */
import { compareFlows, flowPosition, sampleRetry } from "@datong/engine";
import { Type } from "typebox";
import { ledgerId, placedFlow, placedText } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { revisionText, unknown } from "../store/documents.ts";
import { RetrySelection } from "./retry-selection.ts";
import { AtId, closed, Nullable, Revision } from "./shapes.ts";

const Fate = Type.Union([Type.Literal("written"), Type.Literal("collected"), Type.Literal("dropped"), Type.Literal("failed")]);
const Change = {
  path: Type.String({ description: "目标字段的位置 / Place of the target's field" }),
  before: Nullable(Type.String({ description: "JSON 文本 / JSON text" })),
  after: Nullable(Type.String()),
};
const Names = { key: Type.String(), number: Nullable(Type.String()) };
const BILLS = 100;

export const COMPARE_ROUTES: readonly Route[] = [
  route({
    id: "compareFlow",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/compare",
    tag: "flows",
    zh: "行为对比：最近的真实单据按已发布的版本与草稿（或某一版本）各映射一遍，逐字段列出将发送内容的变化；什么都不写",
    en: "Behaviour diff: the latest real bills mapped by the published revision and by the draft (or a revision), with every field that would be sent differently; writes nothing",
    right: "design",
    params: AtId,
    body: Type.Object(
      {
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: "单据数，默认 100 / Bills; 100" })),
        revision: Type.Optional({ ...Revision, description: "代替草稿 / In place of the draft" }),
      },
      closed,
    ),
    gives: Type.Object({
      compared: Type.Integer(),
      same: Type.Integer(),
      different: Type.Integer(),
      fates: Type.Array(Type.Object({ before: Fate, after: Fate, bills: Type.Integer() })),
      fields: Type.Array(
        Type.Object({ field: Type.String(), bills: Type.Integer(), samples: Type.Array(Type.Object({ ...Names, ...Change })) }),
      ),
      keysChanged: Type.Integer({ description: "外部单号会变的单据 / Bills whose external key would differ" }),
      bills: Type.Array(
        Type.Object({
          ...Names,
          before: Fate,
          after: Fate,
          why: Nullable(Type.String()),
          isKeyChanged: Type.Boolean(),
          changes: Type.Array(Type.Object({ part: Type.String(), ...Change })),
        }),
      ),
      isPartial: Type.Boolean({ description: "超时未比完 / Time was up before all were compared" }),
    }),
    handle: async ({ services, workspace, params: { id }, body }) => {
      const { engine, tenants } = services;
      const tenant = await tenants.open(workspace);
      const { pool, ports } = engine;
      const published = placedFlow(tenant, id);
      const text = body.revision === undefined ? null : await revisionText(pool, workspace, { kind: "flow", id, revision: body.revision });
      if (body.revision !== undefined && text === null) throw unknown("flow", `${id} (${body.revision})`);
      const next = text === null ? placedFlow(tenant, id, "drafts") : placedText(tenant, id, text);
      const at = await flowPosition(pool, ledgerId(workspace, id));
      if (at === null) return { compared: 0, same: 0, different: 0, fates: [], fields: [], keysChanged: 0, bills: [], isPartial: false };
      const [before, after] = [published, next].map(({ flow, connections }) => engine.ready(flow, connections));
      if (before === undefined || after === undefined) throw unknown("flow", id);
      return compareFlows(before, after, at, { pool, ports, limit: body.limit ?? BILLS });
    },
  }),
  route({
    id: "sampleRetry",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/retry-samples",
    tag: "records",
    zh: "成批重试之前：三张样单重新映射后与原内容的差别；什么都不写",
    en: "Before many are retried: three of them, what mapping them again changes; writes nothing",
    right: "operate",
    params: AtId,
    body: Type.Object(RetrySelection, closed),
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          ...Names,
          was: Nullable(Type.String({ description: "现在的错误 / What is wrong now" })),
          problem: Nullable(Type.String({ description: "仍不能映射的原因 / Why it still cannot be mapped" })),
          changes: Type.Array(Type.Object(Change)),
        }),
      ),
    }),
    handle: async ({ services, workspace, params, body }) => {
      const { engine, tenants } = services;
      const { flow, connections } = placedFlow(await tenants.open(workspace), params.id);
      return { items: await sampleRetry(engine, engine.ready(flow, connections), body, 3) };
    },
  }),
];
