/** Edit and retry: what is to be sent, or the copy of the source's rows, corrected by a person; what was there before stays in the story. */
import { DatongError, isArray, isObject, readJson, type IsPersonal, type Json } from "@datong/core";
import { addBulk, editDocument, editRows } from "@datong/engine";
import { Type } from "typebox";
import { actorName, seesPersonal } from "../access/rights.ts";
import { ledgerId, placedFlow } from "../documents/tenants.ts";
import { personalOf } from "../route/personal.ts";
import { route, type Route } from "../route/route.ts";
import { noteDeed } from "./deed.ts";
import { AtId, closed, LedgerId, Nullable } from "./shapes.ts";

const TEXT_MAX = 1_000_000;

const MASK = "***";

/** Who was shown masks would write them to the target. Throws REQUEST_INVALID. */
function refuseMasks(text: string, isPersonal: IsPersonal): void {
  const holds = (value: Json, isOwn: boolean): boolean => {
    if (typeof value === "string") return isOwn && value.includes(MASK);
    if (isArray(value)) return value.some((each) => holds(each, isOwn));
    return isObject(value) && Object.entries(value).some(([key, each]) => holds(each, isOwn || isPersonal(key)));
  };
  if (holds(readJson(text), false))
    throw new DatongError("REQUEST_INVALID", {
      path: "body",
      expected: "个人信息不能是打码的，请能看到个人信息的人来改 / personal data in clear: somebody who sees it must edit this bill",
    });
}

export const EDIT_ROUTES: readonly Route[] = [
  route({
    id: "editRecord",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/records/edit",
    tag: "records",
    zh: "改后重试：改目标单据的报文（document 与 body），或改源数据行（key 与 rows，随后重新映射）；原文、原因与改的人留在单据经过里",
    en: "Edit and retry: a document's body (document and body), or the source rows (key and rows, mapped again afterwards); the original, why and who stay in the story",
    right: "operate",
    params: AtId,
    body: Type.Object(
      {
        document: Type.Optional({ ...LedgerId, description: "目标单据编号 / The document's id" }),
        body: Type.Optional(Type.String({ maxLength: TEXT_MAX, description: "报文，JSON 文本 / The body as a JSON text" })),
        key: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
        rows: Type.Optional(Type.String({ maxLength: TEXT_MAX, description: "数据行，JSON 列表文本 / Rows as the text of a JSON list" })),
        reason: Type.String({ minLength: 1, maxLength: 500 }),
      },
      closed,
    ),
    gives: Type.Object({
      document: Nullable(Type.String()),
      bulk: Nullable(Type.String({ description: "改数据行：重新映射的批量处理 / Of edited rows: the bulk work that maps them again" })),
    }),
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const { flow, connections } = placedFlow(await services.tenants.open(workspace), params.id);
      const { engine } = services;
      if (!seesPersonal(actor, workspace))
        refuseMasks(body.body ?? body.rows ?? "null", personalOf(await services.tenants.open(workspace)));
      const [person, reason] = [actorName(actor), body.reason];
      if (body.document !== undefined && body.body !== undefined) {
        const deed = { number: body.document, reason, person, body: body.body };
        const document = await editDocument(engine, flow, connections, deed, (client, id) =>
          noteDeed(call, client, { name: "records.edit", object: `${params.id} ${id}`, after: reason }),
        );
        return { document, bulk: null };
      }
      const { key, rows } = body;
      if (key === undefined || rows === undefined)
        throw new DatongError("REQUEST_INVALID", {
          path: "body",
          expected: "document 与 body，或 key 与 rows / document and body, or key and rows",
        });
      const bulk = engine.ids.next();
      await editRows(engine, flow, connections, { key, rows, reason, person }, async (client) => {
        const asked = { numbers: [key], how: "map" as const };
        await addBulk(client, { id: bulk, workspace, flowId: ledgerId(workspace, params.id), kind: "retry", asked, person });
        await noteDeed(call, client, { name: "records.edit-rows", object: `${params.id} ${key}`, after: reason });
      });
      services.bulk.nudge();
      await services.bulk.waitFor(workspace, bulk, 10_000);
      return { document: null, bulk };
    },
  }),
];
