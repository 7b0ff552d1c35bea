/** Work on many flows at once: enable, disable, pause one side or both, and one constant replaced in all their mappings after a preview. */
import { DatongError, errorToJson } from "@datong/core";
import { pause, resume } from "@datong/engine";
import { Type } from "typebox";
import { textsIn, withValues } from "../documents/flow-text.ts";
import { ledgerId, placedFlow } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { holdDocument, saveDocument, switchDocument } from "../store/documents.ts";
import { perform, performQuietly } from "./deed.ts";
import { AtWorkspace, closed, Id } from "./shapes.ts";

const Ids = Type.Array(Id, { minItems: 1, maxItems: 500, uniqueItems: true });
const Sides = Type.Array(Type.Union([Type.Literal("source"), Type.Literal("target")]), { minItems: 1, maxItems: 2, uniqueItems: true });
const Each = Type.Object({ items: Type.Array(Type.Object({ id: Type.String(), ok: Type.Boolean(), problem: Type.Unknown() })) });
/** Where constants stand; names of fields and connections are no constants. */
const VALUE_KEYS = new Set(["mapping", "params", "options", "map", "writeBack"]);
const NAMES = new Set(["field", "label", "type", "connection", "api", "table", "direction", "name"]);

export const FLOW_BULK_ROUTES: readonly Route[] = [
  route({
    id: "switchFlows",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flow-switches",
    tag: "flows",
    zh: "批量启用或停用方案；逐个给出结果，一个不行不影响其余",
    en: "Enable or disable many flows; each has its result, one that fails does not keep the others",
    right: "operate",
    params: AtWorkspace,
    body: Type.Object({ flows: Ids, enable: Type.Boolean() }, closed),
    gives: Each,
    handle: async (call) => {
      const { services, workspace, body, sees } = call;
      const tenant = await services.tenants.open(workspace);
      const items = [];
      for (const id of body.flows) {
        try {
          if (!sees(id)) throw new DatongError("OBJECT_UNKNOWN", { kind: "方案 / flow", id });
          if (body.enable) placedFlow(tenant, id);
          await perform(call, async (client) => {
            const held = await holdDocument(client, workspace, "flow", id);
            await switchDocument(client, workspace, { kind: "flow", id, isEnabled: body.enable });
            return [undefined, { name: body.enable ? "flow.enable" : "flow.disable", object: id, before: String(held.isEnabled) }];
          });
          items.push({ id, ok: true, problem: null });
        } catch (error) {
          if (!(error instanceof DatongError)) throw error;
          items.push({ id, ok: false, problem: errorToJson(error) });
        }
      }
      return { items };
    },
  }),
  route({
    id: "pauseFlows",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flow-pauses",
    tag: "flows",
    zh: "批量暂停或恢复方案的读取（source）、写入（target）；启用状态不变，逐个给出结果",
    en: "Pause or resume reading (source) and writing (target) of many flows; whether they are enabled stays; each has its result",
    right: "operate",
    params: AtWorkspace,
    body: Type.Object({ flows: Ids, sides: Sides, pause: Type.Boolean() }, closed),
    gives: Each,
    handle: async (call) => {
      const { services, workspace, body, sees } = call;
      const tenant = await services.tenants.open(workspace);
      const set = body.pause ? pause : resume;
      const items = [];
      for (const id of body.flows) {
        if (!sees(id) || !tenant.flows.has(id)) {
          items.push({ id, ok: false, problem: errorToJson(new DatongError("OBJECT_UNKNOWN", { kind: "方案 / flow", id })) });
          continue;
        }
        await performQuietly(call, async (client) => {
          for (const side of body.sides) await set(client, side, ledgerId(workspace, id));
          return [undefined, { name: body.pause ? "pause" : "resume", object: `${body.sides.join(" ")} ${id}` }];
        });
        items.push({ id, ok: true, problem: null });
      }
      return { items };
    },
  }),
  route({
    id: "replaceConstant",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flow-constants",
    tag: "flows",
    zh: "在多个方案的映射、参数里替换一个常量：默认只预览；apply 存为各方案的新版本草稿，发布另行",
    en: "Replace a constant in the mappings and parameters of many flows: a preview by default; apply saves each as a new draft, publishing is another step",
    right: "design",
    params: AtWorkspace,
    body: Type.Object(
      {
        find: Type.String({ minLength: 1, maxLength: 500 }),
        replace: Type.String({ maxLength: 500 }),
        whole: Type.Optional(Type.Boolean({ description: "整个值相同才算，默认是 / Only where it is the whole value; true unless given" })),
        flows: Type.Optional(Ids),
        apply: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    gives: Type.Object({
      items: Type.Array(
        Type.Object({
          flow: Type.String(),
          revision: Type.Integer(),
          places: Type.Array(Type.Object({ path: Type.String(), before: Type.String(), after: Type.String() })),
        }),
      ),
    }),
    handle: async (call) => {
      const { services, workspace, body, actor } = call;
      const { find, replace, whole = true } = body;
      const tenant = await services.tenants.open(workspace);
      const items = [];
      for (const row of tenant.flows.values()) {
        if (body.flows !== undefined && !body.flows.includes(row.id)) continue;
        if (tenant.drafts.flows.get(row.id)?.kind !== "ready") continue;
        const found = textsIn(row.draft, VALUE_KEYS).filter(
          ({ path, text }) => !NAMES.has(String(path.at(-1))) && (whole ? text === find : text.includes(find)),
        );
        if (found.length === 0) continue;
        const places = found.map(({ path, text }) => ({ path, before: text, after: whole ? replace : text.replaceAll(find, replace) }));
        const revision =
          body.apply === true
            ? await perform(call, async (client) => {
                const text = withValues(
                  row.draft,
                  places.map(({ path, after }) => ({ path, value: after })),
                );
                const document = { kind: "flow" as const, id: row.id, text, note: `${find} → ${replace}` };
                const saved = await saveDocument(client, workspace, document, { from: row.revision, by: actor.name, publish: false });
                return [saved.revision, { name: "flow.save", object: row.id, before: row.draft, after: text }];
              })
            : row.revision;
        items.push({ flow: row.id, revision, places: places.map(({ path, ...rest }) => ({ path: path.join("/"), ...rest })) });
      }
      return { items };
    },
  }),
];
