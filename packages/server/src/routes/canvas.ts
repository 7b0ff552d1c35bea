/** The canvas: how the flows of a workspace hang together, as their drafts say, and where people have put them. */
import { BUILT_IN_SYSTEM, DatongError, lookupNamesOf, STEP_SCHEMAS, type Flow } from "@datong/core";
import { flowNamed, transaction } from "@datong/engine";
import { Type } from "typebox";
import type { Tenant } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { changeCanvas, findCanvas } from "../store/canvas.ts";
import { AtWorkspace, closed, Nullable } from "./shapes.ts";

const BYTES_MAX = 1_000_000;
const Coordinate = Type.Number({ minimum: -1_000_000, maximum: 1_000_000 });
const Key = Type.String({ pattern: "^[a-z]:[a-z0-9][a-z0-9-]{0,99}$" });
const PlaceSchema = Type.Object({ x: Coordinate, y: Coordinate }, closed);
const NoteSchema = Type.Object({ x: Coordinate, y: Coordinate, text: Type.String({ maxLength: 2_000 }) }, closed);
const Places = Type.Record(Key, Nullable(PlaceSchema), {
  ...closed,
  maxProperties: 2_000,
  description: "c:连接、f:方案、n:便签 的位置；null 去掉 / Where c:connections, f:flows stand; null takes away",
});
const Notes = Type.Record(Key, Nullable(NoteSchema), { ...closed, maxProperties: 500, description: "便签 / Notes" });

const RELATIONS = ["after", "precondition", "source", "each", "push", "lookup"] as const;

export const CANVAS_ROUTES: readonly Route[] = [
  route({
    id: "listSteps",
    method: "GET",
    url: "/api/v1/steps",
    tag: "flows",
    zh: "重组步骤的种类，各有 JSON Schema，供做表单",
    en: "The kinds of restructuring steps, each with its JSON schema, to make forms of",
    right: "signed-in",
    gives: Type.Record(Type.String(), Type.Unknown()),
    handle: () => Promise.resolve(STEP_SCHEMAS),
  }),
  route({
    id: "showCanvas",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/canvas",
    tag: "flows",
    zh: "画布：各方案之间的先后、触发与取数关系（按草稿），以及摆放的位置与便签",
    en: "The canvas: order, triggers and reading between flows as their drafts say, where things were put, and notes",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      places: Type.Record(Type.String(), PlaceSchema),
      notes: Type.Record(Type.String(), NoteSchema),
      relations: Type.Array(
        Type.Object({
          kind: Type.Enum(RELATIONS, {
            description:
              "after 结束后触发、precondition 前置条件、source 以其单据为源、each 逐条取数、push 推送给它、lookup 关联查询 / How `to` depends on `from`",
          }),
          from: Type.String(),
          to: Type.String(),
        }),
      ),
    }),
    handle: async ({ services, workspace, sees }) => {
      const tenant = await services.tenants.open(workspace);
      const { places, notes } = await findCanvas(services.engine.pool, workspace);
      const relations = [...tenant.drafts.flows.values()].flatMap((entry) =>
        entry.kind === "ready" ? relationsOf(tenant, entry.flow).filter(({ from, to }) => from !== to && sees(from) && sees(to)) : [],
      );
      const seen = Object.entries(places).filter(([id]) => !id.startsWith("f:") || sees(id.slice(2)));
      return { places: Object.fromEntries(seen), notes, relations };
    },
  }),
  route({
    id: "changeCanvas",
    method: "PATCH",
    url: "/api/v1/workspaces/:workspace/canvas",
    tag: "flows",
    zh: "摆放画布：只改给出的位置与便签，其余不动",
    en: "Lay out the canvas: the places and notes given are changed, the others stay",
    right: "design",
    params: AtWorkspace,
    body: Type.Object({ places: Type.Optional(Places), notes: Type.Optional(Notes) }, closed),
    handle: async ({ services, workspace, body, actor }) => {
      const change = { places: body.places ?? {}, notes: body.notes ?? {} };
      // Neither audited nor told to workers: where something is drawn changes nothing that runs.
      await transaction(services.engine.pool, async (client) => {
        const size = await changeCanvas(client, workspace, change, actor.name);
        if (size > BYTES_MAX) throw new DatongError("REQUEST_INVALID", { path: "body", expected: `至多 / at most ${BYTES_MAX} bytes` });
      });
    },
  }),
];

interface Relation {
  readonly kind: (typeof RELATIONS)[number];
  readonly from: string;
  readonly to: string;
}

function relationsOf(tenant: Tenant, { id, source, target, dispatch, mapping }: Flow): readonly Relation[] {
  const known = (name: string): string => flowNamed(tenant.drafts, name)?.id ?? name;
  const pushedTo = target.connection === BUILT_IN_SYSTEM ? target.options?.["flow"] : undefined;
  const one = (kind: Relation["kind"], name: string | null | undefined): readonly Relation[] =>
    name === null || name === undefined || name === "" ? [] : [{ kind, from: known(name), to: id }];
  const lookups = [...new Set(lookupNamesOf(mapping).map(({ lookup }) => known(lookup.flow)))];
  return [
    ...one("after", dispatch.after),
    ...one("precondition", dispatch.precondition?.flow),
    ...one("source", source.flow),
    ...one("each", source.each?.flow),
    ...(typeof pushedTo === "string" ? [{ kind: "push" as const, from: id, to: known(pushedTo) }] : []),
    ...lookups.map((from) => ({ kind: "lookup" as const, from, to: id })),
  ];
}
