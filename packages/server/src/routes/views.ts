/** Saved views of records, logs and runs: a person's own, and those that he shares with the workspace. */
import { DatongError } from "@datong/core";
import { Type } from "typebox";
import { actorName } from "../access/rights.ts";
import { route, type Route } from "../route/route.ts";
import { findOwnView, listViews, removeView, saveView } from "../store/views.ts";
import { performQuietly } from "./deed.ts";
import { AtWorkspace, closed, Id, Instant } from "./shapes.ts";

const Page = Type.Union([Type.Literal("records"), Type.Literal("logs"), Type.Literal("runs"), Type.Literal("queues")]);
const AtView = Type.Object({ workspace: Id, view: Type.String({ pattern: "^[0-9a-f-]{36}$" }) }, closed);
const content = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  isShared: Type.Optional(Type.Boolean()),
  filter: Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
    maxProperties: 50,
    description: "页面的筛选、列与排序，由页面解释 / The page's own filters, columns and order",
  }),
};
const View = Type.Object({
  id: Type.String(),
  page: Page,
  name: Type.String(),
  person: Type.String(),
  isShared: Type.Boolean(),
  isOwn: Type.Boolean(),
  filter: Type.Unknown(),
  changedAt: Instant,
});

export const VIEW_ROUTES: readonly Route[] = [
  route({
    id: "listViews",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/views",
    tag: "views",
    zh: "保存的视图：自己的与共享的",
    en: "Saved views: one's own and those that are shared",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object({ page: Type.Optional(Page) }, closed),
    gives: Type.Object({ items: Type.Array(View) }),
    handle: async ({ services, workspace, actor, query }) => {
      const person = actorName(actor);
      const items = await listViews(services.engine.pool, workspace, person, query.page);
      return { items: items.map((view) => ({ ...view, isOwn: view.person === person })) };
    },
  }),
  route({
    id: "addView",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/views",
    tag: "views",
    zh: "保存视图",
    en: "Save a view",
    right: "view",
    forLimited: true,
    status: 201,
    params: AtWorkspace,
    body: Type.Object({ page: Page, ...content }, closed),
    gives: View,
    handle: async (call) => {
      const { workspace, body, actor } = call;
      const person = actorName(actor);
      return performQuietly(call, async (client) => {
        const view = await saveView(client, workspace, { ...body, person, isShared: body.isShared ?? false });
        return [
          { ...view, isOwn: true },
          { name: "view.save", object: `${view.page} ${view.name}`, after: JSON.stringify(view.filter) },
        ];
      });
    },
  }),
  route({
    id: "changeView",
    isAtomic: true,
    method: "PUT",
    url: "/api/v1/workspaces/:workspace/views/:view",
    tag: "views",
    zh: "修改自己的视图",
    en: "Change one's own view",
    right: "view",
    forLimited: true,
    params: AtView,
    body: Type.Object(content, closed),
    gives: View,
    handle: async (call) => {
      const { workspace, body, actor, params } = call;
      return performQuietly(call, async (client) => {
        const before = await findOwnView(client, workspace, actorName(actor), params.view);
        if (before === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "视图 / view", id: params.view });
        const view = await saveView(client, workspace, { ...before, ...body, isShared: body.isShared ?? before.isShared });
        const [was, is] = [JSON.stringify(before.filter), JSON.stringify(view.filter)];
        return [
          { ...view, isOwn: true },
          { name: "view.save", object: `${view.page} ${view.name}`, before: was, after: is },
        ];
      });
    },
  }),
  route({
    id: "removeView",
    isAtomic: true,
    method: "DELETE",
    url: "/api/v1/workspaces/:workspace/views/:view",
    tag: "views",
    zh: "删除自己的视图",
    en: "Remove one's own view",
    right: "view",
    forLimited: true,
    params: AtView,
    handle: async (call) => {
      const { workspace, actor, params } = call;
      await performQuietly(call, async (client) => {
        const before = await findOwnView(client, workspace, actorName(actor), params.view);
        if (before === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "视图 / view", id: params.view });
        await removeView(client, workspace, params.view);
        return [undefined, { name: "view.remove", object: `${before.page} ${before.name}`, before: JSON.stringify(before.filter) }];
      });
    },
  }),
];
